"""Where a figure of the regulation stands, how far it can be relied on, and who agreed upon it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Status(StrEnum):
    """How sure a figure is: read in the annex, agreed in coordination, reported elsewhere, or
    proposed by this project.
    """

    CONFIRMED = "confirmed"
    AGREED = "agreed"
    REPORTED = "reported"
    PROPOSED = "proposed"

    @property
    def is_settled(self) -> bool:
        """Tell whether a score that rests on it is more than a simulation."""
        return self in (Status.CONFIRMED, Status.AGREED)


class Source(Struct, frozen=True):
    """Where a figure stands (article, row, report) and how sure it is."""

    text: str
    status: Status


class Settings(Struct, frozen=True):
    """What the print leaves open, each decided in the data. One treatment is known for each so far:

    rounding half up to the printed precision; a gap takes the next lower band; *tidak berlaku*
    leaves the divisor once accepted; unanswered is 0 when closed; provisional (parts missing) is
    unanswered when closed; nihil is the number 0.
    """

    rounding: Source
    hole: Source
    not_applicable: Source
    unanswered: Source
    provisional: Source
    nihil: Source


class Agreement(Struct, frozen=True):
    """What a coordination meeting agreed upon: the date and place as written, the source that its
    figures carry, and what it was about (`indicator 9`, `setting rounding`, `rating peduli`).
    """

    date: str
    place: str
    source: str
    subjects: tuple[str, ...]
