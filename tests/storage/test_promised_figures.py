"""Questions for promised figures as rows on a real file: planned, sent, moved, kept, restarted; and signatures."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import holidays
from bot.workers.reminder_worker import Reminders
from flows.model.events import Tap
from tests.support import dump, make_database
from tests.support.talk import JAKARTA, SITI, Talk, talking


@dataclass
class Office(Talk):
    """A talk, and the reminders."""

    def __post_init__(self) -> None:
        database, clock = self.dispatcher.database, self.clock
        self.reminders = Reminders(database, clock, JAKARTA, holidays.calendar, self.sent.extend)

    async def promise(self, reason: str) -> None:
        letters = await self.types(SITI, "/lanjut")
        for words in ("Tidak dapat mengisi…", "Belum ada data"):
            letters = await self.taps(SITI, letters, words)
        await self.types(SITI, reason)

    async def at(self, day: int, hour: int = 9, month: int = 3) -> list[str]:
        """What goes out once that hour of WIB has come."""
        self.clock.now = datetime(2017, month, day, hour, tzinfo=JAKARTA).astimezone(UTC)
        before = len(self.sent)
        await self.reminders.tick()
        letters = self.sent[before:]
        self.mark(letters)
        return [str(one.name) for one in letters]

    def rows(self) -> list[tuple[object, ...]]:
        return [row[4:] for row in dump(self.path, "due") if row[4] == "promise"]

    def log(self) -> list[tuple[object, object]]:
        return [(row[8], row[9]) for row in dump(self.path, "reminders") if row[5] == "promise"]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with talking(tmp_path / "p.db", kind=Office) as talk:
        await talk.joined(KES=SITI)
        yield talk


async def test_it_is_asked_once_at_nine_on_the_working_day_after(office: Office) -> None:
    await office.promise("Laporan tersedia 18 Maret.")  # a Saturday
    assert "reminder/promise" not in await office.at(19)
    assert [row[:3] for row in office.rows()] == [("promise", "2017-03-20", "2017-03-20T02:00:00Z")]
    assert await office.at(20, 8) == []
    assert await office.at(20) == ["reminder/promise"]
    assert await office.at(20, 10) == []
    office.reminders._plans.clear()  # a restart
    assert await office.at(20, 11) == []
    assert office.log() == [("sent", None)]
    assert "18 Maret 2017" in str(office.sent[-1].payload["text"])


async def test_a_figure_that_came_meanwhile_is_not_asked_for(office: Office) -> None:
    await office.promise("Laporan tersedia 18 Maret.")
    await office.at(17, 18)
    await office.send(SITI, Tap("e.1.1.f", 9, "q"))
    await office.types(SITI, "12 dari 14.250", "simpan")
    assert "reminder/promise" not in await office.at(20)
    assert office.log() == []
    assert office.rows()[0][3:] == ("lapsed", "rescheduled")


async def test_the_same_on_the_day_itself(office: Office) -> None:
    await office.promise("Laporan tersedia 18 Maret.")
    assert await office.at(20, 7) == []
    await office.send(SITI, Tap("e.1.1.r", 9, "q"))
    await office.types(SITI, "Rekap puskesmas baru siap 21 Maret.")
    assert await office.at(20) == [], "another day was named an hour ago"
    assert office.log() == [("lapsed", "promise_kept")]
    await office.at(21)
    assert "reminder/promise" in await office.at(22)


async def test_a_reminder_of_the_same_morning_puts_it_off_for_a_day(office: Office) -> None:
    """d-7 is the 24th, a Friday: both are due then, and a person gets one reminder a day."""
    await office.promise("Laporan tersedia 23 Maret.")
    await office.at(20)
    assert await office.at(24) == ["reminder/manual"]
    assert await office.at(27) == ["reminder/manual"], "d-3, brought forward by Nyepi"
    assert await office.at(29) == ["reminder/promise"]
    assert office.log() == [("sent", None)]


async def test_it_comes_after_the_deadline_and_not_after_the_verification(office: Office) -> None:
    await office.promise("Laporan tersedia 12 April.")
    assert await office.at(13, month=4) == ["reminder/promise"]
    assert "Masih dapat diisi" in str(office.sent[-1].payload["text"])
    await office.send(SITI, Tap("e.1.1.r", 9, "q"))
    await office.types(SITI, "Laporan tersedia 15 Mei.")
    await office.at(14, month=4)
    assert [row[1] for row in office.rows()] == ["2017-04-13"]


async def test_a_pause_withholds_it_and_the_log_says_so(office: Office) -> None:
    await office.promise("Laporan tersedia 18 Maret.")
    await office.at(19)
    office.clock.now -= timedelta(hours=1)
    await office.types(SITI, "/jeda 2")
    assert await office.at(20) == []
    assert office.log() == [("withheld", "paused")]


async def test_an_unfinished_question_is_said_to_be_kept_only_where_something_was_typed(
    office: Office,
) -> None:
    await office.types(SITI, "/lanjut")
    assert await office.at(13) == ["reminder/nudge"]
    assert "tersimpan" not in str(office.sent[-1].payload["text"])
    await office.types(SITI, "/lanjut", "12")
    assert await office.at(14) == ["reminder/nudge"]
    assert "Yang sudah Anda ketik tersimpan" in str(office.sent[-1].payload["text"])


def test_the_statement_uses_an_index(tmp_path: Path) -> None:
    connection = sqlite3.connect(make_database(tmp_path / "p.db"))
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT DISTINCT unit_id FROM record WHERE kind = 'answer' AND period_id = 1"
        " AND unit_id IN (SELECT value FROM json_each('[1, 2]'))"
        " AND json_extract(body, '$.answer.absence') = 'not_available'"
    ).fetchall()
    connection.close()
    assert any("record_revisions" in str(row) for row in plan), plan
