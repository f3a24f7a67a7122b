"""Papers that somebody asked for in chat, until they are made and on their way."""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson
from msgspec import Struct

from bot.storage.paper_rows import PaperRow
from flows.model.facts import Seat
from flows.model.outcome import OrderPaper
from flows.staff.staff_papers import MINUTES


class PaperOrder(Struct, frozen=True):
    """One paper that is waited for; `subject` are the fields of `papers.making.PaperSubject`.

    `again` is the code of a paper that was made before, and whose file is wanted once more.
    """

    id: int
    chat_id: int
    period_id: int
    seat_id: int | None
    subject: dict[str, Any]
    format: str
    again: str | None = None

    @property
    def closing(self) -> int | None:
        """The entry by which the season was closed that the paper ends; None for any other paper.

        None as well where the paper was made before: the record has its hash already.
        """
        if self.again is not None or self.subject["kind"] == MINUTES:
            return None
        entry: int | None = self.subject["parameters"].get("entry")
        return entry


def order(
    connection: sqlite3.Connection,
    wanted: OrderPaper,
    chat_id: int,
    period_id: int,
    seat: Seat | None,
    now: str,
) -> None:
    """Note that a paper is wanted in a chat."""
    subject = {
        "kind": wanted.kind,
        "region_id": wanted.region_id,
        "unit_id": wanted.unit_id,
        "province": wanted.province,
        "parameters": {
            name: value
            for name, value in (("entry", wanted.entry), ("message", wanted.message_id))
            if value is not None
        },
    }
    connection.execute(
        "INSERT INTO paper_orders (chat_id, period_id, seat_id, subject, format, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            chat_id,
            period_id,
            seat.id if seat else None,
            orjson.dumps(subject).decode(),
            wanted.format,
            now,
        ),
    )


def waiting(connection: sqlite3.Connection) -> PaperOrder | None:
    """Return the oldest paper that is waited for."""
    row = connection.execute(
        "SELECT id, chat_id, period_id, seat_id, subject, format, code FROM paper_orders"
        " WHERE state = 'waiting' ORDER BY id LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    order_id, chat_id, period_id, seat_id, subject, form, code = row
    return PaperOrder(order_id, chat_id, period_id, seat_id, orjson.loads(subject), form, code)


def left(connection: sqlite3.Connection, order: PaperOrder) -> int:
    """Return how many more papers the same chat waits for."""
    row = connection.execute(
        "SELECT count(*) FROM paper_orders WHERE state = 'waiting' AND chat_id = ? AND id <> ?",
        (order.chat_id, order.id),
    ).fetchone()
    return int(row[0])


def again(connection: sqlite3.Connection, row: PaperRow, chat_id: int, now: str) -> None:
    """Have a paper made once more for a chat: its file is gone before it was sent."""
    subject = {
        "kind": row.kind,
        "region_id": row.region_id,
        "unit_id": row.unit_id,
        "province": row.province,
        "parameters": orjson.loads(row.parameters),
    }
    connection.execute(
        "INSERT INTO paper_orders (chat_id, period_id, seat_id, subject, format, code, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            chat_id,
            row.period_id,
            row.seat_id,
            orjson.dumps(subject).decode(),
            row.format,
            row.code,
            now,
        ),
    )


def settle(connection: sqlite3.Connection, order_id: int, code: str | None) -> None:
    """Note that a paper is made, or that none could be (`code` None)."""
    connection.execute(
        "UPDATE paper_orders SET state = ?, code = ? WHERE id = ?",
        ("made" if code else "failed", code, order_id),
    )
