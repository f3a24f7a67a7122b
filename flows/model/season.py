"""How far a period is on its way in one province: prepared, open, in verification, over, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Phase(StrEnum):
    """The stations of a season, in their order."""

    PREPARED = "prepared"
    """The day on which it opens lies ahead."""
    OPEN = "open"
    """Offices fill in and send, in time or late."""
    VERIFICATION = "verification"
    """Offices only mend what was returned; reviewers go on."""
    OVER = "over"
    """Verification has ended as well, and nobody has closed it yet."""
    CLOSED = "closed"


class Season(Struct, frozen=True):
    """What was decided of the end of a period in one province; the dates are in `Period`.

    `closed_at` is there while it is closed; `verified_until` where the Kanwil opened it again for longer than
    the period's own day.
    """

    closed_at: datetime | None = None
    verified_until: date | None = None


class CloseSeason(Struct, frozen=True):
    """From now on the province's period is read only; `body` is what the record says of it."""

    province: str
    body: Mapping[str, Any]


class ReopenSeason(Struct, frozen=True):
    """Verification goes on in a province up to and including a day, for a reason."""

    province: str
    until: date
    reason: str


class ChoosePeriod(Struct, frozen=True):
    """The chat works with this period from now on; None: with the one that the bot works with."""

    period_id: int | None


SeasonChange = CloseSeason | ReopenSeason | ChoosePeriod


class Neighbour(Struct, frozen=True):
    """A period of the same installation, as a list of them needs it; `seasons` is its end, by province.

    A `trial` is played for practice, and counts nowhere.
    """

    id: int
    code: str
    data_year: int
    opens: date
    deadline: date
    verification_deadline: date
    grace: int | None = None
    seasons: Mapping[str, Season] = field(default_factory=dict)
    trial: bool = False

    def season(self, province: str | None) -> Season:
        """Return what was decided of its end in a province."""
        return self.seasons.get(province or "", Season())
