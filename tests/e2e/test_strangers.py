"""People without a seat: answered once in ten minutes, behind everybody else, and never in the way."""

from __future__ import annotations

import asyncio
import sqlite3
import time

import pytest

from bot import strangers
from bot.storage.outbox import OutboxMessage
from bot.strangers import IN_BOARD
from bot.telegram import crowd as crowd_module
from bot.telegram.crowd import A_SECOND, MOST, Crowd
from scoring.replacing import replace
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.support import dump

NOT_KNOWN = "Anda belum terdaftar"


def outbox_rows(stage: Stage) -> list[tuple[str, str, int]]:
    connection = sqlite3.connect(stage.database)
    try:
        return connection.execute(
            "SELECT method, state, stranger FROM outbox WHERE method <> 'setMyCommands' ORDER BY id"
        ).fetchall()
    finally:
        connection.close()


async def test_one_answer_in_ten_minutes_whatever_is_sent(stage: Stage) -> None:
    async with stage.running():
        orang = stage.server.person("Orang")
        orang.send("halo")
        first = await orang.wait_for(NOT_KNOWN)
        for text in ("halo", "/start", "/papan", "/bantuan", "/tentang"):
            orang.send(text)
        orang.tap(data="n.1", message_id=first.id)
        orang.ask_inline("jakarta")
        orang.file("document", b"x", "x.pdf")
        orang.edit(1, "hai")
        await stage.server.idle()
        assert len(orang.replies) == 1
        assert len(outbox_rows(stage)) == 1
        assert len(dump(stage.database, "handled")) == 10
    stage.clock.advance(minutes=9)
    async with stage.running():  # a restart does not forget it
        orang.send("halo")
        await stage.server.idle()
        assert len(orang.replies) == 1
        stage.clock.advance(minutes=2)
        orang.send("halo")
        await orang.wait_for(NOT_KNOWN, after=first.id)
        await stage.server.idle()
    assert set(outbox_rows(stage)) == {("sendMessage", "sent", 1)}


async def test_a_link_is_always_tried_and_makes_known_at_once(stage: Stage) -> None:
    async with stage.running():
        orang = stage.server.person("Orang")
        orang.send("halo")
        newest = await orang.wait_for(NOT_KNOWN)
        for token in ("bukan-tautan", "bukan-tautan-juga", "bukan-tautan-lagi"):
            orang.open_link(token)
            newest = await orang.wait_for("Tautan ini tidak kami kenali", after=newest.id)
        orang.open_link("sudah-cukup")
        await stage.server.idle()
        assert len(orang.replies) == 4
        orang.open_link(stage.token("Suku Dinas Kesehatan"))
        await orang.wait_for("Selamat datang")
        await act(orang, "/lanjut")
        await act(orang, "/bantuan")


async def test_who_loses_a_seat_hears_of_it_at_once(stage: Stage) -> None:
    async with stage.running() as app:
        orang = stage.server.person("Orang")
        orang.send("halo")
        first = await orang.wait_for(NOT_KNOWN)
        orang.open_link(stage.token("Suku Dinas Kesehatan"))
        await orang.wait_for("Selamat datang")
        await act(orang, "/lanjut")
        await app.database.transaction(lambda db: db.execute("UPDATE seats SET until = '2017'"))
        orang.send("/lanjut")
        await orang.wait_for(NOT_KNOWN, after=first.id)


async def test_groups_of_strangers(stage: Stage) -> None:
    async with stage.running():
        orang, lain = stage.server.person("Orang"), stage.server.person("Lain")
        groups = [stage.server.group(f"Grup {n}", orang, lain, with_bot=False) for n in range(4)]
        for group in groups:
            stage.server.set_member(group, stage.server.bot.account, "member", by=orang.account)
            orang.send("/papan", chat=group)
        for _ in range(3):
            lain.send("/papan", chat=groups[0])
        await stage.server.idle()
        assert len([row for row in outbox_rows(stage) if row[0] == "sendMessage"]) == 1
        lain.send("/papan", chat=groups[1])  # another person in another group
        await stage.server.idle()
        assert len([row for row in outbox_rows(stage) if row[0] == "sendMessage"]) == 2


async def test_the_audience_of_a_board_is_served_within_reason(stage: Stage) -> None:
    async with stage.running() as app:
        hana = await stage.joined("coordinator", "Hana")
        orang = stage.server.person("Orang")
        group = stage.server.group("Koordinasi", hana, orang)
        stage.server.set_member(group, stage.server.bot.account, "administrator", by=hana.account)
        hana.send("/papan", chat=group)
        await stage.server.idle()
        await app.boards.tick()
        await stage.server.idle()
        before = len(outbox_rows(stage))
        for _ in range(IN_BOARD + 3):
            orang.send("/status", chat=group)
        await stage.server.idle()
        assert len(outbox_rows(stage)) - before == IN_BOARD
        hana.send("/status", chat=group)
        await stage.server.idle()
        assert len(outbox_rows(stage)) - before == IN_BOARD + 1


async def test_seats_go_first_and_the_newest_strangers_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 60  # a queue that is emptied in six seconds, not in thirty
    monkeypatch.setattr(crowd_module, "MOST", most)
    monkeypatch.setattr(strangers, "MOST", most)
    stage.limits = "telegram"
    stage.server._clock = time.time
    stage.server.bot.flood.enabled = True
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        crowd = [stage.server.person(f"Orang {n}") for n in range(most + 150)]
        for stranger in crowd:
            stranger.send("halo")
        await asyncio.sleep(0.5)
        await act(siti, "/lanjut")
        served = sum(bool(one.replies) for one in crowd)
        assert served < most // 2, "it was answered after the strangers"
        await crowd[-1].wait_for(NOT_KNOWN)
        assert stage.server.bot.flood.refused == 0
    rows = [row for row in outbox_rows(stage) if row[2]]
    assert len([row for row in rows if row[1] == "queued"]) <= most
    assert len(rows) >= most
    connection = sqlite3.connect(stage.database)
    (dropped,) = connection.execute(
        "SELECT coalesce(max(id), 0) FROM outbox WHERE error = 'too many strangers'"
    ).fetchone()
    (queued,) = connection.execute(
        "SELECT min(id) FROM outbox WHERE state = 'queued' AND stranger = 1"
    ).fetchone()
    connection.close()
    assert queued is None or dropped < queued


async def test_a_batch_full_of_strangers_is_thinned_out_where_the_queue_is_full(
    stage: Stage,
) -> None:
    async with stage.running() as app:
        await app.database.transaction(
            lambda db: db.executemany(
                "INSERT INTO outbox (chat_id, method, payload, created_at, stranger)"
                " VALUES (?, 'sendMessage', '{}', '2017', 1)",
                [(number,) for number in range(MOST)],
            )
        )
        crowd = [stage.server.person(f"Orang {n}") for n in range(60)]
        stage.server.bot.queue.interrupt("Bad Gateway", 502)
        for stranger in crowd:
            stranger.send("halo")
        await crowd[-1].wait_for(NOT_KNOWN)
        await stage.server.idle()
        answered = [one for one in crowd if one.replies]
        assert A_SECOND <= len(answered) < len(crowd)


@pytest.mark.parametrize("chat", [7, 0])
async def test_the_queue_of_strangers_is_bounded(chat: int) -> None:
    sent: list[int] = []
    dropped: list[int] = []

    async def attempt(letter: OutboxMessage) -> float | None:
        sent.append(letter.id)
        return None

    crowd = Crowd(attempt, lambda letter, _: dropped.append(letter.id), lambda: True, None)
    letter = OutboxMessage(0, chat, "sendMessage", {}, stranger=True)
    for letter_id in range(MOST + 5):
        crowd.add(replace(letter, id=letter_id, chat_id=chat and letter_id + 1))
    assert dropped == list(range(5))
    running = asyncio.ensure_future(crowd.run())
    while len(sent) < 3:
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])
    assert sent[:3] == [5, 6, 7]
    crowd.is_known(100)
    assert dropped[5:] == ([99] if chat else [])
