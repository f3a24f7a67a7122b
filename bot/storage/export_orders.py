"""Workbooks of answers or totals that staff asked for in chat, until they are made and on their way."""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import asdict

from flows.model.paper_changes import OrderExport

EXPORT_ORDERS = (
    # `wanted`: the fields of `OrderExport`.
    """CREATE TABLE export_orders (
        id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL,
        period_id INTEGER NOT NULL REFERENCES periods (id),
        seat_id INTEGER REFERENCES seats (id), wanted TEXT NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'made', 'failed')))
        STRICT""",
    "CREATE INDEX export_orders_waiting ON export_orders (id) WHERE state = 'waiting'",
)


class ExportOrder(Struct, frozen=True):
    """One workbook that is waited for, of the period with this code."""

    id: int
    chat_id: int
    period: str
    wanted: OrderExport
    period_id: int
    trial: bool


def order(
    connection: sqlite3.Connection,
    wanted: OrderExport,
    chat_id: int,
    period_id: int,
    seat_id: int | None,
    now: str,
) -> None:
    """Note that a workbook is wanted in a chat."""
    connection.execute(
        "INSERT INTO export_orders (chat_id, period_id, seat_id, wanted, at) VALUES (?, ?, ?, ?, ?)",
        (chat_id, period_id, seat_id, orjson.dumps(asdict(wanted)).decode(), now),
    )


def waiting(connection: sqlite3.Connection) -> ExportOrder | None:
    """Return the oldest order, of a seat that is still held; others come to nothing."""
    connection.execute(
        "UPDATE export_orders SET state = 'failed' WHERE state = 'waiting' AND seat_id IN"
        " (SELECT id FROM seats WHERE until IS NOT NULL OR suspended_at IS NOT NULL)"
    )
    row: tuple[Any, ...] | None = connection.execute(
        "SELECT e.id, e.chat_id, p.code, e.wanted, p.id, p.trial FROM export_orders e"
        " JOIN periods p ON p.id = e.period_id WHERE e.state = 'waiting' ORDER BY e.id LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    wanted = OrderExport(**orjson.loads(row[3]))
    return ExportOrder(row[0], row[1], row[2], wanted, row[4], bool(row[5]))


def settle(connection: sqlite3.Connection, order_id: int, *, made: bool) -> None:
    """Note that a workbook is made, or that none could be."""
    state = "made" if made else "failed"
    connection.execute("UPDATE export_orders SET state = ? WHERE id = ?", (state, order_id))
