"""The bot lives through trouble of the network and the disk, says so, and goes on by itself."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3

import pytest

from bot.ops.doctor import examine_files
from bot.storage import health_counts
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.e2e.test_evidence import answered, rows, settled
from tests.support import dump
from tests.support.pictures import png


async def test_after_a_long_cut_of_the_network_people_meet_their_question(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        ani = await stage.joined("Suku Dinas Pendidikan Wilayah I", "Ani")
        for person in (siti, ani):
            await act(person, "/lanjut")
        await act(siti, "12 dari 14.250")
        stage.server.fault("reset", method="getUpdates", times=None)
        stage.server.bot.queue.interrupt("Bad Gateway", 502)
        siti.tap("✅ Simpan")  # Telegram forgets it after 150 s
        await asyncio.sleep(0.1)
        stage.clock.advance(seconds=200)
        ani.send("30")
        stage.server.clear_faults()
        await siti.wait_for("sempat terputus")
        await siti.wait_for("84 per 100.000", after=siti.last.id - 1)
        await stage.server.idle()
        assert "terputus" not in " ".join(str(one.body.get("text")) for one in ani.replies)
        await act(siti, "!✅ Simpan")
    assert [row[3] for row in dump(stage.database, "record")].count("answer") == 1


async def test_the_menu_of_a_staff_member_survives_a_cut(stage: Stage) -> None:
    async with stage.running():
        stage.server.fault("reset", method="setMyCommands", times=2)
        budi = await stage.joined("kanwil", "Budi")
        await stage.server.until(
            lambda: {f"chat:{budi.id}:", f"chat:{budi.id}:en"} <= set(stage.server.bot.commands)
        )
        await stage.server.idle()
    assert stage.server.faults.struck == 2


async def test_an_evidence_folder_that_went_away_is_waited_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.TICK_SECONDS", 0.1)
    folder = stage.config().files
    away = folder.with_name("elsewhere")
    async with stage.running():
        eko = await answered(stage)
        eko.file("document", png(1), "a.png")
        await settled(stage)
        folder.rename(away)
        eko.file("document", png(2), "b.png")
        await stage.server.wait_calls(2, "getFile")
        zul = await stage.joined("admin", "Zul")
        while "Folder data dukung tidak dapat ditulisi" not in zul.text:
            await stage.server.idle()
            await act(zul, "/kesehatan")
        assert not folder.exists()
        away.rename(folder)
        await settled(stage)
    assert [row[1] for row in rows(stage)] == ["stored", "stored"]
    assert len([one for one in folder.rglob("*") if one.is_file()]) == 2


async def test_doctor_counts_the_files_that_are_missing(stage: Stage) -> None:
    async with stage.running():
        eko = await answered(stage)
        eko.file("document", png(1), "a.png")
        await settled(stage)
    folder = stage.config().files
    shutil.rmtree(folder)
    folder.mkdir()
    checks = {
        one.check: one
        for one in examine_files(
            stage.database, folder, served=False, webhook=False, clock=stage.clock
        )
    }
    assert checks["evidence"].wrong == ("files_missing",)
    assert checks["evidence"].seen["missing"] == 1


async def test_a_database_that_could_not_be_written_is_told_of_afterwards(stage: Stage) -> None:
    async with stage.running() as app:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        await app.database.read(lambda db: db.execute("PRAGMA query_only = ON"))
        siti.send("/lanjut")
        await stage.server.until(lambda: "database" in app.counters.troubles)
        await app.database.read(lambda db: db.execute("PRAGMA query_only = OFF"))
        await stage.server.idle()
    (check,) = [
        one
        for one in examine_files(
            stage.database, stage.config().files, served=False, webhook=False, clock=stage.clock
        )
        if one.check == "database"
    ]
    assert check.wrong == ("was_unwritable",)
    other = sqlite3.connect(stage.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert health_counts.is_locked(stage.database)
    other.close()
    assert not health_counts.is_locked(stage.database)
