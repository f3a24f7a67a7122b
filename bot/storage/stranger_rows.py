"""Who has no seat, and when such people were answered last."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import orjson

from bot.clock import iso

PAUSE = timedelta(minutes=10)
"""Between two answers to somebody without a seat."""


def known(connection: sqlite3.Connection, users: Iterable[int]) -> set[int]:
    """Return those of `users` who hold a seat, or have a forwarded question open."""
    asked = orjson.dumps(list(users)).decode()
    rows = connection.execute(
        "SELECT p.telegram_id FROM persons p JOIN seats s ON s.person_id = p.id"
        " WHERE s.until IS NULL AND s.suspended_at IS NULL"
        " AND p.telegram_id IN (SELECT value FROM json_each(?1))"
        " UNION SELECT chat_id FROM focus WHERE chat_id IN (SELECT value FROM json_each(?1))"
        " AND json_extract(state, '$.request') IS NOT NULL",
        (asked,),
    )
    return {row[0] for row in rows}


def forget(connection: sqlite3.Connection, users: Iterable[int]) -> None:
    """Forget users who are known now; should they lose their seat, they are answered at once."""
    connection.executemany(
        "DELETE FROM strangers WHERE key IN ('p' || ?1, 'l' || ?1, 'g' || ?1)",
        [(user,) for user in users],
    )


def marked(connection: sqlite3.Connection, users: Iterable[int]) -> set[int]:
    """Return those of `users` for whom a pause is running."""
    rows = connection.execute(
        "SELECT u.value FROM json_each(?) u"
        " WHERE EXISTS (SELECT 1 FROM strangers WHERE key = 'p' || u.value)",
        (orjson.dumps(list(users)).decode(),),
    )
    return {row[0] for row in rows}


def with_board(connection: sqlite3.Connection, chats: Iterable[int]) -> set[int]:
    """Return those groups in which a seat has switched a board on."""
    rows = connection.execute(
        "SELECT chat_id FROM boards WHERE state = 'on'"
        " AND chat_id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(chats)).decode(),),
    )
    return {row[0] for row in rows}


def answered(connection: sqlite3.Connection, keys: Iterable[str], now: datetime) -> dict[str, int]:
    """Return how often each of these was answered in the pause that is running."""
    rows = connection.execute(
        "SELECT key, answers FROM strangers WHERE at > ?"
        " AND key IN (SELECT value FROM json_each(?))",
        (iso(now - PAUSE), orjson.dumps(list(keys)).decode()),
    )
    return dict(rows.fetchall())


def waiting(connection: sqlite3.Connection) -> int:
    """Return how many letters to strangers wait."""
    count: int = connection.execute(
        "SELECT count(*) FROM outbox WHERE state = 'queued' AND stranger = 1"
    ).fetchone()[0]
    return count


def note(connection: sqlite3.Connection, counts: Mapping[str, int], now: datetime) -> None:
    """Keep how often each was answered; a pause begins with its first answer."""
    connection.executemany(
        "INSERT INTO strangers (key, at, answers) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE"
        " SET answers = ?3, at = CASE WHEN at > ?4 THEN at ELSE ?2 END",
        [(key, iso(now), count, iso(now - PAUSE)) for key, count in counts.items()],
    )


def forget_old(connection: sqlite3.Connection, now: datetime) -> None:
    """Drop what no pause depends on any more."""
    connection.execute("DELETE FROM strangers WHERE at <= ?", (iso(now - PAUSE),))
