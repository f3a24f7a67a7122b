"""The days of reminders as a roster sets them, in the rows that a running bot plans; on a real file."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import holidays
from bot.roster import apply_roster
from bot.roster.roster_yaml import read_text
from bot.storage.database import connect, in_transaction, open_database
from bot.workers import reminder_worker
from bot.workers.reminder_worker import Reminders
from tests.setup.rosters import SMALL
from tests.support import HeldClock

NOW = datetime(2017, 3, 6, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Jakarta")


def set_up(path: Path, addition: str) -> None:
    text = SMALL.replace("data_year: 2016", f"data_year: 2016{addition}")
    connection = connect(path)
    try:
        in_transaction(
            connection,
            lambda db: apply_roster(
                db, read_text(text, "r.yaml", Path()), now=NOW, bot_username=None
            ),
        )
    finally:
        connection.close()


def waiting(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    rows = connection.execute(
        "SELECT DISTINCT kind, day FROM due WHERE state = 'waiting' ORDER BY day"
    )
    return [(kind, day) for kind, day in rows]


async def test_a_running_bot_follows_the_days_of_the_roster(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    set_up(path, "")
    async with open_database(path) as database:
        clock = HeldClock(NOW)
        ticker = Reminders(database, clock, ZONE, holidays.calendar, lambda _: None)
        await ticker.tick()
        assert await database.read(waiting) == [
            ("d-14", "2017-03-17"), ("d-7", "2017-03-24"), ("d-3", "2017-03-27"),
            ("d-1", "2017-03-30"), ("d+1", "2017-04-03"),
        ]  # fmt: skip
        set_up(path, "\n  reminders: [-7, 2]")
        await ticker.tick()
        assert await database.read(waiting) == [("d-7", "2017-03-24"), ("d+2", "2017-04-03")]
        set_up(path, "\n  reminders: []")
        await ticker.tick()
        assert await database.read(waiting) == []
        set_up(path, "")
        await ticker.tick()
        assert len(await database.read(waiting)) == 5


def planned_units(connection: sqlite3.Connection) -> set[int]:
    rows = connection.execute("SELECT DISTINCT unit_id FROM due WHERE state = 'waiting'")
    return {unit_id for (unit_id,) in rows}


async def test_days_are_planned_in_slices_between_which_others_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminder_worker, "PLANNED_AT_ONCE", 1)
    path = tmp_path / "t.db"
    set_up(path, "")
    async with open_database(path) as database:
        ticker = Reminders(database, HeldClock(NOW), ZONE, holidays.calendar, lambda _: None)
        ticking = asyncio.ensure_future(ticker.tick())
        counts = []
        while not ticking.done():
            counts.append(len(await database.read(planned_units)))
        owing = (await database.read(ticker.roster.get)).owed
        assert await database.read(planned_units) == set(owing)
        assert 1 in counts
        _, gone, *_ = sorted(owing)
        other = connect(path)
        in_transaction(
            other,
            lambda db: db.execute(
                "UPDATE assignments SET until = '2017-03-01' WHERE unit_id = ?", (gone,)
            ),
        )
        other.close()
        await ticker.tick()
        assert await database.read(planned_units) == set(owing) - {gone}
