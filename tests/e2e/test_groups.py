"""A coordination group and inline mode over real HTTP: the board, who may what, restarts, loss, migration."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.app import App
from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import Call, Chat
from bot.roster import bundled
from bot.storage.database import connect
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.support.season import NAMES

PERSONS = ("Siti Aminah", "Hana Putri", "Budi Santoso")


@dataclass
class Room:
    """A group with Bagian Hukum, an office and somebody who is nobody, and the bot as administrator."""

    stage: Stage
    hana: SimulatedPerson
    siti: SimulatedPerson
    orang: SimulatedPerson
    chat: Chat

    @property
    def texts(self) -> list[str]:
        return [str(one.body["text"]) for one in self.chat.messages.values() if one.from_bot]

    @property
    def board(self) -> str:
        return next(
            (one for one in reversed(self.texts) if one.startswith("📌")),
            "",
        )

    async def say(self, who: SimulatedPerson, text: str) -> list[str]:
        """Send a text in the group and return what the bot says to it there."""
        before = len(self.texts)
        who.send(text, chat=self.chat)
        await self.stage.server.idle()
        return self.texts[before:]

    async def tick(self, app: App) -> int:
        """Let the boards do what is due, until nothing follows; return how many calls came of it.

        The bot's own turn may do a part of it, so what is counted is what came here.
        """
        before = len(self.calls())
        await self.stage.server.idle()
        while await app.boards.tick():
            await self.stage.server.idle()
        await self.stage.server.idle()
        return len(self.calls()) - before

    def calls(self, method: str = "") -> list[Call]:
        """Return the calls that were made in this group, of one method or of all."""
        calls = (one for one in self.stage.server.calls if one.chat_id == self.chat.id)
        return [one for one in calls if method.lower() in ("", one.method)]


def boards(stage: Stage, columns: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(stage.database)
    try:
        return connection.execute(f"SELECT {columns} FROM boards ORDER BY id").fetchall()
    finally:
        connection.close()


async def opened(stage: Stage, kind: str = "supergroup") -> Room:
    """Let people join, and make the bot administrator of their group."""
    hana = await stage.joined("coordinator", "Hana Putri")
    siti = await stage.joined("Suku Dinas Kesehatan", "Siti Aminah")
    orang = stage.server.person("Orang")
    chat = stage.server.group("Koordinasi", hana, siti, orang, kind=kind)
    stage.server.set_member(chat, stage.server.bot.account, "administrator", by=hana.account)
    await stage.server.idle()
    return Room(stage, hana, siti, orang, chat)


async def answers(room: Room, figures: str) -> None:
    await act(room.siti, "/lanjut")
    await act(room.siti, figures)
    await act(room.siti, "!✅ Simpan")
    await room.stage.server.idle()


async def switched_on(room: Room, app: App) -> None:
    replies = await room.say(room.hana, "/papan@PeduliHamBot")
    assert replies[0].startswith("Papan")
    await room.tick(app)
    assert room.board


async def test_a_board_is_pinned_and_keeps_itself_current(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage)
        await switched_on(room, app)
        message_id = boards(stage, "message_id")[0][0]
        assert room.chat.pinned == [message_id]
        assert room.calls("pinChatMessage")[0].params["disable_notification"] is True
        assert "Diperbarui 10 Maret 2017 pukul 09.00 WIB" in room.board
        assert "• Sudinkes — 0 dari 3" in room.board

        await answers(room, "12 dari 14.250")
        assert await room.tick(app) == 0  # 30 seconds are not over
        assert room.calls("editMessageText") == []
        stage.clock.advance(seconds=30)
        assert await room.tick(app) == 1
        assert "• Sudinkes — 1 dari 3" in room.board
        assert "Diperbarui 10 Maret 2017 pukul 09.00 WIB" in room.board
        assert len(room.calls("editMessageText")) == 1

        stage.clock.advance(minutes=5)  # nothing has changed: no edit for the moment alone
        assert await room.tick(app) == 0
        stage.clock.advance(days=1)
        assert await room.tick(app) == 1
        assert "20 hari lagi" in room.board
        assert not any(name in text for text in room.texts for name in PERSONS)
        assert boards(stage, "id, state, pin") == [(1, "on", "pinned")]


async def test_a_board_is_never_edited_faster_than_every_30_seconds(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage)
        await switched_on(room, app)
        offices = iter(list(NAMES.values())[1:])
        for second in range(0, 200, 5):
            stage.clock.advance(seconds=5)
            if second % 20 == 0:
                await stage.joined(*next(offices))
            await room.tick(app)
        edits = [one.at for one in room.calls("editMessageText")]
        assert len(edits) > 3
        gaps = [later - sooner for sooner, later in pairwise(edits)]
        assert min(gaps) >= 30


async def test_a_board_survives_restarts_and_the_loss_of_its_message(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage)
        await switched_on(room, app)
        await answers(room, "12 dari 14.250")
    stage.clock.advance(seconds=40)
    async with stage.running() as app:
        await room.tick(app)
        await stage.server.idle()
        assert "• Sudinkes — 1 dari 3" in room.board
        assert len([one for one in room.texts if one.startswith("📌")]) == 1
    async with stage.running() as app:
        assert await room.tick(app) == 0
        (message_id,) = room.chat.pinned
        room.hana.delete(message_id, chat=room.chat)
        room.chat.pinned = []
        await stage.joined(*NAMES["Sudinsos"])
        stage.clock.advance(seconds=40)
        await room.tick(app)
        (again,) = room.chat.pinned
        assert again > message_id
        assert boards(stage, "message_id, state") == [(again, "on")]


async def test_a_board_that_was_asked_for_before_a_restart_comes_after_it(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage)
        assert not app.boards.wake.is_set()
    connection = connect(stage.database)
    connection.execute(
        "INSERT INTO boards (chat_id, region_id, seat_id, at) SELECT ?, region_id, id, since"
        " FROM seats WHERE role = 'coordinator'",
        (room.chat.id,),
    )
    connection.close()
    async with stage.running() as app:
        await room.tick(app)
        assert len(room.chat.pinned) == 1


async def test_switching_off_ends_unpins_and_says_so(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage)
        await switched_on(room, app)
        assert "dihentikan" in (await room.say(room.hana, "/papan mati"))[0]
        await room.tick(app)
        assert room.chat.pinned == []
        stage.clock.advance(seconds=30)
        await room.tick(app)
        (last,) = [one for one in room.texts if one.startswith("📌")]
        assert "tidak diperbarui lagi" in last
        assert boards(stage, "state") == [("off",)]
        assert await room.say(room.orang, "/status") == []
        assert "belum mempunyai papan" in (await room.say(room.hana, "/status"))[0]
        kinds = [
            row[0] for row in sqlite3.connect(stage.database).execute("SELECT kind FROM record")
        ]
        assert kinds.count("board") == 2


async def test_who_may_switch_a_group_on(stage: Stage) -> None:
    async with stage.running():
        room = await opened(stage)
        for who in (room.siti, room.orang):
            (reply,) = await room.say(who, "/papan jakpus")
            assert "hanya dapat dipasang oleh Bagian Hukum atau Kanwil" in reply
            assert await room.say(who, "/status") == []
            assert await room.say(who, "/bantuan") == []
        assert await room.say(room.hana, "halo semua") == []
        assert await room.say(room.hana, "/papan@LainBot") == []
        assert "/papan jakpus" in (await room.say(room.hana, "/bantuan"))[0]
        assert boards(stage, "id") == []


async def test_status_in_a_group_names_no_person(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage)
        await answers(room, "12 dari 14.250")
        await switched_on(room, app)
        for who in (room.hana, room.siti, room.orang):
            (region,) = await room.say(who, "/status")
            (office,) = await room.say(who, "/status sudinkes")
            assert "• Sudinkes — 1 dari 3" in region
            assert "Angka kematian ibu · 10 poin" in office
        assert "Tidak ada daerah" in (await room.say(room.orang, "/status bandung"))[0]
        assert not any(name in text for text in room.texts for name in PERSONS)
        before = len(room.texts)
        for who in (room.orang, room.siti):
            await who.wait_notice(who.tap("🔎 Jakarta Pusat", chat=room.chat))
        assert len(room.texts) == before
        assert all("untuk staf" in one.toasts[-1] for one in (room.orang, room.siti))
        room.hana.tap("🔎 Jakarta Pusat", chat=room.chat)
        await stage.server.idle()
        assert room.texts[-1].startswith("Jakarta Pusat: 5,88 dari 76 yang diperlukan")
        assert room.orang.replies == []


async def test_a_bot_that_is_thrown_out_stops_and_may_come_back(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage)
        await switched_on(room, app)
        stage.server.set_member(room.chat, stage.server.bot.account, "kicked", by=room.hana.account)
        await stage.server.idle()
        assert boards(stage, "state") == [("off",)]
        await answers(room, "12 dari 14.250")
        stage.clock.advance(minutes=1)
        before = len(room.calls("editMessageText"))
        assert await room.tick(app) == 0
        assert len(room.calls("editMessageText")) == before
        stage.server.set_member(room.chat, stage.server.bot.account, "member", by=room.hana.account)
        await stage.server.idle()
        assert "memasang papan" in room.texts[-1]
        await room.say(room.hana, "/papan")
        await room.tick(app)
        assert "belum tersemat" in room.texts[-1]
        assert boards(stage, "state, pin") == [("off", "pinned"), ("on", "refused")]
        stage.server.set_member(
            room.chat, stage.server.bot.account, "administrator", by=room.hana.account
        )
        await stage.server.idle()
        await room.tick(app)
        assert boards(stage, "pin")[1] == ("pinned",)


async def test_a_403_while_sending_switches_the_board_off(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage)
        await switched_on(room, app)
        await answers(room, "12 dari 14.250")
        stage.clock.advance(minutes=1)
        room.chat.blocked = True  # the news of it never came
        await room.tick(app)
        await room.tick(app)
        assert boards(stage, "state") == [("off",)]


async def test_a_group_that_becomes_a_supergroup_keeps_its_board(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage, kind="group")
        await switched_on(room, app)
        room.chat = stage.server.upgrade(room.chat)
        await stage.server.idle()
        await room.tick(app)
        assert boards(stage, "chat_id, state, pin") == [(room.chat.id, "on", "pinned")]
        assert "• Sudinkes — 0 dari 3" in room.board
        assert (await room.say(room.orang, "/status"))[0].startswith("Jakarta Pusat")


async def test_a_migration_is_learned_from_a_refused_edit_too(stage: Stage) -> None:
    async with stage.running() as app:
        room = await opened(stage, kind="group")
        await switched_on(room, app)
        await answers(room, "12 dari 14.250")
        new = stage.server.group("Koordinasi", room.hana, room.siti)
        stage.server.set_member(
            new, stage.server.bot.account, "administrator", by=room.hana.account
        )
        room.chat.moved_to = new.id
        room.chat = new
        stage.clock.advance(minutes=1)
        await room.tick(app)
        assert boards(stage, "chat_id, state, pin") == [(new.id, "on", "pinned")]


async def test_inline_cards_are_for_staff_and_only_what_their_seat_sees(stage: Stage) -> None:
    async def asked(person: SimulatedPerson, query: str) -> list[dict[str, Any]]:
        asked_id = person.ask_inline(query)
        await stage.server.until(lambda: stage.server.bot.inline[asked_id]["results"] is not None)
        results: list[dict[str, Any]] = stage.server.bot.inline[asked_id]["results"]
        return results

    async with stage.running():
        room = await opened(stage)
        budi = await stage.joined("kanwil", "Budi Santoso")
        await answers(room, "12 dari 14.250")
        for staff in (room.hana, budi):
            (card,) = await asked(staff, "jakpus")
            (first,) = await asked(staff, "")
            assert card == first
            (office,) = await asked(staff, "sudinkes")
            assert await asked(staff, "bandung") == []
            assert card["title"] == "Jakarta Pusat"
            text = office["input_message_content"]["message_text"]
            assert "Angka kematian ibu" in text
            assert not any(name in text for name in PERSONS)
        assert await asked(room.siti, "jakpus") == []
        assert await asked(room.orang, "") == []
        call = [one for one in stage.server.calls if one.method == "answerinlinequery"][-1]
        assert (call.params["cache_time"], call.params["is_personal"]) == (0, True)

        query_id = room.hana.ask_inline("jakpus")
        await stage.server.until(lambda: stage.server.bot.inline[query_id]["results"] is not None)
        posted = room.hana.choose_inline(query_id, "r1", room.chat)
        assert posted.text.startswith("Jakarta Pusat: 5,88 dari 76 yang diperlukan")

        connection = connect(stage.database)  # a seat that has ended shows nothing
        connection.execute("UPDATE seats SET until = since WHERE role = 'coordinator'")
        connection.close()
        assert await asked(room.hana, "jakpus") == []
        assert await room.say(room.hana, "/status") == []


def test_the_bundled_roster_has_what_these_tests_lean_on() -> None:
    assert any("jakpus" in region.aliases for region in bundled("jakarta-pusat").regions)
