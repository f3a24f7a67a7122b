"""What a database has gained since somebody looked last: for whoever shows a transaction from outside.

Only reads; ids grow, so "newer" is "a greater id".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import orjson
from msgspec import Struct

from bot.clock import iso, parse


class Cursor(Struct, frozen=True):
    """The newest row of each table that was seen."""

    record: int = 0
    outbox: int = 0
    reminders: int = 0


class NewEntry(Struct, frozen=True):
    """One entry of the record."""

    id: int
    kind: str
    office: str | None
    indicator: int | None
    revision: int | None
    hash: str


class Queued(Struct, frozen=True):
    """One letter of the outbox."""

    id: int
    chat_id: int
    method: str
    name: str | None
    update_id: int | None


class Changes(Struct, frozen=True):
    """What is new; `handled` are those of the asked updates that have been taken up."""

    record: tuple[NewEntry, ...] = ()
    outbox: tuple[Queued, ...] = ()
    reminders: tuple[tuple[str, int], ...] = ()
    handled: tuple[int, ...] = ()


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Return a connection that only reads. sqlite3.OperationalError: there is no such file."""
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=2.0)


def copy_in_memory(path: Path) -> sqlite3.Connection:
    """Return the database in memory, to try on it what would happen."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with closing(connect_read_only(path)) as source:
        source.backup(copy)
    return copy


def version(connection: sqlite3.Connection) -> int:
    """Return a number that differs after another connection has written."""
    current: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return current


def newest_rows(connection: sqlite3.Connection) -> Cursor:
    """Return the newest rows as they are now."""
    row = connection.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM record), (SELECT coalesce(max(id), 0) FROM outbox),"
        " (SELECT coalesce(max(id), 0) FROM reminders)"
    ).fetchone()
    return Cursor(*row)


def since(connection: sqlite3.Connection, seen: Cursor, updates: Iterable[int]) -> Changes:
    """Return what has been committed since, and which of these updates."""
    record = connection.execute(
        "SELECT r.id, r.kind, u.short, r.indicator, r.revision, r.hash FROM record r"
        " LEFT JOIN units u ON u.id = r.unit_id WHERE r.id > ? ORDER BY r.id",
        (seen.record,),
    )
    outbox = connection.execute(
        "SELECT id, chat_id, method, name, update_id FROM outbox WHERE id > ? ORDER BY id",
        (seen.outbox,),
    )
    reminders = connection.execute(
        "SELECT outcome, count(*) FROM reminders WHERE id > ? GROUP BY outcome", (seen.reminders,)
    )
    handled = connection.execute(
        "SELECT update_id FROM handled WHERE update_id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(updates)).decode(),),
    )
    return Changes(
        tuple(NewEntry(*row) for row in record),
        tuple(Queued(*row) for row in outbox),
        tuple((str(outcome), int(count)) for outcome, count in reminders),
        tuple(row[0] for row in handled),
    )


def is_marked(connection: sqlite3.Connection, letter_id: int) -> bool:
    """Tell whether it is known what became of a letter."""
    row = connection.execute(
        "SELECT 1 FROM outbox WHERE id = ? AND state <> 'queued'", (letter_id,)
    ).fetchone()
    return row is not None


def next_reminder(connection: sqlite3.Connection, after: datetime) -> datetime | None:
    """Return when the next row of the reminders is due."""
    row = connection.execute(
        "SELECT min(due_at) FROM due WHERE state = 'waiting' AND due_at > ?", (iso(after),)
    ).fetchone()
    return parse(row[0]) if row[0] else None


def next_digest(connection: sqlite3.Connection, after: datetime) -> datetime | None:
    """Return when the next digest is due."""
    row = connection.execute(
        "SELECT min(due_at) FROM staff_due WHERE state = 'waiting' AND kind = 'digest'"
        " AND due_at > ?",
        (iso(after),),
    ).fetchone()
    return parse(row[0]) if row[0] else None


def next_arrival(connection: sqlite3.Connection, after: datetime) -> datetime | None:
    """Return when reviewers are next told of work that came."""
    row = connection.execute(
        "SELECT min(due_at) FROM (SELECT due_at FROM arrivals WHERE state = 'waiting' AND due_at > ?1"
        " UNION ALL SELECT due_at FROM staff_due WHERE state = 'waiting' AND kind = 'arrivals'"
        " AND due_at > ?1)",
        (iso(after),),
    ).fetchone()
    return parse(row[0]) if row[0] else None
