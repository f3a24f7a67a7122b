"""Boards on a real file, with every fate that a letter can have: one letter at a time, whatever happens."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from bot.clock import iso
from bot.dispatch import Dispatcher
from bot.storage import board_rows, outbox, record, season_rows
from bot.storage.database import Database, open_database
from bot.storage.outbox import DeliveryResult, OutboxMessage
from bot.storage.record import Entry
from bot.storage.step_context import Speaker
from bot.telegram.updates import Incoming
from bot.workers.board_worker import Boards
from flows.model.events import Command, Event, GroupChanged, GroupCommand, GroupMoved, Inline, Text
from flows.model.record_kinds import EntryKind
from flows.model.season import CloseSeason
from tests.support import HeldClock, make_database

HANA, BUDI, JABAR, SITI, GROUP = 21, 22, 23, 11, -500
ZONE = ZoneInfo("Asia/Jakarta")


@dataclass
class Room:
    """A dispatcher and the boards over one file; letters are marked by hand."""

    database: Database
    dispatcher: Dispatcher
    clock: HeldClock
    boards: Boards = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.boards = Boards(self.database, self.clock, ZONE, lambda _: None)

    async def send(self, user: int, event: Event, chat: int = GROUP) -> list[OutboxMessage]:
        self.number += 1
        speaker = Speaker(chat, user, f"Orang {user}", "id")
        return await self.dispatcher.handle([Incoming(self.number, speaker, event, lambda: "{}")])

    async def types(self, user: int, text: str) -> list[str]:
        name, _, args = text[1:].partition(" ")
        letters = await self.send(user, GroupCommand(name, args, title="Rapat"))
        return [one.payload["text"] for one in letters]

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        return await self.database.read(lambda db: db.execute(query).fetchall())

    async def waiting(self) -> list[tuple[int, str, str]]:
        """The letters of boards that are queued: (id, method, payload)."""
        return await self.rows(
            "SELECT o.id, o.method, o.payload FROM outbox o JOIN boards b ON b.letter_id = o.id"
            " WHERE o.state = 'queued'"
        )

    async def mark(self, state: str = "sent", message: int | None = None, error: str = "") -> None:
        """Settle every letter that waits."""
        queued = await self.rows("SELECT id FROM outbox WHERE state = 'queued'")
        marks = [DeliveryResult(row[0], state, message, error or None) for row in queued]
        now = iso(self.clock())
        await self.database.transaction(lambda db: outbox.mark(db, marks, now))

    async def answer(self, text: str = "12 dari 14.250") -> None:
        """An office answers something."""
        for event in (Command("lanjut"), Text(text, 5), Text("simpan", 6)):
            await self.send(SITI, event, SITI)

    async def shown(self, message: int = 70) -> None:
        """The board is sent and pinned."""
        await self.boards.tick()
        await self.mark(message=message)
        await self.boards.tick()
        await self.mark()
        await self.boards.tick()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock = HeldClock()
    async with open_database(make_database(tmp_path / "p.db")) as database:
        new_room = Room(
            database, Dispatcher(database, clock, ZONE, "https://t.me/PeduliHamBot"), clock
        )
        for user, token in ((HANA, "HUKUM"), (BUDI, "KANWIL"), (JABAR, "JABAR"), (SITI, "KES")):
            await new_room.send(user, Command("start", token), user)
        await new_room.mark()
        yield new_room


async def test_one_letter_of_a_board_waits_at_most(room: Room) -> None:
    await room.types(HANA, "/papan")
    for _ in range(3):
        await room.boards.tick()
        await room.answer()
        room.clock.advance(minutes=1)
        room.restart()
        assert [one[1] for one in await room.waiting()] == ["sendMessage"]
    await room.mark(message=70)
    methods = []
    for _ in range(4):
        await room.boards.tick()
        await room.boards.tick()
        methods += [one[1] for one in await room.waiting()]
        await room.mark()
        room.clock.advance(minutes=1)
    assert methods == ["pinChatMessage", "editMessageText"]


async def test_only_what_the_board_shows_touches_it(room: Room) -> None:
    await room.types(BUDI, "/papan jakarta utara")
    await room.shown()
    room.clock.advance(minutes=1)
    await room.answer()  # in the other city
    assert await room.boards.tick() == 0
    last = (await room.rows("SELECT max(id) FROM record"))[0][0]
    assert await room.rows("SELECT seen FROM boards") == [(last,)]
    room.restart()
    assert await room.boards.tick() == 0
    assert await room.rows("SELECT seen FROM boards") == [(last,)]


async def test_who_switched_what_on_is_on_record_and_the_chain_holds(room: Room) -> None:
    await room.types(BUDI, "/papan semua")
    await room.types(BUDI, "/papan jakarta utara")
    await room.types(JABAR, "/papan")
    bodies = await room.rows(
        "SELECT s.role, json_extract(r.body, '$.chat'), json_extract(r.body, '$.title'),"
        " json_extract(r.body, '$.on'), json_extract(r.body, '$.region'),"
        " json_extract(r.body, '$.province') FROM record r JOIN seats s ON s.id = r.seat_id"
        " WHERE r.kind = 'board'"
    )
    assert bodies == [
        ("kanwil", GROUP, "Rapat", 1, None, "31"),
        ("kanwil", GROUP, None, 0, None, None),
        ("kanwil", GROUP, "Rapat", 1, 2, None),
    ]
    assert (await room.database.read(record.verify)).broken is None
    states = await room.rows("SELECT state, region_id, province FROM boards")
    assert states == [("unpin", None, "31"), ("on", 2, None)]


async def test_another_province_and_former_staff_get_nothing(room: Room) -> None:
    await room.types(HANA, "/papan")
    assert "di luar wewenang" in (await room.types(JABAR, "/papan mati"))[0]
    for query in ("jakpus", "sudindik", "Jakarta"):
        (letter,) = await room.send(JABAR, Inline(query, "q"), JABAR)
        assert (letter.method, letter.payload["results"]) == ("answerInlineQuery", [])
    (letter,) = await room.send(JABAR, Inline("", "q"), JABAR)
    assert [one["title"] for one in letter.payload["results"]] == ["Bandung"]
    (letter,) = await room.send(SITI, Inline("", "q"), SITI)
    assert letter.payload["results"] == []

    def end(db: sqlite3.Connection) -> None:
        db.execute("UPDATE seats SET until = since WHERE role = 'coordinator'")

    await room.database.transaction(end)
    (letter,) = await room.send(HANA, Inline("jakpus", "q"), HANA)
    assert letter.payload["results"] == []
    assert "hanya dapat dipasang" in (await room.types(HANA, "/papan mati"))[0]


async def test_the_private_chat_keeps_its_question(room: Room) -> None:
    await room.send(SITI, Command("lanjut"), SITI)
    before = await room.rows("SELECT * FROM focus ORDER BY chat_id")
    await room.types(HANA, "/papan")
    await room.types(SITI, "/status")
    await room.send(SITI, Inline("x", "q"), SITI)
    assert await room.rows("SELECT * FROM focus ORDER BY chat_id") == before


@pytest.mark.parametrize(("state", "error"), [("failed", "not enough rights"), ("unreachable", "")])
async def test_a_group_that_takes_no_board_is_switched_off(
    room: Room, state: str, error: str
) -> None:
    await room.types(HANA, "/papan")
    await room.boards.tick()
    await room.mark(state, error=error)
    assert await room.boards.tick() == 0
    assert [row[0] for row in await room.rows("SELECT state FROM boards")] == ["off"]
    assert await room.boards.tick() == 0


async def test_a_board_that_was_never_sent_is_ended_without_a_word(room: Room) -> None:
    await room.types(HANA, "/papan")
    await room.types(HANA, "/papan mati")
    assert await room.boards.tick() == 0
    assert await room.rows("SELECT state FROM boards") == [("off",)]


async def test_what_was_on_its_way_when_the_group_moved_is_not_taken_for_its_board(
    room: Room,
) -> None:
    await room.types(HANA, "/papan")
    await room.boards.tick()
    await room.send(0, GroupMoved(-900))
    await room.mark(message=70)
    await room.boards.tick()
    assert await room.rows("SELECT chat_id, message_id FROM boards") == [(-900, None)]
    queued = await room.rows("SELECT chat_id, method FROM outbox WHERE state = 'queued'")
    assert queued == [(-900, "sendMessage")]


async def test_a_board_switched_on_under_the_new_id_goes_before_the_old_one(room: Room) -> None:
    """Somebody was quicker than the news; it is told twice, and to the sender of a message, too."""
    await room.types(HANA, "/papan")
    await room.send(HANA, GroupCommand("papan", title="Rapat"), chat=-900)
    await room.send(0, GroupMoved(-900))
    await room.send(0, GroupMoved(-900))
    rows = await room.rows("SELECT chat_id, state FROM boards ORDER BY id")
    assert rows == [(GROUP, "off"), (-900, "on")]
    assert await room.boards.tick() == 1
    assert await room.rows("SELECT * FROM failed_updates") == []


async def test_a_topic_of_a_forum_keeps_its_board(room: Room) -> None:
    (letter,) = await room.send(HANA, GroupCommand("papan", thread=8))
    assert letter.payload["message_thread_id"] == 8
    await room.boards.tick()
    ((_, _, payload),) = await room.waiting()
    assert '"message_thread_id":8' in payload


async def test_the_pin_is_tried_again_once_the_bot_is_promoted(room: Room) -> None:
    await room.types(HANA, "/papan")
    await room.boards.tick()
    await room.mark(message=70)
    await room.boards.tick()
    await room.mark("failed", error="not enough rights to manage pinned messages in the chat")
    await room.boards.tick()
    texts = await room.rows("SELECT payload FROM outbox WHERE state = 'queued'")
    assert ["belum tersemat" in row[0] for row in texts] == [True]
    await room.send(HANA, GroupChanged(inside=True, came=False))
    await room.boards.tick()
    assert [one[1] for one in await room.waiting()] == ["pinChatMessage"]


async def test_without_a_period_nothing_is_done(room: Room) -> None:
    await room.types(HANA, "/papan")
    await room.database.transaction(lambda db: db.execute("UPDATE periods SET state = 'closed'"))
    room.restart()
    assert await room.boards.tick() == 0


async def test_an_inline_query_that_fails_is_kept_and_nobody_is_written_to(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr("flows.reading.names.regions", broken)
    assert await room.send(HANA, Inline("jakpus", "q"), HANA) == []
    assert len(await room.rows("SELECT id FROM failed_updates")) == 1


async def test_one_group_has_one_board(room: Room) -> None:
    await room.types(HANA, "/papan")
    await room.types(HANA, "/papan")
    assert len(await room.rows("SELECT id FROM boards")) == 1
    board = await room.database.read(lambda db: board_rows.of_chat(db, GROUP))
    assert board is not None
    assert board.region_id == 1


async def close(room: Room) -> None:
    """The Kanwil closes the season of the province."""

    def work(connection: sqlite3.Connection) -> None:
        def note(kind: EntryKind, details: dict[str, Any]) -> int:
            entry = Entry(1, kind, iso(room.clock()), details=details)
            return record.append(connection, entry)

        season_rows.write(connection, CloseSeason("31", {}), 1, iso(room.clock()), note)

    await room.database.transaction(work)


async def test_a_board_freezes_with_the_result_and_the_next_period_has_one_of_its_own(
    room: Room,
) -> None:
    await room.answer()
    await room.types(HANA, "/papan")
    await room.shown()
    room.clock.advance(minutes=1)
    await close(room)
    room.restart()
    await room.boards.tick()
    [(_, method, payload)] = await room.waiting()
    assert method == "editMessageText"
    assert "Penilaian ditutup 10 Maret 2017" in orjson.loads(payload)["text"]
    await room.mark()
    for _ in range(3):
        room.clock.advance(days=1)
        room.restart()
        await room.boards.tick()
    assert await room.waiting() == [], "a day is no news any more"
    await room.database.transaction(next_period)
    room.restart()
    await room.boards.tick()
    [(_, method, payload)] = await room.waiting()
    assert method == "sendMessage", "the last message of the old one stays"
    assert "data tahun 2017" in orjson.loads(payload)["text"]
    await room.mark(message=90)
    await room.boards.tick()
    assert [one[1] for one in await room.waiting()] == ["pinChatMessage"]


def next_period(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO periods (id, code, instrument, data_year, opens, deadline, verification_deadline,"
        " institution, help_contact) SELECT 2, '2018', instrument, 2017, '2017-03-11', '2017-04-30',"
        " '2017-06-15', institution, help_contact FROM periods WHERE id = 1"
    )
    connection.execute(
        "INSERT INTO assignments SELECT 2, unit_id, indicator, since, until FROM assignments"
    )
