"""Planning reminders anew takes steps in proportion to the offices; at a nation's size it once took hours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks import country
from bot.storage import due
from bot.storage.database import connect, in_transaction
from flows.model import reminder_kinds

TODAY = date(2017, 3, 6)
OFFSETS = (-14, -7, -3, -1, 1)


def wanted(offices: int, later: int = 0) -> list[due.Planned]:
    """Five reminders of each office."""
    planned = []
    for unit in range(1, offices + 1):
        for offset in OFFSETS:
            day = TODAY + timedelta(days=20 + offset + later)
            at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
            planned.append((unit, reminder_kinds.planned(offset), day, at))
    return planned


def steps(path: Path, offices: int) -> int:
    """Hundreds of steps of SQLite's machine for planning the same again, and for days that have moved."""
    country.build(path, offices, confirming=False)
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    def plan(db: sqlite3.Connection) -> None:
        due.plan(db, 1, wanted(offices), TODAY)
        db.set_progress_handler(tick, 100)
        due.plan(db, 1, wanted(offices), TODAY)
        due.plan(db, 1, wanted(offices, later=2), TODAY)
        db.set_progress_handler(None, 0)

    with closing(connect(path)) as connection:
        in_transaction(connection, plan)
        states = dict(connection.execute("SELECT state, count(*) FROM due GROUP BY state"))
    assert states == {"waiting": 5 * offices, "lapsed": 5 * offices}
    return count


def test_planning_anew_grows_with_the_offices_and_no_faster(tmp_path: Path) -> None:
    few, many = steps(tmp_path / "few.db", 50), steps(tmp_path / "many.db", 200)
    assert many == pytest.approx(4 * few, rel=0.5)
