"""Send, city check, return, fix, correct, verify: over real HTTP, with a record that is whole."""

from __future__ import annotations

import sqlite3

from bot.storage import record
from tests.e2e.conftest import Stage
from tests.e2e.player import act, office
from tests.support import dump


async def test_return_fix_verify_touches_that_answer_only(stage: Stage) -> None:
    async with stage.running():
        siti = await office(stage, "Sudinkes")
        hana = await stage.joined("coordinator", "Hana")
        budi = await stage.joined("kanwil", "Budi")
        for right in ("Hidup", "Kesejahteraan"):
            await act(siti, "/ringkasan")
            await act(siti, f"!📤 Kirim {right}")
            siti.tap("📤 Kirim sekarang")
            await stage.box.idle()
        await act(hana, "/verifikasi jakpus")
        assert "3 jawaban" in hana.text
        await act(hana, "!Sudinkes · 3")
        hana.tap("✅ Semua yang bersih (2)")
        await stage.box.idle()
        await act(hana, "/verifikasi")
        await act(hana, "!Sudinkes · 1")
        hana.tap("✅ Setujui")
        await stage.box.idle()
        before = dump(stage.database, "record")

        await act(budi, "/verifikasi sudinkes")
        await act(budi, "!Sudinkes · 3")
        await act(budi, "!↩️ Kembalikan")
        await act(budi, "!Belum sah")
        await act(budi, "Belum ada stempel kepala suku dinas.")
        returned = await siti.wait_for("dikembalikan Kanwil")
        assert "Belum ada stempel" in str(returned.body["text"])
        await act(siti, "!✏️ Perbaiki")
        await act(siti, "13 dari 14.250")
        await act(siti, "!✅ Simpan")
        await act(siti, "Angka dan stempel sudah disesuaikan.")
        await stage.box.idle()
        await act(budi, "/verifikasi")
        assert "1 sudah diperbaiki" in budi.text
        await act(budi, "!Sudinkes · 3")
        assert "13" in budi.text
        budi.tap("✅ Verifikasi")
        await stage.box.idle()
        await act(budi, "!➡️ Berikutnya (2)")
        await act(budi, "!✏️ Koreksi nilai")
        await act(budi, "400 dari 14.250")
        await act(budi, "Menurut laporan Dinas Kesehatan.")
        await siti.wait_for("dengan koreksi")
        await act(budi, "/status")
        assert "terverifikasi 2" in budi.text
        await stage.box.idle()

    after = dump(stage.database, "record")
    assert after[: len(before)] == before, "nothing that stood before was touched"
    moved = {(row[5], row[3]) for row in after[len(before) :]}
    assert moved == {(1, "move"), (1, "answer"), (2, "move"), (None, "joined")} - {(None, "joined")}
    connection = sqlite3.connect(stage.database)
    assert record.verify(connection).broken is None
    connection.close()
    assert dump(stage.database, "failed_updates") == []
