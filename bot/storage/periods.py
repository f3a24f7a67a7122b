"""Which of several open periods the bot works with on a day."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from bot.storage import seasons
from flows.model.season import Neighbour

CHOSEN_PERIODS = (
    # Chats that work with another period than the bot does; gone once they go back to that.
    """CREATE TABLE chosen_periods (
        chat_id INTEGER PRIMARY KEY, period_id INTEGER NOT NULL REFERENCES periods (id)) STRICT""",
)
_IN_ORDER = (
    "SELECT id, code, opens FROM periods WHERE state = 'open'"
    " ORDER BY opens <= ?1 DESC, CASE WHEN opens <= ?1 THEN opens END DESC, opens, id DESC"
)
"""What has opened comes first, the latest before the others; then what is coming, the earliest first."""


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """An open period by its code, and the day from which the bot may work with it."""

    id: int
    code: str
    opens: date


def in_order(connection: sqlite3.Connection, today: date | None) -> list[OpenPeriod]:
    """Return all open periods, the one that the bot works with on that day first.

    Without a day: as if all had opened. A period that is set up early does not hide the one that is
    running; where none has opened yet, the next one is already at work, so that people can be invited.
    """
    rows = connection.execute(_IN_ORDER, ((today or date.max).isoformat(),))
    return [OpenPeriod(row[0], row[1], date.fromisoformat(row[2])) for row in rows]


def neighbours(connection: sqlite3.Connection, today: date | None) -> tuple[Neighbour, ...]:
    """Return all periods, the one at work first, then the others by their opening, the newest first."""
    working = at_work(connection, today)
    rows = connection.execute(
        "SELECT id, code, data_year, opens, deadline, verification_deadline, grace FROM periods"
        " ORDER BY id = ? DESC, opens DESC, id DESC",
        (working,),
    ).fetchall()
    day = date.fromisoformat
    return tuple(
        Neighbour(
            period_id, code, year, day(opens), day(deadline), day(verified), grace,
            seasons.of_period(connection, period_id),
        )
        for period_id, code, year, opens, deadline, verified, grace in rows
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
    """Whom people of a period may ask."""
    row = connection.execute("SELECT help_contact FROM periods WHERE id = ?", (period_id,))
    return str(row.fetchone()[0])


def codes(connection: sqlite3.Connection) -> dict[int, str]:
    """Return the code of the newest period about each year of data."""
    rows = connection.execute("SELECT data_year, code FROM periods ORDER BY id")
    return dict(rows.fetchall())
