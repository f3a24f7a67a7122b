"""An indicator that a period leaves out is not asked; what offices owe beside it stays."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest

from bot.storage.database import connect, in_transaction
from bot.storage.roster import read_roster
from tests.support import small_roster

TODAY = date(2017, 3, 10)
AGREEMENT = """
agreements:
  - date: "2017-03-02"
    place: Jakarta
    source: Kesepakatan rapat koordinasi, 2 Maret 2017
    changes:
      - indicator: 2
        left_out: Tidak dinilai pada putaran ini
"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "t.db")
    in_transaction(connection, small_roster)
    yield connection
    connection.close()


def owed(connection: sqlite3.Connection) -> list[int]:
    roster = read_roster(connection, today=TODAY)
    assert roster is not None
    return list(roster.owed[1])


def test_what_is_left_out_is_owed_by_nobody(db: sqlite3.Connection) -> None:
    assert owed(db) == [1, 2, 13]
    digest, texts = db.execute("SELECT hash, texts FROM instruments").fetchone()
    amended = orjson.dumps(orjson.loads(texts) | {"agreements.yaml": AGREEMENT}).decode()
    update = "UPDATE instruments SET texts = ? WHERE hash = ?"
    in_transaction(db, lambda connection: connection.execute(update, (amended, digest)))
    assert owed(db) == [1, 13]
