"""The shell around the core, over real HTTP: delivery under trouble, stops, webhook, tokens, reminders."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from telegram.error import InvalidToken

from bot.app import built, serve
from bot.storage import outbox
from flows.model.roles import Role
from flows.route_table import TABLE
from tests.e2e.conftest import SECRET, TOKEN, Stage
from tests.e2e.player import act
from tests.support import PATIENCE, dump

ROOT = Path(__file__).parent.parent.parent


def states(stage: Stage) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in dump(stage.database, "outbox"):
        counts[str(row[9])] = counts.get(str(row[9]), 0) + 1
    return counts


async def test_letters_survive_429_network_cuts_and_500(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        stage.server.fault("refuse", method="sendMessage", code=429, retry_after=1)
        await act(siti, "/lanjut")
        assert "jumlah kematian ibu" in siti.text
        stage.server.fault("reset", method="sendMessage", times=2)
        await act(siti, "12")
        assert "kelahiran hidup" in siti.text
        stage.server.fault("bad_gateway", method="sendMessage")
        stage.server.fault("refuse", method="sendMessage", code=500)
        await act(siti, "14.250")
        assert "84 per 100.000" in siti.text
        stage.server.fault("drop_before", method="getUpdates")
        await act(siti, "!✅ Simpan")
        await stage.server.idle()
        texts = [one.body["text"] for one in siti.replies]
        assert len(texts) == len(set(texts))
    assert set(states(stage)) == {"sent"}


async def test_an_answer_lost_after_the_send_repeats_that_message_only(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        stage.server.fault("drop_after", method="sendMessage")
        siti.send("/ringkasan")
        await asyncio.sleep(1.0)
        await stage.server.idle()
        assert [one.body["text"][:9] for one in siti.replies].count("Ringkasan") == 2
    assert set(states(stage)) == {"sent"}


async def test_an_update_answer_that_got_lost_is_not_done_twice(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        await act(siti, "/lanjut")
        stage.server.fault("drop_after", method="getUpdates", times=3)
        await act(siti, "12 dari 14.250")
        await act(siti, "!✅ Simpan")
        await stage.server.idle()
    assert [row[3] for row in dump(stage.database, "record")].count("answer") == 1


async def test_a_blocked_person_is_flagged_and_the_rest_is_served(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        ani = await stage.joined("Suku Dinas Pendidikan Wilayah I", "Ani")
        budi = await stage.joined("kanwil", "Budi")
        siti.chat.blocked = True  # without the membership update: only the 403 tells
        await act(budi, "/ingatkan")
        assert "Siti" in budi.text
        await act(budi, "!📨 Kirim ke 2 orang")
        await budi.wait_for("terkirim 1, tak terjangkau 1, gagal 0")
        await ani.wait_for("🔔")
        await act(budi, "/status")
        assert "tak terjangkau" in budi.text
        await act(budi, "/ingatkan")
        assert "Tak terjangkau: Sudinkes" in budi.text
        siti.chat.blocked = False
        await act(siti, "halo")
        await act(budi, "/status")
        assert "tak terjangkau" not in budi.text
    assert states(stage)["unreachable"] == 1


async def test_the_reminder_opens_the_first_open_question(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        budi = await stage.joined("kanwil", "Budi")
        await act(siti, "/lanjut")
        await act(siti, "12 dari 14.250")
        await act(siti, "!✅ Simpan")
        await act(budi, "/ingatkan sudinkes")
        assert "Angka kematian bayi" in budi.text
        await act(budi, "!📨 Kirim ke 1 orang")
        await siti.wait_for("🔔 Bapak/Ibu Siti")
        await act(siti, "!▶️ Lanjutkan mengisi")
        assert "Angka kematian bayi" in siti.text
        await budi.wait_for("terkirim 1")


async def test_commands_are_registered_per_role_and_language(stage: Stage) -> None:
    async with stage.running():
        budi = await stage.joined("kanwil", "Budi")
        await stage.server.idle()
        menus = stage.server.bot.commands
        names = {key: [one["command"] for one in commands] for key, commands in menus.items()}
        contact, kanwil = TABLE.menu(Role.CONTACT), TABLE.menu(Role.KANWIL)
        assert names["default::"] == names["default::en"] == list(contact)
        assert names[f"chat:{budi.id}:"] == list(kanwil)
        assert names["all_group_chats::"] == list(TABLE.group_menu())
        assert (contact[0], kanwil[0], contact[-1], kanwil[-1]) == (
            "lanjut", "status", "bantuan", "bantuan",
        )  # fmt: skip
        assert menus["default::en"][0]["description"] == "Next question"


async def test_limits_of_telegram_are_kept(stage: Stage) -> None:
    stage.limits = "telegram"
    stage.server._clock = time.time  # the flood model counts in real seconds
    stage.server.bot.flood.enabled = True
    async with stage.running():
        people = [stage.server.person(f"Orang {i}") for i in range(45)]
        for person in people:
            person.send("halo")
        for person in people:
            await person.wait_for("Anda belum terdaftar")
        await stage.server.idle()
    assert stage.server.bot.flood.refused == 0


async def test_a_refused_token_stops_loudly(stage: Stage) -> None:
    stage.server.bots.clear()
    async with built(stage.config(), stage.clock) as app:
        with pytest.raises(ExceptionGroup) as caught:
            await serve(app)
        assert caught.value.subgroup(InvalidToken)


async def test_the_webhook_takes_only_telegram_s_posts(stage: Stage) -> None:
    stage.webhook = True
    async with stage.running(), aiohttp.ClientSession() as session:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        url = stage.config().webhook_url or ""
        good = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        for headers, body, status in (
            ({}, b"{}", 403),
            ({"X-Telegram-Bot-Api-Secret-Token": "salah"}, b"{}", 403),
            (good, b"not json", 400),
            (good, b"[]", 400),
            (good, b'{"message": {}}', 400),
            (good, b'{"update_id": 1}', 200),
        ):
            async with session.post(url, data=body, headers=headers) as response:
                assert response.status == status, body
        await act(siti, "/lanjut")
        assert stage.server.bot.webhook_error is None


async def test_switching_from_webhook_to_polling(stage: Stage) -> None:
    stage.webhook = True
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
    siti.send("/lanjut")
    stage.webhook = False
    async with stage.running():
        await siti.wait_for("jumlah kematian ibu")
        await stage.server.idle()


async def test_the_webhook_is_set_again_after_429_and_cuts(stage: Stage) -> None:
    stage.webhook = True
    stage.server.fault("refuse", method="setWebhook", code=429, retry_after=1)
    stage.server.fault("reset", method="setWebhook")
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        assert "Selamat datang" in siti.text


async def test_a_letter_that_cannot_be_sent_is_marked_and_the_rest_goes_on(stage: Stage) -> None:
    async with stage.running() as app:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        bad = outbox.with_serialized_payload(outbox.OutboxMessage(0, siti.id, "sendDice", {}))
        await app.database.transaction(lambda db: outbox.put(db, [bad], "2017-03-10T02:00:00Z"))
        app.delivery.add([bad])
        await act(siti, "/lanjut")
        assert "jumlah kematian ibu" in siti.text
        await stage.server.idle()
    assert states(stage)["failed"] == 1


async def test_the_disk_full_for_a_while_loses_nothing(stage: Stage) -> None:
    async with stage.running() as app:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        await act(siti, "/lanjut")
        await app.database.read(lambda db: db.execute("PRAGMA query_only = ON"))
        siti.send("12 dari 14.250")
        await asyncio.sleep(0.3)
        assert "84 per 100.000" not in siti.text
        await app.database.read(lambda db: db.execute("PRAGMA query_only = OFF"))
        await siti.wait_for("84 per 100.000")
        await act(siti, "!✅ Simpan")
        await stage.server.idle()
    assert [row[3] for row in dump(stage.database, "record")].count("answer") == 1


async def test_after_a_long_outage_people_meet_their_question(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        ani = await stage.joined("Suku Dinas Pendidikan Wilayah I", "Ani")
        await act(siti, "/lanjut")
        await act(siti, "12 dari 14.250")
    siti.tap("✅ Simpan")  # while the bot is away; Telegram forgets a tap after 150 s
    stage.clock.advance(seconds=200)
    async with stage.running():
        await siti.wait_for("sempat terputus")
        await siti.wait_for("84 per 100.000", after=siti.last.id - 1)
        await stage.server.idle()
        assert "terputus" not in ani.text
        await act(siti, "!✅ Simpan")
    assert [row[3] for row in dump(stage.database, "record")].count("answer") == 1
    async with stage.running():
        await stage.server.idle()
    assert sum("terputus" in str(one.body["text"]) for one in siti.replies) == 1


async def test_unsent_letters_of_a_former_run_are_sent(stage: Stage) -> None:
    stage.server.fault("refuse", method="sendMessage", code=500, times=None)
    async with stage.running():
        siti = stage.server.person("Siti")
        siti.open_link(stage.token("Suku Dinas Kesehatan"))
        await asyncio.sleep(0.5)
    assert siti.replies == []
    assert states(stage)["queued"] >= 1
    stage.server.faults.orders.clear()
    async with stage.running():
        await siti.wait_for("Selamat datang")
        await stage.server.idle()
    assert set(states(stage)) == {"sent"}


def keep_season_alive(stage: Stage) -> None:
    """Let links and verification last: a child process has the real clock, years after the roster's."""
    connection = sqlite3.connect(stage.database)
    connection.execute("UPDATE invitations SET expires_at = '2099-01-01T00:00:00Z'")
    connection.execute("UPDATE periods SET verification_deadline = '2099-01-01'")
    connection.commit()
    connection.close()


async def child(stage: Stage, *args: str, **env: str) -> asyncio.subprocess.Process:
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": stage.server.url,
        "RATE_LIMITS": "off",
        "DATABASE": str(stage.database),
        "FILES": str(stage.database.with_name("files")),
        "PATH": os.environ["PATH"],
        **env,
    }
    code = "from bot.cli import main; main()"
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *args, cwd=ROOT, env=settings,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_sigterm_ends_the_process_in_order_and_no_token_is_logged(stage: Stage) -> None:
    keep_season_alive(stage)
    process = await child(stage, "run")
    try:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti Rahasia")
        await act(siti, "/lanjut")
        siti.send("12 dari 14.250")
        second = await child(stage, "run")
        _, errors = await second.communicate()
        assert second.returncode == 2
        assert b"another process already serves it" in errors
        loop = asyncio.get_running_loop()
        started = loop.time()
        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert loop.time() - started < 40  # it does not wait for its poll of 50 s
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    assert b"ready" in log
    assert TOKEN.encode() not in log
    assert b"Rahasia" not in log
    assert b"Traceback" not in log
    async with stage.running():
        await siti.wait_for("84 per 100.000")
        await stage.server.idle()
    assert set(states(stage)) == {"sent"}


async def test_a_process_with_a_refused_token_says_so_in_one_line(stage: Stage) -> None:
    process = await child(stage, "run", BOT_TOKEN="999:WRONG")
    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    assert b"refuses BOT_TOKEN" in errors
    assert b"WRONG" not in errors
    assert b"Traceback" not in errors


async def test_the_evidence_folder_is_private(stage: Stage) -> None:
    async with stage.running():
        assert stage.config().files.stat().st_mode & 0o777 == 0o700


async def test_a_second_poller_is_reported(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        async with stage.running():
            await asyncio.sleep(0.2)
            async with aiohttp.ClientSession() as session:
                await session.get(f"{stage.server.url}/bot{TOKEN}/getUpdates")
            siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
            assert siti.text
    assert "another process polls" in caplog.text
