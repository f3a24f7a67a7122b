"""Stores imported answers, some offices in each transaction, so that the bot goes on beside it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
OFFICES, PAUSE = 50, 0.05
"""Offices of a transaction, for which a bot beside it waits, and seconds behind each in which it comes in.

Whoever waits for SQLite looks again every 1 to 100 ms, and would miss the moment between two transactions.
"""


@dataclass(frozen=True, slots=True)
class Author:
    """Who imports in chat: an administrator, by name, person and seat."""

    name: str
    person_id: int
    seat_id: int


@dataclass(frozen=True, slots=True)
class Source:
    """The file: its name as it is kept with each answer, and the hashes of it and of its map.

    `author` is who sent it in chat; on the command line it is the operator.
    """

    name: str
    digest: str
    map: str | None
    author: Author | None = None

    @property
    def by(self) -> str:
        """What stands where an answer has the name of whoever typed it."""
        return self.author.name if self.author else BY

    @property
    def holder(self) -> tuple[int | None, int | None]:
        """Person and seat of an entry."""
        return (self.author.person_id, self.author.seat_id) if self.author else (None, None)


@dataclass(slots=True)
class Result:
    """What came of it, office by office; `same` counts what was stored already."""

    taken: list[tuple[Unit, Imported]] = field(default_factory=list)
    refused: list[tuple[Unit, Conflict]] = field(default_factory=list)
    same: int = 0
    entry: int | None = None
    """The entry of the import as a whole."""


def store(
    connection: sqlite3.Connection,
    roster: Roster,
    given: Mapping[int, Sequence[Given]],
    source: Source,
    now: datetime,
    step: Callable[[int], None] = lambda _: None,
) -> Result:
    """Weigh and store all that is sound; each slice is one transaction, beside the newest answers.

    `step` hears how far it is, in percent.
    """
    result = Result()
    cache = RosterCache()
    cache.today = now.date
    code = roster.period.code
    done = 0
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
        done += len(units)
        step(100 * done // len(given))
        time.sleep(PAUSE)
    if result.taken:
        person_id, seat_id = source.holder
        entry = Entry(
            roster.period.id,
            EntryKind.IMPORTED,
            iso(now),
            person_id=person_id,
            seat_id=seat_id,
            details=_said(source, result),
        )
        result.entry = in_transaction(
            connection, lambda connection: record.append(connection, entry)
        )
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
    by = source.author.name if source.author else "import"
    return {"by": by, "file": file, "counts": counts}


def _stored(
    connection: sqlite3.Connection,
    roster: Roster,
    unit_id: int,
    given: Sequence[Given],
    source: Source,
    now: datetime,
) -> importing.Weighing:
    facts = _facts(connection, roster, roster.units[unit_id], source.by, now)
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
            *source.holder,
            details={**answers.body_of(change), "by": source.by},
        )
        record.append(connection, entry)
    return weighed


def _facts(
    connection: sqlite3.Connection, roster: Roster, unit: Unit, name: str, now: datetime
) -> ContactFacts:
    """Return what a contact of the office would have before them."""
    known = answers.filed(connection, roster, [unit.id], now.tzinfo or UTC, roster.partners(unit))
    seat, person = Seat(0, Role.CONTACT, unit), Person(0, name)
    return ContactFacts(
        now=now,
        received=now,
        period=roster.period_of(roster.provinces[unit.region_id]),
        chat_id=0,
        focus=Focus(),
        name=name,
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
