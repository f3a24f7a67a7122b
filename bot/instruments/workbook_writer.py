"""Writes an instrument as a workbook: filled from its files, or empty with examples and the usual rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.instruments.layout import InstrumentColumn, InstrumentLayout, InstrumentSheet, layout
from bot.instruments.rows import FIELDS, Row, Tables, example_rows, rows_of, standard_rows
from bot.roster.template import (
    GREY,
    NARROW,
    TEXT,
    WIDE,
    offer_choices,
    put_headings,
    put_introduction,
    put_text,
)

LAST = 1000
"""The last row that offers the words to choose from."""
TALLEST = 30
"""Characters from which a column breaks its lines."""


def filled_workbook(files: Mapping[str, str]) -> bytes:
    """Return the bytes of an .xlsx file with all that the files of an instrument hold."""
    return _workbook(rows_of(files), {})


def empty_workbook() -> bytes:
    """Return a workbook to fill in, with examples and the rows that most instruments have alike."""
    return _workbook(standard_rows(), example_rows())


def _workbook(tables: Tables, examples: Tables) -> bytes:
    plan = layout()
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    _write_guide(first, plan)
    _write_fields(book.create_sheet(plan.fields.name), plan.fields, tables[FIELDS][0])
    for sheet in plan.tables:
        shown = [_noted(one, plan) for one in examples.get(sheet.key, ())]
        rows = [*shown, *tables.get(sheet.key, ())]
        _write_table(book.create_sheet(sheet.name), sheet, plan, rows, len(shown))
    book.active = 0 if examples else 1
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _noted(row: Row, plan: InstrumentLayout) -> Row:
    return row | {plan.note: plan.example_note}


def _write_guide(sheet: Worksheet, plan: InstrumentLayout) -> None:
    guide = plan.guide
    row = _write_rows(sheet, put_introduction(sheet, guide), guide.ways, guide.ways_rows)
    explained = [
        (one.name, column.title, guide.yes if column.required else guide.no, column.hint)
        for one in plan.sheets
        for column in one.columns
    ]
    _write_rows(sheet, row + 1, guide.headings, explained)
    sheet.freeze_panes = None
    for letter, width in zip("ABCD", (NARROW, NARROW, 2 * NARROW, WIDE), strict=True):
        sheet.column_dimensions[letter].width = width


def _write_rows(
    sheet: Worksheet, row: int, headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> int:
    """Write a small table; return the first row below it."""
    put_headings(sheet, headings, row)
    for row, texts in enumerate(rows, row + 1):  # noqa: B020 the rows go on from the heading
        for place, text in enumerate(texts, 1):
            put_text(sheet, row, place, text, wrap=place > 2)
    return row + 1


def _write_fields(sheet: Worksheet, plan: InstrumentSheet, known: Row) -> None:
    put_headings(sheet, plan.headings)
    for row, column in enumerate(plan.columns, 2):
        put_text(sheet, row, 1, column.title, Font(bold=True))
        put_text(sheet, row, 2, known.get(column.key, ""), wrap=True)
        put_text(sheet, row, 3, column.hint, GREY, wrap=True)
        if column.choices:
            offer_choices(sheet, column, f"B{row}")
    for letter, width in zip("ABC", (NARROW, 2 * NARROW, WIDE), strict=True):
        sheet.column_dimensions[letter].width = width


def _write_table(
    sheet: Worksheet,
    plan: InstrumentSheet,
    whole: InstrumentLayout,
    rows: Sequence[Row],
    examples: int,
) -> None:
    columns = plan.columns
    put_headings(sheet, [*(one.title for one in columns), whole.note])
    for row, values in enumerate(rows, 2):
        font = GREY if row - 2 < examples else None
        for place, column in enumerate(columns, 1):
            put_text(
                sheet, row, place, values.get(column.key, ""), font, wrap=column.width > TALLEST
            )
        put_text(sheet, row, len(columns) + 1, values.get(whole.note, ""), font)
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].number_format = TEXT  # so that 5-10 becomes no date
        cells = f"{letter}2:{letter}{LAST}"
        if column.choices:
            offer_choices(sheet, column, cells)
        elif column.refers:
            _offer_column(sheet, column, cells)
        else:
            _explain(sheet, column, cells)
    sheet.column_dimensions[get_column_letter(len(columns) + 1)].width = 2 * NARROW
    sheet.freeze_panes = "B2" if plan.key != "indicators" else "E2"


def _offer_column(sheet: Worksheet, column: InstrumentColumn, cells: str) -> None:
    """Offer what the first column of another sheet holds; other words are judged when it is read."""
    rule = DataValidation(
        type="list", formula1=f"'{column.refers}'!$A$2:$A${LAST}", allow_blank=True
    )
    rule.showErrorMessage = False
    _with_hint(rule, column)
    rule.add(cells)
    sheet.add_data_validation(rule)


def _explain(sheet: Worksheet, column: InstrumentColumn, cells: str) -> None:
    """Show the hint of a column beside the cell that one is in."""
    rule = DataValidation(allow_blank=True)
    _with_hint(rule, column)
    rule.add(cells)
    sheet.add_data_validation(rule)


def _with_hint(rule: DataValidation, column: InstrumentColumn) -> None:
    rule.showInputMessage = True
    rule.promptTitle, rule.prompt = column.title[:32], column.hint[:255]
