"""Reviewers hear of work: noted in the step, told once an hour at most, merged, on a real file."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from bot import holidays
from bot.clock import iso
from bot.storage import record
from bot.storage.database import connect, in_transaction
from bot.storage.outbox import OutboxMessage
from bot.storage.record import Entry
from bot.workers.arrival_worker import Arrivals
from flows.model.events import Membership, Tap
from flows.model.record_kinds import EntryKind
from flows.staff.arrivals import A_DAY
from tests.support import dump
from tests.support.talk import JAKARTA, Talk, talking

SITI, ANI, TONO, JAKUT, BUDI, HANA, JABAR = 11, 12, 13, 14, 21, 31, 41
TEN = datetime(2017, 3, 10, 3, 20, tzinfo=UTC)  # a Friday, 10.20 in Jakarta


@dataclass
class Desk(Talk):
    """A talk, and the teller of arrivals."""

    def __post_init__(self) -> None:
        database, clock = self.dispatcher.database, self.clock
        self.teller = Arrivals(database, clock, JAKARTA, holidays.calendar, self.sent.extend)

    async def fills_and_sends(self, user: int, figures: str = "20 dari 90") -> list[OutboxMessage]:
        """Fill in all that is open, and send it."""
        letters = await self.types(user, "/lanjut")
        while any(one.name == "answering/ask" for one in letters):
            if any(one.name == "answering/doubt" for one in await self.types(user, figures)):
                await self.types(user, "ya")
            letters = await self.types(user, "simpan")
        seat, = self.run("SELECT s.id FROM seats s JOIN persons p ON p.id = s.person_id"
                         " WHERE telegram_id = ? AND role = 'contact'", user)[0]  # fmt: skip
        return await self.taps(user, await self.send(user, Tap(f"q.{seat}", 5, "q")))

    def moves(self, unit: int, indicator: int, action: str, state: str, role: str) -> None:
        """An entry of the record beside the chat: what somebody else did."""
        details = {"action": action, "next": state, "role": role, "reason": None, "by": "Orang"}
        entry = Entry(1, EntryKind.MOVE, iso(self.clock()), unit, indicator, 1, details=details)
        connection = connect(self.path)
        in_transaction(connection, lambda db: record.append(db, entry))
        connection.close()

    async def news(self, *users: int) -> list[str]:
        """What the next look says to them."""
        before = len(self.sent)
        await self.teller.tick()
        new = self.sent[before:]
        assert all(one.name == "staff/arrived" and one.bulk for one in new)
        return [str(one.payload["text"]) for one in new if one.chat_id in (users or (HANA, BUDI))]

    def at(self, moment: datetime) -> None:
        self.clock.now = moment


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with talking(tmp_path / "p.db", TEN, Desk) as talk:
        await talk.joined(
            KES=SITI, DIK1=ANI, DIK2=TONO, JAKUT=JAKUT, KANWIL=BUDI, HUKUM=HANA, JABAR=JABAR
        )
        yield talk


ELEVEN = TEN.replace(hour=4, minute=0)


async def test_two_offices_in_one_hour_are_one_quiet_message(desk: Desk) -> None:
    await desk.fills_and_sends(SITI)
    await desk.fills_and_sends(ANI)
    assert [row[3:5] for row in dump(desk.path, "arrivals")] == [
        (1, "coordinator"),
        (2, "coordinator"),
    ]
    assert await desk.news() == []  # the hour is not over
    desk.at(ELEVEN)
    (text,) = await desk.news()
    assert "Sudinkes mengirim 3 jawaban; Sudindik 1 mengirim 1 jawaban." in text
    (letter,) = desk.sent
    assert letter.chat_id == HANA
    assert letter.payload["disable_notification"] is True
    assert "Buka antrean" in str(letter.payload["reply_markup"])
    desk.at(ELEVEN + timedelta(hours=1))
    assert await desk.news() == []  # told once


async def test_each_hour_tells_only_what_is_new(desk: Desk) -> None:
    await desk.fills_and_sends(SITI)
    desk.at(ELEVEN)
    assert len(await desk.news()) == 1
    await desk.fills_and_sends(ANI)
    desk.at(ELEVEN + timedelta(hours=1))
    (text,) = await desk.news()
    assert "Sudindik 1 mengirim 1 jawaban." in text
    assert "Sudinkes" not in text
    assert "Seluruhnya 4 jawaban menunggu Anda." in text


async def test_whoever_has_opened_the_queue_meanwhile_hears_nothing(desk: Desk) -> None:
    await desk.fills_and_sends(SITI)
    desk.clock.advance(minutes=5)
    await desk.types(HANA, "/verifikasi")
    desk.at(ELEVEN)
    assert await desk.news() == []
    assert [row[4:8] for row in desk_rows(desk)] == [
        ("2017-03-10T03:00:00Z", iso(ELEVEN), "done", "nothing")
    ]


def desk_rows(desk: Desk) -> list[tuple[object, ...]]:
    return [row for row in dump(desk.path, "staff_due") if row[3] == "arrivals"]


async def test_what_is_settled_meanwhile_is_not_told_of(desk: Desk) -> None:
    await desk.fills_and_sends(ANI)
    desk.moves(2, 4, "approve", "approved", "coordinator")
    desk.at(ELEVEN)
    assert await desk.news() == []


async def test_a_queue_of_one_office_is_not_the_whole(desk: Desk) -> None:
    await desk.fills_and_sends(SITI)
    desk.clock.advance(minutes=5)
    await desk.types(HANA, "/verifikasi sudindik 1")
    desk.at(ELEVEN)
    assert len(await desk.news()) == 1


async def test_an_approval_is_told_to_the_kanwil_of_the_province_alone(desk: Desk) -> None:
    await desk.fills_and_sends(SITI)
    (seat,) = desk.run("SELECT id FROM seats WHERE role = 'coordinator'")[0]
    for number in (1, 2):
        await desk.send(HANA, Tap(f"J.{seat}.1.{number}.1.approve", 5, "q"))
    desk.at(ELEVEN)
    texts = await desk.news(BUDI, JABAR)
    assert len(texts) == 1
    assert "2 jawaban Sudinkes (Jakarta Pusat) disetujui Bagian Hukum." in texts[0]
    assert {one.chat_id for one in desk.sent} == {BUDI, HANA}


async def test_what_was_mended_is_told_to_whoever_returned_it(desk: Desk) -> None:
    await desk.fills_and_sends(ANI)
    await desk.fills_and_sends(TONO)
    desk.at(ELEVEN)
    await desk.news()
    desk.moves(2, 4, "return", "returned_by_city", "coordinator")
    desk.moves(3, 4, "return", "returned", "kanwil")
    for user, unit in ((ANI, 2), (TONO, 3)):
        (seat,) = desk.run("SELECT id FROM seats WHERE unit_id = ?", unit)[0]
        await desk.types(user, "/lanjut", f"21 dari {90 + unit}", "simpan")
        await desk.send(user, Tap(f"wr.{seat}.4.2", 5, "q"))
    desk.at(ELEVEN + timedelta(hours=1))
    (to_city,) = await desk.news(HANA)
    assert "Sudindik 1 memperbaiki 1 jawaban." in to_city
    assert "Sudindik 2 (Jakarta Pusat) memperbaiki 1 jawaban." in next(
        str(one.payload["text"]) for one in desk.sent if one.chat_id == BUDI
    )


async def test_outside_working_hours_it_waits_for_the_morning(desk: Desk) -> None:
    desk.at(datetime(2017, 3, 10, 10, 30, tzinfo=UTC))  # Friday, 17.30
    await desk.fills_and_sends(SITI)
    desk.at(datetime(2017, 3, 11, 3, tzinfo=UTC))  # Saturday
    await desk.fills_and_sends(ANI)
    desk.at(datetime(2017, 3, 12, 5, tzinfo=UTC))
    assert await desk.news() == []
    desk.at(datetime(2017, 3, 13, 0, 59, tzinfo=UTC))
    assert await desk.news() == []
    desk.at(datetime(2017, 3, 13, 1, 0, tzinfo=UTC))  # Monday, 08.00
    (text,) = await desk.news()
    assert "Sudinkes mengirim 3 jawaban; Sudindik 1 mengirim 1 jawaban." in text
    assert sorted(str(row[7]) for row in desk_rows(desk)) == ["None", "merged"]


async def test_after_the_day_s_number_it_waits_for_the_next(desk: Desk) -> None:
    await desk.fills_and_sends(SITI)
    (seat,) = desk.run("SELECT id FROM seats WHERE role = 'coordinator'")[0]
    for hour in range(A_DAY):
        early = f"2017-03-10T0{hour}:10:00Z"
        desk.run("INSERT INTO staff_due (seat_id, kind, day, due_at, state, settled_at)"
                 " VALUES (?, 'arrivals', ?, ?, 'done', '2017-03-10T01:30:00Z')", seat, early, early)  # fmt: skip
    desk.at(ELEVEN)
    assert await desk.news() == []
    desk.at(datetime(2017, 3, 13, 1, 0, tzinfo=UTC))
    assert len(await desk.news()) == 1


async def test_two_messages_to_one_person_lie_an_hour_apart(desk: Desk) -> None:
    """The caps are a person's: Hana also holds a seat of the Kanwil."""
    await desk.fills_and_sends(ANI)
    desk.run("UPDATE seats SET person_id = (SELECT id FROM persons WHERE telegram_id = ?)"
             " WHERE role = 'kanwil' AND province = '31'", HANA)  # fmt: skip
    (seat,) = desk.run("SELECT id FROM seats WHERE role = 'coordinator'")[0]
    await desk.send(HANA, Tap(f"J.{seat}.2.4.1.approve", 5, "q"))
    await desk.fills_and_sends(TONO)
    desk.at(ELEVEN + timedelta(seconds=10))
    assert len(await desk.news(HANA)) == 1
    desk.at(ELEVEN + timedelta(minutes=59))
    assert await desk.news(HANA) == []
    desk.at(ELEVEN + timedelta(minutes=60, seconds=10))
    assert len(await desk.news(HANA)) == 1


async def test_nobody_hears_of_their_own_office(desk: Desk) -> None:
    await desk.fills_and_sends(ANI)
    desk.run("UPDATE seats SET person_id = (SELECT id FROM persons WHERE telegram_id = ?)"
             " WHERE unit_id = 2", HANA)  # fmt: skip
    desk.at(ELEVEN)
    assert await desk.news() == []


@pytest.mark.parametrize("how", ["blocked", "suspended", "left"])
async def test_who_cannot_be_told_is_left_out(desk: Desk, how: str) -> None:
    await desk.fills_and_sends(SITI)
    desk.at(ELEVEN)
    if how == "blocked":
        await desk.send(HANA, Membership(reachable=False))
    else:
        column = {"suspended": "suspended_at", "left": "until"}[how]
        desk.run(f"UPDATE seats SET {column} = 'x' WHERE role = 'coordinator'")
    assert await desk.news() == []
    assert await desk.news() == []


async def test_a_seat_suspended_between_two_looks_is_left_out(desk: Desk) -> None:
    desk.at(datetime(2017, 3, 10, 10, 30, tzinfo=UTC))
    await desk.fills_and_sends(SITI)
    desk.at(datetime(2017, 3, 10, 11, tzinfo=UTC))
    assert await desk.news() == []  # spread, and waiting for Monday
    desk.run("UPDATE seats SET suspended_at = 'x' WHERE role = 'coordinator'")
    desk.at(datetime(2017, 3, 13, 1, 0, tzinfo=UTC))
    assert await desk.news() == []
    assert [row[6:8] for row in desk_rows(desk)] == [("lapsed", "left")]


async def test_jeda_switches_it_off_and_on(desk: Desk) -> None:
    (asked,) = await desk.types(HANA, "/jeda")
    assert "menyala" in asked.payload["text"]
    off = asked.payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    letters = await desk.send(HANA, Tap(off, 5, "q"))
    assert "dimatikan" in letters[-1].payload["text"]
    await desk.fills_and_sends(SITI)
    desk.at(ELEVEN)
    assert await desk.news() == []
    (asked,) = await desk.types(HANA, "/jeda")
    assert "dimatikan" in asked.payload["text"]
    on = asked.payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await desk.send(HANA, Tap(on, 5, "q"))
    await desk.fills_and_sends(ANI)
    desk.at(ELEVEN + timedelta(hours=1))
    (text,) = await desk.news()
    assert "Sudindik 1" in text


async def test_administrators_have_no_such_switch(desk: Desk) -> None:
    desk.run("UPDATE seats SET role = 'admin' WHERE role = 'kanwil' AND province = '31'")
    (letter,) = await desk.types(BUDI, "/jeda")
    assert letter.name == "free/no_command"
    assert (
        "untuk kontak, Bagian Hukum dan Kanwil; peran Anda di sini: <b>administrator"
        in letter.payload["text"]
    )


async def test_a_crash_between_the_look_and_its_commit_repeats_nothing(desk: Desk) -> None:
    await desk.fills_and_sends(SITI)
    desk.at(ELEVEN)

    def dies(point: str) -> None:
        raise sqlite3.OperationalError(point)

    desk.teller.fault = dies
    with pytest.raises(sqlite3.OperationalError):
        await desk.teller.tick()
    assert dump(desk.path, "outbox")[-1][-2] != "staff/arrived"
    desk.teller.fault = lambda _: None
    assert len(await desk.news()) == 1
    assert await desk.news() == []


async def test_the_step_notes_one_row_however_many_answers_it_moves(desk: Desk) -> None:
    """Three answers sent in one tap, and again in the same hour: one row of the office."""
    await desk.fills_and_sends(SITI)
    rows = dump(desk.path, "arrivals")
    assert len(rows) == 1
    assert rows[0][5:8] == ("2017-03-10T03:00:00Z", "2017-03-10T04:00:00Z", "waiting")
    moved = [orjson.loads(str(row[10])) for row in dump(desk.path, "record") if row[3] == "move"]
    assert len(moved) == 3


async def test_the_offices_of_a_notice_are_read_before_its_transaction(
    desk: Desk, offices_read: list[tuple[bool, int]]
) -> None:
    await desk.fills_and_sends(SITI)
    offices_read.clear()
    desk.at(ELEVEN)
    assert await desk.news()
    assert len(offices_read) > 1
    assert all(not is_writing and count <= 2 for is_writing, count in offices_read)


async def test_the_last_digest_is_sent_once(desk: Desk) -> None:
    """All of Bandung is verified: its Kanwil gets the digest that ends them, and no other."""
    from bot.workers.digests import Digests

    await desk.types(15, "/start BDG", "/lanjut", "12 dari 14.250", "simpan")
    desk.moves(5, 1, "verify", "verified", "kanwil")
    teller = desk.teller
    digests = Digests(teller.database, desk.clock, JAKARTA, holidays.calendar, desk.sent.extend)
    names = []
    for day in (13, 20, 27):
        desk.at(datetime(2017, 3, day, 2, tzinfo=UTC))
        before = len(desk.sent)
        await digests.tick()
        names.append([one.name for one in desk.sent[before:] if one.chat_id == JABAR])
    assert names == [["staff/digest_last"], [], []]


async def test_each_reviewer_hears_it_in_the_language_they_chose(desk: Desk) -> None:
    desk.run(
        "UPDATE persons SET language = 'en', language_chosen_at = ? WHERE telegram_id = ?",
        iso(desk.clock()),
        HANA,
    )
    await desk.fills_and_sends(SITI)
    desk.at(ELEVEN)
    (text,) = await desk.news()
    assert "Sudinkes: 3 answers sent." in text
    assert "Open the queue" in str(desk.sent[-1].payload["reply_markup"])
