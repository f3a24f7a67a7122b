"""What reminders brought: offices that did not move after them, and effects by kind; digests as rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo

import orjson
from msgspec import Struct

from bot.clock import iso, parse
from bot.storage import due
from bot.storage.roster import Roster
from flows.model.outreach import Recent, ReminderEffect, Unanswered
from flows.model.reminder_kinds import reminder_kind

LAST = "last"
"""Why no digest follows this one."""
STEP = (
    "(k.kind IN ('answer', 'evidence')"
    " OR (k.kind IN ('move', 'note') AND json_extract(k.body, '$.role') = 'contact'))"
)
"""What an office does of its own: answers, proof, sending, asking back."""


def unanswered(
    connection: sqlite3.Connection, period_id: int, units: Iterable[int], zone: tzinfo
) -> dict[int, Unanswered]:
    """Return the days on which each unit was reminded since its last step, or since somebody new joined."""
    rows = connection.execute(
        "WITH stepped AS (SELECT k.unit_id AS unit_id, max(k.at) AS at FROM record k"
        f" WHERE k.period_id = :period AND ({STEP} OR k.kind = 'joined') GROUP BY k.unit_id)"
        " SELECT r.unit_id, count(DISTINCT r.day), min(r.at) FROM reminders r"
        " LEFT JOIN stepped s ON s.unit_id = r.unit_id WHERE r.period_id = :period"
        " AND r.outcome = 'sent' AND r.at > coalesce(s.at, '')"
        " AND r.unit_id IN (SELECT value FROM json_each(:units)) GROUP BY r.unit_id",
        {"period": period_id, "units": orjson.dumps(list(units)).decode()},
    )
    return {unit: Unanswered(days, parse(since).astimezone(zone)) for unit, days, since in rows}


def effects(
    connection: sqlite3.Connection, period_id: int, units: Iterable[int], since: datetime
) -> list[ReminderEffect]:
    """Return reminders since then by kind, an office and day once, and those with a step within 24 hours."""
    rows = connection.execute(
        "SELECT kind, count(*), sum(answered) FROM (SELECT r.kind AS kind, max(EXISTS ("
        "SELECT 1 FROM record k WHERE k.unit_id = r.unit_id AND k.period_id = r.period_id"
        f" AND {STEP} AND k.at >= r.at"
        " AND k.at <= strftime('%Y-%m-%dT%H:%M:%SZ', r.at, '+1 day'))) AS answered"
        " FROM reminders r WHERE r.period_id = ? AND r.outcome = 'sent' AND r.at >= ?"
        " AND r.unit_id IN (SELECT value FROM json_each(?)) GROUP BY r.kind, r.unit_id, r.day)"
        " GROUP BY kind ORDER BY count(*) DESC, kind",
        (period_id, iso(since), orjson.dumps(list(units)).decode()),
    )
    return [ReminderEffect(reminder_kind(kind), sent, answered) for kind, sent, answered in rows]


def recent(
    connection: sqlite3.Connection,
    roster: Roster,
    units: Sequence[int],
    days: Mapping[int, tuple[date, tzinfo]],
) -> dict[int, Recent]:
    """Return what is known of the contacts of units; `days` has each region's day and zone."""
    groups: dict[tuple[date, tzinfo], list[int]] = {}
    for unit in units:
        groups.setdefault(days[roster.units[unit].region_id], []).append(unit)
    by_chat: dict[int, Recent] = {}
    for (day, zone), members in groups.items():
        by_chat |= due.recent(connection, members, day, zone)
    return by_chat


def staff(connection: sqlite3.Connection) -> list[tuple[int, int | None]]:
    """Return the seats that get a digest: seat, region."""
    return connection.execute(
        "SELECT id, region_id FROM seats WHERE until IS NULL"
        " AND role IN ('coordinator', 'secretary', 'bureau', 'kanwil')"
    ).fetchall()


def plan_digests(
    connection: sqlite3.Connection, rows: Sequence[tuple[int, date, datetime]]
) -> None:
    """Plan digests (seat, Monday, moment), each once."""
    connection.executemany(
        "INSERT OR IGNORE INTO staff_due (seat_id, kind, day, due_at) VALUES (?, 'digest', ?, ?)",
        [(seat, day.isoformat(), iso(at)) for seat, day, at in rows],
    )


class DueDigest(Struct, frozen=True):
    """A digest whose hour has come."""

    id: int
    seat_id: int
    monday: date


def next_digest(connection: sqlite3.Connection, now: datetime) -> DueDigest | None:
    """Return the digest that has waited longest of those whose hour has come."""
    row = connection.execute(
        "SELECT d.id, d.seat_id, d.day FROM staff_due d WHERE d.state = 'waiting'"
        " AND d.kind = 'digest' AND d.due_at <= ? ORDER BY d.due_at, d.id LIMIT 1",
        (iso(now),),
    ).fetchone()
    return None if row is None else DueDigest(row[0], row[1], date.fromisoformat(row[2]))


def settle_digest(
    connection: sqlite3.Connection,
    row_id: int,
    state: str,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Write that a digest is sent, or lapsed with the reason."""
    connection.execute(
        "UPDATE staff_due SET state = ?, reason = ?, settled_at = ? WHERE id = ?",
        (state, reason, iso(at) if at else None, row_id),
    )


def digests_ended(connection: sqlite3.Connection, seat_id: int) -> datetime | None:
    """Return when this seat got the digest that ends them; None where it did not."""
    row = connection.execute(
        "SELECT max(settled_at) FROM staff_due WHERE seat_id = ? AND kind = 'digest' AND reason = ?",
        (seat_id, LAST),
    ).fetchone()
    return parse(row[0]) if row[0] else None


def postpone_digest(connection: sqlite3.Connection, row_id: int, until: datetime) -> None:
    """Ask about a digest again at `until`, in working hours."""
    connection.execute("UPDATE staff_due SET due_at = ? WHERE id = ?", (iso(until), row_id))
