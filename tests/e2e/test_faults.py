"""The bot lives through trouble of the network and the disk, says so, and goes on by itself."""

from __future__ import annotations

import asyncio

from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.support import dump


async def test_after_a_long_cut_of_the_network_people_meet_their_question(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        ani = await stage.joined("Suku Dinas Pendidikan Wilayah I", "Ani")
        for one in (siti, ani):
            await act(one, "/lanjut")
        await act(siti, "12 dari 14.250")
        stage.box.fault("reset", method="getUpdates", times=None)
        stage.box.bot.queue.interrupt("Bad Gateway", 502)
        siti.tap("✅ Simpan")  # Telegram forgets it after 150 s
        await asyncio.sleep(0.1)
        stage.clock.advance(seconds=200)
        ani.send("30")
        stage.box.clear_faults()
        await siti.wait_for("sempat terputus")
        await siti.wait_for("84 per 100.000", after=siti.last.id - 1)
        await stage.box.idle()
        assert "terputus" not in " ".join(str(one.body.get("text")) for one in ani.replies)
        await act(siti, "!✅ Simpan")
    assert [row[3] for row in dump(stage.database, "record")].count("answer") == 1


async def test_the_menu_of_a_staff_member_survives_a_cut(stage: Stage) -> None:
    async with stage.running():
        stage.box.fault("reset", method="setMyCommands", times=2)
        budi = await stage.joined("kanwil", "Budi")
        await stage.box.until(
            lambda: {f"chat:{budi.id}:", f"chat:{budi.id}:en"} <= set(stage.box.bot.commands)
        )
        await stage.box.idle()
    assert stage.box.faults.struck == 2
