"""The other papers of a season: of an office, of the reviewers, of a province, and the letter that goes with them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from bot.clock import iso
from bot.papers import paper_kinds, paper_process, province
from bot.papers.making import Drawn, PaperFormat, laid_out
from bot.papers.paper_process import EARNEST, Maker, make_here
from bot.papers.pdf import pdf
from bot.papers.word import docx
from bot.storage import paper_rows
from bot.storage.database import FolderGoneError, connect, in_transaction
from bot.storage.paper_orders import PaperOrder
from flows.model.paper_settings import PaperSettings, Signer
from scoring.replacing import replace
from tests.papers.conftest import NOW, ZONE, SourceOf
from tests.papers.examples import PROOF
from tests.papers.reading import page_texts, scanned, word_tables, word_text
from tests.support import make_database
from tests.support.nightly import sampled

ABOUT: dict[str, dict[str, int | str]] = {
    "recap": {"region_id": 1}, "receipt": {"unit_id": 1}, "office_sheet": {"unit_id": 1},
    "examination": {"region_id": 1}, "province_recap": {"province": "31"}, "cover_letter": {"region_id": 1},
    "letterhead": {"region_id": 1}, "trend": {"region_id": 1}, "province_trend": {"province": "31"},
}  # fmt: skip

RECAP = {"kind": "recap", "region_id": 1, "unit_id": None, "province": None, "parameters": {}}


@pytest.fixture
def maker(season: Path, tmp_path: Path) -> Iterator[Maker]:
    maker = Maker(season, tmp_path / "papers")
    yield maker
    maker.stop()


def text_of(drawn: Drawn) -> str:
    return " ".join(page_texts(pdf(drawn.paper, PROOF)))


def test_every_kind_is_tried() -> None:
    assert set(ABOUT) | {"criteria_minutes"} == set(paper_kinds.MAKERS)
    assert set(ABOUT) - {"letterhead"} | {"criteria_minutes"} == set(paper_kinds.NAMES)


@pytest.mark.parametrize("kind", sampled(ABOUT, 2))
def test_every_paper_opens_in_every_format(
    kind: str, finished_season: Path, source_of: SourceOf
) -> None:
    drawn = paper_kinds.draw(source_of(finished_season, kind, **ABOUT[kind]))
    texts = page_texts(laid_out(drawn.paper, PROOF, PaperFormat.PDF))
    assert scanned(drawn.paper, PROOF) == [PROOF.link] * len(texts)
    assert (
        Document(BytesIO(laid_out(drawn.paper, PROOF, PaperFormat.DOCX))).core_properties.title
        == drawn.paper.name
    )
    sheet = openpyxl.load_workbook(
        BytesIO(laid_out(drawn.paper, PROOF, PaperFormat.XLSX))
    ).worksheets[0]
    assert PROOF.code in [cell.value for row in sheet.iter_rows() for cell in row]
    shown = "".join(texts) + word_text(docx(drawn.paper, PROOF))
    for leftover in ("{", "}", "None", "Undefined", "(id=", "='", "Decimal("):
        assert leftover not in shown, leftover
    assert drawn.figures or kind == "letterhead"  # which shows none
    assert all(isinstance(figure, str) for figure in drawn.figures.values())


@pytest.mark.parametrize("kind", sampled(ABOUT, 2))
def test_half_a_season_has_papers_too(kind: str, half_season: Path, source_of: SourceOf) -> None:
    drawn = paper_kinds.draw(source_of(half_season, kind, **ABOUT[kind]))
    assert "None" not in text_of(drawn)


def test_a_receipt_has_numbers_and_times_and_nobody_signs_it(
    half_season: Path, source_of: SourceOf
) -> None:
    drawn = paper_kinds.draw(source_of(half_season, "receipt", unit_id=3))
    [table] = word_tables(docx(drawn.paper, PROOF))
    assert table[0] == [
        "No.",
        "Indikator",
        "Isian",
        "Nomor",
        "Tersimpan",
        "Pertama dikirim",
        "Keadaan",
    ]
    assert [row[0] for row in table[1:]] == ["4", "5", "6", "7"]
    assert table[1][3] == "R-0032"
    assert table[1][4:6] == ["7 Maret 2017, 10.06", "7 Maret 2017, 10.40"]
    text = text_of(drawn)
    assert "Batas akhir : 7 April 2017" in text
    assert "sah tanpa tanda tangan" in text
    assert "NIP" not in text
    assert "Ani" not in text  # no names of persons


def test_a_receipt_of_an_office_that_has_given_nothing(source_of: SourceOf, tmp_path: Path) -> None:
    path = make_database(tmp_path / "small.db")
    drawn = paper_kinds.draw(source_of(path, "receipt", unit_id=1))
    [table] = word_tables(docx(drawn.paper, PROOF))
    assert table[1][2:] == ["belum diisi", "–", "–", "–", "belum diisi"]
    sheet = paper_kinds.draw(source_of(path, "office_sheet", unit_id=1))
    assert word_tables(docx(sheet.paper, PROOF))[0][1][3] == "–"
    source = source_of(path, "receipt", unit_id=1)
    source.connection.execute("DELETE FROM assignments WHERE unit_id = 1")
    with pytest.raises(LookupError):
        paper_kinds.draw(source_of(path, "receipt", unit_id=1))


def test_the_sheet_of_an_office_is_signed_by_its_head(season: Path, source_of: SourceOf) -> None:
    source = source_of(season, "office_sheet", unit_id=3)
    unit = source.unit
    drawn = paper_kinds.draw(source)
    table, _ = word_tables(docx(drawn.paper, PROOF))
    assert (
        table[1][1]
        == "Anak usia 7–12 tahun yang belum memperoleh pendidikan SD\n(bersama Sudindik 2)"
    )
    assert table[1][3] == "3"  # its own part; the points are those of both
    assert table[1][5:8] == [
        "≤ 5",
        "10",
        "Data anak usia 7–12 tahun menurut status pendidikan 2016",
    ]
    assert "Kepala Suku Dinas Pendidikan Wilayah I, ………" in text_of(drawn)
    head = Signer(("Plt. Kepala Suku Dinas",), "Ratna, M.Pd.", None, "1980")
    settings = PaperSettings("31.71", signers={unit.code: head})
    in_transaction(
        source.connection,
        lambda db: paper_rows.save_settings(db, 1, settings, "2017-03-29T03:00:00Z"),
    )
    assert "Plt. Kepala Suku Dinas, Ratna, M.Pd. NIP 1980" in text_of(paper_kinds.draw(source))


def test_proposed_thresholds_are_marked_on_the_sheet(
    finished_season: Path, source_of: SourceOf
) -> None:
    drawn = paper_kinds.draw(source_of(finished_season, "office_sheet", unit_id=11))
    table, _ = word_tables(docx(drawn.paper, PROOF))
    assert table[1][5].endswith("*)")
    assert "*) Ambang atau aturan usulan" in text_of(drawn)
    assert "SIMULASI" in text_of(drawn)


def test_the_report_says_each_difference_with_reason_basis_and_who(
    finished_season: Path, source_of: SourceOf
) -> None:
    drawn = paper_kinds.draw(source_of(finished_season, "examination", region_id=1))
    differences, returns, endorsements, _ = word_tables(docx(drawn.paper, PROOF))
    [row] = differences[1:]
    assert row[:3] == ["17", "Kekerasan terhadap perempuan", "Sudin PPAPP"]
    assert "60" in row[3]
    assert "30" in row[4]
    assert row[5] == "6 → 8"
    assert row[6] == "Menurut rekapitulasi kepolisian, sebagian laporan tercatat dua kali."
    assert "25/2013" in row[7]
    assert row[8].startswith("Budi Santoso (Kanwil), ")
    assert [(row[0], row[5]) for row in returns[1:]] == [
        ("6", "sudah diverifikasi"),
        ("10", "sudah diverifikasi"),
    ]
    assert (
        returns[1][4]
        == "Angka tidak sama dengan data dukungnya; Daftar sekolah menyebut 78 sekolah, isiannya 80."
    )
    assert len(endorsements) == 6
    assert endorsements[1][2:] == ["", "", ""]
    text = text_of(drawn)
    assert "Kepala Kantor Wilayah Kementerian HAM DKI Jakarta," in text
    assert "Budi" not in str(drawn.figures)  # what is kept names nobody


def test_a_report_without_differences(source_of: SourceOf, tmp_path: Path) -> None:
    text = text_of(
        paper_kinds.draw(
            source_of(make_database(tmp_path / "small.db"), "examination", region_id=1)
        )
    )
    assert "Tidak ada isian yang dikoreksi." in text
    assert "Tidak ada isian yang dikembalikan." in text
    assert "belum ada jawaban yang diverifikasi" in text


def test_a_province_proposes_who_has_reached_the_best_rating(
    finished_season: Path, source_of: SourceOf
) -> None:
    drawn = paper_kinds.draw(source_of(finished_season, "province_recap", province="31"))
    table, _ = word_tables(docx(drawn.paper, PROOF))
    assert table[1] == [
        "1", "Jakarta Pusat", "11", "21 dari 21", "21 dari 21", "0", "75,00", "Belum memenuhi", "76,25",
        "Peduli HAM", "selesai diverifikasi",
    ]  # fmt: skip
    text = text_of(drawn)
    assert "1. Jakarta Pusat, hasil verifikasi 76,25" in text
    assert "Batas predikat Peduli HAM (76,00) masih usulan" in text
    assert drawn.figures["region:31.71:total_verified"] == "76.25"


def test_before_the_end_regions_that_need_most_stand_first(
    source_of: SourceOf, tmp_path: Path
) -> None:
    path = make_database(tmp_path / "small.db")
    source = source_of(path, "province_recap", province="31")
    drawn = province.drawn(source)
    table, _ = word_tables(docx(drawn.paper, PROOF))
    assert [(row[1], row[5], row[10]) for row in table[1:]] == [
        ("Jakarta Pusat", "5", "belum ada yang diverifikasi"),
        ("Jakarta Utara", "1", "belum ada yang diverifikasi"),
    ]
    assert "Bandung" not in text_of(drawn)  # of another province
    assert "Belum ada kabupaten/kota dengan hasil verifikasi akhir" in text_of(drawn)
    with pytest.raises(LookupError):
        province.drawn(source_of(path, "province_recap", province="99"))


def test_the_letter_names_what_it_brings(season: Path, source_of: SourceOf) -> None:
    source = source_of(season, "cover_letter", region_id=1)
    text = word_text(docx(paper_kinds.draw(source).paper, PROOF))
    assert "Nomor\t: ………" in text
    assert "Yth. Kepala Kantor Wilayah Kementerian HAM DKI Jakarta\ndi ………" in text
    assert "Sehubungan dengan penilaian" in text
    assert "2.\tlembar isian dari 11 UKPD" in text
    assert "3.\tdata dukung sebanyak 16 berkas." in text
    assert "nilai mandiri 75,00 (Belum memenuhi)" in text
    source.connection.execute(
        "UPDATE periods SET letter_number = 'W10-77', letter_date = '2017-01-09'"
    )
    asked = word_text(
        docx(paper_kinds.draw(source_of(season, "cover_letter", region_id=1)).paper, PROOF)
    )
    assert (
        "Menindaklanjuti surat nomor W10-77 tanggal 9 Januari 2017, bersama ini kami sampaikan"
        in asked
    )


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_a_paper_is_made_once_more_as_it_was_or_else_as_of_now(
    form: str, season: Path, tmp_path: Path
) -> None:
    subject = {"kind": "recap", "region_id": 1, "unit_id": None, "province": None}
    order = PaperOrder(1, 1, 1, None, subject | {"parameters": {"entry": 9}}, form)
    first = make_here(season, tmp_path / "first", order, NOW, ZONE)
    with closing(connect(season)) as connection:
        paper_rows.keep(connection, first.row)
    again = replace(order, again=first.row.code)
    assert (order.closing, again.closing) == (9, None)
    later = NOW + timedelta(days=1)
    assert make_here(season, tmp_path / "again", again, later, ZONE) == first
    [file] = (tmp_path / "again").iterdir()
    assert file.read_bytes() == (tmp_path / "first" / file.name).read_bytes()
    with closing(connect(season)) as connection:
        connection.execute("UPDATE regions SET name = 'Jakarta Tengah' WHERE id = 1")
    other = make_here(season, tmp_path / "other", again, later, ZONE)
    assert other.row.code != first.row.code
    assert other.row.made_at == iso(later)


def test_papers_are_made_in_a_process_of_their_own(
    maker: Maker, season: Path, tmp_path: Path
) -> None:
    order = PaperOrder(1, 1, 1, None, RECAP, "pdf")
    ready = maker.make(order, NOW, ZONE)
    content = (tmp_path / "papers" / f"{ready.row.code}.pdf").read_bytes()
    assert hashlib.sha256(content).hexdigest() == ready.row.sha256
    assert (
        maker.make(order, NOW, ZONE)
        == ready
        == make_here(season, tmp_path / "here", order, NOW, ZONE)
    )
    with pytest.raises(LookupError):
        maker.make(
            replace(order, subject=RECAP | {"kind": "office_sheet", "unit_id": 99}), NOW, ZONE
        )
    with pytest.raises(RuntimeError, match="unknown"):
        maker.make(replace(order, format="unknown"), NOW, ZONE)
    maker._process.kill()  # as by the machine, where memory is short
    with pytest.raises(RuntimeError, match="ended with -9"):
        maker.make(order, NOW, ZONE)
    assert maker.make(order, NOW, ZONE) == ready
    maker.rest()
    maker.rest()
    assert maker.make(order, NOW, ZONE) == ready
    maker.stop()
    season.unlink()
    with pytest.raises(RuntimeError):
        maker.make(order, NOW, ZONE)
    maker.rest()


def test_a_paper_that_gets_no_processor_is_made_in_earnest(
    maker: Maker, season: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starved = "import sys, bot.papers.paper_process as a; a.EARNEST in sys.argv and a.main() or input() + input()"
    monkeypatch.setattr("bot.papers.paper_process.COMMAND", (sys.executable, "-P", "-c", starved))
    monkeypatch.setattr("bot.papers.paper_process.PATIENCE", 0.1)
    order = PaperOrder(1, 1, 1, None, RECAP, "pdf")
    ready = maker.make(order, NOW, ZONE)
    assert ready == make_here(season, tmp_path / "here", order, NOW, ZONE)
    command = maker._process.args
    assert isinstance(command, list)
    assert command[-1] == EARNEST
    assert maker.make(order, NOW, ZONE) == ready


@pytest.mark.parametrize(("argument", "stands_back"), [("", True), (EARNEST, False)])
def test_a_paper_is_drawn_in_idle_time_unless_in_earnest(
    season: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str, stands_back: bool
) -> None:
    order = PaperOrder(1, 1, 1, None, RECAP, "pdf")
    wanted = Maker(season, tmp_path)._wanted(order, NOW, ZONE)
    stood_back: list[bool] = []

    def standing_back(work: Callable[[], Any]) -> Any:
        stood_back.append(True)
        return work()

    monkeypatch.setattr("bot.papers.paper_process.standing_back", standing_back)
    monkeypatch.setattr(sys, "argv", [sys.argv[0], argument])
    assert paper_process._answer(wanted)["row"]["kind"] == "recap"
    assert stood_back == [True] * stands_back


def test_the_evidence_folder_is_not_made_anew_for_a_paper(season: Path, tmp_path: Path) -> None:
    maker = Maker(season, tmp_path / "away" / "papers")
    order = PaperOrder(1, 1, 1, None, RECAP, "pdf")
    with pytest.raises(FolderGoneError, match="away"):
        maker.make(order, NOW, ZONE)
    assert not (tmp_path / "away").exists()
    (tmp_path / "away").mkdir()
    assert maker.make(order, NOW, ZONE).row.kind == "recap"
    maker.stop()
