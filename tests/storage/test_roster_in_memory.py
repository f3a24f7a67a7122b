"""A roster in memory is read again when another process has changed it, and not for every answer that it stores."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.clock import iso
from bot.roster import apply_roster, bundled
from bot.storage import record
from bot.storage.database import connect
from bot.storage.record import Entry
from bot.storage.roster import RosterCache, read_roster
from bot.storage.roster_schema import ROSTER_TABLES
from flows.model.record_kinds import EntryKind
from tests.support import START


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with closing(connect(tmp_path / "a.db")) as connection:
        apply_roster(connection, bundled("jakarta-pusat"), now=START, bot_username=None)
    return tmp_path / "a.db"


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(path)) as connection:
        yield connection


@pytest.fixture
def other(path: Path) -> Iterator[sqlite3.Connection]:
    """Another process."""
    with closing(connect(path)) as connection:
        yield connection


def test_answers_of_another_process_leave_it(
    db: sqlite3.Connection, other: sqlite3.Connection
) -> None:
    cache = RosterCache()
    first = cache.get(db)
    record.append(other, Entry(1, EntryKind.TIDIED, iso(START), details={"by": "operator"}))
    assert cache.get(db) is first


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE units SET short = 'X' WHERE id = 1",
        "DELETE FROM aliases WHERE rowid = 1",
        "INSERT INTO aliases (unit_id, name) VALUES (1, 'sebutan')",
    ],
)
def test_what_another_process_changes_of_it_is_seen(
    db: sqlite3.Connection, other: sqlite3.Connection, change: str
) -> None:
    cache = RosterCache()
    first = cache.get(db)
    other.execute(change)
    second = cache.get(db)
    assert second is not first
    assert second == read_roster(db)
    assert cache.get(db) is second


def test_within_a_transaction_the_file_is_asked_once(db: sqlite3.Connection) -> None:
    cache = RosterCache()
    asked: list[str] = []
    db.execute("BEGIN IMMEDIATE")
    first = cache.get(db)
    db.set_trace_callback(asked.append)
    assert cache.within(db) is first
    assert cache.within(db, 1) is first
    assert asked == []
    cache.forget()  # the own connection has changed it, or took a change back
    assert cache.within(db) is not None
    assert "PRAGMA data_version" in asked
    db.set_trace_callback(None)
    db.execute("ROLLBACK")


def test_a_change_that_was_taken_back_hides_no_later_one(
    db: sqlite3.Connection, other: sqlite3.Connection
) -> None:
    cache = RosterCache()
    db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE units SET short = 'X' WHERE id = 1")
    cache.get(db)
    db.execute("ROLLBACK")
    other.execute("UPDATE units SET short = 'Y' WHERE id = 1")
    seen = cache.get(db)
    assert seen is not None
    assert seen.units[1].short == "Y"


def test_every_table_that_it_is_read_from_is_watched(db: sqlite3.Connection) -> None:
    read = set()

    def look(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table and not table.startswith("sqlite_"):
            read.add(table)
        return sqlite3.SQLITE_OK

    db.set_authorizer(look)
    read_roster(db)
    db.set_authorizer(None)
    assert tuple(sorted(read)) == ROSTER_TABLES
