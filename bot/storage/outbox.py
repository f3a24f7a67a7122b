"""Messages that are to be sent: written in the unit of work, read by the delivery, marked when done."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(slots=True)
class Letter:
    """One call of the Bot API that is to be made. `chat_id` 0: it belongs to no chat's order."""

    id: int
    chat_id: int
    method: str
    payload: dict[str, Any]
    bulk: bool = False
    campaign_id: int | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a letter: sent, failed, unreachable or dropped."""

    letter_id: int
    state: str
    message_id: int | None = None
    error: str | None = None


def put(connection: sqlite3.Connection, letter: Letter, now: str) -> Letter:
    """Queue a letter; returns it with its id."""
    cursor = connection.execute(
        "INSERT INTO outbox (chat_id, bulk, method, payload, created_at, campaign_id)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            letter.chat_id,
            letter.bulk,
            letter.method,
            orjson.dumps(letter.payload).decode(),
            now,
            letter.campaign_id,
        ),
    )
    letter.id = cursor.lastrowid or 0
    return letter


def queued(connection: sqlite3.Connection) -> list[Letter]:
    """Everything that a former run left unsent, in order."""
    rows = connection.execute(
        "SELECT id, chat_id, method, payload, bulk, campaign_id, attempts FROM outbox"
        " WHERE state = 'queued' ORDER BY id"
    )
    return [
        Letter(row[0], row[1], row[2], orjson.loads(row[3]), bool(row[4]), row[5], row[6])
        for row in rows
    ]


def mark(connection: sqlite3.Connection, marks: Sequence[Mark], now: str) -> None:
    """Note what became of letters."""
    connection.executemany(
        "UPDATE outbox SET state = ?, done_at = ?, message_id = ?, error = ? WHERE id = ?",
        [(one.state, now, one.message_id, one.error, one.letter_id) for one in marks],
    )


def finished_campaigns(
    connection: sqlite3.Connection, now: str
) -> list[tuple[int, int, dict[str, int]]]:
    """Reminders whose last letter is done: (id, chat to tell, counts by state); told once."""
    rows = connection.execute(
        "SELECT id, chat_id FROM campaigns c WHERE started_at IS NOT NULL AND finished_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM outbox WHERE campaign_id = c.id AND state = 'queued')"
    ).fetchall()
    found = []
    for campaign_id, chat_id in rows:
        counts = dict(
            connection.execute(
                "SELECT state, count(*) FROM outbox WHERE campaign_id = ? GROUP BY state",
                (campaign_id,),
            )
        )
        connection.execute("UPDATE campaigns SET finished_at = ? WHERE id = ?", (now, campaign_id))
        found.append((campaign_id, chat_id, counts))
    return found
