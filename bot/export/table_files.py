"""Writes tables as a workbook, or as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.export import streamed, table
from bot.export.sheet_printing import LINE, lay_out, lines, page
from bot.export.streamed import DAY, MOMENT, SMALL, TEXT, TOP, WHOLE, WRAPPED
from bot.export.table import FORMULA, Table
from messages.export_words import words

HEAD = Font(bold=True, color="FFFFFF")
FILL = PatternFill("solid", start_color="1F4E79")
ABOUT = 60


def workbook(tables: Iterable[Table], about: Sequence[tuple[str, table.TableCell]]) -> bytes:
    """Return the tables as a workbook, where it is small."""
    made = BytesIO()
    write_workbook(made, tables, about)
    return made.getvalue()


def write_workbook(
    target: BinaryIO, tables: Iterable[Table], about: Sequence[tuple[str, table.TableCell]]
) -> None:
    """Write the tables as sheets with typed cells, and a last sheet that says what the file is."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = [(book.create_sheet(exported.name), exported) for exported in tables]
    styles = streamed.looks(book)
    below = {}
    for number, (sheet, exported) in enumerate(sheets, 1):
        for place, column in enumerate(exported.columns, 1):
            _heading(sheet.cell(1, place), column.title)
        sheet.freeze_panes = "A2"
        last = get_column_letter(len(exported.columns))
        sheet.auto_filter.ref = f"A1:{last}{len(exported.rows) + 1}"
        below[number] = streamed.rows(exported, lay_out(sheet, exported), styles)
    _about(book.create_sheet(words()["sheets"]["about"]), about)
    streamed.save(target, book, below)


def _about(sheet: Worksheet, about: Sequence[tuple[str, table.TableCell]]) -> None:
    for row_no, (name, value) in enumerate(about, 1):
        _put(sheet.cell(row_no, 1), name)
        sheet.cell(row_no, 1).font = Font(bold=True)
        if value is not None:
            _put(sheet.cell(row_no, 2), value)
        shown = "" if value is None else str(value)
        sheet.cell(row_no, 2).alignment = WRAPPED
        sheet.row_dimensions[row_no].height = LINE * max(lines(shown, ABOUT), 1)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, ABOUT
    page(sheet, across=False)


def _heading(cell: Cell | MergedCell, title: str) -> None:
    _put(cell, title)
    cell.font, cell.fill = HEAD, FILL


def _put(cell: Cell | MergedCell, value: table.TableCell) -> None:
    """Write a cell beside the rows; a text stays a text, whatever it begins with."""
    cell.alignment = TOP
    match value:
        case datetime():
            cell.value, cell.number_format = value.replace(tzinfo=None), MOMENT
        case date():
            cell.value, cell.number_format = value, DAY
        case int():
            cell.value, cell.number_format = value, WHOLE if abs(value) >= 10_000 else SMALL
        case _:
            cell.value, cell.number_format = ILLEGAL_CHARACTERS_RE.sub("", str(value)), TEXT
            cell.data_type, cell.alignment = "s", WRAPPED


def as_csv(exported: Table, *, bom: bool = False) -> Iterator[str]:
    """Yield the table as CSV; moments in ISO 8601 with their offset, figures as plain decimals."""
    piece = StringIO()
    writer = csv.writer(piece, lineterminator="\r\n")
    writer.writerow(column.title for column in exported.columns)
    yield ("\ufeff" if bom else "") + piece.getvalue()
    for row in exported.rows:
        piece.seek(0)
        piece.truncate()
        writer.writerow(_plain(value) for value in row)
        yield piece.getvalue()


def _plain(value: table.TableCell) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(words()["yes" if value else "no"])
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case str():
            return f"'{value}" if value.startswith(FORMULA) else value
        case _:
            return str(value)
