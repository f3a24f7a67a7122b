"""Rekapitulasi kota: the same figures as PDF, in Word and as a sheet, and they are those of the record."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl

from bot.papers import recap
from bot.papers.making import PaperFormat, laid_out
from bot.papers.pdf import pdf
from bot.papers.sheet import xlsx
from bot.storage import paper_rows
from bot.storage.database import in_transaction
from flows.model.paper_settings import PaperSettings, Signer, SignerRole
from tests.papers.conftest import SourceOf
from tests.papers.examples import PROOF
from tests.papers.reading import page_texts, scanned, word_tables

SETTINGS = PaperSettings(
    "31.71",
    ("PEMERINTAH PROVINSI CONTOH", "KOTA CONTOH"),
    "Jakarta",
    {
        SignerRole.SECRETARY: Signer(
            ("Sekretaris Kota Contoh",), "Dr. Contoh", "Pembina Utama", "1970"
        )
    },
    {"recap": "12/HK.02"},
    ("Gubernur",),
)


def rows_of(content: bytes) -> dict[object, list[object]]:
    """The rows of a sheet by their first cell."""
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    return {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows()}


def test_a_finished_season(finished_season: Path, source_of: SourceOf) -> None:
    drawn = recap.drawn(source_of(finished_season, "recap", region_id=1))
    assert drawn.filename == "Rekapitulasi-Jakarta-Pusat-2017"
    text = " ".join(page_texts(pdf(drawn.paper, PROOF)))
    for part in (
        "JAKARTA PUSAT TAHUN DATA 2016",
        "SIMULASI — 10 dari 17 indikator",
        "Nilai mandiri : 75,00 (Belum memenuhi)",
        "Hasil verifikasi akhir : 76,25 (Peduli HAM)",
        "Batas predikat : Peduli HAM mulai 76,00 *)",
        "21 dari 21 isian terisi, 21 sudah diverifikasi",
        "Mengetahui, Sekretaris Kota/Daerah Jakarta Pusat,",
        "Kepala Bagian Hukum Jakarta Pusat,",
        "*) Ambang atau aturan usulan: belum terkonfirmasi dan belum disepakati.",
    ):
        assert part in text, part
    assert len(set(scanned(drawn.paper, PROOF))) == 1


def test_every_indicator_with_its_points_by_hand(
    finished_season: Path, source_of: SourceOf
) -> None:
    drawn = recap.drawn(source_of(finished_season, "recap", region_id=1))
    rows = rows_of(xlsx(drawn.paper, PROOF))
    maternal = rows[1]
    assert maternal[1:8] == [
        "Angka kematian ibu", "per 100.000 kelahiran hidup",
        "jumlah kematian ibu: 12\nkelahiran hidup: 14.250", 84, "≤ 110", 10, 10,
    ]  # fmt: skip
    assert maternal[8] == "1 berkas: laporan-kematian-ibu.pdf"
    schools = rows[4]
    assert schools[4:8] == [3.5, "≤ 5", 10, 10]
    assert str(schools[3]).startswith(
        "Sudindik 1:\nanak usia 7–12 tahun yang belum memperoleh pendidikan SD: 30"
    )
    assert schools[9] == "Sudindik 1\nSudindik 2"
    forest = rows[3]
    assert forest[3:8] == ["tidak berlaku", "–", "– *)", "–", "–"]
    assert forest[10] == "Tidak ada kawasan hutan lindung di wilayah kota."
    violence = rows[17]
    assert violence[6:8] == [6, 8]
    assert "dikoreksi pemeriksa menjadi" in str(violence[10])
    points = [row[7] for number, row in rows.items() if isinstance(number, int)]
    assert sum(point for point in points if isinstance(point, int)) == 122  # of 16: 76,25
    assert sum(1 for row in rows.values() if "*)" in str(row[5])) == 10


def test_word_and_pdf_say_the_same(finished_season: Path, source_of: SourceOf) -> None:
    drawn = recap.drawn(source_of(finished_season, "recap", region_id=1))
    shown, _ = word_tables(laid_out(drawn.paper, PROOF, PaperFormat.DOCX))
    text = " ".join(page_texts(pdf(drawn.paper, PROOF))).replace(" ", "")
    for row in shown:
        for cell in row:
            assert "".join(cell.split()) in text, cell


def test_settings_stand_on_it(season: Path, source_of: SourceOf) -> None:
    source = source_of(season, "recap", region_id=1)
    in_transaction(
        source.connection,
        lambda db: paper_rows.save_settings(db, 1, SETTINGS, "2017-03-29T03:00:00Z"),
    )
    text = " ".join(page_texts(pdf(recap.drawn(source).paper, PROOF)))
    for part in (
        "PEMERINTAH PROVINSI CONTOH KOTA CONTOH",
        "NOMOR 12/HK.02",
        "Jakarta, 29 Maret 2017",
        "Sekretaris Kota Contoh, ",
        "Dr. Contoh",
        "Pembina Utama NIP 1970",
        "Tembusan: 1. Gubernur",
    ):
        assert part in text, part
    assert (
        paper_rows.settings(source.connection, source.roster.period, "31.71", of_province=False)
        == SETTINGS
    )


def test_half_a_season_says_what_is_missing(half_season: Path, source_of: SourceOf) -> None:
    drawn = recap.drawn(source_of(half_season, "recap", region_id=1))
    text = " ".join(page_texts(pdf(drawn.paper, PROOF)))
    assert "belum diisi" in text
    assert "dikembalikan" in text
    assert "Hasil verifikasi sejauh ini" in text
    marked = sum("*)" in str(row[5]) for row in rows_of(xlsx(drawn.paper, PROOF)).values())
    assert f"SIMULASI — {marked} dari 17 indikator" in text  # by the answers or as verified


def test_figures_are_named(finished_season: Path, source_of: SourceOf) -> None:
    figures = recap.drawn(source_of(finished_season, "recap", region_id=1)).figures
    assert figures["total::total_verified"] == "76.25"
    assert figures["total::rating_claimed"] == "Belum memenuhi"
    assert figures["indicator:17:claimed"] == "6"
    assert figures["indicator:17:verified"] == "8"
    assert figures["indicator:3:value"] == ""
