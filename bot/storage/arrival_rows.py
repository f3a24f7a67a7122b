"""Work that came to reviewers: noted by the step that brought it, told when its hour is over, each once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.clock import iso, parse
from bot.storage.roster import Roster
from flows.model.roles import Role
from flows.staff.arrivals import HEARING, HOUR, ReviewerNotices, hour_of

KIND = "arrivals"
OF_REGION = frozenset({Role.COORDINATOR, Role.SECRETARY})
"""Reviewers whose desk is a region's; that of the others is a province's."""
ROLES = ", ".join(f"'{role}'" for role in sorted(HEARING))


def note(
    connection: sqlite3.Connection, period_id: int, unit_id: int, role: Role, now: datetime
) -> None:
    """Note that an office has brought work to a desk; a second time within the hour is the same row."""
    hour = hour_of(now)
    connection.execute(
        "INSERT OR IGNORE INTO arrivals (period_id, unit_id, role, hour, due_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (period_id, unit_id, str(role), iso(hour), iso(hour + HOUR)),
    )


def spread(connection: sqlite3.Connection, roster: Roster, now: datetime, most: int) -> int:
    """Turn what is due into a row for each seat that it concerns, once a seat and hour; how many were due."""
    rows = connection.execute(
        "SELECT id, period_id, unit_id, role, hour FROM arrivals WHERE state = 'waiting'"
        " AND due_at <= ? ORDER BY due_at, id LIMIT ?",
        (iso(now), most),
    ).fetchall()
    if not rows:
        return 0
    seats = _seats(connection)
    wanted: dict[tuple[int, str], None] = {}
    for _, period_id, unit_id, role, hour in rows:
        unit = roster.units.get(unit_id)
        if unit is not None and period_id == roster.period.id:
            region = unit.region_id
            place = region if role in OF_REGION else roster.provinces[region]
            wanted |= dict.fromkeys((seat, hour) for seat in seats.get((role, place), ()))
    connection.executemany(
        "INSERT OR IGNORE INTO staff_due (seat_id, kind, day, due_at) VALUES (?, ?, ?, ?)",
        [(seat, KIND, hour, iso(now)) for seat, hour in wanted],
    )
    connection.executemany(
        "UPDATE arrivals SET state = 'done' WHERE id = ?", [(row[0],) for row in rows]
    )
    return len(rows)


def _seats(connection: sqlite3.Connection) -> dict[tuple[str, Any], list[int]]:
    """Return the seats of reviewers by role and place: a region's, or a province's."""
    seats: dict[tuple[str, Any], list[int]] = {}
    rows = connection.execute(
        "SELECT id, role, region_id, province FROM seats WHERE until IS NULL"
        f" AND suspended_at IS NULL AND role IN ({ROLES})"
    )
    for seat_id, role, region, province in rows:
        place = region if role in OF_REGION else province
        seats.setdefault((role, place), []).append(seat_id)
    return seats


class DueNotice(Struct, frozen=True):
    """A seat that is to be told: its rows, and the hour of the earliest."""

    seat_id: int
    rows: list[int]
    hour: datetime


def next_due(connection: sqlite3.Connection, now: datetime) -> DueNotice | None:
    """Return the seat that has waited longest of those to be told by now."""
    row = connection.execute(
        "SELECT seat_id, group_concat(id), min(day) FROM staff_due WHERE state = 'waiting'"
        " AND kind = ? AND due_at <= ? GROUP BY seat_id ORDER BY min(due_at), seat_id LIMIT 1",
        (KIND, iso(now)),
    ).fetchone()
    if row is None:
        return None
    seat_id, ids, hour = row
    return DueNotice(seat_id, sorted(map(int, ids.split(","))), parse(hour))


def heard(connection: sqlite3.Connection, seat_id: int, since: datetime) -> ReviewerNotices:
    """Return what the person on this seat was told on any of their seats; `since` is where the day began."""
    last, today, muted = connection.execute(
        "SELECT max(d.settled_at), coalesce(sum(d.settled_at >= ?), 0),"
        " (SELECT muted_since FROM reviewers WHERE seat_id = me.id) FROM seats me"
        " JOIN seats o ON o.person_id = me.person_id LEFT JOIN staff_due d ON d.seat_id = o.id"
        " AND d.kind = ? AND d.state = 'done' AND d.reason IS NULL WHERE me.id = ?",
        (iso(since), KIND, seat_id),
    ).fetchone()
    return ReviewerNotices(parse(last) if last else None, today, muted is not None)


def settle(
    connection: sqlite3.Connection,
    rows: Iterable[int],
    state: str,
    reason: str | None,
    now: datetime,
) -> None:
    """Settle rows of one seat by one decision: only the last of them stands for a message."""
    *merged, last = rows
    settled = [(state, reason or "merged", iso(now), row) for row in merged]
    connection.executemany(
        "UPDATE staff_due SET state = ?, reason = ?, settled_at = ? WHERE id = ?",
        [*settled, (state, reason, iso(now), last)],
    )


def postpone(connection: sqlite3.Connection, rows: Iterable[int], until: datetime) -> None:
    """Ask about rows again at `until`; the hour, which makes a row unique, stays."""
    connection.executemany(
        "UPDATE staff_due SET due_at = ? WHERE id = ?", [(iso(until), row) for row in rows]
    )


def knows(connection: sqlite3.Connection, seat_id: int, now: datetime) -> None:
    """Note that the reviewer of this seat was told, or has seen for themselves, all that waits by now."""
    connection.execute(
        "INSERT INTO reviewers (seat_id, knows_until) VALUES (?, ?)"
        " ON CONFLICT (seat_id) DO UPDATE SET knows_until = excluded.knows_until",
        (seat_id, iso(now)),
    )


def known_until(connection: sqlite3.Connection, seat_id: int) -> datetime | None:
    """Return until when the reviewer of this seat knows what waits; None where that is not known."""
    row = connection.execute(
        "SELECT knows_until FROM reviewers WHERE seat_id = ?", (seat_id,)
    ).fetchone()
    return parse(row[0]) if row and row[0] else None


def mute(connection: sqlite3.Connection, seat_id: int, since: str | None) -> None:
    """Send no news of work from `since` on; None sends it again."""
    connection.execute(
        "INSERT INTO reviewers (seat_id, muted_since) VALUES (?, ?)"
        " ON CONFLICT (seat_id) DO UPDATE SET muted_since = excluded.muted_since",
        (seat_id, since),
    )


def is_muted(connection: sqlite3.Connection, seat_id: int) -> bool:
    """Tell whether the reviewer of this seat wants no news."""
    row = connection.execute(
        "SELECT 1 FROM reviewers WHERE seat_id = ? AND muted_since IS NOT NULL", (seat_id,)
    ).fetchone()
    return row is not None
