"""A roster that an administrator sends as a file: where it stands, what is wrong, what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from flows.model.sent_file import SentFile


class RosterState(StrEnum):
    """From the upload to its end; `REPLACED` by a newer file of the same seat."""

    WAITING = "waiting"
    SHOWN = "shown"
    CONFIRMED = "confirmed"
    APPLIED = "applied"
    REFUSED = "refused"
    DROPPED = "dropped"
    REPLACED = "replaced"


class RosterFile(SentFile[RosterState], frozen=True):
    """A roster, and where it stands."""


class Wrong(Struct, frozen=True):
    """One thing wrong in a file: where (a sheet's cell, or a line), what, what would be right."""

    code: str
    what: str
    fix: str
    line: int | None = None
    sheet: str | None = None
    cell: str | None = None
    nearest: str | None = None


class RosterPiece(Struct, frozen=True):
    """One thing of a roster: period, province, region, unit, links, staff; `effects`: what happens to it."""

    what: str
    name: str
    effects: tuple[tuple[str, Mapping[str, str]], ...] = ()


class RosterPlan(Struct, frozen=True):
    """What a roster would do, or has done; `same` counts what stays, `links` the invitations."""

    period: str
    created: tuple[RosterPiece, ...]
    changed: tuple[RosterPiece, ...]
    left: tuple[RosterPiece, ...]
    same: Mapping[str, int]
    links: int
    warnings: tuple[Wrong, ...] = ()
    proposed: tuple[RosterPiece, ...] = ()

    @property
    def is_effective(self) -> bool:
        return bool(self.created or self.changed or self.proposed or self.links)


class SeatLink(Struct, frozen=True):
    """An invitation that was made, for one person."""

    region: str
    office: str
    role: str
    label: str
    url: str
    expires: datetime
