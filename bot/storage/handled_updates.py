"""Which updates have been handled, and those that could not be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import orjson

from bot.clock import iso, parse
from bot.storage import stranger_rows, waits

KEPT = timedelta(hours=48)
"""Ids restart after a quiet week and Telegram redelivers for 24 hours, so two days are safe."""
BETWEEN_BEATS = timedelta(minutes=1)
"""The last sign of life is at most this much older than the last thing that was done."""


def already_handled(connection: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Return those of `ids` that are done; membership, never "greater than" (ids may come out of order)."""
    rows = connection.execute(
        "SELECT update_id FROM handled WHERE update_id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(ids)).decode(),),
    )
    return {row[0] for row in rows}


def mark_handled(connection: sqlite3.Connection, ids: Sequence[int], now: str) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO handled (update_id, at) SELECT value, ? FROM json_each(?)",
        (now, orjson.dumps(ids).decode()),
    )


def forget_old(connection: sqlite3.Connection, now: datetime) -> None:
    """Drop handled ids older than 48 hours, and what nobody waits for any more."""
    connection.execute("DELETE FROM handled WHERE at < ?", (iso(now - KEPT),))
    stranger_rows.forget_old(connection, now)
    waits.forget_old(connection, now - KEPT)


def keep_failed(
    connection: sqlite3.Connection, update_id: int, body: str, error: str, now: str
) -> int:
    """Keep a poisoned update with its error for the operator; returns the code that the person is told."""
    cursor = connection.execute(
        "INSERT INTO failed_updates (update_id, at, body, error) VALUES (?, ?, ?, ?)",
        (update_id, now, body, error),
    )
    return cursor.lastrowid or 0


def beat(connection: sqlite3.Connection, now: datetime, **noted: str) -> None:
    """Write the heartbeat by which a later start knows how long the bot was away, with what else is noted."""
    connection.executemany(
        "INSERT INTO settings (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [("heartbeat", iso(now)), *noted.items()],
    )


def away_since(connection: sqlite3.Connection) -> datetime | None:
    """Return the last heartbeat of a former life."""
    row = connection.execute("SELECT value FROM settings WHERE name = 'heartbeat'").fetchone()
    return None if row is None else parse(row[0])


def in_mid_question(
    connection: sqlite3.Connection, since: datetime, active: timedelta
) -> list[tuple[int, str]]:
    """Return who had a question open when the bot went and has not gone on since: chats and names."""
    return connection.execute(
        "SELECT f.chat_id, p.name FROM focus f JOIN persons p ON p.telegram_id = f.chat_id"
        " WHERE f.at BETWEEN ? AND ? AND json_extract(f.state, '$.indicator') IS NOT NULL",
        (iso(since - active), iso(since + BETWEEN_BEATS)),
    ).fetchall()
