"""Writes a roster as a workbook: empty with an example in each table, or filled from a roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.roster.columns import RosterColumn, RosterSheet, WorkbookGuide, WorkbookLayout, layout
from bot.roster.plan import ParsedRoster
from flows.model.roster_contents import RegionContents, RosterContents, UnitContents, fields_of

HEAD = Font(bold=True, color="FFFFFF")
FILL = PatternFill("solid", start_color="1F4E79")
GREY = Font(italic=True, color="7F7F7F")
TEXT = "@"
TOP, WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
READY = 500
"""Rows that offer the words to choose from."""
WIDE, NARROW, TALL = 70, 24, 14
Filled = Mapping[str, Sequence[Mapping[str, str]]]
"""The rows of each table by the keys of their columns, as `roster_contents.cells` returns them."""
LONGEST = 225
"""Characters that a workbook takes as the words of a refusal."""


def workbook(filled: Filled | None = None) -> bytes:
    """Return the bytes of the .xlsx file: empty, or filled with the cells of a roster."""
    plan = layout()
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    _guide(first, plan)
    _fields(book.create_sheet(plan.fields.name), plan.fields, filled)
    for sheet in plan.tables:
        rows = _rows(sheet, filled) if filled else None
        _table(book.create_sheet(sheet.name), sheet, plan, rows)
    book.active = 0 if filled is None else 1
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def put_text(
    sheet: Worksheet,
    row: int,
    column: int,
    text: str,
    font: Font | None = None,
    *,
    wrap: bool = False,
) -> None:
    """Write a cell of text, whatever it looks like: a leading = makes no formula."""
    cell = sheet.cell(row, column)
    cell.value = text or None
    cell.number_format = TEXT
    cell.alignment = WRAPPED if wrap else TOP
    if text:
        cell.data_type = "s"
    if font:
        cell.font = font


def put_headings(sheet: Worksheet, titles: Iterable[str], row: int = 1) -> None:
    """Write a row of headings, which stays when the sheet is scrolled."""
    for place, title in enumerate(titles, 1):
        put_text(sheet, row, place, title, HEAD)
        sheet.cell(row, place).fill = FILL
    sheet.freeze_panes = f"A{row + 1}"


def put_introduction(sheet: Worksheet, guide: WorkbookGuide) -> int:
    """Write what a guide says above its tables; return the row where the first of them begins."""
    sheet.title = guide.name
    put_text(sheet, 1, 1, guide.title, Font(bold=True, size=TALL))
    for row, line in enumerate(guide.lines, 3):
        put_text(sheet, row, 1, line)
    row = len(guide.lines) + 3
    put_text(sheet, row, 1, guide.operators, GREY)
    return row + 2


def _guide(sheet: Worksheet, plan: WorkbookLayout) -> None:
    guide = plan.guide
    row = put_introduction(sheet, guide)
    put_headings(sheet, guide.headings, row)
    sheet.freeze_panes = None
    for table in plan.sheets:
        for column in table.columns:
            row += 1
            needed = guide.yes if column.required else guide.no
            for place, text in enumerate((table.name, column.title, needed, column.hint), 1):
                put_text(sheet, row, place, text, wrap=place == len(guide.headings))
    for letter, width in zip("ABCD", (12, NARROW, 8, WIDE), strict=True):
        sheet.column_dimensions[letter].width = width


def _fields(sheet: Worksheet, plan: RosterSheet, filled: Filled | None) -> None:
    put_headings(sheet, plan.headings)
    known = filled["fields"][0] if filled else {}
    for row, column in enumerate(plan.columns, 2):
        put_text(sheet, row, 1, column.title, Font(bold=True))
        text = known.get(".".join(filter(None, (column.group, column.key))), "")
        put_text(sheet, row, 2, _in_words(column, text))
        if column.kind == "date":
            sheet.cell(row, 2).number_format = "yyyy-mm-dd"
        put_text(sheet, row, 3, column.hint, GREY, wrap=True)
    for letter, width in zip("ABC", (NARROW, 2 * NARROW, WIDE), strict=True):
        sheet.column_dimensions[letter].width = width


def _in_words(column: RosterColumn, text: str) -> str:
    """Return a list of words in those of the workbook."""
    shown = {meant: word for word, meant in column.words.items()}
    return "; ".join(shown.get(one, one) for one in text.split(", ")) if shown else text


def _table(
    sheet: Worksheet,
    plan: RosterSheet,
    whole: WorkbookLayout,
    rows: Sequence[Mapping[str, str]] | None,
) -> None:
    put_headings(sheet, [*(one.title for one in plan.columns), whole.note])
    if rows is None:
        for place, column in enumerate(plan.columns, 1):
            put_text(sheet, 2, place, column.example, GREY)
        put_text(sheet, 2, len(plan.columns) + 1, whole.example_note, GREY)
    for row, values in enumerate(rows or (), 2):
        for place, column in enumerate(plan.columns, 1):
            put_text(sheet, row, place, values.get(column.key, ""))
    last = max(READY, len(rows or ()) + 1)
    for place, column in enumerate(plan.columns, 1):
        letter = get_column_letter(place)
        dimension = sheet.column_dimensions[letter]
        dimension.width, dimension.alignment = column.width, TOP
        dimension.number_format = TEXT  # so that what is typed below stays as it was typed
        if column.choices:
            offer_choices(sheet, column, f"{letter}2:{letter}{last}")
    sheet.column_dimensions[get_column_letter(len(plan.columns) + 1)].width = 2 * NARROW


def offer_choices(sheet: Worksheet, column: RosterColumn, cells: str) -> None:
    """Offer the words of a column in its cells, and refuse others with its hint."""
    words = ",".join(column.choices)
    rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
    rule.errorTitle, rule.error = column.title[:32], column.hint[:LONGEST]
    rule.add(cells)
    sheet.add_data_validation(rule)


def contents_of(roster: ParsedRoster) -> RosterContents:
    """Return what a file says, as its workbook holds it."""
    fields = fields_of(
        roster.period, roster.institution, roster.help_contact, roster.invitation_days,
        (roster.province, roster.province_name),
    )  # fmt: skip
    regions = tuple(
        RegionContents(region.code, region.kind, region.name, region.zone, region.aliases)
        for region in roster.regions
    )
    units = tuple(
        UnitContents(
            region.code, unit.code, unit.name, unit.short, unit.aliases, unit.owes, unit.seats,
            unit.coordinates,
        )
        for region in roster.regions
        for unit in region.units
    )  # fmt: skip
    return RosterContents(
        fields,
        regions,
        units,
        tuple((member.name, member.role, member.region) for member in roster.staff),
    )


def _rows(sheet: RosterSheet, filled: Filled) -> Sequence[Mapping[str, str]]:
    """Return the rows of a table, in the words of its choices."""
    shown = {
        (column.key, meant): word
        for column in sheet.columns
        for word, meant in column.words.items()
    }
    return [
        {key: shown.get((key, text), text) for key, text in row.items()}
        for row in filled[sheet.key]
    ]
