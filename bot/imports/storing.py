"""Stores imported answers, some offices in each transaction, so that the bot goes on beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from bot.clock import iso
from bot.storage import answers, record
from bot.storage.database import in_transaction
from bot.storage.record import Entry
from bot.storage.roster import Roster, RosterCache
from bot.vocabulary import intents, vocabulary
from flows.contact import importing
from flows.contact.form_weighing import Conflict
from flows.contact.importing import Given, Imported
from flows.model.facts import ContactFacts, Focus, Person, Seat, Unit
from flows.model.record import EntryKind
from flows.model.roles import Role
from flows.model.workdays import Calendar

BY = "operator"
"""Stands where an answer has the name of whoever typed it."""
OFFICES = 100
"""Of a transaction, for which a bot beside it waits: a third of a second."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file: its name as it is kept with each answer, and the hashes of it and of its map."""

    name: str
    digest: str
    map: str | None


@dataclass(slots=True)
class Result:
    """What came of it, office by office; `same` counts what was stored already."""

    taken: list[tuple[Unit, Imported]] = field(default_factory=list)
    refused: list[tuple[Unit, Conflict]] = field(default_factory=list)
    same: int = 0


def store(
    connection: sqlite3.Connection,
    roster: Roster,
    given: Mapping[int, Sequence[Given]],
    source: Source,
    now: datetime,
) -> Result:
    """Weigh and store all that is sound; each slice is one transaction, beside the newest answers."""
    result = Result()
    cache = RosterCache()
    cache.today = now.date
    code = roster.period.code
    for units in _slices(given):

        def work(
            connection: sqlite3.Connection, units: Sequence[int] = units
        ) -> list[tuple[Unit, importing.Weighing]]:
            current = cache.get(connection, roster.period.id)
            assert current is not None
            assert current.period.code == code
            return [
                (current.units[unit], _stored(connection, current, unit, given[unit], source, now))
                for unit in units
            ]

        for unit, weighed in in_transaction(connection, work):
            result.taken += [(unit, one) for one in weighed.taken]
            result.refused += [(unit, one) for one in weighed.refused]
            result.same += weighed.same
    if result.taken:
        details = _said(source, result)
        entry = Entry(roster.period.id, EntryKind.IMPORTED, iso(now), details=details)
        in_transaction(connection, lambda connection: record.append(connection, entry))
    return result


def _slices(given: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(given)
    while units := list(islice(rest, OFFICES)):
        yield units


def _said(source: Source, result: Result) -> dict[str, Any]:
    """Return what goes on record of the import as a whole."""
    counts = {
        "stored": sum(1 for _, one in result.taken if one.before is None),
        "changed": sum(1 for _, one in result.taken if one.before is not None),
        "refused": len(result.refused),
    }
    file = {"name": source.name, "digest": source.digest, "map": source.map}
    return {"by": "import", "file": file, "counts": counts}


def _stored(
    connection: sqlite3.Connection,
    roster: Roster,
    unit_id: int,
    given: Sequence[Given],
    source: Source,
    now: datetime,
) -> importing.Weighing:
    facts = _facts(connection, roster, roster.units[unit_id], now)
    weighed = importing.weighed(facts, given, source.name)
    for answer in weighed.taken:
        change = answer.change
        entry = Entry(
            roster.period.id,
            EntryKind.ANSWER,
            iso(now),
            unit_id,
            change.indicator,
            change.revision,
            details={**answers.body_of(change), "by": BY},
        )
        record.append(connection, entry)
    return weighed


def _facts(
    connection: sqlite3.Connection, roster: Roster, unit: Unit, now: datetime
) -> ContactFacts:
    """Return what a contact of the office would have before them."""
    known = answers.filed(connection, roster, [unit.id], now.tzinfo or UTC, roster.partners(unit))
    seat, person = Seat(0, Role.CONTACT, unit), Person(0, BY)
    return ContactFacts(
        now=now,
        received=now,
        period=roster.period_of(roster.provinces[unit.region_id]),
        chat_id=0,
        focus=Focus(),
        name=BY,
        person=person,
        seat=seat,
        seats=(seat,),
        calendar=Calendar(),
        bot_link="",
        next_receipt=0,
        intents=intents(),
        words=vocabulary(),
        desk=answers.desk(roster, unit, known),
    )
