"""Stores imported answers, some offices in each transaction, so that the bot goes on beside it.

Answers are weighed on a snapshot, for which nobody waits; only what is to be written, which takes a tenth of
that, holds the lock. What concerns an office and came in between has it weighed again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from msgspec import Struct, field

from bot.clock import iso
from bot.storage import answer_rows, record
from bot.storage.database import in_transaction
from bot.storage.record import Entry
from bot.storage.roster import Roster, RosterCache
from bot.typed_words import intents, vocabulary
from flows.contact import importing
from flows.contact.form_weighing import FormConflict
from flows.contact.importing import Imported, ImportedAnswer, Weighing
from flows.model.facts import ContactFacts, Focus, Person, Seat, Unit
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role
from flows.model.workdays import Calendar

BY = "operator"
"""Stands where an answer has the name of whoever typed it."""
MOST = 150
"""Answers of a transaction, for which a bot beside it waits (15 ms); of one office all go together."""


class ImportAuthor(Struct, frozen=True):
    """Who imports in chat: an administrator, by name, person and seat."""

    name: str
    person_id: int
    seat_id: int


class ImportSource(Struct, frozen=True):
    """The file: its name as it is kept with each answer, and the hashes of it and of its map.

    `author` is who sent it in chat; on the command line it is the operator.
    """

    name: str
    digest: str
    map: str | None
    author: ImportAuthor | None = None

    @property
    def by(self) -> str:
        """What stands where an answer has the name of whoever typed it."""
        return self.author.name if self.author else BY

    @property
    def holder(self) -> tuple[int | None, int | None]:
        """Person and seat of an entry."""
        return (self.author.person_id, self.author.seat_id) if self.author else (None, None)


class Result(Struct):
    """What came of it, office by office; `same` counts what was stored already."""

    taken: list[tuple[Unit, Imported]] = field(default_factory=list)
    refused: list[tuple[Unit, FormConflict]] = field(default_factory=list)
    same: int = 0
    entry: int | None = None
    """The entry of the import as a whole."""


def store(
    connection: sqlite3.Connection,
    roster: Roster,
    given: Mapping[int, Sequence[ImportedAnswer]],
    source: ImportSource,
    now: datetime,
    step: Callable[[int], None] = lambda _: None,
) -> Result:
    """Weigh and store all that is sound, some offices at a time, beside the newest answers.

    `step` hears how far it is, in percent.
    """
    work = _Import(connection, RosterCache(), roster.period.id, given, source, now)
    work.cache.today = now.date
    weighed: dict[int, tuple[Unit, Weighing]] = {}
    for units in _slices(roster, given):
        weighed |= work.stored(units)
        step(100 * len(weighed) // len(given))
    result = Result()
    for unit, of_unit in map(weighed.__getitem__, given):  # in the order of the file
        result.taken += [(unit, imported) for imported in of_unit.taken]
        result.refused += [(unit, conflict) for conflict in of_unit.refused]
        result.same += of_unit.same
    if result.taken:
        person_id, seat_id = source.holder
        entry = Entry(
            roster.period.id,
            EntryKind.IMPORTED,
            iso(now),
            person_id=person_id,
            seat_id=seat_id,
            details=_details(source, result),
        )
        result.entry = in_transaction(
            connection, lambda connection: record.append(connection, entry)
        )
    return result


def _slices(roster: Roster, given: Mapping[int, Sequence[ImportedAnswer]]) -> Iterator[list[int]]:
    """Yield the offices by turns, never two of a region together: these share indicators, so that one has to
    be stored before the next is weighed.
    """
    by_region: dict[int, list[int]] = {}
    for unit in given:
        by_region.setdefault(roster.units[unit].region_id, []).append(unit)
    for turn in zip_longest(*by_region.values()):
        units: list[int] = []
        for unit in filter(None, turn):
            if units and sum(len(given[one]) for one in (*units, unit)) > MOST:
                yield units
                units = []
            units.append(unit)
        yield units


class _Import(Struct, frozen=True):
    """A file under way: what it gives, and where it goes."""

    connection: sqlite3.Connection
    cache: RosterCache
    period_id: int
    given: Mapping[int, Sequence[ImportedAnswer]]
    source: ImportSource
    now: datetime

    def stored(self, units: Sequence[int]) -> dict[int, tuple[Unit, Weighing]]:
        """Store what is sound of some offices; return what became of it."""
        roster, last, weighed = self._weighed(units)

        def work(connection: sqlite3.Connection) -> dict[int, tuple[Unit, Weighing]]:
            current = self._roster()
            came = record.units_since(connection, self.period_id, last)
            done = {}
            for unit_id, before in weighed.items():
                unit = current.units[unit_id]
                is_same = current is roster and came.isdisjoint((None, *current.partners(unit)))
                now = before if is_same else self._of(current, unit)
                self._write(unit_id, now)
                done[unit_id] = (unit, now)
            return done

        if not any(weighing.taken for weighing in weighed.values()):  # nobody need wait for nothing
            return {unit_id: (roster.units[unit_id], one) for unit_id, one in weighed.items()}
        return in_transaction(self.connection, work)

    def _weighed(self, units: Sequence[int]) -> tuple[Roster, int, dict[int, Weighing]]:
        """Return what the answers of some offices come to, and up to which entry that was seen."""
        self.connection.execute("BEGIN")
        try:
            roster = self._roster()
            last = record.next_receipt(self.connection) - 1
            return roster, last, {unit: self._of(roster, roster.units[unit]) for unit in units}
        finally:
            self.connection.execute("COMMIT")

    def _roster(self) -> Roster:
        roster = self.cache.get(self.connection, self.period_id)
        assert roster is not None
        assert roster.period.id == self.period_id
        return roster

    def _of(self, roster: Roster, unit: Unit) -> Weighing:
        facts = _facts(self.connection, roster, unit, self.source.by, self.now)
        return importing.weighed(facts, self.given[unit.id], self.source.name)

    def _write(self, unit_id: int, weighed: Weighing) -> None:
        for answer in weighed.taken:
            change = answer.change
            entry = Entry(
                self.period_id,
                EntryKind.ANSWER,
                iso(self.now),
                unit_id,
                change.indicator,
                change.revision,
                *self.source.holder,
                details={**answer_rows.body_of(change), "by": self.source.by},
            )
            record.append(self.connection, entry)


def _details(source: ImportSource, result: Result) -> dict[str, Any]:
    """Return what goes on record of the import as a whole."""
    counts = {
        "stored": sum(1 for _, one in result.taken if one.before is None),
        "changed": sum(1 for _, one in result.taken if one.before is not None),
        "refused": len(result.refused),
    }
    file = {"name": source.name, "digest": source.digest, "map": source.map}
    by = source.author.name if source.author else "import"
    return {"by": by, "file": file, "counts": counts}


def _facts(
    connection: sqlite3.Connection, roster: Roster, unit: Unit, name: str, now: datetime
) -> ContactFacts:
    """Return what a contact of the office would have before them."""
    known = answer_rows.answer_records(
        connection, roster, [unit.id], now.tzinfo or UTC, roster.partners(unit)
    )
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
        desk=answer_rows.desk(roster, unit, known),
    )
