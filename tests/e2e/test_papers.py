"""Over HTTP: papers that were asked for in chat arrive, can be read, and are proved by the record."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import closing
from datetime import UTC, datetime

import orjson

from bot.demo.botapi import SimulatedPerson
from bot.demo.invented_evidence import paper
from bot.papers import paper_verification
from bot.papers.paper_verification import PaperFinding
from bot.storage import record
from bot.storage.database import connect
from bot.storage.evidence_files import damaged
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.papers.forging import with_other_digit
from tests.papers.reading import page_texts, photographed, scan


def documents(stage: Stage, person: SimulatedPerson) -> dict[str, bytes]:
    """Return the files that came in a chat, by their names."""
    sent = [one.body["document"] for one in person.replies if "document" in one.body]
    files = stage.server.bot.files
    return {str(one["file_name"]): files[str(one["file_id"])].content for one in sent}


async def test_a_city_gets_its_recap_and_an_office_its_sheet(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        hana = await stage.joined("coordinator", "Hana")
        await act(siti, "/berkas")
        siti.tap("📄 Lembar isian")
        await siti.wait_for("Lembar isian · kode")
        await act(hana, "/rekap")
        await hana.wait_for("Lembar hitung, dengan angka")
        await stage.server.idle()
    [sheet] = documents(stage, siti).values()
    assert "Suku Dinas Kesehatan" in " ".join(page_texts(sheet))
    recaps = documents(stage, hana)
    assert sorted(name.rpartition(".")[2] for name in recaps) == ["pdf", "xlsx"]
    with closing(connect(stage.database)) as connection:
        verdict = paper_verification.check_file(
            connection, paper_verification.look_at(sheet), datetime.now(UTC), UTC
        )
    assert verdict.finding is PaperFinding.SAME


def proofs(stage: Stage) -> list[tuple[int, str, str | None]]:
    """Evidence as it is stored: of which answer, in which state, and why not."""
    with closing(connect(stage.database)) as connection:
        rows = connection.execute("SELECT indicator, state, why FROM evidence ORDER BY id")
        return rows.fetchall()


async def settled(stage: Stage) -> None:
    """Wait until every file is there, or is refused."""
    while True:
        await stage.server.idle(quiet=0.05)
        if all(state != "waiting" for _, state, _ in proofs(stage)):
            return
        await asyncio.sleep(0.02)  # the server counts calls, not files on their way


async def opened(
    stage: Stage, person: SimulatedPerson, verb: str, indicator_no: int, says: str
) -> None:
    """Tap a button of an answer, which some earlier message has."""
    with closing(connect(stage.database)) as connection:
        query = (
            "SELECT s.id FROM seats s JOIN persons p ON p.id = s.person_id WHERE telegram_id = ?"
        )
        [seat_id] = connection.execute(query, (person.id,)).fetchone()
    before = person.replies[-1]
    person.tap(data=f"{verb}.{seat_id}.{indicator_no}", message_id=before.id)
    await person.wait_for(says, after=before.id)


async def proving(stage: Stage, person: SimulatedPerson, indicator_no: int) -> None:
    """Open the evidence mode of an answer."""
    await opened(stage, person, "E", indicator_no, "Kirim foto atau berkasnya")


async def correct(stage: Stage, person: SimulatedPerson, indicator_no: int, figures: str) -> None:
    """Give other figures for an answer."""
    await opened(stage, person, "e", indicator_no, "Berapa")
    await act(person, figures)
    await act(person, "!✅ Simpan")


async def made_sheet(stage: Stage) -> tuple[SimulatedPerson, bytes]:
    """An office with two answers that has had its sheet made; the sheet as it came."""
    siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
    for text in ("/lanjut", "12 dari 14.250", "!✅ Simpan", "300 dari 14.250", "!✅ Simpan"):
        await act(siti, text)
    await act(siti, "/berkas")
    siti.tap("📄 Lembar isian")
    await siti.wait_for("Lembar isian · kode")
    await stage.server.idle()
    [sheet] = documents(stage, siti).values()
    return siti, sheet


async def test_a_photo_is_not_looked_at_as_a_paper_before_any_was_made(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        for text in ("/lanjut", "12 dari 14.250", "!✅ Simpan"):
            await act(siti, text)
        siti.file("photo", b"what a phone sends", "foto.jpg")
        await siti.wait_for("foto")
        await checked(stage)
    assert stage.server.counts["getfile"] == 0


async def checked(stage: Stage) -> None:
    """Wait until no file waits for being compared any more."""
    while True:
        await stage.server.idle(quiet=0.05)
        with closing(connect(stage.database)) as connection:
            if not connection.execute("SELECT count(*) FROM paper_checks").fetchone()[0]:
                return
        await asyncio.sleep(0.02)


def code_of(sheet: bytes) -> str:
    code = paper_verification.look_at(sheet).code
    assert code is not None
    return code


async def test_a_paper_is_checked_by_its_file_its_code_and_its_link(stage: Stage) -> None:
    async with stage.running():
        siti, sheet = await made_sheet(stage)
        code = code_of(sheet)
        siti.file("document", sheet, "lembar.pdf")
        await siti.wait_for("Berkas ini sama dengan yang dibuat")
        siti.file("document", with_other_digit(sheet, "14.250", "14.260"), "lembar-2.pdf")
        answer = await siti.wait_for("Isinya diubah di 1 tempat")
        written, _, ought = answer.text.partition("seharusnya")
        assert "14.260" in written
        assert "14.250" in ought
        await act(siti, code.lower().replace("-", " "))
        await siti.wait_for("Kode membuktikan catatannya")
        siti.open_link(code)
        await stage.server.idle()
        await act(siti, "PH-0000-0000")
        await siti.wait_for("PH-0000-0000: bukan naskah dari bot ini")
    assert not proofs(stage)


async def test_whoever_may_not_see_figures_learns_only_whether_it_is_true(stage: Stage) -> None:
    async with stage.running():
        siti, sheet = await made_sheet(stage)
        code = code_of(sheet)
        anna = stage.server.person("Anna")  # without a seat
        anna.open_link(code)
        answer = await anna.wait_for("sesuai. Naskah dengan kode ini dibuat oleh bot ini")
        assert not re.search("Sudinkes|Kesehatan|2017|Lembar", answer.text)
        eko = await stage.joined("Suku Badan Kesatuan Bangsa dan Politik", "Eko")
        await act(eko, code)
        answer = await eko.wait_for("sesuai. Naskah dengan kode ini dibuat oleh bot ini")
        assert not re.search("Kesehatan|14.250", answer.text)
        budi, hana = await stage.joined("kanwil", "Budi"), await stage.joined("coordinator", "Hana")
        for person in (budi, hana):
            person.file("document", sheet, "lembar.pdf")
            await person.wait_for("Lembar isian Suku Dinas Kesehatan, periode 2017")
        await correct(stage, siti, 1, "13 dari 14.250")
        anna.open_link(code)
        await anna.wait_for("catatannya telah berubah")
        await act(hana, code)
        answer = await hana.wait_for("Berubah sejak dibuat")
        assert "indikator 1, isian" in answer.text
        anna.file("document", sheet + b"%", "lembar.pdf")
        await anna.wait_for("lembar.pdf: bukan naskah dari bot ini")
        await stage.server.idle()
        anna.open_link(code)
        await stage.server.idle()
        count = len(anna.replies)
        anna.open_link(code)  # the fourth within ten minutes
        await stage.server.idle()
        assert len(anna.replies) == count


async def test_a_signed_sheet_proves_all_of_its_answers_at_once(stage: Stage) -> None:
    async with stage.running():
        siti, sheet = await made_sheet(stage)
        await correct(stage, siti, 2, "285 dari 14.250")
        photo = photographed(stage.database, code_of(sheet))
        siti.file("photo", photo, None)
        answer = await siti.wait_for("Diterima sebagai lembar isian bertanda tangan")
        assert "1 isian sekaligus, yaitu Kematian ibu" in answer.text
        assert (
            "Berubah sejak lembar itu dibuat, jadi tidak ikut dibuktikan: Kematian bayi"
            in answer.text
        )
        await settled(stage)
        assert [(no, state) for no, state, _ in proofs(stage)] == [(1, "stored")]
        # In evidence mode of one answer, as a scan: it proves the others as well, and is fetched once.
        before = siti.replies[-1]
        siti.tap("📄 Lembar isian")
        await siti.wait_for("Lembar isian · kode", after=before.id)
        await stage.server.idle()
        newest = list(documents(stage, siti).values())[-1]
        await proving(stage, siti, 2)
        siti.file("document", scan(photographed(stage.database, code_of(newest))), "pindai.pdf")
        await siti.wait_for("2 isian sekaligus")
        await settled(stage)
        assert [no for no, state, _ in proofs(stage) if state == "stored"] == [1, 2, 1]
        await settled(stage)
    with closing(connect(stage.database)) as connection:
        assert damaged(connection, stage.config().files) is None


async def test_a_paper_is_no_evidence_and_evidence_no_paper(stage: Stage) -> None:
    async with stage.running():
        siti, sheet = await made_sheet(stage)
        await proving(stage, siti, 2)
        siti.file("document", sheet, "lembar.pdf")
        await siti.wait_for("adalah naskah yang dibuat bot ini dari isian Anda sendiri")
        siti.file("document", with_other_digit(sheet, "14.250", "14.260"), "lembar-2.pdf")
        await siti.wait_for("lembar-2.pdf adalah naskah yang dibuat")
        letter = (
            f"Bersama ini kami kirim lembar isian dengan kode {code_of(sheet)} untuk diperiksa."
        )
        siti.file("document", paper(letter, "Sudinkes", 2016), "surat.pdf")
        await siti.wait_for("surat.pdf untuk Kematian bayi")
        await settled(stage)
        assert [(no, state, why) for no, state, why in proofs(stage)] == [
            (2, "refused", "paper"),
            (2, "refused", "paper"),
            (2, "stored", None),
        ]


async def test_a_paper_whose_file_is_gone_before_it_was_sent_is_made_anew(stage: Stage) -> None:
    async with stage.running():
        siti, sheet = await made_sheet(stage)
    hints = [one.params for one in stage.server.calls if one.method == "sendchataction"]
    assert hints[0] == {"chat_id": siti.id, "action": "upload_document"}
    folder = stage.config().files / "papers"
    [file] = folder.iterdir()
    file.unlink()  # as after a restore of the database alone
    with closing(connect(stage.database)) as connection:
        connection.execute("UPDATE outbox SET state = 'queued' WHERE name = 'papers/made'")
    before = siti.replies[-1]
    async with stage.running():
        await siti.wait_for("Lembar isian · kode", after=before.id)
        await stage.server.idle()
    assert page_texts(list(documents(stage, siti).values())[-1]) == page_texts(sheet)
    with closing(connect(stage.database)) as connection:
        states = connection.execute("SELECT state FROM outbox WHERE name = 'papers/made'")
        assert [state for (state,) in states] == ["dropped", "sent"]
    assert [one.name for one in folder.iterdir()] == [file.name]


def frozen(stage: Stage) -> list[str]:
    """The hashes of files that the record has of the end of a season, in their order."""
    with closing(connect(stage.database)) as connection:
        rows = connection.execute("SELECT body FROM record WHERE kind = 'frozen' ORDER BY id")
        bodies = [orjson.loads(body) for (body,) in rows]
        assert record.verify(connection).broken is None
    return [body["sha256"] for body in bodies]


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
        await budi.wait_for("Lembar hitung, dengan angka")
        await siti.wait_for("Penilaian data tahun 2016 selesai")
        await hana.wait_for("Laporan hasil pemeriksaan · kode")
        await hana.wait_for("Lembar hitung, dengan angka")
        await stage.server.idle()
    sent = [*documents(stage, hana).values(), *documents(stage, budi).values()]
    hashes = {hashlib.sha256(content).hexdigest() for content in sent}
    assert len(hashes) == 5
    on_record = frozen(stage)
    assert sorted(on_record) == sorted(hashes)
    # As after a restore of the database alone, while they wait to be sent: the same files, and no second entry.
    for file in (stage.config().files / "papers").iterdir():
        file.unlink()
    with closing(connect(stage.database)) as connection:
        connection.execute("UPDATE outbox SET state = 'queued' WHERE name = 'papers/made'")
    before = {person: person.replies[-1].id for person in (hana, budi)}
    stage.clock.advance(hours=1)
    async with stage.running():
        await budi.wait_for("Lembar hitung, dengan angka", after=before[budi])
        await hana.wait_for("Lembar hitung, dengan angka", after=before[hana])
        await stage.server.idle()
    again = [
        stage.server.bot.files[str(one.body["document"]["file_id"])].content
        for person in (hana, budi)
        for one in person.replies
        if one.id > before[person] and "document" in one.body
    ]
    assert {hashlib.sha256(content).hexdigest() for content in again} == hashes
    assert frozen(stage) == on_record
