"""Writes the review queue as a workbook: what there is to see of each answer, and cells for a judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from math import ceil
from typing import Any
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.roster.template import put_headings, put_text
from messages.export_words import words

WIDTHS = {
    "no": 6, "unit": 18, "name": 28, "given": 34, "calculation": 26, "past": 20, "files": 26,
    "attention": 30, "verdict": 16, "seen": 10, "code": 22, "correction": 16, "sentence": 34, "region": 16,
    "key": 14,
}  # fmt: skip
TYPED = ("verdict", "seen", "code", "correction", "sentence")
OF_FILES = {"unit": 18, "no": 6, "name": 28, "file": 34, "path": 70}
OPEN = PatternFill("solid", start_color="FFF2CC")
TO_FILL = PatternFill("solid", start_color="BF8F00")
DOUBT = PatternFill("solid", start_color="FCE4D6")
GREY = Font(color="7F7F7F", size=8)
LINK = Font(color="0563C1", underline="single")
OVER = Font(bold=True, color="C00000")
CUT = Alignment(vertical="top", horizontal="fill")
"""A key ends at the edge of its cell, and is not printed: nobody reads it."""
LINE, MARGIN = 15.0, 0.4
GUIDE = 75
"""Characters of a line that A4 has room for, also by a wide font: a single column is not made to fit."""
LONGEST = 255
"""Characters that a list to choose from may have where it stands in its own rule."""


def workbook(figures: Mapping[str, Any]) -> bytes:
    """Return the bytes of the .xlsx file."""
    texts, rows = words()["review"], figures["rows"]
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)
    _guide(guide, figures)
    queue = book.create_sheet(texts["queue"])
    files = book.create_sheet(texts["files"])
    places = _files(files, rows)
    _queue(queue, rows, places, figures.get("over"))
    for page in book.worksheets:
        put_over(page, figures.get("over"))
    book.active = 1
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _guide(sheet: Worksheet, figures: Mapping[str, Any]) -> None:
    texts = words()["review"]
    sheet.title = texts["guide"]
    put_guide(sheet, texts["title"].format(**figures), texts["lines"], figures.get("over"))


def put_guide(sheet: Worksheet, title: str, lines: Sequence[str], over: str | None) -> None:
    """Write how a workbook is to be used, as a page of its own."""
    put_text(sheet, 1, 1, title, Font(bold=True, size=14))
    put_text(sheet, 2, 1, over or "", OVER)
    for row, line in enumerate(lines, 3):
        put_text(sheet, row, 1, line, wrap=True)
        sheet.row_dimensions[row].height = LINE * lines_of(line, GUIDE)
    sheet.column_dimensions["A"].width = GUIDE
    _page(sheet, across=False)


def _queue(
    sheet: Worksheet,
    rows: Sequence[Mapping[str, Any]],
    places: Mapping[str, int],
    over: str | None,
) -> None:
    titles, texts = words()["columns"]["review"], words()["review"]
    head = 1
    if over:
        put_text(sheet, 1, 1, over, OVER)
        head = 2
    put_headings(sheet, [titles[name] for name in WIDTHS], head)
    for place, (name, width) in enumerate(WIDTHS.items(), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.cell(head, place).alignment = Alignment(vertical="top", wrap_text=True)
        if name in TYPED:
            sheet.cell(head, place).fill = TO_FILL
    sheet.row_dimensions[head].height = 2 * LINE
    for row_no, row in enumerate(rows, head + 1):
        cells = _cells(row)
        for place, name in enumerate(WIDTHS, 1):
            put_text(sheet, row_no, place, cells.get(name, ""), wrap=True)
            cell = sheet.cell(row_no, place)
            if name in TYPED:
                cell.fill = OPEN
            elif name == "attention" and cells["attention"]:
                cell.fill = DOUBT
            elif name == "key":
                cell.font, cell.alignment = GREY, CUT
            elif name == "files" and row["key"] in places:
                cell.hyperlink = f"#'{texts['files']}'!A{places[row['key']]}"
                cell.font = LINK
        tallest = max(
            lines_of(cells.get(name, ""), width) for name, width in WIDTHS.items() if name != "key"
        )
        sheet.row_dimensions[row_no].height = LINE * max(tallest, 1)
    _offer(sheet, rows, head + 1)
    last, printed = head + len(rows), get_column_letter(len(WIDTHS) - 1)
    sheet.freeze_panes = f"D{head + 1}"
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(WIDTHS))}{last}"
    _page(sheet, across=True, pages=2)
    sheet.print_title_rows, sheet.print_title_cols = f"1:{head}", "A:C"
    sheet.print_area = f"A1:{printed}{last}"


def put_over(sheet: Worksheet, over: str | None) -> None:
    """Have each printed page say that it is of a trial."""
    if over and sheet.oddHeader is not None:
        sheet.oddHeader.center.text = over
        sheet.page_margins.header, sheet.page_margins.top = MARGIN, 2 * MARGIN


def _offer(sheet: Worksheet, rows: Sequence[Mapping[str, Any]], first: int) -> None:
    """Offer in each row what may be said of its answer; rows with the same choice share a rule."""
    texts, letters = words()["review"], {}
    for place, name in enumerate(WIDTHS, 1):
        letters[name] = get_column_letter(place)
    rules: dict[tuple[str, str], DataValidation] = {}
    for row_no, row in enumerate(rows, first):
        verdicts = [texts["verdicts"][verdict] for verdict in row["verdicts"]]
        offered = {"verdict": verdicts, "seen": [words()["yes"]], "code": row["codes"]}
        for name, choice in offered.items():
            listed = ",".join(one.replace(",", " ") for one in choice)
            if not listed or len(listed) > LONGEST:
                continue
            rule = rules.get((name, listed))
            if rule is None:
                rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
                rule.errorTitle, rule.error = texts["wrong"], texts["choose"]
                rule.showErrorMessage = True
                rules[name, listed] = rule
                sheet.add_data_validation(rule)
            rule.add(f"{letters[name]}{row_no}")


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    texts = words()["review"]
    attention = [texts["attention"][one] for one in row["attention"] if one != "flags"]
    attention = [_flag(flag) for flag in row["flags"]] + attention
    return {
        "no": row["no"],
        "region": row["region"],
        "unit": row["unit"],
        "name": row["name"],
        "given": _given(row),
        "calculation": _calculation(row["calculation"]),
        "past": _past(row["past"]),
        "files": "\n".join(file["name"] for file in row["files"]),
        "attention": "\n".join(attention),
        "key": row["key"],
    }


def _given(row: Mapping[str, Any]) -> str:
    absence = row["calculation"]["absence"]
    if absence and not row["given"]:
        return "\n".join(filter(None, (words()["absences"][absence], row["reason"])))
    if not row["given"]:
        return f"{shown(row['calculation']['figure'])} {row['calculation']['measured']}"
    return "\n".join(
        f"{one['name']}: {shown(one['figure'])} {one['unit'] or ''}".rstrip()
        for one in row["given"]
    )


def _calculation(scored: Mapping[str, Any]) -> str:
    texts = words()["review"]
    parts = []
    if scored["figure"] is not None:
        parts.append(f"{shown(scored['figure'])} {scored['measured']}")
    if scored["brings"] is not None:
        points = {"points": shown(scored["brings"]), "max": shown(scored["most"])}
        parts.append(texts["points"].format(**points))
    if scored["band"]:
        parts.append(texts["band"].format(band=scored["band"]))
    return "\n".join(parts)


def _past(past: Mapping[str, Any] | None) -> str:
    if past is None:
        return ""
    if past["absence"]:
        return f"{past['year']}: {words()['absences'][past['absence']]}"
    figure = "–" if past["figure"] is None else shown(past["figure"])
    return f"{past['year']}: {figure} {past['unit']}".rstrip()


def _flag(flag: Mapping[str, Any]) -> str:
    text = words()["review"]["flags"][flag["code"]]
    figures = {key: "" if value is None else shown(value) for key, value in flag.items()}
    return str(text.format(**figures))


def _files(sheet: Worksheet, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Write one row for each file, with a link into the unpacked bundle; return where each answer's begin."""
    titles = words()["columns"]["bundle"]
    put_headings(sheet, [titles[{"no": "indicator"}.get(name, name)] for name in OF_FILES])
    for place, width in enumerate(OF_FILES.values(), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    line = 1
    places: dict[str, int] = {}
    for row in rows:
        for file in row["files"]:
            line += 1
            places.setdefault(row["key"], line)
            cells = (row["unit"], row["no"], row["name"], file["name"], file["path"] or "")
            for place, text in enumerate(cells, 1):
                put_text(sheet, line, place, text)
            if file["path"]:
                sheet.cell(line, len(OF_FILES)).hyperlink = quote(file["path"])
                sheet.cell(line, len(OF_FILES)).font = LINK
    _page(sheet, across=True)
    return places


def lines_of(text: str, width: int) -> int:
    """Return about how many lines a text takes in a column."""
    return sum(max(1, ceil(len(part) / width)) for part in text.split("\n"))


def _page(sheet: Worksheet, *, across: bool, pages: int = 1) -> None:
    """Lay a sheet out on A4, as wide as so many pages."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape" if across else "portrait"
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = 9, 0
    sheet.page_setup.fitToWidth = pages
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = MARGIN
    sheet.print_options.gridLines = across


def shown(value: Any) -> str:
    """Return a figure as people read it, or a text."""
    if isinstance(value, Mapping):
        return str(value["text"])
    if isinstance(value, bool):
        return str(words()["yes" if value else "no"])
    if isinstance(value, list):
        return "; ".join(map(shown, value))
    return str(value)
