"""A roster sent to the bot by an administrator, over real HTTP: preview, apply, links, and all that can go wrong."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from openpyxl.workbook import Workbook

from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import ChatMessage
from bot.roster import ParsedRoster, apply_roster, load_roster, read_roster, write_workbook
from bot.roster.applying import SetupPlan, prepared
from bot.roster.period_setup import Wanted
from bot.roster.template import contents_of
from bot.storage import record
from bot.storage.database import connect, in_transaction
from bot.storage.people import token_hash
from bot.workers import roster_upload_worker
from flows.model.roster_contents import cells
from scoring.replacing import replace
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.support.workbooks import blank, edited, put, shipped

ROOT = Path(__file__).parent.parent.parent
PUSAT = (ROOT / "bot/roster/data/jakarta-pusat.yaml").read_text(encoding="utf-8")
LATER = PUSAT.replace("deadline: 2017-03-31", "deadline: 2017-04-14", 1)
NEW_OFFICE = """\
      - code: satpol-pp
        name: Satuan Polisi Pamong Praja
        short: Satpol PP
        owes: [12]
      - code: bagkum
"""
BIGGER = LATER.replace("      - code: bagkum\n", NEW_OFFICE).replace("owes: [9, 10]", "owes: [9]")
BIGGER = BIGGER.replace("owes: [11, 14]", "owes: [11, 14, 10]")


def query(stage: Stage, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(stage.database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def files(stage: Stage) -> list[tuple[Any, ...]]:
    return query(stage, "SELECT state, previews FROM roster_files ORDER BY id")


def attached(person: SimulatedPerson, message: ChatMessage) -> bytes:
    return person.bot.files[message.body["document"]["file_id"]].content


async def sent(person: SimulatedPerson, content: bytes, name: str, **more: Any) -> int:
    return person.file("document", content, name, **more).id


async def previewed(
    person: SimulatedPerson, content: str | bytes, name: str = "roster.yaml"
) -> ChatMessage:
    raw = content.encode() if isinstance(content, str) else content
    mark = await sent(person, raw, name)
    return await person.wait_for("Pratinjau roster", after=mark)


async def test_a_workbook_is_previewed_applied_and_its_links_open(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        content = write_workbook(load_roster(BIGGER))
        preview = await previewed(zul, content, "Roster 2017.xlsx")
        for line in (
            "belum ada yang diubah",
            "UKPD Satpol PP: mengisi 12",
            "batas akhir 31 Maret 2017 → 14 April 2017",
            "Sudin Nakertransgi: kini juga mengisi 10",
            "Sudin PRKP: tidak lagi mengisi 10",
            "Undangan yang akan dibuat: 1",
            "Tetap: provinsi, 1 daerah, 10 UKPD",
        ):
            assert line in preview.text, preview.text
        assert query(stage, "SELECT deadline FROM periods") == [("2017-03-31",)]
        zul.tap("✅ Terapkan")
        await zul.wait_for("diterapkan · R-")
        link = await zul.wait_for("Undangan untuk Satuan Polisi Pamong Praja")
        assert "14 April 2017" in (await _status(zul))
        token = re.search(r"https://t\.me/\w+\?start=(\S+)", link.text)
        assert token
        wawan = stage.server.person("Wawan")
        wawan.open_link(token[0])
        await wawan.wait_for("Anda menjadi kontak Satuan Polisi Pamong Praja")
        other = stage.server.person("Orang Lain")
        other.open_link(token[0])
        await other.wait_for("Tautan ini sudah dipakai")
        await act(wawan, "!▶️ Mulai mengisi")  # the offices see the roster of now, without a restart
    hashes = [row[0] for row in query(stage, "SELECT token_hash FROM invitations")]
    assert token_hash(token[1]) in hashes
    assert token[1] not in hashes
    entry = query(stage, "SELECT person_id, seat_id, body FROM record WHERE kind = 'setup'")[-1]
    body = orjson.loads(entry[2])
    digest = hashlib.sha256(content).hexdigest()
    assert body["file"] == {"name": "Roster 2017.xlsx", "sha256": digest}
    assert body["by"] == "Zul"
    assert None not in entry[:2]
    connection = sqlite3.connect(stage.database)
    assert record.verify(connection).broken is None
    connection.close()


async def _status(person: SimulatedPerson) -> str:
    await act(person, "/status")
    return person.text


async def test_yaml_says_the_same_and_the_same_file_again_changes_nothing(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        preview = await previewed(zul, BIGGER.replace("\n", "\r\n"))
        other = await previewed(zul, write_workbook(load_roster(BIGGER)), "roster.yaml.XLSX")
        assert preview.text.split("\n")[2:-1] == other.text.split("\n")[2:-1]
        zul.tap("✅ Terapkan", message_id=other.id)
        await zul.wait_for("diterapkan · R-")
        await stage.server.idle()
        mark = await sent(zul, BIGGER.encode(), "roster.yaml")
        nothing = await zul.wait_for("sudah sama dengan data sekarang", after=mark)
        assert nothing.rows == []
    assert [row[0] for row in files(stage)] == ["replaced", "applied", "dropped"]


async def test_problems_come_with_their_cells_and_what_would_be_right(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        mark = await sent(zul, edited(put("UKPD", "H3", "kontk")), "roster.xlsx")
        reply = await zul.wait_for("1 hal perlu diperbaiki", after=mark)
        assert (
            "1. UKPD, sel H3: “kontk” tidak dikenal untuk “Peran”. Pilihannya: kontak, koordinator."
            in reply.text
        ), reply.text
        assert "Mungkin maksudnya “kontak”." in reply.text
        mark = await sent(zul, BIGGER.replace("owes: [9]", "owes: [99]").encode(), "r.yml")
        reply = await zul.wait_for("1 hal perlu diperbaiki", after=mark)
        line = BIGGER.split("\n").index("        owes: [9]") + 1
        assert f"1. Baris {line}: Tidak ada indikator 99. Yang ada: 1, 2," in reply.text
        mark = await sent(zul, blank(), "kosong.xlsx")
        await zul.wait_for("1. Berkas ini masih kosong.", after=mark)
        many = BIGGER.count("owes: [")
        mark = await sent(zul, BIGGER.replace("owes: [", "owes: [99, ").encode(), "banyak.yml")
        reply = await zul.wait_for(f"{many} hal perlu diperbaiki", after=mark)
        assert f"… dan {many - 5} lagi; semuanya ada pada berkas berikut" in reply.text
        whole = await zul.wait_for(lambda message: "document" in message.body, after=reply.id)
        text = attached(zul, whole).decode()
        assert whole.body["document"]["file_name"] == "masalah-roster.txt"
        assert f"{many}. Baris " in text
        assert "<" not in text
    assert {row[0] for row in files(stage)} == {"refused"}
    assert query(stage, "SELECT content FROM roster_files WHERE content IS NOT NULL") == []


async def test_what_is_no_roster_is_refused_and_the_bot_goes_on(stage: Stage) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (30 * 2**20))
    folder = PUSAT.replace("permenkumham-25-2013", "../instruments/permenkumham-25-2013", 1)
    refusals = {
        ("bom.xlsx", bomb.getvalue()): "terlalu besar untuk sebuah roster. Paling besar 20 MB",
        ("bukan.xlsx", b"%PDF-1.4 not a workbook"): "dokumen PDF, bukan buku kerja .xlsx",
        ("rusak.xlsx", b"PK not a workbook"): "tidak dapat dibaca sebagai buku kerja",
        (
            "besar.yaml",
            b"# " + b"x" * 2**20,
        ): "terlalu besar untuk sebuah roster. Paling besar 1 MB",
        ("teks.yaml", b"\xff\xfe\x00"): "bukan teks UTF-8",
        ("dalam.yaml", b"[" * 500): "terlalu bertingkat",
        ("alias.yaml", b"a: &x 1\nb: *x\n"): "alias, dan tag YAML tidak dipakai",
        ("lama.xls", b"\xd0\xcf\x11\xe0"): "simpan sebagai .xlsx",
        ("surat.pdf", b"%PDF-1.4"): "yang diterima buku kerja .xlsx atau berkas .yaml",
        ("folder.yaml", folder.encode()): "tidak ada folder",
        ("jabar.yaml", _elsewhere().encode()): "Berkas ini untuk provinsi 32, sedangkan peran",
    }
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        for (name, content), wanted in refusals.items():
            mark = await sent(zul, content, name)
            await zul.wait_for(wanted, after=mark)
        mark = await sent(zul, b"x", "raksasa.xlsx", size=21 * 2**20)
        await zul.wait_for("Telegram membatasi bot sampai 20 MB", after=mark)
        mark = await sent(zul, b"x", "nol.xlsx", size=0)
        await zul.wait_for("nol.xlsx kosong", after=mark)
        assert "Jakarta Pusat" in await _status(zul)
    assert query(stage, "SELECT count(*) FROM record WHERE kind = 'setup'") == [(1,)]


def _elsewhere() -> str:
    return PUSAT.replace('code: "31"', 'code: "32"').replace('"31.71"', '"32.71"')


async def test_only_an_administrator_may(stage: Stage) -> None:
    async with stage.running():
        budi = await stage.joined("kanwil", "Budi")
        mark = await sent(budi, shipped(), "roster.xlsx")
        refusal = await budi.wait_for("roster dikirim oleh administrator", after=mark)
        assert "/periksa" in refusal.text  # a workbook of a reviewer may be a queue
        hana = await stage.joined("coordinator", "Hana")
        mark = await sent(hana, PUSAT.encode(), "roster.yaml")
        refusal = await hana.wait_for("hanya dapat diubah oleh administrator", after=mark)
        assert "/undang" in refusal.text
        await act(hana, "/roster")
        assert "hanya dapat diubah oleh administrator" in hana.text
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        mark = await sent(siti, shipped(), "data.xlsx")
        await siti.wait_for("kami simpan dahulu", after=mark)
        await stage.server.idle()
        assert "administrator" not in siti.text
        joko = stage.server.person("Joko")
        mark = await sent(joko, shipped(), "roster.xlsx")
        await joko.wait_for("Anda belum terdaftar", after=mark)
    assert files(stage) == []


async def test_one_tap_applies_once_and_old_previews_say_so(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        first = await previewed(zul, LATER)
        second = await previewed(zul, BIGGER)
        old = first.rows[0][0]["callback_data"]
        live, drop = (button["callback_data"] for button in second.rows[0])
        await zul.wait_notice(zul.tap(data=old, message_id=first.id))
        assert "Pratinjau ini sudah tidak berlaku" in zul.toasts[-1]
        for _ in range(3):
            zul.tap(data=live, message_id=second.id)
        await zul.wait_for("diterapkan · R-")
        await stage.server.idle()
        await zul.wait_notice(zul.tap(data=live, message_id=second.id))
        assert "sudah diterapkan; tidak diterapkan dua kali" in zul.toasts[-1]
        await zul.wait_notice(zul.tap(data=drop, message_id=second.id))
        assert "sudah diterapkan" in zul.toasts[-1]
        third = await previewed(zul, PUSAT)
        zul.tap("✖️ Batal", message_id=third.id)
        await zul.wait_edit(third.id, "dibatalkan; tidak ada yang berubah")
        fourth = await previewed(zul, PUSAT)
        stage.clock.advance(hours=25)
        await zul.wait_notice(zul.tap("✅ Terapkan", message_id=fourth.id))
        assert "kedaluwarsa" in zul.toasts[-1]
    assert query(stage, "SELECT count(*) FROM record WHERE kind = 'setup'") == [(2,)]
    assert query(stage, "SELECT deadline FROM periods") == [("2017-04-14",)]


async def test_what_changed_meanwhile_is_shown_anew_before_anything_happens(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        preview = await previewed(zul, BIGGER)
        connection = connect(stage.database)
        text = PUSAT.replace("deadline: 2017-03-31", "deadline: 2017-05-01", 1)
        in_transaction(
            connection,
            lambda db: apply_roster(
                db, load_roster(text), now=stage.clock(), bot_username="PeduliHamBot"
            ),
        )
        connection.close()
        zul.tap("✅ Terapkan", message_id=preview.id)
        again = await zul.wait_for("Data sudah berubah sejak pratinjau tadi", after=preview.id)
        assert "batas akhir 1 Mei 2017 → 14 April 2017" in again.text
        assert query(stage, "SELECT deadline FROM periods") == [("2017-05-01",)]
        await zul.wait_notice(
            zul.tap(
                data=preview.keyboards[0]["inline_keyboard"][0][0]["callback_data"],
                message_id=preview.id,
            )
        )
        assert "tidak berlaku" in zul.toasts[-1]
        zul.tap("✅ Terapkan", message_id=again.id)
        await zul.wait_for("diterapkan · R-")
    assert query(stage, "SELECT deadline FROM periods") == [("2017-04-14",)]
    assert files(stage) == [("applied", 2)]


async def test_what_changes_while_it_is_worked_out_is_seen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PUSAT.replace("deadline: 2017-03-31", "deadline: 2017-05-01", 1)
    made: list[SetupPlan] = []

    def overtaken(connection: sqlite3.Connection, wanted: Wanted) -> SetupPlan:
        made.append(prepared(connection, wanted))
        if len(made) == 2:  # the one that is to be applied
            apply_roster(connection, load_roster(text), now=stage.clock(), bot_username="Lain")
        return made[-1]

    monkeypatch.setattr(roster_upload_worker, "prepared", overtaken)
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        preview = await previewed(zul, BIGGER)
        zul.tap("✅ Terapkan", message_id=preview.id)
        again = await zul.wait_for("Data sudah berubah sejak pratinjau tadi", after=preview.id)
        assert "batas akhir 1 Mei 2017 → 14 April 2017" in again.text
        zul.tap("✅ Terapkan", message_id=again.id)
        await zul.wait_for("diterapkan · R-")
    assert len(made) == 4
    assert query(stage, "SELECT deadline FROM periods") == [("2017-04-14",)]


async def test_a_seat_that_ended_between_tap_and_applying_applies_nothing(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        preview = await previewed(zul, BIGGER)
        connection = connect(stage.database)
        connection.execute(
            "UPDATE seats SET suspended_at = '2017-03-10T00:00:00Z' WHERE role = 'admin'"
        )
        connection.close()
        mark = preview.id
        zul.tap("✅ Terapkan", message_id=preview.id)
        await zul.wait_for("Anda belum terdaftar", after=mark)
        connection = connect(stage.database)  # as if it had been suspended just after the tap
        connection.execute("UPDATE roster_files SET state = 'confirmed'")
        connection.close()
    async with stage.running():
        await zul.wait_for("peran Anda sebagai administrator sudah tidak aktif", after=mark)
    assert files(stage) == [("refused", 1)]
    assert query(stage, "SELECT deadline FROM periods") == [("2017-03-31",)]


async def test_restarts_on_every_step_lose_and_repeat_nothing(stage: Stage) -> None:
    stage.server.fault("reset", method="getFile", times=1000)
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        mark = await sent(zul, BIGGER.encode(), "roster.yaml")
        await zul.wait_for("sedang dibaca", after=mark)
    assert files(stage) == [("waiting", 0)]
    stage.server.faults.orders.clear()
    async with stage.running():
        preview = await zul.wait_for("Pratinjau roster", after=mark)
    zul.tap("✅ Terapkan", message_id=preview.id)  # nobody is there

    class Killed(BaseException):
        pass

    def fault(point: str) -> None:
        if point == "roster_applied":
            raise Killed

    try:
        async with stage.running(fault):
            await asyncio.sleep(3)
    except* Killed:
        pass
    assert files(stage) == [("confirmed", 1)]
    assert query(stage, "SELECT deadline FROM periods") == [("2017-03-31",)]
    async with stage.running():
        await zul.wait_for("Undangan untuk Satuan Polisi Pamong Praja", after=mark)
        await stage.server.idle()
    assert files(stage) == [("applied", 1)]
    assert len([one for one in zul.replies if "Undangan untuk" in one.text]) == 1
    assert query(stage, "SELECT count(*) FROM record WHERE kind = 'setup'") == [(2,)]


async def test_what_nobody_foresaw_applies_nothing_and_stops_no_bot(stage: Stage) -> None:
    def fault(point: str) -> None:
        if point == "roster_applied":
            raise ValueError(point)

    async with stage.running(fault):
        zul = await stage.joined("admin", "Zul")
        preview = await previewed(zul, BIGGER)
        zul.tap("✅ Terapkan", message_id=preview.id)
        await zul.wait_for("tidak dapat kami baca; tidak ada yang berubah")
        assert "31 Maret 2017" in (await _status(zul))
    assert files(stage) == [("refused", 1)]
    assert query(stage, "SELECT deadline FROM periods") == [("2017-03-31",)]
    assert query(stage, "SELECT count(*) FROM record WHERE kind = 'setup'") == [(1,)]


async def test_many_links_come_in_one_file_and_open(stage: Stage) -> None:
    text = PUSAT.replace('code: "31.71"', 'code: "31.72"').replace(
        "name: Jakarta Pusat", "name: Jakarta Utara"
    )
    text = text.replace("[jakpus", "[jakut", 1)
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        mark = await sent(zul, text.encode(), "utara.yaml")
        whole = await zul.wait_for(lambda message: "document" in message.body, after=mark)
        preview = await zul.wait_for("Pratinjau roster", after=mark)
        assert "… dan 8 lagi" in preview.text
        assert "• UKPD Bagkum" in attached(zul, whole).decode()
        zul.tap("✅ Terapkan", message_id=preview.id)
        sent_links = await zul.wait_for(
            lambda message: "12 undangan dari" in str(message.body.get("caption"))
        )
        lines = attached(zul, sent_links).decode().split("\n")
        place = lines.index("Suku Dinas Kesehatan (kontak), Jakarta Utara")
        dewi = stage.server.person("Dewi")
        dewi.open_link(lines[place + 1])
        await dewi.wait_for("Anda menjadi kontak Suku Dinas Kesehatan, Jakarta Utara")


async def test_the_template_comes_as_a_document_and_reads_back(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        await stage.server.idle()
        assert [one["command"] for one in zul.commands][-10:] == [
            "roster",
            "impor",
            "kesehatan",
            "periode",
            "tentang",
            "privasi",
            "data",
            "bahasa",
            "mulai",
            "bantuan",
        ]
        await act(zul, "/roster kosong")
        assert zul.last.body["document"]["file_name"] == "roster-peduli-ham.xlsx"
        assert "ketuk Terapkan" in zul.last.text
        book = openpyxl.load_workbook(io.BytesIO(attached(zul, zul.last)))
        assert book.sheetnames == ["Petunjuk", "Periode", "Daerah", "UKPD", "Staf"]
        await act(zul, "/bantuan")
        assert "/roster" in zul.text


def listed(roster: ParsedRoster) -> dict[str, list[dict[str, str]]]:
    """Return all that a roster says; the order of offices and of what they owe is not part of it."""
    regions = tuple(
        replace(
            one, units=tuple(replace(unit, owes=tuple(sorted(unit.owes))) for unit in one.units)
        )
        for one in roster.regions
    )
    roster = replace(roster, regions=regions)
    return {
        key: sorted(rows, key=lambda row: row.get("code", "")) if key == "units" else rows
        for key, rows in cells(contents_of(roster)).items()
    }


async def test_the_roster_goes_round_and_nothing_is_lost(stage: Stage) -> None:
    """What `/roster` sends says all that the last roster did; returned unchanged, nothing happens."""

    def changed(book: Workbook) -> None:
        period, offices = book["Periode"], book["UKPD"]
        titles = {cell.value: cell.row for cell in period["A"]}
        period.cell(titles["Hari tenggang"], 2).value = "5"
        period.cell(titles["Masa undangan (hari)"], 2).value = "21"
        columns = {cell.value: cell.column for cell in offices[1]}
        offices.cell(2, columns["Jumlah kontak"]).value = "2"
        offices.cell(2, columns["Nama lain"]).value = "dinkes; kesehatan, pusat"

    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        for roster in (PUSAT, BIGGER):
            if roster is not PUSAT:
                await previewed(zul, roster)
                zul.tap("✅ Terapkan")
                await zul.wait_for("diterapkan · R-")
                await stage.server.idle()
            await act(zul, "/roster")
            assert zul.last.body["document"]["file_name"] == "roster-2017.xlsx"
            content = attached(zul, zul.last)
            assert listed(read_roster(content, "r.xlsx", Path())) == listed(load_roster(roster))
            mark = await sent(zul, content, "roster-2017.xlsx")
            await zul.wait_for("sudah sama dengan data sekarang", after=mark)
            assert "reply_markup" not in zul.last.body
        preview = await previewed(zul, edited(changed, content), "roster-2017.xlsx")
        for line in (
            "hari tenggang – → 5",
            "masa berlaku tautan (hari) 30 → 21",
            "banyaknya kontak 1 → 2",
            "sebutan lain",
        ):
            assert line in preview.text, preview.text
        assert "Undangan yang akan dibuat: 1" in preview.text
        zul.tap("✅ Terapkan")
        await zul.wait_for("diterapkan · R-")
        await stage.server.idle()
        await act(zul, "/roster")
        content = attached(zul, zul.last)
        mark = await sent(zul, content, "roster-2017.xlsx")
        await zul.wait_for("sudah sama dengan data sekarang", after=mark)
    assert query(stage, "SELECT grace, invitation_days FROM periods") == [(5, 21)]
