"""All that a roster says, as it stands in the database or in a file, and as the cells of its workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct

from scoring import Instrument

NOTHING = "-"
"""What an empty list is written as in a cell."""
Row = dict[str, str]


class RegionContents(Struct, frozen=True):
    """A regency or city."""

    code: str
    kind: str
    name: str
    zone: str
    aliases: tuple[str, ...]


class UnitContents(Struct, frozen=True):
    """An office of the region with this code; one that `coordinates` may owe nothing."""

    region: str
    code: str
    name: str
    short: str
    aliases: tuple[str, ...]
    owes: tuple[int, ...]
    seats: int
    coordinates: bool


class RosterContents(Struct, frozen=True):
    """`fields` are the single values by the name of their group and their own; `staff` are names with
    roles and regions.
    """

    fields: Mapping[str, str]
    regions: tuple[RegionContents, ...]
    units: tuple[UnitContents, ...]
    staff: tuple[tuple[str, str, str], ...]


class PeriodSaid(Protocol):
    """What a roster says of a period, whether it stands in a file or in the database."""

    @property
    def code(self) -> str: ...
    @property
    def instrument(self) -> Instrument: ...
    @property
    def data_year(self) -> int: ...
    @property
    def opens(self) -> date: ...
    @property
    def deadline(self) -> date: ...
    @property
    def verification_deadline(self) -> date: ...
    @property
    def grace(self) -> int | None: ...
    @property
    def reminders(self) -> tuple[int, ...]: ...
    @property
    def letter_number(self) -> str: ...
    @property
    def letter_date(self) -> date | None: ...
    @property
    def trial(self) -> bool | None: ...
    @property
    def levels(self) -> Sequence[str]: ...


def fields_of(
    period: PeriodSaid,
    institution: str,
    help_contact: str,
    invitation_days: int,
    province: tuple[str, str],
) -> dict[str, str]:
    """Return the single values as they stand in the cells; `province`: its code and name."""
    code, name = province
    return {
        "period.code": period.code,
        "period.instrument": period.instrument.code,
        "period.data_year": str(period.data_year),
        "period.opens": period.opens.isoformat(),
        "period.deadline": period.deadline.isoformat(),
        "period.verification_deadline": period.verification_deadline.isoformat(),
        "period.grace_days": "" if period.grace is None else str(period.grace),
        "period.reminders": ", ".join(map(str, period.reminders)) or NOTHING,
        "period.levels": ", ".join(period.levels),
        "period.letter_number": period.letter_number,
        "period.letter_date": period.letter_date.isoformat() if period.letter_date else "",
        "period.trial": "true" if period.trial else "",
        "institution.name": institution,
        "institution.help_contact": help_contact,
        "invitation_days": str(invitation_days),
        "province.code": code,
        "province.name": name,
    }


def cells(contents: RosterContents) -> dict[str, list[Row]]:
    """Return the rows of each table as texts, by the keys of their columns; single values are one row."""
    return {
        "fields": [dict(contents.fields)],
        "regions": [_region(region) for region in contents.regions],
        "units": [_unit(unit) for unit in contents.units],
        "staff": [
            {"name": name, "role": role, "region": region} for name, role, region in contents.staff
        ],
    }


def _region(region: RegionContents) -> Row:
    return {
        "code": region.code,
        "kind": region.kind,
        "name": region.name,
        "zone": region.zone,
        "aliases": _names(region.aliases),
    }


def _unit(unit: UnitContents) -> Row:
    nothing = "" if unit.coordinates else NOTHING
    return {
        "region": unit.region,
        "code": unit.code,
        "name": unit.name,
        "short": unit.short,
        "aliases": _names(unit.aliases),
        "owes": ", ".join(map(str, unit.owes)) or nothing,
        "seats": str(unit.seats),
        "role": "coordinator" if unit.coordinates else "contact",
    }


def _names(aliases: tuple[str, ...]) -> str:
    return "; ".join(aliases) + (";" if len(aliases) == 1 and "," in aliases[0] else "")
