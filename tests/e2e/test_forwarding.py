"""A forwarded question over real HTTP: the agency answers across a restart, the office confirms."""

from __future__ import annotations

import re
import sqlite3

from bot.storage import record
from tests.e2e.conftest import Stage
from tests.e2e.player import act, phone
from tests.support import dump


async def test_the_owner_of_the_figure_proposes_and_the_office_confirms(stage: Stage) -> None:
    async with stage.running():
        eko = await stage.joined("Suku Badan Kesatuan Bangsa dan Politik", "Eko")
        await act(eko, "/lanjut")
        await phone(eko).unfolds("unable", "elsewhere", "↗️ Minta ke instansi lain")
        await act(eko, "!↗️ Minta ke instansi lain")
        await eko.wait_for("Teruskan pesan di atas")
        sent = next(one.text for one in reversed(eko.replies) if "?start=" in one.text)
        link = re.search(r"\?start=(\S+)", sent)
        assert link
        polres = stage.server.person("Polres Metro")
        polres.open_link(link[1])
        await polres.wait_for("jumlah demonstrasi")
        await act(polres, "nihil")
        assert "Benar 0" in polres.text
        await stage.server.idle()
    async with stage.running():
        await act(polres, "/mulai")
        assert "Benar 0" in polres.text, "the restart lost the place"
        await act(polres, "!Ya, benar 0")
        polres.file("document", b"%PDF-1.4\ntrailer << >>\n%%EOF\n", "laporan.pdf")
        await polres.wait_for("ikut dikirim")
        await stage.server.idle()
        polres.tap("📨 Kirim usulan")
        await polres.wait_for("sudah diterima")
        await eko.wait_for("Usulan untuk")
        await act(eko, "!✅ Pakai")
        assert "0 kejadian" in eko.text
        await act(eko, "!✅ Simpan")
        await eko.wait_for("Tersimpan")
        await act(eko, "!📎 Lampirkan berkas tadi")
        await stage.server.idle()
    kinds = [row[3] for row in dump(stage.database, "record")]
    assert kinds == ["setup", "joined", "asked", "proposed", "settled", "answer", "evidence"]
    connection = sqlite3.connect(stage.database)
    assert record.verify(connection).broken is None
    connection.close()
    assert dump(stage.database, "failed_updates") == []
