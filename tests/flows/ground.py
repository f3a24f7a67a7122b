"""One region in a database in memory: how it is set up, and what stands in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import orjson

from bot.clock import iso
from bot.dispatch import Dispatcher
from bot.storage import (
    answer_rows,
    people,
    previous_answers,
    record,
)
from bot.storage.database import InlineDatabase
from bot.storage.load_facts import board_of
from bot.storage.migrations import migrate
from bot.storage.record import Entry
from bot.storage.roster import Roster
from flows.model.answer_state import Previous, State, Stored
from flows.model.facts import Board, Desk, Focus, Period, Region, Seat, Unit
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role
from flows.model.workdays import Calendar
from tests.support import INSTRUMENT, ROOT, HeldClock, first_period

START = datetime(2017, 3, 10, 9, 0, tzinfo=UTC)
GROUP = -100
OF_PROVINCE = (Role.BUREAU, Role.KANWIL, Role.READER, Role.ADMIN)
LINK = "https://t.me/PeduliHamBot"
T = TypeVar("T")


class Memory(InlineDatabase):
    """A database that goes with the world that it belongs to."""

    def __del__(self) -> None:
        self._conn.close()


@dataclass
class Ground:
    """A region of which each office owes what `owes` says; `chats` are people by name."""

    owes: dict[str, list[int]]
    instrument_name: str = INSTRUMENT
    calendar: Calendar = field(default_factory=Calendar)
    links: list[str] = field(default_factory=list)
    chats: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = HeldClock(START)
        # The garbage collector may close it in whichever thread it runs.
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.connection.deserialize(template(self.instrument_name))
        self.connection.execute("PRAGMA foreign_keys = ON")
        database = Memory(lambda: self.connection, iter_chunk_size=64)
        run_now(database.__aenter__())
        self.dispatcher = Dispatcher(
            database, self.clock, UTC, LINK, calendar=lambda _: self.calendar
        )
        for number, (code, numbers) in enumerate(self.owes.items(), start=1):
            shown = code.title()
            row = (number, code, f"Suku Dinas {shown}", f"Sudin {shown}")
            self.write("INSERT INTO units VALUES (?, 1, ?, ?, ?)", *row)
            self.write("INSERT INTO aliases VALUES (NULL, ?, ?)", number, code)
            self.owe(code, numbers)

    def write(self, statement: str, *values: object) -> None:
        """Change the database beside the bot."""
        self.connection.execute(statement, values)
        self.dispatcher.roster.forget()

    def owe(self, code: str, numbers: Sequence[int]) -> None:
        """Let an office owe these indicators and no others."""
        unit = list(self.owes).index(code) + 1
        self.write("DELETE FROM assignments WHERE unit_id = ?", unit)
        for number in numbers:
            self.write("INSERT INTO assignments VALUES (1, ?, ?, '2017-02-01', NULL)", unit, number)

    def link(self, token: str, unit: str | None, role: Role = Role.CONTACT) -> None:
        """Make an invitation; the one called OLD has expired."""
        self.links.append(token)
        fields = {
            "role": role,
            "unit_id": self.units[unit].id if unit else None,
            "region_id": 1 if role in (Role.COORDINATOR, Role.SECRETARY) else None,
            "province": "31" if role in OF_PROVINCE else None,
            "label": token,
        }
        expires = START + timedelta(days=-1 if token == "OLD" else 30)
        people.create_invitation(self.connection, token, iso(expires), iso(START), fields)

    def levels(self, *on: Role) -> None:
        """Switch these levels on."""
        self.write("UPDATE periods SET levels = ?", ", ".join(on))

    def grace(self, days: int) -> None:
        """Let offices send for so many days after their deadline."""
        self.write("UPDATE periods SET grace = ?", days)
        self.dispatcher.roster.forget()

    def beside(self, opens: str) -> None:
        """Set up the next year's period, which opens on that day, with the same offices and indicators."""
        self.write(
            "INSERT INTO periods (id, code, instrument, data_year, opens, deadline,"
            " verification_deadline, institution, help_contact) SELECT 2, '2018', instrument, 2017, ?,"
            " date(deadline, '+1 month'), date(verification_deadline, '+1 month'), institution,"
            " help_contact FROM periods WHERE id = 1",
            opens,
        )
        self.write(
            "INSERT INTO assignments SELECT 2, unit_id, indicator, since, until FROM assignments"
        )

    def remember(self, code: str, number: int, previous: Previous) -> None:
        """Let an office have answered so last year."""
        unit = self.units[code].id
        previous_answers.keep(self.connection, 1, unit, number, previous)
        self.dispatcher.roster.forget()

    def put(self, who: str, focus: Focus) -> None:
        """Let somebody stand there."""
        people.write_focus(self.connection, self.chat_id(who), focus, iso(self.now), 1)

    def move(
        self,
        place: tuple[str, int],
        state: State,
        role: Role,
        reason: str | None = None,
        code: str | None = None,
        action: str = "return",
        by: str = "Budi",
    ) -> None:
        """Let somebody of this role have moved the answer of an office to an indicator there."""
        details = {"action": action, "next": state, "role": role, "reason": reason, "by": by}
        unit, now = self.units[place[0]].id, iso(self.now)
        entry = Entry(1, EntryKind.MOVE, now, unit, place[1], 1, details=details | {"code": code})
        record.append(self.connection, entry)

    # What is known

    @property
    def now(self) -> datetime:
        return self.clock.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.clock.now = moment

    @property
    def roster(self) -> Roster:
        roster = self.dispatcher.roster.get(self.connection)
        assert roster is not None
        return roster

    @property
    def period(self) -> Period:
        return self.roster.period

    @property
    def region(self) -> Region:
        return self.roster.regions[1]

    @property
    def units(self) -> dict[str, Unit]:
        return {one.code: one for one in self.roster.units.values()}

    def chat_id(self, who: str) -> int:
        return self.chats.setdefault(who, 1001 + len(self.chats))

    @property
    def seats(self) -> dict[str, list[Seat]]:
        """The seats that people hold, suspended ones included, the oldest first."""
        seats: dict[str, list[Seat]] = {}
        rows = self.connection.execute(
            f"SELECT p.name, {people.SEAT_COLUMNS} FROM seats s JOIN persons p ON p.id = s.person_id"
            " WHERE s.until IS NULL ORDER BY s.id"
        )
        for who, *row in rows:
            seats.setdefault(who, []).append(people.seat_of(self.roster, tuple(row)))
        return seats

    @property
    def focus(self) -> dict[str, Focus]:
        return {who: people.read_focus(self.connection, chat) for who, chat in self.chats.items()}

    @property
    def answers(self) -> dict[tuple[str, int], list[Stored]]:
        """All revisions by office and indicator."""
        revisions: dict[tuple[str, int], list[Stored]] = {}
        rows = self.connection.execute(
            "SELECT unit_id, indicator, id, body FROM record WHERE kind = 'answer' ORDER BY id"
        )
        for unit, number, entry, body in rows:
            stored = answer_rows._stored(self.roster, number, entry, orjson.loads(body), UTC)
            revisions.setdefault((self.roster.units[unit].code, number), []).append(stored)
        return revisions

    @property
    def entries(self) -> int:
        """How much stands in the record."""
        return record.next_receipt(self.connection) - 1

    def desk(self, unit: Unit) -> Desk:
        partners = self.roster.partners(unit)
        known = answer_rows.answer_records(self.connection, self.roster, [unit.id], UTC, partners)
        return answer_rows.desk(self.roster, unit, known)

    def board(self) -> Board:
        return board_of(self.connection, self.roster, UTC, [self.region])


def run_now(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits")


@cache
def template(instrument: str) -> bytes:
    """A database with the period, Jakarta Pusat and nothing else."""
    folder = ROOT / "scoring/instruments" / instrument
    if not folder.exists():
        folder = ROOT / "tests/scoring/instruments" / instrument
    made = sqlite3.connect(":memory:", isolation_level=None)
    migrate(made)
    first_period(made, folder, "hash", "Bidang HAM Kanwil DKI Jakarta")
    run = made.execute
    run("INSERT INTO provinces VALUES ('31', 'DKI Jakarta')")
    run("INSERT INTO regions VALUES (1, '31.71', '31', 'kota', 'Jakarta Pusat', 'WIB')")
    run("INSERT INTO aliases VALUES (1, NULL, 'jakpus')")
    return made.serialize()
