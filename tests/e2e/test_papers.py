"""Over HTTP: papers that were asked for in chat arrive, can be read, and are proved by the record."""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import UTC, datetime

import orjson

from bot.demo.botapi import Person
from bot.papers import checking
from bot.papers.checking import Finding
from bot.storage import record
from bot.storage.database import connect
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.papers.reading import page_texts


def documents(stage: Stage, person: Person) -> dict[str, bytes]:
    """Return the files that came in a chat, by their names."""
    sent = [one.body["document"] for one in person.replies if "document" in one.body]
    files = stage.server.bot.files
    return {str(one["file_name"]): files[str(one["file_id"])].content for one in sent}  # type: ignore[index]


async def test_a_city_gets_its_recap_and_an_office_its_sheet(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        hana = await stage.joined("coordinator", "Hana")
        await act(siti, "/berkas")
        siti.tap("Lembar isian")
        await siti.wait_for("Lembar isian · kode")
        await act(hana, "/rekap")
        await hana.wait_for("Lembar hitung, dengan angka")
        await stage.server.idle()
    [sheet] = documents(stage, siti).values()
    assert "Suku Dinas Kesehatan" in " ".join(page_texts(sheet))
    recaps = documents(stage, hana)
    assert sorted(name.rpartition(".")[2] for name in recaps) == ["pdf", "xlsx"]
    with closing(connect(stage.database)) as connection:
        verdict = checking.check_file(connection, sheet, datetime.now(UTC), UTC)
    assert verdict.finding is Finding.SAME


async def test_a_season_that_is_closed_sends_its_papers_and_puts_their_hashes_on_record(
    stage: Stage,
) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        hana = await stage.joined("coordinator", "Hana")
        budi = await stage.joined("kanwil", "Budi")
        await act(budi, "/tutup")
        budi.tap("🏁 Tutup penilaian data 2016")
        await budi.wait_for("Rekapitulasi provinsi · kode")
        await siti.wait_for("Penilaian data tahun 2016 selesai")
        await hana.wait_for("Laporan hasil pemeriksaan · kode")
        await stage.server.idle()
    sent = [*documents(stage, hana).values(), *documents(stage, budi).values()]
    hashes = {hashlib.sha256(content).hexdigest() for content in sent}
    with closing(connect(stage.database)) as connection:
        frozen = connection.execute("SELECT body FROM record WHERE kind = 'frozen'").fetchall()
        assert record.verify(connection).broken is None
    assert {orjson.loads(body)["sha256"] for (body,) in frozen} == hashes
    assert len(hashes) == 5
