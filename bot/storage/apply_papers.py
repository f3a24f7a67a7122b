"""Writes the changes about papers that a step asked for; the caller holds the transaction."""

from __future__ import annotations

import sqlite3

from bot.storage import export_orders, paper_check_rows, paper_orders, paper_rows
from flows.model.facts import Seat
from flows.model.outcome import OrderPaper
from flows.model.paper_changes import CheckPaper, OrderExport, PaperChange, SetPaperSettings


def write(
    connection: sqlite3.Connection,
    change: PaperChange | OrderPaper,
    chat_id: int,
    made_by: tuple[int | None, Seat | None],
    now: str,
) -> None:
    """Note what is to be made or compared in a chat, or what stands on papers; `made_by` period and seat."""
    period_id, seat = made_by
    match change:
        case CheckPaper():
            paper_check_rows.ask(connection, change, chat_id, now)
        case OrderExport():
            assert period_id is not None, "exports are of a period"
            seat_id = seat.id if seat else None
            export_orders.order(connection, change, chat_id, period_id, seat_id, now)
        case OrderPaper():
            assert period_id is not None, "papers are of a period"
            paper_orders.order(connection, change, change.chat_id or chat_id, period_id, seat, now)
        case SetPaperSettings(settings):
            assert period_id is not None, "papers are of a period"
            paper_rows.save_settings(
                connection, period_id, settings, now, seat.id if seat else None
            )
