"""Complaints that only show with the real bot over HTTP, numbered as in the list of thirty."""

from __future__ import annotations

import sqlite3

from bot.storage import record
from bot.storage.evidence_files import place_of
from tests.e2e.conftest import Stage
from tests.e2e.player import act, office
from tests.e2e.test_evidence import answered, pdf, rows, settled
from tests.support import dump
from tests.support.pictures import png


async def test_02_return_fix_verify_touches_only_that_answer(stage: Stage) -> None:
    """Users say: the verifier cannot send it back; the follow-up goes by phone and nothing reopens."""
    async with stage.running():
        siti = await office(stage, "Sudinkes")
        hana = await stage.joined("coordinator", "Hana")
        budi = await stage.joined("kanwil", "Budi")
        await act(siti, "/ringkasan")
        await act(siti, "!📤 Kirim semua jawaban (3)")
        siti.tap("📤 Kirim 3 jawaban")
        await stage.server.idle()
        await act(hana, "/verifikasi jakpus")
        assert "3 jawaban" in hana.text
        await act(hana, "!Sudinkes · 3")
        for left in (2, 1):
            hana.tap("👍 Setujui")
            await stage.server.idle()
            await act(hana, f"!➡️ Berikutnya ({left})")
        hana.tap("👍 Setujui")
        await stage.server.idle()
        before = dump(stage.database, "record")

        await act(budi, "/verifikasi sudinkes")
        await act(budi, "!Sudinkes · 3")
        await act(budi, "!↩️ Kembalikan")
        await act(budi, "!Belum sah")
        await act(budi, "Belum ada stempel kepala suku dinas.")
        returned = await siti.wait_for("dikembalikan Kanwil")
        assert "Belum ada stempel" in str(returned.body["text"])
        await act(siti, "!✏️ Ubah angka")
        await act(siti, "13 dari 14.250")
        siti.tap("✅ Simpan")
        await stage.server.idle()
        await act(siti, "!📤 Kirim kembali")
        await act(budi, "/verifikasi")
        assert "1 sudah diperbaiki" in budi.text
        await act(budi, "!Sudinkes · 3")
        assert "13" in budi.text
        budi.tap("✅ Verifikasi")
        await stage.server.idle()
        await act(budi, "!➡️ Berikutnya (2)")
        await act(budi, "!✏️ Koreksi angka")
        await act(budi, "400 dari 14.250")
        await act(budi, "Menurut laporan Dinas Kesehatan.")
        await siti.wait_for("dengan koreksi")
        await act(budi, "/status")
        assert "2 diverifikasi" in budi.text
        await stage.server.idle()

    after = dump(stage.database, "record")
    assert after[: len(before)] == before, "nothing that stood before was touched"
    moved = {(row[5], row[3]) for row in after[len(before) :]}
    assert moved == {(1, "move"), (1, "answer"), (2, "move"), (None, "joined")} - {(None, "joined")}
    connection = sqlite3.connect(stage.database)
    assert record.verify(connection).broken is None
    connection.close()
    assert dump(stage.database, "failed_updates") == []


async def test_07_a_seat_moves_in_the_middle_and_nothing_else_changes(stage: Stage) -> None:
    """Users say: staff change and nobody hands over."""
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        budi = await stage.joined("kanwil", "Budi")
        await act(siti, "!▶️ Mulai mengisi")
        await act(siti, "12 dari 14.250")
        await act(siti, "!✅ Simpan")
        await act(siti, "300")  # half of the next question
        await act(budi, "/serahterima sudinkes")
        await act(budi, "!Siti · Sudinkes")
        token = budi.text.partition("?start=")[2].split()[0]
        await stage.server.idle()
        before, seats = dump(stage.database, "record"), dump(stage.database, "seats")
        rina = stage.server.person("Rina")
        rina.open_link(token)
        await rina.wait_for("melanjutkan pekerjaan Siti: terisi 1 dari 3")
        await siti.wait_for("sudah diserahterimakan kepada Rina")
        await stage.server.idle()
        after = dump(stage.database, "record")
        assert after[: len(before)] == before
        assert [row[3] for row in after[len(before) :]] == ["joined"]
        held = dump(stage.database, "seats")
        assert [row[:7] for row in held[: len(seats)]] == [row[:7] for row in seats], (
            "all else stays"
        )
        assert [row[8] is not None for row in held] == [True, False, False], (
            "only Siti's seat has ended"
        )

        await act(siti, "14.250")
        assert "Anda belum terdaftar" in siti.text
        for command in ("/lanjut", "/kategori"):  # told once in ten minutes
            siti.send(command)
        for message_id, data in siti.every_button():
            siti.tap(data=data, message_id=message_id)
        siti.file("document", pdf("terlambat"), "terlambat.pdf")
        await stage.server.idle()
        assert dump(stage.database, "record") == after
        assert rows(stage) == []

        await act(rina, "!▶️ Mulai mengisi")
        assert "Angka kematian bayi" in rina.text
        await act(rina, "/kategori")
        await act(rina, "!✏️ Hidup · 1/2 · 10 poin")
        await act(rina, "!📝 Kematian ibu")
        assert "Siti" in rina.text, "the old name stays on the old answer"
        await act(budi, "/status sudinkes")
        assert "Kontak: Rina" in budi.text
    assert dump(stage.database, "failed_updates") == []


async def test_22_an_album_of_ten_and_two_singles_are_twelve_rows_and_one_summary(
    stage: Stage,
) -> None:
    """Users say: albums and several files are mishandled."""
    async with stage.running():
        eko = await answered(stage)
        eko.album(*[("photo", png(i), None) for i in range(10)])
        eko.file("document", pdf("rekap"), "rekap.pdf")
        eko.file("document", b"kejadian;tanggal\n1;2016-05-01\n", "daftar.csv")
        await settled(stage)
        receipts = [m for m in eko.replies if "Diterima · R-" in m.text]
        assert len(receipts) == 12
        await act(eko, "selesai")
        assert (
            sum(
                "Data dukung — Jumlah demonstrasi" in m.text and "Kirim foto" not in m.text
                for m in eko.replies
            )
            == 1
        )
        assert "rekap.pdf" in eko.text
    files = rows(stage)
    assert len(files) == 12
    assert {row[1] for row in files} == {"stored"}
    assert {row[3] for row in files} == {"image/png", "application/pdf", "text/plain"}
    folder = stage.config().files
    for row in files:
        place = place_of(folder, str(row[5]))
        assert place.stat().st_mode & 0o777 == 0o600
    assert not list(folder.rglob(".draft-*"))


async def test_23_each_file_gets_the_right_reply_and_none_is_half_stored(stage: Stage) -> None:
    """Users say: the file is too big, the photo unreadable, the file_id useless later."""
    head, mega = b"%PDF-1.4 ", 2**20
    async with stage.running():
        eko = await answered(stage)
        fits = head + b"x" * (int(19.9 * mega) - len(head))
        eko.file("document", fits, "hampir.pdf")
        await eko.wait_for("hampir.pdf untuk Demonstrasi anarkis")
        await settled(stage)
        asked = stage.server.counts["getfile"]
        eko.file("document", head + b"x" * int(20.1 * mega), "besar.pdf")
        reply = await eko.wait_for("besar.pdf terlalu besar; Telegram membatasi bot sampai 20 MB")
        assert "resolusi lebih rendah" in reply.text, "with a way out"
        eko.file("photo", png(1))
        reply = await eko.wait_for("foto untuk Demonstrasi anarkis")
        assert "kirim lagi sebagai berkas" in reply.text, "a photo of a paper is warned of"
        eko.file("document", b"MZ\x90\0 program", "laporan.pdf")
        await eko.wait_for("laporan.pdf adalah program")
        await settled(stage)
        assert stage.server.counts["getfile"] == asked + 2, "what is too big is not even asked for"
    assert [(row[0], row[1], row[2], row[3]) for row in rows(stage)] == [
        ("hampir.pdf", "stored", None, "application/pdf"),
        ("foto", "stored", None, "image/png"),
        ("laporan.pdf", "refused", "unsafe", None),
    ]
    folder = stage.config().files
    kept = sorted(one for one in folder.rglob("*") if one.is_file())
    assert kept == sorted(place_of(folder, str(row[5])) for row in rows(stage) if row[5])
    assert {one.stat().st_size for one in kept} == {len(fits), len(png(1))}
    assert dump(stage.database, "failed_updates") == []
