"""Rosters as spreadsheets and their users make them: read, or told by what it is; nothing hangs or swells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from bot.media import apart
from bot.roster import RosterError, bundled, read_roster
from bot.roster.listing import listed
from bot.terminal import problem_line
from scoring.errors import LISTED
from tests.setup.test_roster_workbook import problems_of, read, replaced, same
from tests.support.nightly import sampled
from tests.support.workbooks import edited, put, shipped, short

SHEETS = {
    name: f"xl/worksheets/sheet{number}.xml"
    for number, name in enumerate(("Periode", "Daerah", "UKPD", "Staf"), 2)
}
STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
)  # fmt: skip


def parts(content: bytes | None = None) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content or short())) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def packed(whole: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return made.getvalue()


def strict() -> bytes:
    whole = parts()
    for name in whole:
        for old, new in STRICT:
            whole[name] = whole[name].replace(old, new)
    return packed(whole)


def in_another_folder() -> bytes:
    whole = parts()
    for name, path in SHEETS.items():
        whole[f"xl/w/{name}.xml"] = whole.pop(path)
        links = "xl/_rels/workbook.xml.rels"
        old = path.encode()
        whole[links] = whole[links].replace(b"/" + old, f"/xl/w/{name}.xml".encode())
    return packed(whole)


def title_rows(book: Workbook) -> None:
    for name in ("Periode", "Daerah", "UKPD", "Staf"):
        book[name].insert_rows(1, 2)
        book[name]["A1"] = "ROSTER PENILAIAN TAHUN 2017"


def numbered(book: Workbook) -> None:
    for name in ("Daerah", "UKPD", "Staf"):
        sheet = book[name]
        sheet.insert_cols(1)
        for row in range(1, sheet.max_row + 1):
            sheet.cell(row, 1).value = "No" if row == 1 else row - 1


def own_columns(book: Workbook) -> None:
    sheet = book["UKPD"]
    sheet["J1"], sheet["K1"] = "Alamat", "Telepon"
    for row in range(2, 14):
        sheet.cell(row, 10).value, sheet.cell(row, 11).value = "Jl. Merdeka", "021-1234567"


def unseen(book: Workbook) -> None:
    book["UKPD"]["B1"] = "Ko\u200bde"
    book["UKPD"]["C2"] = "\u202aSuku\u00a0Dinas\u200b Kesehatan\u202c"
    book["UKPD"]["D1"] = "Nama\npendek "


def in_capitals(book: Workbook) -> None:
    book["Daerah"]["B2"], book["Daerah"]["D2"] = "KOTA", "wib"
    book["UKPD"]["H2"] = "Kontak "


def lists(text: str) -> bytes:
    return edited(put("UKPD", "F2", text))


READ: dict[str, Callable[[], bytes]] = {
    "Strict Open XML": strict,
    "no styles": lambda: packed({name: one for name, one in parts().items() if name != "xl/styles.xml"}),
    "a font family above 14": lambda: replaced(
        "xl/styles.xml", lambda xml: re.sub(rb'<family val="\d+"', b'<family val="34"', xml)
    ),
    "an empty fill": lambda: replaced("xl/styles.xml", lambda xml: xml.replace(b"<fills>", b"<fills><fill/>")),
    "a colour of three digits": lambda: replaced("xl/styles.xml", lambda xml: re.sub(rb'rgb="\w+"', b'rgb="FFF"', xml)),
    "sheets in another folder": in_another_folder,
    "titles above": lambda: edited(title_rows),
    "numbers before": lambda: edited(numbered),
    "columns of one's own": lambda: edited(own_columns),
    "a far empty cell": lambda: replaced(
        SHEETS["UKPD"], lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    ),
    "a note beside": lambda: edited(put("Periode", "C20", "diperbarui oleh Budi")),
    "unseen characters": lambda: edited(unseen),
    "capitals": lambda: edited(in_capitals),
    "line ends of Windows": lambda: replaced(
        SHEETS["UKPD"], lambda xml: xml.replace(b">Suku Dinas Kesehatan<", b">Suku Dinas Kesehatan_x000D_<")
    ),
    "lines and dots": lambda: lists("1.\n2.\n13."),
    "and": lambda: lists("1, 2 dan 13"),
    "bullets": lambda: lists("• 1\n• 2\n• 13"),
    "a range": lambda: lists("1 s.d. 2; 13"),
}  # fmt: skip


@pytest.mark.parametrize("name", sampled(READ, 3))
def test_it_is_read(name: str) -> None:
    roster = read(READ[name]())
    assert same(roster).regions == bundled("jakarta-pusat").regions
    assert roster.staff == bundled("jakarta-pusat").staff
    passed = [one.params["text"] for one in roster.warnings if one.code == "passed_column"]
    expected = {"numbers before": ["No"] * 3, "columns of one's own": ["Alamat", "Telepon"]}
    assert passed == expected.get(name, [])


def two_sheets(book: Workbook) -> None:
    book.create_sheet("UKPD ").append(["Kode daerah", "Kode"])


def wrong_region(book: Workbook) -> None:
    book["Daerah"]["A2"] = "31.72"


def content_above(book: Workbook) -> None:
    book["UKPD"].insert_rows(1)
    for column in range(1, 6):
        book["UKPD"].cell(1, column).value = "x"


def ods() -> bytes:
    return packed(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}
    )


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
TOLD: dict[str, tuple[Callable[[], bytes], str]] = {
    "two sheets of one name": (lambda: edited(two_sheets), "same_sheet r.xlsx:UKPD !A1: The sheets “UKPD” and “UKPD ” both count as UKPD"),
    "a wrong region, once": (lambda: edited(wrong_region), "unknown_reference r.xlsx:UKPD!A2: `31.71` is not one of the codes of the sheet Daerah"),
    "content above": (lambda: edited(content_above), "above_headings r.xlsx:UKPD!A1: A row with content stands above"),
    "a value without its name": (lambda: edited(put("Periode", "B20", "2017")), "nameless r.xlsx:Periode!B20: A value without its name"),
    "a cell far away": (lambda: edited(put("UKPD", "A900000", "x")), "far_cell r.xlsx:1: The cell UKPD!A900000 lies too far"),
    "one merge over all": (
        lambda: replaced(SHEETS["UKPD"], lambda xml: xml.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref = "$A$1:$XFD$1048576"/></mergeCells>')),
        "merged_cells r.xlsx:UKPD!A1: The cells A1:XFD1048576 are merged"),
    "a password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "locked_workbook r.xlsx:1: The workbook has a password"),
    "an old workbook": (lambda: OLE + b"\0" * 600, "other_kind r.xlsx:1: The file is an .xls workbook"),
    "OpenDocument": (ods, "other_kind r.xlsx:1: The file is an .ods workbook"),
    "binary": (lambda: packed({"xl/workbook.bin": b"x"}), "other_kind r.xlsx:1: The file is an .xlsb workbook"),
    "Word": (lambda: packed({"word/document.xml": b"<x/>"}), "other_kind r.xlsx:1: The file is a Word document"),
    "Numbers": (lambda: packed({"Index/Tables/a.iwa": b"x"}), "other_kind r.xlsx:1: The file is a Numbers document"),
    "another document": (lambda: packed({"mimetype": b"application/epub+zip"}), "other_kind r.xlsx:1: The file is another document"),
    "a PDF": (lambda: b"%PDF-1.4", "other_kind r.xlsx:1: The file is a PDF document"),
    "a web page": (lambda: b"\xef\xbb\xbf <HTML><table>", "other_kind r.xlsx:1: The file is a web page"),
    "XML": (lambda: b"<?xml version='1.0'?><Workbook/>", "other_kind r.xlsx:1: The file is an XML file"),
    "CSV by this name": (lambda: b"Kode;Nama\nsudinkes;Sudinkes\n", "one_table r.xlsx:1: The file is a CSV file"),
    "a late DOCTYPE": (
        lambda: replaced(SHEETS["UKPD"], lambda xml: xml.replace(b"<worksheet", b"<!--" + b"x" * 1100 + b'--><!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1)),
        "not_a_workbook r.xlsx:1: The file is not a workbook"),
    "a DOCTYPE in UTF-16": (
        lambda: replaced(SHEETS["UKPD"], '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'.encode("utf-16-le")),
        "not_a_workbook r.xlsx:1: The file is not a workbook"),
    "millions of cells elsewhere": (
        lambda: replaced(SHEETS["UKPD"], b"<worksheet><sheetData><row>" + b"<c><v>1</v></c>" * 20_000 + b"</row></sheetData></worksheet>"),
        "workbook_too_large r.xlsx:1: The workbook is too large"),
    "a cell of no row": (lambda: replaced(SHEETS["UKPD"], lambda xml: xml.replace(b'r="A2"', b'r="A0"')), "not_a_workbook r.xlsx:1: "),
    "a cell of no column": (lambda: replaced(SHEETS["UKPD"], lambda xml: xml.replace(b'r="A2"', b'r="ZZZZ2"')), "not_a_workbook r.xlsx:1: "),
    "broken XML": (lambda: replaced(SHEETS["UKPD"], b"<worksheet><sheet"), "not_a_workbook r.xlsx:1: "),
}  # fmt: skip


@pytest.mark.parametrize("name", sampled(TOLD, 3))
def test_it_is_told_by_what_it_is(name: str) -> None:
    content, line = TOLD[name]
    problems = [one for one in problems_of(content()) if "Daerah!A2" not in one]
    assert problems[0].startswith(line)
    assert len(problems) == 1, problems


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ukpd.csv", b"\xef\xbb\xbfKode daerah;Kode;Nama\r\n31.71;a;b\r\n"),
        ("ukpd.tsv", b"a\tb\n"),
        ("roster.yaml", b"Kode daerah,Kode,Nama\n31.71,a,b: c\n"),
        ("roster.yaml", b"Kode daerah;Kode;Nama\n31.71;a;b\n"),
    ],
)
def test_a_table_as_text_is_told_as_one(name: str, content: bytes) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(content, name, Path())
    (line,) = map(problem_line, caught.value.problems)
    assert line.startswith(f"one_table {name}:1: The file is a CSV file")


def test_a_workbook_under_another_name_is_read() -> None:
    assert same(read_roster(shipped(), "roster.yaml", Path())) == same(bundled("jakarta-pusat"))


def test_hundreds_of_faults_are_cut_short() -> None:
    def edit(book: Workbook) -> None:
        for row in range(2, 3_000):
            book["UKPD"].append(["31.71", f"KODE {row}", "Nama", "Nama", "", "99", "x", "bos"])

    problems = problems_of(edited(edit))
    assert len(problems) == LISTED + 1
    assert problems[-1].startswith("and_more r.xlsx:UKPD!")


def test_an_instrument_that_is_wrong_ends_in_words_too() -> None:
    yaml = (Path(__file__).parents[2] / "bot/roster/data/jakarta-pusat.yaml").read_text(
        encoding="utf-8"
    )
    yaml = yaml.replace("permenkumham-25-2013", "permenkumham").replace("owes: [3]", 'owes: ["²"]')
    with pytest.raises(RosterError) as caught:
        read_roster(yaml.encode(), "r.yaml", Path())
    assert [one.code for one in caught.value.problems] == ["unknown_reference"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 2, 13", "1 2 13"), ("1;2;13", "1 2 13"), ("1 2 13", "1 2 13"), ("1.\n2.", "1 2"), ("1) 2)", "1 2"),
        ("4-7", "4 5 6 7"), ("4 – 7", "4 5 6 7"), ("4 s/d 7", "4 5 6 7"), ("4 sd 6", "4 5 6"), ("4 sampai dengan 5", "4 5"),
        ("7-4", "7-4"), ("1 & 2", "1 2"), ("1 dan 2", "1 2"), ("- 1\n- 2", "1 2"), ("1.2", "1.2"), ("1-9999", "1-9999"),
    ],
)  # fmt: skip
def test_lists_of_numbers_as_people_write_them(text: str, numbers: str) -> None:
    assert " ".join(listed(text, "numbers", spans=True)) == numbers


def test_days_of_reminders_keep_their_minus() -> None:
    assert listed("-14, -7 -3;-1, 1", "numbers") == ["-14", "-7", "-3", "-1", "1"]


def test_names_keep_their_commas_and_lose_their_bullets() -> None:
    assert listed("• satu, dua;\n- tiga", "names") == ["satu, dua", "tiga"]


def script(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "child.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_process_that_takes_too_much_is_ended(tmp_path: Path) -> None:
    endless = script(tmp_path, "while True: pass")
    with pytest.raises(apart.Outgrown):
        apart.run(endless, b"", seconds=1)
    if apart.resource is not None:  # type: ignore[attr-defined]
        hungry = script(tmp_path, "x = [bytearray(2**28) for _ in range(64)]")
        with pytest.raises(apart.Outgrown):
            apart.run(hungry, b"")
    with pytest.raises(apart.Failed, match="ZeroDivisionError"):
        apart.run(script(tmp_path, "1 / 0"), b"")
    echo = script(
        tmp_path,
        "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read() + sys.argv[1].encode())",
    )
    assert apart.run(echo, b"a\0", "b") == b"a\0b"


def test_shared_strings_that_unpack_to_more_than_memory_are_refused() -> None:
    book = Workbook()
    for name in ("Periode", "Daerah", "UKPD"):
        book.create_sheet(name)
    made = io.BytesIO()
    book.save(made)
    whole = parts(made.getvalue())
    whole["xl/sharedStrings.xml"] = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + b"x" * 2_000_000 + b"</t></si></sst>"
    )  # fmt: skip
    cells = b"".join(b'<row><c t="s"><v>0</v></c></row>' for _ in range(20_000))
    target = next(one for one in whole if one.endswith("sheet4.xml"))
    whole[target] = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + cells + b"</sheetData></worksheet>"
    )  # fmt: skip
    if b"sharedStrings" not in whole["xl/_rels/workbook.xml.rels"]:
        link = b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>'
        whole["xl/_rels/workbook.xml.rels"] = whole["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>", link + b"</Relationships>"
        )
    (line,) = problems_of(packed(whole))
    assert line.startswith("workbook_too_large r.xlsx:1: ")


def test_openpyxl_writes_what_is_read_back() -> None:
    book = openpyxl.load_workbook(io.BytesIO(shipped()))
    made = io.BytesIO()
    book.save(made)
    assert same(read(made.getvalue())) == same(bundled("jakarta-pusat"))
