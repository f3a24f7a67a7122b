"""The record of a period as a log: every entry, and from the tables beside it who and what is meant.

Reads only, for the operator's exports; nothing here is scoped by a seat.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from msgspec import Struct

from flows.model.reminder_kinds import ReminderKind, reminder_kind


class LogEntry(Struct, frozen=True):
    """One entry of the record."""

    entry_id: int
    kind: str
    at: str
    unit_id: int | None
    indicator: int | None
    revision: int | None
    seat_id: int | None
    body: dict[str, Any]
    hash: str


class SeatPlace(Struct, frozen=True):
    """A seat, or an invitation to one: its role, where it is, and the person's (or the link's) name."""

    role: str
    unit_id: int | None
    region_id: int | None
    name: str


class Reminded(Struct, frozen=True):
    """One line of the log of reminders, with the seat of who sent it by hand."""

    campaign_id: int
    at: str
    unit_id: int
    seat_id: int | None
    kind: ReminderKind
    day: str
    outcome: str
    reason: str | None
    campaign: int | None
    sender: int | None


def periods(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Code and state of every period, the newest last."""
    return connection.execute("SELECT code, state FROM periods ORDER BY id").fetchall()


def entries(
    connection: sqlite3.Connection, period_id: int, after: int = 0, limit: int = -1
) -> Iterator[LogEntry]:
    """Yield the record of a period, oldest first: what comes behind an entry, `limit` at most."""
    rows = connection.execute(
        "SELECT id, kind, at, unit_id, indicator, revision, seat_id, body, hash FROM record"
        " WHERE period_id = ? AND id > ? ORDER BY id LIMIT ?",
        (period_id, after, limit),
    )
    for entry_id, kind, at, unit_id, indicator, revision, seat_id, body, digest in rows:
        details = orjson.loads(body)
        yield LogEntry(entry_id, kind, at, unit_id, indicator, revision, seat_id, details, digest)


def seats(
    connection: sqlite3.Connection, only: Iterable[int] | None = None
) -> dict[int, SeatPlace]:
    """Return every seat that there is or was, or those with these numbers."""
    query = (
        "SELECT s.id, s.role, s.unit_id, s.region_id, p.name FROM seats s"
        " JOIN persons p ON p.id = s.person_id"
    )
    return {number: SeatPlace(*rest) for number, *rest in _some(connection, query, "s.id", only)}


def invitations(
    connection: sqlite3.Connection, only: Iterable[int] | None = None
) -> dict[int, SeatPlace]:
    """Return every invitation, or those with these numbers, with its label; never its token."""
    query = "SELECT id, role, unit_id, region_id, label FROM invitations"
    return {number: SeatPlace(*rest) for number, *rest in _some(connection, query, "id", only)}


def recipients(
    connection: sqlite3.Connection, only: Iterable[int] | None = None
) -> dict[int, dict[str, int]]:
    """Return what became of the recipients of reminders by hand (all, or these), counted by state."""
    by_campaign: dict[int, dict[str, int]] = {}
    query = "SELECT campaign_id, state, count(*) FROM campaign_recipients"
    counted = "GROUP BY campaign_id, state"
    for campaign_id, state, count in _some(connection, query, "campaign_id", only, counted):
        by_campaign.setdefault(campaign_id, {})[state] = count
    return by_campaign


def _some(
    connection: sqlite3.Connection,
    query: str,
    column: str,
    only: Iterable[int] | None,
    end: str = "",
) -> sqlite3.Cursor:
    """Run a query for all rows, or for those with some numbers."""
    if only is None:
        return connection.execute(f"{query} {end}")
    given = orjson.dumps(sorted(only)).decode()
    where = f"WHERE {column} IN (SELECT value FROM json_each(?))"
    return connection.execute(f"{query} {where} {end}", (given,))


def reminders(connection: sqlite3.Connection, period_id: int) -> Iterator[Reminded]:
    """Yield every reminder that was sent, withheld or lapsed, oldest first."""
    rows = connection.execute(
        "SELECT r.id, r.at, r.unit_id, r.seat_id, r.kind, r.day, r.outcome, r.reason,"
        " r.campaign_id, c.seat_id FROM reminders r LEFT JOIN campaigns c ON c.id = r.campaign_id"
        " WHERE r.period_id = ? ORDER BY r.id",
        (period_id,),
    )
    return (
        Reminded(row[0], row[1], row[2], row[3], reminder_kind(row[4]), *row[5:]) for row in rows
    )


def sendings(
    connection: sqlite3.Connection, period_id: int, units: Iterable[int]
) -> dict[tuple[int, int], str]:
    """Return when each (unit, indicator) of these units was first sent for checking."""
    rows = connection.execute(
        "SELECT unit_id, indicator, min(at) FROM record INDEXED BY record_moves"
        " WHERE period_id = ? AND kind = 'move' AND unit_id IN (SELECT value FROM json_each(?))"
        " AND json_extract(body, '$.action') = 'submit' GROUP BY unit_id, indicator",
        (period_id, orjson.dumps(list(units)).decode()),
    )
    return {(unit_id, indicator): at for unit_id, indicator, at in rows}
