"""What has to wait until a moment, because Telegram said so or because it failed, after a restart as well."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson
from msgspec import Struct

from bot.clock import iso

LETTER, EVIDENCE, ROSTER, PAPER, SHEET = "letter", "evidence", "roster", "paper", "sheet"
ANSWERS = "answers"


class Wait(Struct, frozen=True):
    """A row that waits until `not_before` (ISO 8601, UTC) after so many tries; `held`: by a 429."""

    row: int
    tries: int
    not_before: str
    held: bool = False


def hold(connection: sqlite3.Connection, kind: str, waits: Iterable[Wait]) -> None:
    """Note that these rows wait."""
    connection.executemany(
        "INSERT INTO waits (kind, row, tries, not_before, held) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (kind, row) DO UPDATE SET tries = excluded.tries,"
        " not_before = excluded.not_before, held = excluded.held",
        [(kind, wait.row, wait.tries, wait.not_before, wait.held) for wait in waits],
    )


def release(connection: sqlite3.Connection, kind: str, rows: Sequence[int]) -> None:
    """End the waiting of these rows."""
    connection.execute(
        "DELETE FROM waits WHERE kind = ? AND row IN (SELECT value FROM json_each(?))",
        (kind, orjson.dumps(rows).decode()),
    )


def of(connection: sqlite3.Connection, kind: str) -> dict[int, Wait]:
    """Return all rows of a kind that wait, or have waited and are not settled."""
    rows = connection.execute(
        "SELECT row, tries, not_before, held FROM waits WHERE kind = ?", (kind,)
    )
    return {row[0]: Wait(row[0], row[1], row[2], bool(row[3])) for row in rows}


def forget_old(connection: sqlite3.Connection, before: datetime) -> None:
    """Drop what has long been over."""
    connection.execute("DELETE FROM waits WHERE not_before < ?", (iso(before),))
