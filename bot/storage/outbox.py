"""Messages that are to be sent: written in the unit of work, read by the delivery, marked when done."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson
from msgspec import Struct

from bot.storage import waits
from bot.storage.waits import Wait

ROWS = 50


class OutboxMessage(Struct):
    """One call of the Bot API that is to be made. `chat_id` 0: it belongs to no chat's order.

    `body` is the payload as the outbox keeps it, once serialized. A letter is not sent after
    `not_after` (ISO 8601, UTC); `reminder_id` is its line in the log of reminders. `name` is that of
    its template, `update_id` the update that it answers. `prompt`: its buttons write for the question that is
    open; `supersedes`: it ends the prompt before it; `sends`: seat and indicator of each answer that its
    reader has sent by it; none of them outlives the process. `stranger`: somebody without a seat caused it.
    `wait`: what it had to wait for when it was read.
    """

    id: int
    chat_id: int
    method: str
    payload: dict[str, Any]
    bulk: bool = False
    campaign_id: int | None = None
    body: str = ""
    not_after: str | None = None
    reminder_id: int | None = None
    name: str | None = None
    update_id: int | None = None
    prompt: bool = False
    supersedes: bool = False
    sends: tuple[tuple[int, int], ...] = ()
    stranger: bool = False
    wait: Wait | None = None


class DeliveryResult(Struct, frozen=True):
    """What became of a letter: sent, failed, unreachable or dropped; `moved_to`: its group has a new id."""

    letter_id: int
    state: str
    message_id: int | None = None
    error: str | None = None
    moved_to: int | None = None


def with_serialized_payload(letter: OutboxMessage) -> OutboxMessage:
    """Return the letter with its body, ready for the outbox; TypeError where its payload is no JSON.

    A step of its own, so that a payload that cannot be kept fails with the update that made it.
    """
    letter.body = orjson.dumps(letter.payload).decode()
    return letter


def put(connection: sqlite3.Connection, letters: Sequence[OutboxMessage], now: str) -> None:
    """Queue sealed letters in order and give them their ids; the caller holds the transaction.

    Many rows a statement: each statement lets the other thread in, which costs more than a row.
    """
    first: int = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM outbox").fetchone()[0]
    for letter_id, letter in enumerate(letters, first):
        letter.id = letter_id
    for start in range(0, len(letters), ROWS):
        part = letters[start : start + ROWS]
        rows = ", ".join([f"({', '.join('?' * 12)})"] * len(part))
        connection.execute(
            "INSERT INTO outbox (id, chat_id, bulk, method, payload, created_at, campaign_id,"
            " not_after, reminder_id, name, update_id, stranger)"
            f" VALUES {rows}",
            [
                value
                for one in part
                for value in (
                    one.id, one.chat_id, one.bulk, one.method, one.body, now, one.campaign_id,
                    one.not_after, one.reminder_id, one.name, one.update_id, one.stranger,
                )
            ],
        )  # fmt: skip


def queued(connection: sqlite3.Connection) -> list[OutboxMessage]:
    """Return everything that a former run left unsent, in order."""
    rows = connection.execute(
        "SELECT id, chat_id, method, payload, bulk, campaign_id, not_after, reminder_id, stranger"
        " FROM outbox WHERE state = 'queued' ORDER BY id"
    )
    held = waits.of(connection, waits.LETTER)
    return [
        OutboxMessage(
            row[0],
            row[1],
            row[2],
            orjson.loads(row[3]),
            bool(row[4]),
            row[5],
            not_after=row[6],
            reminder_id=row[7],
            stranger=bool(row[8]),
            wait=held.get(row[0]),
        )
        for row in rows
    ]


def waiting_of(connection: sqlite3.Connection, method: str, bodies: Sequence[str]) -> set[str]:
    """Return those of these bodies that wait in a letter of this method."""
    rows = connection.execute(
        "SELECT payload FROM outbox WHERE state = 'queued' AND method = ?"
        " AND payload IN (SELECT value FROM json_each(?))",
        (method, orjson.dumps(list(bodies)).decode()),
    )
    return {row[0] for row in rows}


def mark(connection: sqlite3.Connection, marks: Sequence[DeliveryResult], now: str) -> None:
    """Note what became of letters, in one statement."""
    rows = [(one.letter_id, one.state, one.message_id, one.error) for one in marks]
    connection.execute(
        "UPDATE outbox SET state = m.value ->> 1, done_at = ?, message_id = m.value ->> 2,"
        " error = m.value ->> 3 FROM json_each(?) m WHERE outbox.id = m.value ->> 0",
        (now, orjson.dumps(rows).decode()),
    )


def is_queued(connection: sqlite3.Connection, letter_id: int) -> bool:
    """Tell whether a letter still waits."""
    row = connection.execute(
        "SELECT 1 FROM outbox WHERE id = ? AND state = 'queued'", (letter_id,)
    ).fetchone()
    return row is not None
