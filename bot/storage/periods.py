"""Which of several open periods the bot works with on a day."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

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


def at_work(connection: sqlite3.Connection, today: date | None) -> int | None:
    """Return the number of the period that the bot works with on that day."""
    ordered = in_order(connection, today)
    return ordered[0].id if ordered else None


def help_contact(connection: sqlite3.Connection, period_id: int) -> str:
    """Whom people of a period may ask."""
    row = connection.execute("SELECT help_contact FROM periods WHERE id = ?", (period_id,))
    return str(row.fetchone()[0])
