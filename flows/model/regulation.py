"""A new regulation beside last year's, as one office meets it: what is new, gone, or asked otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from scoring import Instrument
from scoring.migration import Difference, Kind, Migration, differences

ASKED = (
    Difference.INPUTS,
    Difference.RULE,
    Difference.UNIT,
    Difference.OPTIONS,
    Difference.EVIDENCE,
)
"""Differences that an office must know before it answers; points are the meeting's matter."""


class Regulation(Struct, frozen=True):
    """What changes for an office. `new` and `otherwise` by numbers of now, `gone` by names of then."""

    before: str
    new: tuple[int, ...]
    gone: tuple[str, ...]
    otherwise: tuple[tuple[int, tuple[Difference, ...]], ...]


def of_office(
    migration: Migration,
    old: Instrument,
    new: Instrument,
    owed_then: Collection[int],
    owed_now: Collection[int],
) -> Regulation:
    """Return what a new instrument changes for an office that owed these then, and owes those now."""
    changes = migration.changes
    added = {no for change in changes if change.kind == Kind.NEW for no in change.new}
    dropped = [no for change in changes if change.kind == Kind.DROPPED for no in change.old]
    return Regulation(
        old.title,
        tuple(no for no in owed_now if no in added),
        tuple(old.indicator(no).name for no in dropped if no in owed_then),
        tuple(_otherwise(migration, old, new, owed_now)),
    )


def _otherwise(
    migration: Migration, old: Instrument, new: Instrument, owed_now: Collection[int]
) -> Iterator[tuple[int, tuple[Difference, ...]]]:
    """Yield each indicator that goes on and asks for something else than before."""
    before = {no: change.old for change in migration.changes for no in change.new}
    for no in owed_now:
        differing = {
            each
            for then in before.get(no, ())
            for each in differences(old.indicator(then), new.indicator(no))
        }
        if asked := tuple(each for each in ASKED if each in differing):
            yield no, asked
