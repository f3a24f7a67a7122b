"""Which of several open periods the bot works with on a day."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, time

from msgspec import Struct

from bot.storage import season_rows
from flows.model.roles import Role
from flows.model.season import Neighbour, Season

CHOSEN_PERIODS = (
    # Chats that work with another period than the bot does; gone once they go back to that.
    """CREATE TABLE chosen_periods (
        chat_id INTEGER PRIMARY KEY, period_id INTEGER NOT NULL REFERENCES periods (id)) STRICT""",
)
TRIALS = (
    # A trial (uji coba) is played like a season, and counts nowhere.
    "ALTER TABLE periods ADD COLUMN trial INTEGER NOT NULL DEFAULT 0 CHECK (trial IN (0, 1))",
)
_IN_ORDER = (
    "SELECT id, code, opens FROM periods p WHERE state = 'open'"
    # A trial ends by itself on the day on which a real season opens, and takes no chat from one that runs.
    " AND NOT (trial AND EXISTS (SELECT 1 FROM periods o WHERE o.state = 'open' AND NOT o.trial"
    " AND o.opens <= ?1 AND (o.opens >= p.opens OR o.verification_deadline >= p.opens)))"
    " ORDER BY opens <= ?1 DESC, CASE WHEN opens <= ?1 THEN opens END DESC, opens, id DESC"
)
"""What has opened comes first, the latest before the others; then what is coming, the earliest first."""


class OpenPeriod(Struct, frozen=True):
    """An open period by its code, and the day from which the bot may work with it."""

    id: int
    code: str
    opens: date


def levels(connection: sqlite3.Connection, period_id: int) -> tuple[Role, ...]:
    """Return the seats that a period switches on."""
    row = connection.execute("SELECT levels FROM periods WHERE id = ?", (period_id,)).fetchone()
    return as_levels(row[0]) if row else ()


def as_levels(text: str) -> tuple[Role, ...]:
    """Return such seats as they are kept."""
    return tuple(Role(one) for one in text.split(", ") if one)


def in_order(connection: sqlite3.Connection, today: date | None) -> list[OpenPeriod]:
    """Return all open periods, the one that the bot works with on that day first.

    Without a day: as if all had opened. A period that is set up early does not hide the one that is
    running; where none has opened yet, the next one is already at work, so that people can be invited.
    """
    rows = connection.execute(_IN_ORDER, ((today or date.max).isoformat(),))
    return [OpenPeriod(row[0], row[1], date.fromisoformat(row[2])) for row in rows]


def ends_of(
    connection: sqlite3.Connection, period_id: int, today: date | None
) -> dict[str, Season]:
    """Return what was decided of the end of a period, by province; a trial ends as a season opens."""
    ends = season_rows.of_period(connection, period_id)
    (opened,) = connection.execute(
        "SELECT min(o.opens) FROM periods p JOIN periods o ON o.state = 'open' AND NOT o.trial"
        " AND o.opens <= ? AND o.opens >= p.opens WHERE p.id = ? AND p.trial",
        (today.isoformat() if today else "", period_id),
    ).fetchone()
    if opened is None:
        return ends
    over = Season(datetime.combine(date.fromisoformat(opened), time(), UTC))
    provinces = [code for (code,) in connection.execute("SELECT code FROM provinces")]
    closed = {code: end for code, end in ends.items() if end.closed_at}
    return {code: closed.get(code, over) for code in provinces}


def neighbours(connection: sqlite3.Connection, today: date | None) -> tuple[Neighbour, ...]:
    """Return all periods, the one at work first, then the others by their opening, the newest first."""
    working = at_work(connection, today)
    rows = connection.execute(
        "SELECT id, code, data_year, opens, deadline, verification_deadline, grace, trial FROM periods"
        " ORDER BY id = ? DESC, opens DESC, id DESC",
        (working,),
    ).fetchall()
    day = date.fromisoformat
    return tuple(
        Neighbour(
            period_id, code, year, day(opens), day(deadline), day(verified), grace,
            ends_of(connection, period_id, today), bool(trial),
        )
        for period_id, code, year, opens, deadline, verified, grace, trial in rows
    )  # fmt: skip


def chosen(connection: sqlite3.Connection, chat_id: int) -> int | None:
    """Return the period that a chat has chosen to work with, in place of the one at work."""
    row = connection.execute(
        "SELECT period_id FROM chosen_periods WHERE chat_id = ?", (chat_id,)
    ).fetchone()
    return row[0] if row else None


def choose(connection: sqlite3.Connection, chat_id: int, period_id: int | None) -> None:
    """Let a chat work with a period; None: with the one at work again."""
    connection.execute("DELETE FROM chosen_periods WHERE chat_id = ?", (chat_id,))
    if period_id is not None:
        connection.execute("INSERT INTO chosen_periods VALUES (?, ?)", (chat_id, period_id))


def at_work(connection: sqlite3.Connection, today: date | None) -> int | None:
    """Return the number of the period that the bot works with on that day."""
    ordered = in_order(connection, today)
    return ordered[0].id if ordered else None


def help_contact(connection: sqlite3.Connection, period_id: int) -> str:
    """Return whom people of a period may ask."""
    row = connection.execute("SELECT help_contact FROM periods WHERE id = ?", (period_id,))
    return str(row.fetchone()[0])


def is_trial(connection: sqlite3.Connection, period_id: int) -> bool:
    """Tell whether a period is a trial, so that what is sent of it says so."""
    row = connection.execute("SELECT trial FROM periods WHERE id = ?", (period_id,)).fetchone()
    return bool(row and row[0])


def make_trials(connection: sqlite3.Connection, today: date) -> list[str]:
    """Make every period that is not over a trial, unless some have answers: those are returned."""
    rows = connection.execute(
        "SELECT p.id, p.code, EXISTS (SELECT 1 FROM record r WHERE r.period_id = p.id"
        " AND r.kind = 'answer') FROM periods p WHERE NOT p.trial AND p.state = 'open'"
        " AND p.verification_deadline >= ? ORDER BY p.id",
        (today.isoformat(),),
    ).fetchall()
    begun = [code for _, code, has_answers in rows if has_answers]
    if not begun:
        connection.executemany(
            "UPDATE periods SET trial = 1 WHERE id = ?", [row[:1] for row in rows]
        )
    return begun


def codes(connection: sqlite3.Connection) -> dict[int, str]:
    """Return the code of the newest period about each year of data."""
    rows = connection.execute("SELECT data_year, code FROM periods WHERE NOT trial ORDER BY id")
    return dict(rows.fetchall())
