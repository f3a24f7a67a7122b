"""What a database needs that goes on from a copy: buttons of the time that is lost must mean nothing."""

from __future__ import annotations

import sqlite3

from bot.clock import parse
from bot.storage import periods, record
from flows.model.record_kinds import EntryKind

FURTHER = 100_000
"""Turns that every chat moves on: more than people can have taken since the copy was made."""


def resume(connection: sqlite3.Connection, now: str) -> str | None:
    """Move every chat on and put the restoring on record; returns when the last entry before was made."""
    connection.execute("UPDATE focus SET turn = turn + ?", (FURTHER,))
    last: str | None = connection.execute(
        "SELECT at FROM record ORDER BY id DESC LIMIT 1"
    ).fetchone()
    until = last[0] if last else None
    period = periods.at_work(connection, parse(now).date())
    if period:
        details = {"by": "operator", "until": until}
        record.append(connection, record.Entry(period, EntryKind.RESTORED, now, details=details))
    return until
