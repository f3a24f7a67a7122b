"""Writes tables as a workbook, or as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from bot.export import table
from bot.export.printing import LINE, is_code, lay_out, lines, page
from bot.export.table import Table
from messages.exporting import words

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""
HEAD = Font(bold=True, color="FFFFFF")
FILL = PatternFill("solid", start_color="1F4E79")
TEXT, WHOLE, FIGURE = "@", "#,##0", "#,##0.######"
MOMENT, DAY = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
TOP, WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
CUT = Alignment(vertical="top", horizontal="fill")
ABOUT = 60
LONGEST, EXACT = 32_767, 15
"""Characters that a cell holds, and digits that its numbers keep."""


def workbook(tables: Iterable[Table], about: Sequence[tuple[str, table.Cell]]) -> bytes:
    """Return the tables as sheets with typed cells, and a last sheet that says what the file is."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for exported in tables:
        sheet = book.create_sheet(exported.name)
        for place, column in enumerate(exported.columns, 1):
            _heading(sheet.cell(1, place), column.title)
        for row_no, row in enumerate(exported.rows, 2):
            for place, value in enumerate(row, 1):
                if value is not None:
                    _put(sheet.cell(row_no, place), value)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
        lay_out(sheet, exported)
    _about(book.create_sheet(words()["sheets"]["about"]), about)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _about(sheet: Worksheet, about: Sequence[tuple[str, table.Cell]]) -> None:
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
    cell.alignment = WRAPPED


def _put(cell: Cell | MergedCell, value: table.Cell) -> None:
    """Write a cell of the value's own type; a text stays a text, whatever it begins with."""
    match value:
        case bool():
            _text(cell, str(words()["yes" if value else "no"]))
        case int():
            cell.value = value
            _styled(cell, TOP, WHOLE if abs(value) >= 10_000 else "0")
        case Decimal() if len(value.as_tuple().digits) <= EXACT:
            cell.value = value
            _styled(cell, TOP, FIGURE if value % 1 else WHOLE)
        case datetime():
            cell.value = value.replace(tzinfo=None)
            _styled(cell, TOP, MOMENT)
        case date():
            cell.value = value
            _styled(cell, TOP, DAY)
        case Decimal():
            _text(cell, format(value, "f"))
        case _:
            _text(cell, str(value))


def _text(cell: Cell | MergedCell, text: str) -> None:
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST] or None
    _styled(cell, CUT if is_code(text) else WRAPPED, TEXT)
    if cell.value:
        cell.data_type = "s"


def _styled(cell: Any, alignment: Alignment, number_format: str) -> None:
    """Give a cell its looks: put together once for a book, for that is what takes the time of a large one."""
    known = _looks.setdefault(cell.parent.parent, {})
    key = (id(alignment), number_format)
    if key not in known:
        cell.alignment, cell.number_format = alignment, number_format
        known[key] = cell._style  # noqa: SLF001  # what the two have made of it
    cell._style = copy(known[key])  # noqa: SLF001


_looks: WeakKeyDictionary[Workbook, dict[tuple[int, str], Any]] = WeakKeyDictionary()


def as_csv(exported: Table, *, bom: bool = False) -> str:
    """Return the table as CSV; moments in ISO 8601 with their offset, figures as plain decimals."""
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(column.title for column in exported.columns)
    for row in exported.rows:
        writer.writerow(_plain(value) for value in row)
    return ("\ufeff" if bom else "") + lines.getvalue()


def _plain(value: table.Cell) -> str:
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
