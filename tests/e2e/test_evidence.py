"""Proof over real HTTP: albums, sizes, disguises, cuts, the same file again, and a store that can be proven whole."""

from __future__ import annotations

import asyncio
import io
import sqlite3
import zipfile
from pathlib import Path

import pytest

from bot.cli import app as cli
from bot.demo.botapi import SimulatedPerson
from bot.media.types import judged
from bot.storage import record
from bot.storage.evidence_files import damaged, keep, place_of
from bot.storage.evidence_rows import SAID
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.support import dump
from tests.support.pictures import HEIC, png


def pdf(text: str) -> bytes:
    return f"%PDF-1.4\n1 0 obj << /Note ({text}) >> endobj\ntrailer << >>\n%%EOF\n".encode()


async def answered(stage: Stage) -> SimulatedPerson:
    eko = await stage.joined("Suku Badan Kesatuan Bangsa dan Politik", "Eko")
    await act(eko, "/lanjut")
    await act(eko, "2")
    await act(eko, "!✅ Simpan")
    eko.tap(
        "📎 Data dukung",
        message_id=next(m.id for m in reversed(eko.replies) if "Tersimpan" in m.text),
    )
    await eko.wait_for("Kirim foto atau berkasnya")
    return eko


def rows(stage: Stage) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(stage.database)
    result = connection.execute(
        "SELECT name, state, why, mime, again, sha256 FROM evidence ORDER BY id"
    ).fetchall()
    connection.close()
    return result


async def settled(stage: Stage) -> None:
    for _ in range(200):
        await stage.server.idle(quiet=0.05)
        if all(row[1] != "waiting" for row in rows(stage)):
            return
        await asyncio.sleep(0.02)  # the server counts calls, not files on their way
    raise AssertionError(rows(stage))


async def test_what_cannot_be_taken_is_refused_with_a_way_out(stage: Stage) -> None:
    async with stage.running():
        eko = await answered(stage)
        eko.file("document", b"\x00\x01\x02 not a document", "rusak.pdf")
        await eko.wait_for("tidak dapat dibaca")
        eko.file("document", pdf("x"), "skrip.bat")
        await eko.wait_for("skrip.bat adalah program")
        eko.file("voice", b"OggS", None)
        await eko.wait_for("belum dapat kami baca")
        await settled(stage)
    assert [(row[0], row[1], row[2]) for row in rows(stage)] == [
        ("rusak.pdf", "refused", "unreadable"),
    ]
    assert [one for one in stage.config().files.rglob("*") if one.is_file()] == []


async def test_the_same_file_again_is_linked_and_not_stored_twice(stage: Stage) -> None:
    async with stage.running():
        eko = await answered(stage)
        eko.file("document", pdf("sama"), "satu.pdf")
        await settled(stage)
        eko.file("document", pdf("sama"), "dua.pdf")
        await settled(stage)
        await act(eko, "selesai")
        assert "dua.pdf · sudah pernah dikirim" in eko.text
    assert [row[4] for row in rows(stage)] == [0, 1]
    assert len([one for one in stage.config().files.rglob("*") if one.is_file()]) == 1


async def test_the_network_cut_in_the_middle_loses_no_file(stage: Stage) -> None:
    async with stage.running():
        eko = await answered(stage)
        stage.server.fault("reset", method="getFile", times=6)
        stage.server.fault("refuse", method="getFile", code=500, times=3)
        for i in range(20):
            eko.file("document", pdf(f"berkas {i}"), f"berkas-{i}.pdf")
        await stage.server.idle()
    async with stage.running():  # a restart in between: what waited is fetched
        await settled(stage)
    assert [row[1] for row in rows(stage)] == ["stored"] * 20


async def reviewed(stage: Stage, eko: SimulatedPerson, count: int) -> SimulatedPerson:
    """Return Bagian Hukum, who looks at so many files of an answer that was sent."""
    await settled(stage)
    await act(eko, "selesai")
    await act(eko, "!📤 Kirim jawaban")
    eko.tap("📤 Kirim 1 jawaban")
    await stage.server.idle()
    hana = await stage.joined("coordinator", "Hana")
    await act(hana, "/verifikasi")
    await act(hana, "!Suban Kesbangpol · 1")
    hana.tap(f"📎 Lihat data dukung ({count})")
    await stage.server.idle()
    return hana


async def test_the_reviewer_sees_the_files_and_the_store_is_proven_whole(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with stage.running():
        eko = await answered(stage)
        eko.file("document", pdf("rekap"), "rekap.pdf")
        eko.file("photo", png(3))
        hana = await reviewed(stage, eko, 2)
        shown = [m.body for m in hana.replies if "document" in m.body or "photo" in m.body]
        assert len(shown) == 2
        assert "Suban Kesbangpol" in str(shown[0]["caption"])
    folder = stage.config().files
    connection = sqlite3.connect(stage.database)
    assert record.verify(connection).broken is None
    assert damaged(connection, folder) is None
    digest = str(rows(stage)[0][5])
    place = place_of(folder, digest)
    whole = place.read_bytes()
    place.write_bytes(whole[:-1] + b"?")
    entry = damaged(connection, folder)
    assert entry is not None
    assert entry[1] == "file_changed"
    from typer.testing import CliRunner

    result = CliRunner().invoke(
        cli, ["verify", "--database", str(stage.database), "--files", str(folder)]
    )
    assert result.exit_code == 1
    assert "its file was changed" in result.output
    place.unlink()
    missing = damaged(connection, folder)
    assert missing == (entry[0], "file_missing")
    place.write_bytes(whole)
    result = CliRunner().invoke(
        cli, ["verify", "--database", str(stage.database), "--files", str(folder)]
    )
    assert result.exit_code == 0, result.output
    every_column_of_a_row_is_guarded(connection, folder)
    connection.close()
    assert dump(stage.database, "failed_updates") == []


def every_column_of_a_row_is_guarded(connection: sqlite3.Connection, folder: Path) -> None:
    """Check that a file renamed, moved to another answer, or slipped in or out of the table is found."""
    strange = {"kind": "other", "state": "withdrawn", "indicator": 1, "unit_id": 2, "period_id": 1}
    guarded = [*SAID, "sha256", "mime", "why", "state"]
    for column in guarded:
        if column == "period_id":
            continue  # there is only one to move it to
        connection.execute("SAVEPOINT tampering")
        value = strange.get(column, "2017-01-01T00:00:00Z")
        connection.execute(f"UPDATE evidence SET {column} = ? WHERE id = 1", (value,))
        assert (damaged(connection, folder) or (0, ""))[1] == "file_row", column
        connection.execute("ROLLBACK TO tampering")
    connection.execute("DELETE FROM evidence WHERE id = 1")
    assert (damaged(connection, folder) or (0, ""))[1] == "file_row"
    connection.rollback()
    assert damaged(connection, folder) is None


def test_types_are_judged_by_content(tmp_path: Path) -> None:
    assert judged(pdf("x"), "gambar.png") == "application/pdf"
    assert judged(png(1), "x.pdf") == "image/png"
    assert judged(b"a;b\n", "x.csv") == "text/plain"
    for content, name, why in (
        (b"", "x.pdf", "empty"), (b"\x7fELF123", "x.pdf", "unsafe"), (b"#!/bin/sh\n", "x.txt", "unsafe"),
        (b"\xff\xfe\x00", "x.txt", "unreadable"), (b"hello", "x.pdf", "unreadable"),
    ):  # fmt: skip
        with pytest.raises(Exception, match=why):
            judged(content, name)
    digest = keep(tmp_path, b"isi")
    assert keep(tmp_path, b"isi") == digest
    assert len(list(tmp_path.rglob("*"))) == 2


async def test_the_evidence_of_an_office_comes_back_as_an_archive(stage: Stage) -> None:
    async with stage.running():
        eko = await answered(stage)
        eko.file("document", pdf("satu"), "laporan.pdf")
        await settled(stage)
        await act(eko, "!Selesai")
        await act(eko, "/berkas")
        await act(eko, "!Bundel data dukung")
        await eko.wait_for("1 berkas, 0,1 MB. Bundel dikirim ke sini sebagai satu berkas ZIP")
        eko.tap("📄 Buat dan kirim")
        await eko.wait_for("Daftar.xlsx di dalamnya")
        await stage.server.idle()
        assert any("selesai, dikirim sebagai satu berkas ZIP" in one.text for one in eko.replies)
    [sent] = [one.body["document"] for one in eko.replies if "document" in one.body]
    content = stage.server.bot.files[str(sent["file_id"])].content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        [proof] = [name for name in names if name.endswith("laporan.pdf")]
        assert archive.read(proof) == pdf("satu")
        assert proof.startswith("31.71 Jakarta Pusat/")
        assert {"Daftar.xlsx", "sidik.txt"} < set(names)
    async with stage.running():  # once it was sent it does not lie about
        await stage.server.idle()
    assert not list(stage.database.parent.rglob("bundle-*.zip"))


async def test_the_reviewer_sees_what_phones_do_not_show(stage: Stage) -> None:
    async with stage.running():
        eko = await answered(stage)
        eko.file("document", HEIC, "IMG_1.HEIC")
        eko.file("document", pdf("no page"), "rekap.pdf")
        eko.file("document", png(7), "layar.png")
        hana = await reviewed(stage, eko, 3)
        shown = [one.body for one in hana.replies if {"document", "photo"} & one.body.keys()]
        captions = [str(one["caption"]) for one in shown]
    assert ["photo" if "photo" in one else "document" for one in shown] == [
        "photo",
        *["document"] * 3,
    ], captions
    assert captions[0] == "Pratinjau IMG_1.HEIC; berkas aslinya di bawah ini."
    assert "IMG_1.HEIC, dikirim Eko" in captions[1]
    connection = sqlite3.connect(stage.database)
    dropped = connection.execute("SELECT error FROM outbox WHERE state = 'dropped'").fetchall()
    unsent = connection.execute("SELECT 1 FROM outbox WHERE state = 'failed'").fetchall()
    connection.close()
    assert dropped == [("no preview: Failed",)], "a page that cannot be drawn is no fault"
    assert unsent == []
