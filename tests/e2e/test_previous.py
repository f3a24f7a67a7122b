"""Last year's figures, asked back and seen by the reviewer: over real HTTP, across a restart."""

from __future__ import annotations

import sqlite3

from bot.roster.previous_answers_file import apply_previous_answers, read_previous_answers
from bot.storage import record
from bot.storage.database import connect, in_transaction
from bot.storage.roster import read_roster
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.support import dump

LAST = """\
regions:
  "31.71":
    suban-kesbangpol:
      15: {demonstrasi_anarkis: 3}
"""


def load(stage: Stage) -> None:
    connection = connect(stage.database)

    def work(db: sqlite3.Connection) -> None:
        roster = read_roster(db)
        assert roster is not None
        given = read_previous_answers(LAST, "last.yaml", roster)
        apply_previous_answers(db, roster, given, now=stage.clock())

    in_transaction(connection, work)
    connection.close()


async def test_what_is_far_from_last_year_is_asked_back_and_reaches_the_reviewer(
    stage: Stage,
) -> None:
    async with stage.running():
        eko = await stage.joined("Suku Badan Kesatuan Bangsa dan Politik", "Eko")
        hana = await stage.joined("coordinator", "Hana")
        load(stage)  # while the bot runs
        await act(eko, "!▶️ Mulai mengisi")
        assert "Tahun 2015: 3 kejadian." in eko.text
        await act(eko, "30")
        assert "3 kejadian pada 2015" in eko.text
        assert "sepuluh kali lipat" in eko.text
        await stage.server.idle()
    async with stage.running():
        await act(eko, "/lanjut")
        assert "sepuluh kali lipat" in eko.text
        await act(eko, "!✅ Ya, sudah benar")
        assert "Tahun 2015: 3 → 4 poin" in eko.text
        await act(eko, "!✅ Simpan")
        await act(eko, "/ringkasan")
        await act(eko, "!📤 Kirim jawaban")
        eko.tap("📤 Kirim 1 jawaban")
        await stage.server.idle()
        await act(hana, "/verifikasi")
        assert "⚠️ 1 perlu perhatian" in hana.text
        await act(hana, "!Suban Kesbangpol · 1")
        assert "Tahun 2015: 3 kejadian" in hana.text
        assert "kontak menyatakan benar" in hana.text
        await stage.server.idle()
    connection = sqlite3.connect(stage.database)
    assert record.verify(connection).broken is None
    connection.close()
    assert dump(stage.database, "failed_updates") == []
