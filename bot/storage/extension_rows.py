"""Requests of a Bagian Hukum for a later last day of one office, and what the Kanwil answered."""

from __future__ import annotations

import sqlite3
from datetime import date

from bot.storage.roster import Roster
from flows.model.extensions import ExtensionRequest
from flows.model.facts import Contact
from flows.model.outcome import RequestExtension, SettleExtension


def ask(
    connection: sqlite3.Connection,
    request_id: int,
    change: RequestExtension,
    seat_id: int,
    now: str,
) -> None:
    """Create a request under the number of its entry in the record."""
    connection.execute(
        "INSERT INTO extension_requests (id, unit_id, seat_id, until, reason, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (request_id, change.unit_id, seat_id, change.until.isoformat(), change.reason, now),
    )


def settle(connection: sqlite3.Connection, change: SettleExtension, by: str, now: str) -> None:
    """Write the answer to a request; the first one stands."""
    connection.execute(
        "UPDATE extension_requests SET settled_at = ?, settled_by = ?, granted = ?"
        " WHERE id = ? AND settled_at IS NULL",
        (now, by, int(change.granted), change.request_id),
    )


def find(connection: sqlite3.Connection, request_id: int) -> ExtensionRequest | None:
    """Return a request, with the chat of whoever made it while that seat is held and can be written to."""
    row = connection.execute(
        "SELECT r.id, r.unit_id, r.until, r.reason, p.name,"
        " CASE WHEN s.until IS NULL AND p.unreachable_since IS NULL THEN p.telegram_id END,"
        " r.settled_by, r.granted FROM extension_requests r JOIN seats s ON s.id = r.seat_id"
        " JOIN persons p ON p.id = s.person_id WHERE r.id = ?",
        (request_id,),
    ).fetchone()
    if row is None:
        return None
    until, granted = date.fromisoformat(row[2]), bool(row[7])
    return ExtensionRequest(row[0], row[1], until, row[3], row[4], row[5], row[6], granted)


def granters(connection: sqlite3.Connection, roster: Roster, region_id: int) -> tuple[Contact, ...]:
    """Return the seats of the Kanwil of a region's province."""
    rows = connection.execute(
        "SELECT p.name, p.telegram_id, s.id, p.unreachable_since FROM seats s"
        " JOIN persons p ON p.id = s.person_id WHERE s.until IS NULL AND s.suspended_at IS NULL"
        " AND s.role = 'kanwil' AND s.province = ? ORDER BY s.id",
        (roster.provinces[region_id],),
    )
    return tuple(Contact(name, chat, number, since is None) for name, chat, number, since in rows)
