"""Rosters as workbooks: the same rules as YAML, every fault with its cell, and no traceback for any bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from bot.roster import ParsedRoster, RosterError, bundled, load_roster, write_workbook
from bot.roster.columns import RosterColumn, layout
from bot.roster.roster_cells import read_workbook
from bot.terminal import problem_line
from scoring.replacing import replace
from tests.setup.rosters import SMALL
from tests.support.nightly import sampled
from tests.support.workbooks import Edit, blank, edited, put, short, short_blank

EACH_A_PROCESS = settings(max_examples=max(6, settings().max_examples // 5))
"""Each example is read by a process of its own."""
moment = partial(datetime, tzinfo=None)  # a workbook knows no zones


def read(content: bytes) -> ParsedRoster:
    return read_workbook(content, "r.xlsx", Path())


def problems_of(content: bytes) -> list[str]:
    with pytest.raises(RosterError) as caught:
        read(content)
    return [problem_line(one) for one in caught.value.problems if not one.is_warning]


def same(roster: ParsedRoster) -> ParsedRoster:
    return replace(roster, file="", digest="")


LEVELS = SMALL.replace(
    "data_year: 2016", "data_year: 2016\n  levels: [secretary, bureau, reader]"
) + (
    '  - {name: Sekretaris Kota, role: secretary, region: "31.71"}\n'
    "  - {name: Biro Hukum, role: bureau}\n"
    "  - {name: Ditjen HAM, role: reader}\n"
)


@pytest.mark.parametrize("text", [None, SMALL, SMALL.replace("[dinkes]", '["satu, dua"]'), LEVELS])
def test_what_is_written_reads_the_same(text: str | None) -> None:
    roster = bundled("jakarta-pusat") if text is None else load_roster(text)
    assert same(read(write_workbook(roster))) == same(roster)


def test_levels_are_written_in_the_words_of_the_workbook_and_faults_have_their_cell() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_roster(LEVELS))))
    fields = {row[0].value: row[1] for row in book["Periode"].iter_rows(min_row=2)}
    assert fields["Jenjang tambahan"].value == "sekretaris; biro hukum; pemantau"
    staff = [
        [cell.value for cell in row[:3]] for row in book["Staf"].iter_rows(min_row=4, max_row=6)
    ]
    assert staff == [
        ["Sekretaris Kota", "sekretaris", "31.71"], ["Biro Hukum", "biro hukum", None],
        ["Ditjen HAM", "pemantau", None],
    ]  # fmt: skip
    fields["Jenjang tambahan"].value = "Sekretaris; sekretriat"
    book["Staf"]["C4"].value = "31.72"
    book["Staf"]["C5"].value = "31.71"
    content = io.BytesIO()
    book.save(content)
    cell = fields["Jenjang tambahan"].coordinate
    assert problems_of(content.getvalue()) == [
        f"unknown_word r.xlsx:Periode!{cell}: `sekretriat` is not known for `Jenjang tambahan` — Allowed: sekretaris, biro hukum, pemantau. Did you mean `sekretaris`?",
        "unknown_reference r.xlsx:Staf!C4: `31.72` is not one of the codes of the regions — Allowed: 31.71. Did you mean `31.71`?",
        "region_unwanted r.xlsx:Staf!C5: A seat as bureau is of the whole province — Leave `Kode daerah` out of it.",
    ]


def test_an_office_that_owes_nothing_survives_too() -> None:
    roster = load_roster(SMALL.replace("owes: [9, 10, 11, 12, 13, 14, 15, 16, 17]", "owes: []"))
    back = read(write_workbook(roster))
    assert back.regions == roster.regions
    assert [one.code for one in back.warnings] == ["owes_nothing", "nobody_owes"]


def drop_example(book: Workbook) -> None:
    for name in ("Daerah", "UKPD", "Staf"):
        book[name].delete_rows(2)


def drop_sheets(book: Workbook) -> None:
    for name in ("Daerah", "UKPD", "Staf"):
        del book[name]


@pytest.mark.parametrize("edit", [lambda _: None, drop_example, drop_sheets])
def test_a_blank_workbook_is_one_fault(edit: Edit) -> None:
    assert problems_of(edited(edit, short_blank())) == [
        "blank_workbook r.xlsx:1: Nothing is filled in yet —"
        " Fill in Periode, Daerah, UKPD, Staf; rows that are marked as examples do not count."
    ]


def test_another_empty_workbook_is_one_fault_too() -> None:
    made = io.BytesIO()
    Workbook().save(made)
    assert [line.split()[0] for line in problems_of(made.getvalue())] == ["blank_workbook"]


@pytest.mark.parametrize(
    "edit",
    [put("Periode", "B4", "2025"), put("Daerah", "A3", "31.72"), put("Staf", "A2", "Rina")],
)
def test_once_something_is_filled_in_each_gap_is_named(edit: Edit) -> None:
    problems = problems_of(edited(edit, short_blank()))
    assert not any("blank_workbook" in line for line in problems)
    assert problems


NEEDED = [("Periode", f"B{row}", one) for row, one in enumerate(layout().fields.columns, 2)] + [
    (sheet.name, f"{letter}3", one)
    for sheet in layout().tables
    for letter, one in zip("ABCDEFGH", sheet.columns, strict=False)
]
NEEDED = [
    (sheet, cell, one)
    for sheet, cell, one in NEEDED
    if one.required or one.key == "owes"  # which only Bagian Hukum may leave empty
]


@pytest.mark.parametrize(("sheet", "cell", "column"), sampled(NEEDED, 3))
def test_a_cell_left_empty_is_one_fault_of_that_cell(
    sheet: str, cell: str, column: RosterColumn
) -> None:
    address = cell.replace("3", "2") if sheet == "Daerah" else cell
    problems = problems_of(edited(put(sheet, address, None)))
    line = (
        f"not_filled r.xlsx:{sheet}!{address}: `{column.title}` is empty —"
        f" write for example {column.example}."
    )
    assert line in problems
    assert sum(f"!{address}:" in one for one in problems) == 1
    assert not any("“”" in one or "``" in one for one in problems), problems
    assert column.example


def test_workbooks_with_the_titles_of_before_are_read() -> None:
    def retitle(book: Workbook) -> None:
        book["Periode"]["A6"].value = "Batas pengisian"
        book["Periode"]["A7"].value = "Batas verifikasi"
        book["Staf"]["B3"].value = "pengelola"

    assert same(read(edited(retitle))) == same(bundled("jakarta-pusat"))


def test_the_guide_speaks_to_whoever_sends_it_back_in_the_chat() -> None:
    guide = layout().guide
    whole = " ".join(guide.lines)
    assert "kirim berkas ini kembali ke bot" in whole
    assert "Tidak ada yang berubah sebelum Anda mengetuk Terapkan." in whole
    assert "peduli-ham" not in whole
    said_to_people = whole + " ".join(
        f"{one.title} {one.hint}" for sheet in layout().sheets for one in sheet.columns
    )
    for word in ("tenggat", "batas pengisian", "posisi", "verifikator", "./", "folder", "--"):
        assert word not in said_to_people.casefold()
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    rows = [row for row in book["Petunjuk"].iter_rows() if "peduli-ham" in str(row[0].value)]
    assert len(rows) == 1, "one line for operators"
    assert rows[0][0].font.color.rgb.endswith("7F7F7F")


def test_the_template_explains_every_column_and_keeps_codes_as_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank()))
    assert book.sheetnames == ["Petunjuk", "Periode", "Daerah", "UKPD", "Staf"]
    shown = {(row[0], row[1]) for row in book["Petunjuk"].iter_rows(values_only=True)}
    for sheet in layout().sheets:
        assert book[sheet.name].freeze_panes == "A2"
        assert {(sheet.name, one.title) for one in sheet.columns} <= shown
    assert book["Daerah"]["A2"].value == "31.71"
    assert book["Daerah"].column_dimensions["A"].number_format == "@", "whatever the row"
    assert {rule.formula1 for rule in book["UKPD"].data_validations.dataValidation} == {
        '"kontak,koordinator"'
    }


def test_dates_and_numbers_may_be_real_ones() -> None:
    def edit(book: Workbook) -> None:
        period = book["Periode"]
        period["B4"], period["B11"], period["B12"] = 2016.0, 30, 31
        period["B5"], period["B6"] = moment(2017, 2, 1), date(2017, 3, 31)
        book["UKPD"]["F3"], book["UKPD"]["G2"] = 3, 1

    assert same(read(edited(edit))) == same(bundled("jakarta-pusat"))


def test_a_code_that_became_a_number_is_taken_with_a_warning() -> None:
    pusat = read(edited(put("Daerah", "A2", 31.71)))
    assert pusat.regions == bundled("jakarta-pusat").regions
    assert [problem_line(one) for one in pusat.warnings] == [
        "number_as_code r.xlsx:Daerah!A2: The code 31.71 is a number; taken as 31.71 — Format the"
        " cell as text, so that no zero gets lost."
    ]


def test_empty_rows_blanks_and_notes_are_passed_over() -> None:
    def edit(book: Workbook) -> None:
        book["UKPD"].insert_rows(3)
        book["UKPD"]["I2"] = "sumber: dinas"
        book["UKPD"]["C400"] = "  "
        book["Daerah"]["C2"] = " Jakarta  Pusat "
        book["Daerah"]["F3"] = "hanya catatan"
        book.create_sheet("Lembar1")

    assert same(read(edited(edit))) == same(bundled("jakarta-pusat"))


def rename(sheet: str, name: str) -> Edit:
    return lambda book: setattr(book[sheet], "title", name)


def merge(book: Workbook) -> None:
    book["UKPD"].merge_cells("C3:D3")


def hide_row(book: Workbook) -> None:
    book["UKPD"].row_dimensions[4].hidden = True


def hide_column(book: Workbook) -> None:
    book["UKPD"].column_dimensions["E"].hidden = True


def hide_sheet(book: Workbook) -> None:
    book["Staf"].sheet_state = "hidden"


FAULTS: list[tuple[Edit, list[str]]] = [
    (put("UKPD", "B7", "=B6"), ["formula r.xlsx:UKPD!B7: The cell holds a formula — Put its value there."]),
    (put("UKPD", "C7", "#REF!"), ["wrong_cell r.xlsx:UKPD!C7: #REF! is an error, not text — Format the cell as text and type it again."]),
    (put("UKPD", "F2", 1.2), ["wrong_cell r.xlsx:UKPD!F2: 1.2 is a number, not text — Format the cell as text and type it again."]),
    (put("UKPD", "F2", moment(2017, 3, 1)), ["wrong_cell r.xlsx:UKPD!F2: 2017-03-01 is a date, not text — Format the cell as text and type it again."]),
    (put("UKPD", "D2", time(1, 2)), ["wrong_cell r.xlsx:UKPD!D2: 01:02:00 is a time, not text — Format the cell as text and type it again."]),
    (put("UKPD", "D2", value=True), ["wrong_cell r.xlsx:UKPD!D2: True is a truth value, not text — Format the cell as text and type it again."]),
    (put("UKPD", "A2", "31.72"), ["unknown_reference r.xlsx:UKPD!A2: `31.72` is not one of the codes of the sheet Daerah — Allowed: 31.71. Did you mean `31.71`?"]),
    (put("UKPD", "B3", None), ["not_filled r.xlsx:UKPD!B3: `Kode` is empty — write for example sudinkes."]),
    (put("UKPD", "B3", "sudinkes"), ["duplicate_code r.xlsx:UKPD!B3: The code `sudinkes` is used twice in the units of Jakarta Pusat — Give each its own."]),
    (put("UKPD", "E3", "Sudinkes"), ["duplicate_name r.xlsx:UKPD!B3: “Sudinkes” stands for sudinkes and for sudin-tamhut (UKPD!B2) — Give each its own, so that a typed name means one."]),
    (put("UKPD", "F3", "18"), ["unknown_indicator r.xlsx:UKPD!F3: There is no indicator 18 — Known: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17."]),
    (put("UKPD", "F3", None), ["not_filled r.xlsx:UKPD!F3: `Indikator` is empty — write for example 1, 2, 13."]),
    (put("UKPD", "G3", 1.5), ["bad_number r.xlsx:UKPD!G3: `1.5` is not a whole number — Write plain digits, with a point before decimals: 1250 or 12.5."]),
    (put("UKPD", "H3", "koordinatr"), ["unknown_word r.xlsx:UKPD!H3: `koordinatr` is not known for `Peran` — Allowed: kontak, koordinator. Did you mean `koordinator`?"]),
    (put("Daerah", "A2", "3171"), ["bad_region_code r.xlsx:Daerah!A2: `3171` is not the Kemendagri code of a regency or city — Write it such as \"31.71\"."]),
    (put("Daerah", "D2", "WTI"), ["unknown_word r.xlsx:Daerah!D2: `WTI` is not known for `Zona` — Allowed: WIB, WITA, WIT. Did you mean `WIT`?"]),
    (put("Periode", "B5", moment(2017, 2, 1, 9)), ["bad_date r.xlsx:Periode!B5: `2017-02-01T09:00:00` is not a date for `Dibuka` — Write year-month-day, such as 2017-03-31."]),
    (put("Periode", "B6", "2017-01-31"), ["dates_backwards r.xlsx:Periode!B6: `Batas akhir` 2017-01-31 is before `Dibuka` 2017-02-01 — Put it on or after 2017-02-01."]),
    (put("Periode", "B8", "-7, H-3"), ["bad_reminder r.xlsx:Periode!B8: `H-3` is not a day for a reminder — Give whole days from the deadline, -90 (before) to 30 (after): -7, -1, 1."]),
    (put("Periode", "A6", "Batas isian"), [
        "missing_field r.xlsx:Periode!A1: The row Batas akhir is missing — Add it: name, then value.",
        "unknown_field r.xlsx:Periode!A6: “Batas isian” is not known here — Known: Kode periode, Instrumen, Tahun data, Dibuka, Batas akhir, Batas akhir verifikasi, Pengingat (hari), Nama lembaga, Kontak bantuan, Masa undangan (hari), Kode provinsi, Nama provinsi, Nomor surat permintaan, Tanggal surat permintaan, Hari tenggang, Uji coba, Jenjang tambahan. Did you mean `Batas akhir`?"]),
    (put("Periode", "A14", "dibuka"), ["twice r.xlsx:Periode!A14: “Dibuka” stands twice (first at Periode!A5) — Keep one of the two."]),
    (put("Staf", "A1", "Namaa"), [
        "missing_column r.xlsx:Staf!A1: The sheet Staf lacks the column Nama — Write it into the first row.",
        "unknown_column r.xlsx:Staf!A1: The sheet Staf has no column Namaa — Known: Nama, Peran, Kode daerah. Did you mean `Nama`?"]),
    (put("Staf", "D1", "Peran"), ["twice r.xlsx:Staf!D1: “Peran” stands twice (first at Staf!B1) — Keep one of the two."]),
    (put("Staf", "F3", "x"), ["no_heading r.xlsx:Staf!F3: The cell stands in a column without a heading — Empty it, or write the heading above."]),
    (put("UKPD", "I3", "contoh"), ["still_example r.xlsx:UKPD!I3: The row is marked as an example, but was changed — Empty its `Catatan` if it counts; else delete the row."]),
    (rename("Daerah", "Daera"), [
        "missing_sheet r.xlsx:1: The sheet Daerah is missing — Add it; `peduli-ham roster-template` shows how.",
        "unknown_sheet r.xlsx:Daera!A1: A sheet Daera is not known — Known: Periode, Daerah, UKPD, Staf. Rename or remove it. Did you mean `Daerah`?"]),
    (merge, ["merged_cells r.xlsx:UKPD!C3: The cells C3:D3 are merged — Separate them and fill each."]),
    (hide_row, ["hidden r.xlsx:UKPD!A4: Row 4 is hidden — Show it, or delete it."]),
    (hide_column, ["hidden r.xlsx:UKPD!E1: A column with content is hidden — Show it, or delete it."]),
    (hide_sheet, ["hidden r.xlsx:Staf!A1: The sheet Staf is hidden — Show it, or delete it."]),
    (put("Staf", "XFD1048576", "x"), ["far_cell r.xlsx:1: The cell Staf!XFD1048576 lies too far from the tables, or there are too many before it — Empty what stands there; keep to 200000 cells."]),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "lines"), sampled(FAULTS, 3))
def test_every_fault_has_its_cell(edit: Edit, lines: list[str]) -> None:
    problems = problems_of(edited(edit))
    assert sorted(line for line in problems if "Allowed: 3171" not in line) == sorted(lines)


def archive(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def replaced(part: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """The shipped roster with one part of the archive changed, or with a part more."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(short())) as old, zipfile.ZipFile(made, "w", 8) as new:
        parts = {one.filename: old.read(one) for one in old.infolist()}
        before = parts.get(part, b"<worksheet><sheetData></sheetData></worksheet>")
        parts[part] = content(before) if callable(content) else content
        for name, data in parts.items():
            new.writestr(name, data)
    return made.getvalue()


def injected(xml: str, sheet: int = 1) -> bytes:
    """The shipped roster with more XML at the end of one sheet."""
    end = b"</sheetData>"
    return replaced(
        f"xl/worksheets/sheet{sheet}.xml", lambda part: part.replace(end, end + xml.encode())
    )


WIDE_MERGE = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
WIDE_LINK = '<hyperlinks><hyperlink location="x" ref="A1:XFD1048576"/></hyperlinks>'


def many() -> bytes:
    cells = b"<c><v>1</v></c>" * 300_000
    part = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    return replaced("xl/worksheets/sheet2.xml", part)


def entities() -> bytes:
    text = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    return archive(xl__workbook=text)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "not_a_workbook"),
        (lambda: b"not a zip", "not_a_workbook"),
        (lambda: archive(a=b"b"), "not_a_workbook"),
        (entities, "not_a_workbook"),
        (lambda: archive(big=b"\0" * (21 * 2**20)), "workbook_too_large"),
        (lambda: b"x" * (21 * 2**20), "workbook_too_large"),
        (many, "workbook_too_large"),
    ],
)
def test_what_is_no_workbook_is_one_problem(content: Callable[[], bytes], code: str) -> None:
    (line,) = problems_of(content())
    assert line.startswith(f"{code} r.xlsx:1: ")


@pytest.mark.parametrize("area", [WIDE_MERGE, WIDE_LINK])
def test_areas_over_the_whole_sheet_of_explanations_do_no_harm(area: str) -> None:
    assert same(read(injected(area))) == same(bundled("jakarta-pusat"))


def only_declared_errors(content: bytes) -> None:
    try:
        read(content)
    except RosterError as error:
        for problem in error.problems:
            assert problem_line(problem)


@pytest.mark.no_cover
@EACH_A_PROCESS
@given(st.binary(max_size=400))
def test_random_bytes_are_refused(content: bytes) -> None:
    only_declared_errors(content)


@pytest.mark.no_cover
@EACH_A_PROCESS
@given(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_refused_or_read(share: float, noise: bytes) -> None:
    book = short()
    at = int(share * len(book))
    only_declared_errors(book[:at] + noise + book[at + len(noise) :])


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1950, 1, 1)), st.datetimes(moment(1950, 1, 1)), st.times(),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=12), st.just("=1+1"),
)  # fmt: skip


@pytest.mark.no_cover
@EACH_A_PROCESS
@given(
    st.lists(
        st.tuples(st.sampled_from(layout().sheets), st.integers(1, 6), st.integers(1, 10), CELLS),
        max_size=6,
    )
)
def test_random_cells_are_refused_or_read(edits: list[Any]) -> None:
    def edit(book: Workbook) -> None:
        for sheet, row, column, value in edits:
            book[sheet.name].cell(row, column).value = value

    only_declared_errors(edited(edit))


def test_small_merges_in_the_explanations_do_no_harm() -> None:
    content = injected('<mergeCells><mergeCell ref="A1:D1"/></mergeCells>')
    assert same(read(content)) == same(bundled("jakarta-pusat"))
