"""The frame of all papers: what every page carries, and that a paper is the same as PDF and in Word."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import zxingcpp
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.papers import word
from bot.papers.frame import (
    ColumnLook,
    Paper,
    PaperColumn,
    PaperFields,
    PaperTableRow,
    PaperText,
    Signature,
    Weight,
    table,
)
from bot.papers.making import PaperFormat, laid_out
from bot.papers.pdf import pages, pdf
from bot.papers.proof import PaperProof, code_of
from bot.papers.sheet import xlsx
from bot.papers.word import docx
from bot.papers.word_template import template
from flows.model.paper_settings import Signer
from flows.reading.paper_codes import ALPHABET, read_code
from messages.spelling import spelled
from scoring.replacing import replace
from tests.papers.examples import HOSTILE, PROOF
from tests.papers.reading import page_texts, scanned, word_foot, word_tables, word_text
from tests.support.libreoffice import converted, needs_libreoffice, needs_poppler, pictures

COLUMNS = (
    PaperColumn("No.", 1, ColumnLook.MIDDLE),
    PaperColumn("Nama", 5),
    PaperColumn("Nilai", 2, ColumnLook.TOTAL),
)
LONG = Paper(
    kind="example",
    name="Contoh naskah",
    head=("PEMERINTAH CONTOH", "SEKRETARIAT"),
    titles=("CONTOH", "NASKAH"),
    number="NOMOR 1/2017",
    blocks=(
        PaperText(HOSTILE),
        PaperFields((("Periode", "2017"), ("Jumlah", 14250))),
        table(
            COLUMNS,
            [
                PaperTableRow(("Hak hidup",), Weight.GROUP),
                *(PaperTableRow((place, f"Indikator {place}", Decimal("82.5"))) for place in range(100)),
                PaperTableRow((None, "Jumlah", Decimal("7425")), Weight.TOTAL),
            ],
        ),
    ),
    closing="Demikian.",
    dated="Jakarta, 8 Maret 2017",
    signatures=(
        Signature("Mengetahui,", Signer(("a.n. Sekretaris", "Kepala Bagian"), "Hana, S.H.", "Pembina", "1975")),
        Signature("", Signer(("Kepala Bagian Hukum",))),
    ),
    copies=("Wali Kota",),
    notice="3 dari 17 indikator dinilai dengan ambang usulan.",
)  # fmt: skip


def test_every_page_says_its_number_the_code_and_the_record() -> None:
    texts = page_texts(pdf(LONG, PROOF))
    assert len(texts) == 3
    for page_no, text in enumerate(texts, 1):
        assert f"Halaman {page_no} dari 3" in text
        assert PROOF.code in text
        assert f"catatan nomor 412, sidik {PROOF.short_head} …" in text
        assert "8 Maret 2017 pukul 10.00 WIB" in text
        assert "SIMULASI" in text
        assert "No. Nama Nilai" in text  # the headings of the table, on each page
    assert PROOF.head in texts[-1]


def test_the_qr_code_of_every_page_opens_the_bot_with_the_code() -> None:
    assert scanned(LONG, PROOF) == [PROOF.link] * 3
    assert scanned(replace(LONG, blocks=()), replace(PROOF, link=None)) == [PROOF.code]


def test_it_is_black_on_white() -> None:
    """Every picture has as much of red as of green and of blue, so that a copy loses nothing."""
    from PIL import Image, ImageChops

    for page in pages(LONG, PROOF, ppi=50):
        red, green, blue = Image.open(BytesIO(page)).convert("RGB").split()
        assert ImageChops.difference(red, green).getextrema() == (0, 0)
        assert ImageChops.difference(green, blue).getextrema() == (0, 0)


def test_a_pdf_is_for_the_archive_and_says_what_it_is() -> None:
    content = pdf(LONG, PROOF)
    read = PdfReader(BytesIO(content))
    assert read.metadata is not None
    assert read.metadata.title == "Contoh naskah"
    assert b"pdfaid" in content
    width, height = (float(side) for side in read.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    across: Any = PdfReader(BytesIO(pdf(replace(LONG, across=True), PROOF))).pages[0].mediabox
    assert float(across[2]) > float(across[3])


@pytest.mark.parametrize("form", PaperFormat)
def test_the_same_paper_gives_the_same_file(form: PaperFormat) -> None:
    assert laid_out(LONG, PROOF, form) == laid_out(LONG, PROOF, form)


@pytest.mark.parametrize("form", [PaperFormat.DOCX, PaperFormat.XLSX])
def test_a_file_of_office_bears_the_time_of_its_paper(form: PaperFormat) -> None:
    """And no other: a file that is made once more, a year later, is the same."""
    content = laid_out(LONG, PROOF, form)
    with zipfile.ZipFile(BytesIO(content)) as opened:
        assert {part.date_time for part in opened.infolist()} == {(2017, 3, 8, 3, 0, 0)}
    read: Any = Document if form is PaperFormat.DOCX else openpyxl.load_workbook
    about = read(BytesIO(content))
    properties = about.core_properties if form is PaperFormat.DOCX else about.properties
    assert properties.modified.replace(tzinfo=UTC) == PROOF.made_at
    assert properties.created.replace(tzinfo=UTC) == PROOF.made_at


def test_names_are_words_and_never_tags() -> None:
    assert " ".join(HOSTILE.split()) in page_texts(pdf(LONG, PROOF))[0]
    assert HOSTILE in word_text(docx(LONG, PROOF))


def test_figures_are_printed_the_indonesian_way() -> None:
    text = " ".join(page_texts(pdf(LONG, PROOF)))
    assert "Jumlah : 14.250" in text
    assert "Indikator 7 82,50" in text
    assert "– Jumlah 7.425,00" in text


def test_a_word_document_has_the_same_in_it() -> None:
    content = docx(LONG, PROOF)
    text = word_text(content)
    for part in (
        "PEMERINTAH CONTOH",
        "NOMOR 1/2017",
        "SIMULASI — 3 dari 17",
        "Demikian.",
        PROOF.head,
    ):
        assert part in text
    shown, signatures = word_tables(content)
    assert shown[0] == ["No.", "Nama", "Nilai"]
    assert shown[1] == ["Hak hidup"] * 3  # one cell across all columns
    assert shown[2] == ["0", "Indikator 0", "82,50"]
    assert shown[-1] == ["–", "Jumlah", "7.425,00"]
    left, right = (place.splitlines() for place in signatures[0])
    assert left[:3] == ["Mengetahui,", "a.n. Sekretaris", "Kepala Bagian,"]
    assert right[0] == "Kepala Bagian Hukum,"
    assert left.index("Hana, S.H.") == next(i for i, line in enumerate(right) if "…" in line)
    assert left[-2:] == ["Pembina", "NIP 1975"]


def test_the_foot_of_a_word_document_has_code_record_pages_and_qr() -> None:
    foot = word_foot(docx(LONG, PROOF))
    [row] = foot.tables[0].rows
    assert PROOF.code in row.cells[1].text
    assert PROOF.short_head in row.cells[1].text
    fields = [element.text for element in foot._element.iter() if element.tag.endswith("instrText")]
    assert fields == ["PAGE", "NUMPAGES"]
    assert row.cells[2].text == "Halaman 1 dari 1"  # Word counts them when it opens the file
    assert len(list(foot.part.related_parts)) == 1  # the picture


def test_the_foot_of_a_wide_paper_is_as_wide_as_its_page() -> None:
    made = Document(BytesIO(docx(replace(LONG, across=True), PROOF)))
    section = made.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    widths = [column.width for column in section.footer.tables[0].columns]
    assert abs(sum(widths) - room) < 2_000


def test_a_wide_paper_is_wide_in_word() -> None:
    section: Any = Document(BytesIO(docx(replace(LONG, across=True), PROOF))).sections[0]
    assert section.page_width > section.page_height


def test_one_who_signs_alone_stands_on_the_right() -> None:
    alone = replace(LONG, signatures=LONG.signatures[:1], copies=(), head=(), notice=None)
    content = docx(alone, PROOF)
    assert word_tables(content)[1][0][0] == ""
    assert "(kop naskah dinas)" in word_text(content)
    text = page_texts(pdf(alone, PROOF))
    assert "(kop naskah dinas)" in text[0]
    assert "Tembusan" not in text[-1]
    assert "SIMULASI" not in text[0]


def test_a_paper_that_nobody_signs_has_no_place_for_it() -> None:
    unsigned = replace(LONG, signatures=())
    assert len(word_tables(docx(unsigned, PROOF))) == 1
    assert "NIP" not in page_texts(pdf(unsigned, PROOF))[-1]


def test_a_record_without_an_entry_has_no_hash_to_show() -> None:
    empty = PaperProof(PROOF.code, 0, "", datetime(2017, 3, 8, tzinfo=UTC))
    assert "sidik" not in page_texts(pdf(replace(LONG, blocks=()), empty))[0].lower()


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells in place of 3"):
        table(COLUMNS, [PaperTableRow((1, "x"))])
    with pytest.raises(ValueError, match="3 cells in place of 1"):
        table(COLUMNS, [PaperTableRow((1, "x", None), Weight.GROUP)])


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_template_that_ships_is_the_one_that_is_made() -> None:
    assert parts(Path(str(word.TEMPLATE)).read_bytes()) == parts(template())


@given(st.text())
def test_a_code_is_short_and_read_back_however_it_is_typed(text: str) -> None:
    code = code_of(text)
    assert read_code(code) == code
    assert set(code.replace("-", "").removeprefix("PH")) <= set(ALPHABET)
    assert read_code(f"https://t.me/x_bot?start={code}") == code
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code
    assert read_code(code.replace("0", "O").replace("1", "l")) == code


@pytest.mark.parametrize("typed", ["", "PH", "PH-123", "7K3M-Q2XD", "PH-UUUU-UUUU"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "nol"), (8, "delapan"), (10, "sepuluh"), (11, "sebelas"), (17, "tujuh belas"), (20, "dua puluh"),
        (31, "tiga puluh satu"), (100, "seratus"), (111, "seratus sebelas"), (1000, "seribu"),
        (2017, "dua ribu tujuh belas"), (14_250, "empat belas ribu dua ratus lima puluh"),
        (999_999, "sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan"),
    ],
)  # fmt: skip
def test_numbers_in_words(value: int, words: str) -> None:
    assert spelled(value) == words


@pytest.mark.parametrize("value", [-1, 1_000_000])
def test_numbers_that_no_date_has(value: int) -> None:
    with pytest.raises(ValueError, match=str(value)):
        spelled(value)


def test_a_workbook_has_the_same_with_figures_that_count() -> None:
    book = openpyxl.load_workbook(BytesIO(xlsx(LONG, PROOF)))
    [sheet] = book.worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = rows.index(["No.", "Nama", "Nilai"])
    assert rows[start + 1] == ["Hak hidup", None, None]
    assert rows[start + 2] == [0, "Indikator 0", Decimal("82.5")]
    assert sheet.cell(start + 3, 3).number_format == "#,##0.00"
    assert rows[start + 102] == ["–", "Jumlah", 7425]
    texts = [row[0] for row in rows]
    for text in (
        "PEMERINTAH CONTOH",
        "NOMOR 1/2017",
        HOSTILE,
        "Jumlah: 14.250",
        "Demikian.",
        PROOF.code,
    ):
        assert text in texts
    assert f"Sidik catatan saat naskah ini dibuat: {PROOF.head}." in texts
    assert sheet.oddFooter.left.text.startswith(PROOF.code)
    assert sheet.oddFooter.right.text == "Halaman &P dari &N"
    assert sheet.page_setup.paperSize == 9


@needs_libreoffice
@needs_poppler
def test_the_qr_code_of_a_workbook_is_read_from_its_print(tmp_path: Path) -> None:
    book = converted({"naskah.xlsx": xlsx(LONG, PROOF)}, tmp_path)["naskah.xlsx"]
    (code,) = zxingcpp.read_barcodes(pictures(book, 150)[-1])
    assert code.text == PROOF.scanned


def test_a_text_in_a_workbook_is_no_formula() -> None:
    formula = replace(
        LONG, blocks=(table(COLUMNS[:2], [PaperTableRow((1, "=1+1"))]), PaperText("=HYPERLINK(1)"))
    )
    sheet = openpyxl.load_workbook(BytesIO(xlsx(formula, PROOF))).worksheets[0]
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert cells["=1+1"] == "s"
    assert cells["=HYPERLINK(1)"] == "s"


@pytest.mark.parametrize(
    "counts",  # about as many as a page takes; at night also more and fewer
    [range(40, 46), pytest.param(range(24, 52), marks=pytest.mark.campaign)],
)
def test_a_total_does_not_stand_on_a_page_without_the_row_above_it(counts: range) -> None:
    began = 0
    for count in counts:
        rows = [
            PaperTableRow(("Hak hidup",), Weight.GROUP),
            *(PaperTableRow((place, f"Indikator {place}", Decimal(1))) for place in range(count)),
            PaperTableRow((None, "Jumlah", Decimal(count)), Weight.TOTAL),
        ]
        paper = replace(LONG, blocks=(table(COLUMNS, rows),))
        for page in page_texts(pdf(paper, PROOF)):
            assert ("Jumlah" in page) <= (f"Indikator {count - 1}" in page), count
            began += "Jumlah" in page and f"Indikator {count - 2}" not in page
    assert began  # at such a place a page did end


def test_in_word_a_total_is_kept_with_the_row_above_it() -> None:
    shown = Document(BytesIO(docx(LONG, PROOF))).tables[0]
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in shown.rows]
    assert [place for place, one in enumerate(kept) if one] == [1, len(kept) - 2]
