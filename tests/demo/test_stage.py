"""The stage of the demo over HTTP, with the bot as a real process: kills, the clock, the signal, the trace."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.botapi import SimulatedPerson
from bot.storage.database import connect
from bot.storage.record import verify
from tests.demo.stages import Staged, staged
from tests.support import PATIENCE


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Staged]:
    async with staged(tmp_path) as opened:
        yield opened


async def is_running(stage: Staged) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await stage.get("/sim/stage"))["bot"] != "running":
            await asyncio.sleep(0.05)


def texts(person: SimulatedPerson) -> list[str]:
    return [one.text for one in person.replies]


@pytest.mark.process
async def test_what_the_stage_says_of_itself(stage: Staged) -> None:
    view = await stage.get("/sim/stage")
    assert view["bot"] == "running"
    assert view["state"] == "empty"
    assert view["moved_seconds"] == 0
    assert view["zone"] == "Asia/Jakarta"
    assert view["notice"] == "Data contoh — seluruh angka rekaan"
    assert [one["code"] for one in view["states"]] == ["empty", "mid", "levels", "finished"]
    assert view["signal"] == {"drop": False, "delay": False, "double": False}
    assert [one["code"] for one in view["next"]] == ["deadline"]  # nobody is there to be reminded
    pid = stage.demo.stage.bot.child.pid
    assert pid not in (None, os.getpid())


@pytest.mark.campaign
@pytest.mark.process
async def test_kill_and_start_lose_nothing(stage: Staged) -> None:
    siti = await stage.asked()
    view = await stage.post("/sim/stage/bot", do="kill")
    assert view["bot"] == "stopped"
    await stage.post("/sim/stage/bot", 400, do="kill")
    after = siti.send("12 dari 14.250").id
    await asyncio.sleep(0.3)
    assert siti.last.id < after
    await stage.post("/sim/stage/bot", do="start")
    await siti.wait_for("84 per 100.000", after=after)
    siti.tap("✅ Simpan")
    await siti.wait_for("Tersimpan · R-")
    assert len(stage.answers) == 1
    kinds = [one["title"] for one in await stage.trace("process")]
    assert "Bot dimatikan paksa (SIGKILL)" in kinds
    assert kinds.count("Bot berjalan") == 2


@pytest.mark.process
async def test_a_crash_in_mid_sentence_loses_and_doubles_nothing(stage: Staged) -> None:
    siti = await stage.asked()
    siti.send("12 dari 14.250")
    card = await siti.wait_for("84 per 100.000")
    first = stage.demo.stage.bot.child
    assert first is not None
    await stage.post("/sim/stage/bot", do="crash")
    assert (await stage.get("/sim/stage"))["crash"]
    siti.tap("✅ Simpan")  # which says two things: that it is stored, and the next question
    assert await asyncio.wait_for(first.gone(), PATIENCE) == -9
    assert len(stage.answers) == 1  # it was committed
    assert not any("jumlah kematian bayi" in text for text in texts(siti))
    await siti.wait_for("jumlah kematian bayi")
    await is_running(stage)
    await stage.settled()
    assert "Tersimpan" in card.text
    assert len(stage.answers) == 1
    assert len(texts(siti)) == len(set(texts(siti)))
    crashed = [one for one in await stage.trace("process") if "tengah kalimat (" in one["title"]]
    assert crashed[0]["details"][1] == "1 dari 2 pesan sudah terkirim"
    connection = connect(stage.path)
    assert verify(connection).broken is None
    connection.close()


@pytest.mark.campaign
@pytest.mark.process
async def test_the_clock_waits_for_a_crash_to_be_over(stage: Staged) -> None:
    siti = await stage.asked()
    await stage.post("/sim/stage/bot", do="crash")
    before = siti.send("/ringkasan").id
    await stage.demo.server.until(
        lambda: stage.demo.stage.bot.status == "stopped", PATIENCE, "crash"
    )
    await stage.post("/sim/stage/clock", forward=86_400)
    await siti.wait_for("masih menunggu", after=before)
    assert not any("terputus" in text for text in texts(siti))


@pytest.mark.campaign
@pytest.mark.process
async def test_a_crash_before_a_single_sentence(stage: Staged) -> None:
    siti = await stage.asked()
    await stage.post("/sim/stage/bot", do="crash")
    siti.send("12 dari 14.250")
    await siti.wait_for("84 per 100.000")
    await stage.settled()
    assert sum("84 per 100.000" in text for text in texts(siti)) == 1
    assert any("SIGKILL" in one["title"] for one in await stage.trace("process"))


@pytest.mark.process
async def test_a_bot_that_ends_by_itself_is_told_of_and_can_be_started(stage: Staged) -> None:
    child = stage.demo.stage.bot.child
    assert child is not None
    assert child.pid is not None
    os.kill(child.pid, 15)
    async with asyncio.timeout(PATIENCE):
        while (await stage.get("/sim/stage"))["bot"] != "stopped":
            await asyncio.sleep(0.02)
    assert "berhenti sendiri" in (await stage.trace("process"))[-1]["title"]
    await stage.post("/sim/stage/bot", 400, do="crash")
    await stage.post("/sim/stage/bot", do="start")
    await stage.post("/sim/stage/bot", 400, do="start")
    await stage.asked()


async def test_the_next_reminder_really_comes(stage: Staged) -> None:
    siti = await stage.asked()
    view = await stage.get("/sim/stage")
    coming = {one["code"]: one["at"] for one in view["next"]}
    moved = await stage.post("/sim/stage/clock", to="reminder")
    assert siti.text.startswith("🔔 Bapak/Ibu Siti Aminah")
    assert siti.last.body["date"] == pytest.approx(coming["reminder"], abs=5)
    assert moved["time"] == pytest.approx(coming["reminder"], abs=5)
    assert moved["moved_seconds"] > 3600
    assert (await stage.trace("clock"))[0]["title"].startswith(
        "Jam dimajukan ke Kamis, 26 November"
    )


async def test_to_the_deadline_by_way_of_every_reminder_and_digest(stage: Staged) -> None:
    siti, hana = await stage.asked(), stage.who("Bagian Hukum")
    await stage.join(hana)
    codes = [one["code"] for one in (await stage.get("/sim/stage"))["next"]]
    assert codes == ["reminder", "digest", "deadline"]
    await stage.post("/sim/stage/clock", to="deadline")
    reminded = [text for text in texts(siti) if text.startswith("🔔")]
    assert len(reminded) == 5  # a nudge, and -14, -7, -3, -1
    assert "1 hari lagi" in reminded[-1]
    weeks = sum(text.startswith("📋 Ringkasan mingguan") for text in texts(hana))
    assert weeks == 7
    hana.send("/status")
    await hana.wait_for("yang diperlukan untuk Peduli HAM")
    assert [one["code"] for one in (await stage.get("/sim/stage"))["next"]][-1] != "deadline"
    await stage.post("/sim/stage/clock", 400, to="deadline")


async def test_the_clock_goes_forward_only(stage: Staged) -> None:
    before = (await stage.get("/sim/stage"))["time"]
    for wrong in (-5, 0, 1e12):
        answer = await stage.post("/sim/stage/clock", 400, forward=wrong)
        assert "dimajukan" in answer["error"]
    await stage.post("/sim/stage/clock", 400, to="yesterday")
    await stage.post("/sim/stage/clock", forward=3600)
    after = (await stage.get("/sim/stage"))["time"]
    assert 3600 <= after - before < 3660
    siti = await stage.asked()
    assert abs(siti.last.body["date"] - after) < 60
    await stage.post("/sim/stage/bot", do="kill")
    await stage.post("/sim/stage/clock", forward=60)
    await stage.post("/sim/stage/bot", do="start")
    siti.send("/ringkasan")
    assert (await siti.wait_for("Ringkasan Suku Dinas")).body["date"] >= int(after + 60)


async def test_a_bad_signal_loses_and_doubles_no_answer(stage: Staged) -> None:
    siti = await stage.asked()
    view = await stage.post("/sim/stage/signal", drop=True, delay=True, double=True)
    assert view["signal"] == {"drop": True, "delay": True, "double": True}
    after = siti.send("12 dari 14.250").id
    await siti.wait_for("84 per 100.000", after=after)
    siti.tap("✅ Simpan")
    await siti.wait_for("Tersimpan · R-")
    await siti.wait_for("jumlah kematian bayi")
    await stage.post("/sim/stage/signal", drop=False, delay=False)
    view = await stage.post("/sim/stage/signal", double=False)
    assert not any(view["signal"].values())
    assert stage.demo.server.faults.orders == []
    await stage.settled()
    assert len(stage.answers) == 1
    titles = [one["title"] for one in await stage.trace()]
    assert any(title.startswith("Dikirim sekali lagi: Siti Aminah") for title in titles)
    await stage.post("/sim/stage/signal", 400, storm=True)
    await stage.post("/sim/stage/signal", 400, drop="yes")


async def test_the_trace_of_one_tap(stage: Staged) -> None:
    siti = await stage.asked()
    siti.send("12 dari 14.250")
    await siti.wait_for("84 per 100.000")
    await stage.settled()
    before = (await stage.trace())[-1]["id"]
    siti.tap("✅ Simpan")
    await siti.wait_for("jumlah kematian bayi")
    await stage.settled()
    entries: list[dict[str, Any]] = (await stage.get(f"/sim/stage/trace?after={before}"))["entries"]
    assert [one["kind"] for one in entries[:2]] == ["update", "transaction"]
    assert entries[0]["title"] == "Siti Aminah mengetuk ✅ Simpan"
    assert entries[0]["chat"] == siti.id
    title = "Transaksi: 1 jawaban (revisi 1), 2 pesan keluar, 1 jawaban ketukan"
    assert entries[1]["title"] == title
    assert any("indikator 1 · revisi 1 · hash" in line for line in entries[1]["details"])
    titles = sorted(one["title"] for one in entries if one["kind"] == "message")
    assert [title[:40] for title in titles] == [
        "Ketukan dijawab: Tersimpan · R-0004",
        "Pesan ke Siti Aminah: Hak hidup · 2 dari",
        "Pesan untuk Siti Aminah diubah: 📝 Tersim",
    ]
    token = siti.account.start_link or ""
    assert not any(token in str(one) for one in await stage.trace())


async def test_another_state_is_another_database_with_its_people(stage: Staged) -> None:
    await stage.asked()
    await stage.post("/sim/stage/signal", delay=True)
    view = await stage.post("/sim/stage/state", code="mid")
    assert view["state"] == "mid"
    assert view["bot"] == "running"
    assert view["signal"]["delay"]
    await stage.post("/sim/stage/signal", delay=False)
    assert len(stage.answers) > 10
    siti = stage.who("Kontak Sudinkes")
    after = siti.send("/ringkasan").id
    await siti.wait_for("2 dari 3 isian", after=after)
    await stage.post("/sim/stage/state", 400, code="nowhere")
    await stage.post("/sim/stage/state", code="empty")
    assert stage.answers == []
    await stage.asked()
