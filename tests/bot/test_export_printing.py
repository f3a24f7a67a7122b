"""Exports on paper: across, headings and offices on each page, no row over the next. LibreOffice where it is there."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bot.export.sheet_printing import ACROSS, LINE, lines
from bot.export.table import Column, Rows, Table, TableCell
from bot.export.table_files import workbook
from tests.support.libreoffice import converted, needs_libreoffice, needs_poppler

LONG = "Anak berkebutuhan khusus yang memperoleh pendidikan " * 4
WIDE = Table(
    "Isian",
    (Column("unit", "UKPD", 24), *(Column(f"c{place}", f"Kolom nomor {place}", 40) for place in range(12))),
    [(f"Sudin {number}", *(LONG,) * 12) for number in range(60)],
)  # fmt: skip
NARROW = Table("Hasil", (Column("region", "Daerah yang dinilai", 24),), [("Jakarta Pusat",)])
KINDS = Table(
    "Macam",
    tuple(Column(f"c{place}", "Kolom", 14) for place in range(6)),
    [(14250, Decimal("14250"), Decimal("14.250"), Decimal("0.25"), True, datetime(2017, 3, 1, 9, tzinfo=UTC)),
     ("a" * 64, None, "dua\nbaris", Decimal("1E+3"), False, None)],
)  # fmt: skip


def opened(*tables: Table) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(tables, [("Isi berkas", LONG)])))


def test_a_sheet_lies_across_with_its_headings_on_each_page() -> None:
    sheet = opened(WIDE)["Isian"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_title_cols == "$A:$A"
    whole = sum(one.width for one in sheet.column_dimensions.values())
    assert whole / sheet.page_setup.fitToWidth < ACROSS


def test_what_fits_on_one_page_across_is_fitted() -> None:
    sheet = opened(NARROW)["Hasil"]
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.print_title_cols is None


def test_every_row_is_as_tall_as_its_longest_cell() -> None:
    sheet = opened(WIDE)["Isian"]
    width = sheet.column_dimensions["B"].width
    assert sheet.row_dimensions[2].height >= LINE * len(LONG) / width
    assert sheet["B2"].alignment.wrap_text
    assert sheet.row_dimensions[1].height >= LINE


def test_a_fingerprint_takes_one_line() -> None:
    sheet = opened(KINDS)["Macam"]
    assert sheet["A3"].alignment.horizontal == "fill"
    assert sheet.row_dimensions[3].height == 2 * LINE  # for the other text with two lines


def test_whole_figures_have_no_open_decimal_point() -> None:
    sheet = opened(KINDS)["Macam"]
    assert [sheet.cell(2, place).number_format for place in (1, 2, 3, 4)] == [
        "#,##0", "#,##0", "#,##0.######", "#,##0.######",
    ]  # fmt: skip
    assert sheet["D3"].number_format == "#,##0"


def test_one_moment_shows_the_hour_of_each_zone_and_what_is_equal_keeps_its_type() -> None:
    moments = [
        datetime(2017, 3, 1, hour, tzinfo=timezone(timedelta(hours=hour))) for hour in (7, 8)
    ]
    assert moments[0] == moments[1]
    values: tuple[TableCell, ...] = (True, 1, Decimal("1.0"), "1")
    rows = [(moment, value) for moment, value in zip(moments * 2, values, strict=True)]
    sheet = opened(Table("Jam", (Column("at", "Waktu", 20), Column("v", "Nilai")), rows))["Jam"]
    assert [cell.value.hour for cell in sheet["A"][1:]] == [7, 8, 7, 8]
    assert [(cell.value, cell.number_format) for cell in sheet["B"][1:]] == [
        ("ya", "@"), (1, "0"), (1, "#,##0"), ("1", "@"),
    ]  # fmt: skip


def test_many_rows_lie_on_the_disk_and_come_back_in_order_each_time() -> None:
    rows = Rows((number, "teks " * 100) for number in range(5_000))
    for _ in range(2):
        assert [row[0] for row in rows] == list(range(5_000))
    assert len(rows) == 5_000


@pytest.mark.parametrize(
    ("text", "width", "count"),
    [("", 10, 1), ("a b", 10, 1), ("a\nb", 10, 2), ("aaaa bbbb cccc", 10, 2), ("a" * 30, 10, 4), ("a" * 64, 10, 1)],
)  # fmt: skip
def test_lines_are_counted_by_words(text: str, width: float, count: int) -> None:
    assert lines(text, width) == count


@needs_libreoffice
@needs_poppler
def test_on_paper_each_page_has_its_headings_and_all_words(tmp_path: Path) -> None:
    [saved] = converted({"x.xlsx": workbook([WIDE], [("Isi berkas", "uji")])}, tmp_path).values()
    (tmp_path / "x.pdf").write_bytes(saved)
    text = subprocess.run(
        ["pdftotext", "-layout", "x.pdf", "-"], cwd=tmp_path, check=True, capture_output=True
    ).stdout.decode()
    pages = [one for one in text.split("\f") if one.strip() and "Isi berkas" not in one]
    assert len(pages) > 3
    assert all("UKPD" in one and "Sudin" in one and "Kolom" in one for one in pages)
    whole = len(re.findall(r"pendidikan", text))
    assert whole == 60 * 12 * 4, "no word is cut off below its row"
