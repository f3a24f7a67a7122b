"""A transaction that cannot be committed leaves the connection as it was: the next one goes through."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.database import connect, in_transaction
from tests.conftest import DURABLE


def _fill(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO settings VALUES ('fills', hex(zeroblob(2000000)))")


def _note(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO settings VALUES ('afterwards', '1')")


def test_a_full_disk_and_then_room_again(tmp_path: Path) -> None:
    connection = connect(tmp_path / "full.db")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="full"):
            in_transaction(connection, _fill)
    in_transaction(connection, _note)
    connection.execute("PRAGMA max_page_count = 100000")
    in_transaction(connection, _fill)
    assert len(connection.execute("SELECT * FROM settings").fetchall()) == 2
    connection.close()


def test_a_commit_that_is_refused_is_rolled_back(tmp_path: Path) -> None:
    connection = connect(tmp_path / "refused.db")

    def dangling(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute("INSERT INTO aliases VALUES (99, NULL, 'nowhere')")

    with pytest.raises(sqlite3.IntegrityError):
        in_transaction(connection, dangling)
    assert not connection.in_transaction
    in_transaction(connection, _note)
    assert connection.execute("SELECT count(*) FROM aliases").fetchone() == (0,)
    connection.close()


def test_what_is_committed_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the program opens its file; the tests themselves do not wait for the disk."""
    monkeypatch.setattr("bot.storage.database.PRAGMAS", DURABLE)
    with closing(connect(tmp_path / "p.db")) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
