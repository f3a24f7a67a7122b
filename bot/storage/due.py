"""Reminders as rows: what is planned and when, and the log of every one sent, withheld or lapsed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

import orjson
from msgspec import Struct

from bot.clock import iso, parse
from flows.model.facts import Stage
from flows.model.outreach import Recent
from flows.model.reminder_kinds import NUDGE, PROMISE, ReminderKind, reminder_kind

OPEN = (Stage.ASK, Stage.CLARIFY, Stage.ZERO, Stage.CONFIRM, Stage.REASON, Stage.EXPLAIN)
"""Stages in which a question waits for its answer."""
Planned = tuple[int, ReminderKind, date, datetime]
"""A reminder to come: of which unit, of which kind, for which local day, from which moment."""
LAST = 2**63 - 1
"""The greatest id that there can be."""


class DueReminder(Struct, frozen=True):
    """A reminder that is waiting: in which period, for which unit, of which kind, for which local day."""

    id: int
    period_id: int
    unit_id: int
    kind: ReminderKind
    day: date


class ReminderLogLine(Struct, frozen=True):
    """One line of the log; `reason` says why it was withheld or lapsed."""

    period_id: int
    unit_id: int
    seat_id: int | None
    kind: ReminderKind
    day: date
    outcome: str
    reason: str | None = None
    campaign_id: int | None = None


def end_others(connection: sqlite3.Connection, period_ids: Sequence[int]) -> None:
    """Let the rows of all periods but these lapse: nobody works with those any more."""
    connection.execute(
        "UPDATE due SET state = 'lapsed', reason = 'rescheduled' WHERE state = 'waiting'"
        " AND period_id NOT IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(period_ids)).decode(),),
    )


def plan(
    connection: sqlite3.Connection,
    period_id: int,
    wanted: Sequence[Planned],
    today: date,
    span: tuple[int, int] = (0, LAST),
) -> None:
    """Make the waiting rows those of `wanted` (unit, kind, local day, moment); what is done stays done.

    Days that are over are not planned any more; rows whose deadline has moved lapse. `span`: this is about
    units with ids behind the first, up to the second.
    """
    moments = {(unit, str(kind), day.isoformat()): at for unit, kind, day, at in wanted}
    rows = connection.execute(
        "SELECT id, unit_id, kind, day, state, reason FROM due WHERE period_id = ? AND day >= ?"
        " AND unit_id > ? AND unit_id <= ?",
        (period_id, today.isoformat(), *span),
    )
    # Compared here: a nation has a hundred thousand rows, and SQL would look through all for each.
    over, known = [], set()
    for row_id, unit, kind, day, state, reason in rows:
        if (unit, kind, day) not in moments:
            if state == "waiting" and kind != NUDGE:
                over.append((row_id,))
        elif reason != "rescheduled":
            known.add((unit, kind, day))
    connection.executemany(
        "UPDATE due SET state = 'lapsed', reason = 'rescheduled' WHERE id = ?", over
    )
    connection.executemany(
        "INSERT INTO due (period_id, unit_id, kind, day, due_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET state = 'waiting', reason = NULL",
        [
            (period_id, *key, iso(at))
            for key, at in moments.items()
            if key not in known and key[2] >= today.isoformat()
        ],
    )


def waiting(connection: sqlite3.Connection, now: datetime, most: int) -> list[DueReminder]:
    """Return what is due, the oldest first."""
    rows = connection.execute(
        "SELECT id, period_id, unit_id, kind, day FROM due WHERE state = 'waiting' AND due_at <= ?"
        " ORDER BY due_at, id LIMIT ?",
        (iso(now), most),
    )
    return [
        DueReminder(row_id, period_id, unit_id, reminder_kind(kind), date.fromisoformat(day))
        for row_id, period_id, unit_id, kind, day in rows
    ]


def superseded(
    connection: sqlite3.Connection, now: datetime, rows: Sequence[DueReminder]
) -> set[int]:
    """Return the ids of those rows behind which a later reminder of the same unit is due as well.

    The question for a promised figure is another one than what is still open: it stands for itself.
    """
    later_rows = connection.execute(
        "SELECT d.id FROM due d JOIN due later ON later.unit_id = d.unit_id"
        " AND later.period_id = d.period_id"
        " AND ? NOT IN (later.kind, d.kind) AND later.state = 'waiting'"
        " AND later.due_at <= ? AND (later.day, later.id) > (d.day, d.id)"
        " WHERE d.id IN (SELECT value FROM json_each(?))",
        (str(PROMISE), iso(now), orjson.dumps([row.id for row in rows]).decode()),
    )
    return {row[0] for row in later_rows}


def settle(connection: sqlite3.Connection, row_id: int, state: str, reason: str | None) -> None:
    """Write that a row is done or lapsed."""
    connection.execute("UPDATE due SET state = ?, reason = ? WHERE id = ?", (state, reason, row_id))


def postpone(connection: sqlite3.Connection, row_id: int, until: datetime) -> None:
    """Ask about a row again later; its day, which makes it unique, stays."""
    connection.execute("UPDATE due SET due_at = ? WHERE id = ?", (iso(until), row_id))


def note(connection: sqlite3.Connection, line: ReminderLogLine, now: datetime) -> int:
    """Write one line of the log; returns its number."""
    cursor = connection.execute(
        "INSERT INTO reminders (period_id, unit_id, seat_id, kind, day, at, outcome, reason,"
        " campaign_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            line.period_id,
            line.unit_id,
            line.seat_id,
            str(line.kind),
            line.day.isoformat(),
            iso(now),
            line.outcome,
            line.reason,
            line.campaign_id,
        ),
    )
    return cursor.lastrowid or 0


def undelivered(connection: sqlite3.Connection, lines: Mapping[int, str]) -> None:
    """Write that what was sent did not arrive after all: the line says so and counts no more."""
    for row_id, reason in lines.items():
        connection.execute(
            "UPDATE reminders SET outcome = 'withheld', reason = ? WHERE id = ?", (reason, row_id)
        )


def recent(
    connection: sqlite3.Connection, units: Iterable[int], today: date, zone: tzinfo
) -> dict[int, Recent]:
    """Return what is known of each contact (by seat) of these units; days are local, times in `zone`.

    The caps are a person's: what somebody got for another office counts as well.
    """
    week = (today - timedelta(days=6)).isoformat()
    rows = connection.execute(
        "SELECT s.id, p.paused_until, f.at, json_extract(f.state, '$.stage'),"
        " json_extract(f.state, '$.indicator'),"
        " coalesce(json_extract(f.state, '$.inputs'), json_extract(f.state, '$.value')) IS NOT NULL,"
        " (SELECT count(*) FROM reminders r JOIN seats o ON o.id = r.seat_id"
        "  WHERE o.person_id = p.id AND r.outcome = 'sent' AND r.day = ?),"
        " (SELECT count(*) FROM reminders r JOIN seats o ON o.id = r.seat_id"
        "  WHERE o.person_id = p.id AND r.outcome = 'sent' AND r.day BETWEEN ? AND ?)"
        " FROM seats s JOIN persons p ON p.id = s.person_id"
        " LEFT JOIN focus f ON f.chat_id = p.telegram_id"
        " WHERE s.until IS NULL AND s.suspended_at IS NULL AND s.role = 'contact'"
        " AND s.unit_id IN (SELECT value FROM json_each(?))",
        (today.isoformat(), week, today.isoformat(), orjson.dumps(list(units)).decode()),
    )
    by_unit, nothing = {}, Recent()
    for seat_id, paused, at, stage, indicator, typed, day_count, week_count in rows:
        if not (paused or stage in OPEN or week_count or day_count):  # of most there is nothing
            by_unit[seat_id] = nothing
            continue
        step = parse(at).astimezone(zone) if at and stage in OPEN else None
        until = date.fromisoformat(paused) if paused else None
        left = indicator if step else None
        by_unit[seat_id] = Recent(day_count, week_count, until, step, left, bool(typed and step))
    return by_unit


def promising(connection: sqlite3.Connection, period_id: int, units: Iterable[int]) -> list[int]:
    """Return those of the units that have ever said of an answer that its figure is not there yet."""
    rows = connection.execute(
        "SELECT DISTINCT unit_id FROM record WHERE kind = 'answer' AND period_id = ?"
        " AND unit_id IN (SELECT value FROM json_each(?))"
        " AND json_extract(body, '$.answer.absence') = 'not_available'",
        (period_id, orjson.dumps(list(units)).decode()),
    )
    return [row[0] for row in rows]


def left_open(
    connection: sqlite3.Connection, period_id: int, since: datetime, before: datetime
) -> list[tuple[int, datetime]]:
    """Return units whose contact left a question open between two moments, with the last step."""
    rows = connection.execute(
        "SELECT s.unit_id, max(f.at) FROM focus f JOIN seats s ON s.id = f.seat_id"
        " WHERE s.until IS NULL AND s.suspended_at IS NULL AND s.role = 'contact'"
        " AND f.at >= ?1 AND f.at < ?2"
        " AND json_extract(f.state, '$.stage') IN (SELECT value FROM json_each(?3))"
        " AND coalesce(json_extract(f.state, '$.period'), ?4) = ?4 GROUP BY s.unit_id",
        (iso(since), iso(before), orjson.dumps(OPEN).decode(), period_id),
    )
    return [(row[0], parse(row[1])) for row in rows]


def add(
    connection: sqlite3.Connection,
    period_id: int,
    rows: Sequence[Planned],
) -> None:
    """Plan further reminders (unit, kind, local day, moment); one that there is already stays as it is."""
    connection.executemany(
        "INSERT OR IGNORE INTO due (period_id, unit_id, kind, day, due_at) VALUES (?, ?, ?, ?, ?)",
        [(period_id, unit, str(kind), day.isoformat(), iso(at)) for unit, kind, day, at in rows],
    )


def set_pause(connection: sqlite3.Connection, telegram_id: int, until: date | None) -> None:
    """Send this person no reminders up to and including `until`; None ends the pause."""
    connection.execute(
        "UPDATE persons SET paused_until = ? WHERE telegram_id = ?",
        (until.isoformat() if until else None, telegram_id),
    )
