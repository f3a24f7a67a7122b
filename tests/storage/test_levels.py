"""The seats of the levels in a database: which there may be, and that the tables around them stay whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from bot.storage import levels_schema
from bot.storage.migrations import migrate


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection)
    for statement in (
        "INSERT INTO provinces VALUES ('31', 'DKI Jakarta')",
        "INSERT INTO regions VALUES (1, '31.71', '31', 'kota', 'Jakarta Pusat', 'WIB')",
        "INSERT INTO persons (telegram_id, name, joined_at) VALUES (1, 'Joko', 'x')",
    ):
        connection.execute(statement)
    yield connection
    connection.close()


def sit(db: sqlite3.Connection, role: str, region: int | None, province: str | None) -> None:
    db.execute(
        "INSERT INTO seats (person_id, role, region_id, province, since) VALUES (1, ?, ?, ?, 'x')",
        (role, region, province),
    )


@pytest.mark.parametrize(
    ("role", "region", "province"),
    [
        ("secretary", 1, None), ("bureau", None, "31"), ("reader", 1, None), ("reader", None, "31"),
        ("kanwil", None, "31"), ("coordinator", 1, None),
    ],
)  # fmt: skip
def test_a_seat_has_its_place(
    db: sqlite3.Connection, role: str, region: int | None, province: str | None
) -> None:
    sit(db, role, region, province)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(
    ("role", "region", "province"),
    [
        ("secretary", None, "31"), ("bureau", 1, None), ("reader", None, None), ("reader", 1, "31"),
        ("mayor", 1, None), ("contact", 1, None),
    ],
)  # fmt: skip
def test_no_other_place_will_do(
    db: sqlite3.Connection, role: str, region: int | None, province: str | None
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        sit(db, role, region, province)


def test_a_table_that_was_made_otherwise_is_left_alone() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE seats (id INTEGER)")
    with pytest.raises(AssertionError):
        levels_schema.widen_seats(connection)
    assert connection.execute("SELECT sql FROM sqlite_master").fetchone() == (
        "CREATE TABLE seats (id INTEGER)",
    )
    connection.close()
