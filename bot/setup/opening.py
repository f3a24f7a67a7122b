"""Opens a workbook that may be anything: its size is judged before it is unpacked, formulas stay visible.

The only reader of openpyxl. Whatever is no plain table is a problem with its cell.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from bot.setup.problems import RosterError, RosterProblem, RosterProblems
from scoring.source import Node

MEGABYTES = 20
MOST = MEGABYTES * 2**20
CELLS = 200_000
TAGS = 5 * CELLS  # what so many cells take in the XML, with the leanest writer
SPREAD = re.compile(
    rb"(?:mergeCell|hyperlink|table)\s[^>]*?\bref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']"
)
"""Areas that the library goes through cell by cell while it opens the file, 10 s for 150,000."""
SPREAD_MOST = CELLS // 10
ROWS_A_SHEET = 2**20
COLUMNS_A_ROW = 2**14


class Cell(int):
    """A place in a workbook where other files have a line: sorts as one, reads as `UKPD!B7`."""

    sheet: str
    address: str

    def __new__(cls, number: int, sheet: str, row: int, column: int) -> Cell:
        made = super().__new__(cls, (number * ROWS_A_SHEET + row) * COLUMNS_A_ROW + column)
        made.sheet = sheet
        made.address = f"{get_column_letter(column)}{row}"
        return made

    def __str__(self) -> str:
        return f"{self.sheet}!{self.address}"


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell holds (text, number, date …; None where it is empty), and where."""

    node: Node
    content: Any


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: its rows that hold anything, each with the values of all columns in use."""

    top: Node
    rows: tuple[tuple[Value, ...], ...]


def open_workbook(content: bytes, file: str, known: tuple[str, ...]) -> dict[str, Grid]:
    """The grids of all sheets that are not in `known` as explanations; raises RosterError."""
    _bounded(content, file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out: we only read cells
            book = load_workbook(io.BytesIO(content), keep_links=False)
    except Exception:  # the library raises nearly anything where a part of the file is broken
        raise _refused("not_a_workbook", file) from None
    problems = RosterProblems()
    grids = {}
    for number, sheet in enumerate(book.worksheets):
        if sheet.title not in known:
            grids[sheet.title] = _grid(sheet, number, file, problems)
    if problems.errors:
        raise RosterError(problems.found)
    return grids


def _refused(code: str, file: str, **params: object) -> RosterError:
    return RosterError([RosterProblem(code, file, 1, params)])


def _bounded(content: bytes, file: str) -> None:
    """Refuse what is no archive, or would unpack to more than a roster can need."""
    if len(content) > MOST:
        raise _refused("workbook_too_large", file, most=f"{MEGABYTES} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST:
                raise _refused("workbook_too_large", file, most=f"{MEGABYTES} MB")
            tags = area = 0
            for one in archive.infolist():
                part = archive.read(one)  # never more than the size that was judged
                if b"<!DOCTYPE" in part[:1000] or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise _refused("not_a_workbook", file)
                tags += part.count(b"<") if one.filename.startswith("xl/worksheets/") else 0
                area += sum(_area(found[1].decode()) for found in SPREAD.finditer(part))
            if tags > TAGS or area > SPREAD_MOST:
                raise _refused("workbook_too_large", file, most=f"{CELLS} cells")
    except RosterError:
        raise
    except Exception:  # as above: a broken archive, an unknown compression, a password
        raise _refused("not_a_workbook", file) from None


def _area(cells: str) -> int:
    left, top, right, bottom = (edge or 0 for edge in range_boundaries(cells))
    return (right - left + 1) * (bottom - top + 1)


def _grid(sheet: Worksheet, number: int, file: str, problems: RosterProblems) -> Grid:
    def place(row: int, column: int) -> Node:
        return Node(file, Cell(number, sheet.title, row, column))

    top = place(1, 1)
    if sheet.sheet_state != "visible":
        problems.add("hidden", top, what=f"The sheet {sheet.title}")
    for merged in sheet.merged_cells.ranges:
        node = place(merged.min_row, merged.min_col)
        problems.add("merged_cells", node, cells=merged.coord)
    if sheet.max_row * sheet.max_column > CELLS:
        problems.add("workbook_too_large", top, most=f"{CELLS} cells")
        return Grid(top, ())
    hidden = set(_hidden_columns(sheet))
    rows = []
    for line, row in enumerate(sheet.iter_rows(min_row=1, min_col=1), 1):
        values = tuple(
            _value(cell, place(line, column), problems) for column, cell in enumerate(row, 1)
        )
        filled = {column for column, one in enumerate(values, 1) if one.content is not None}
        if filled and sheet.row_dimensions[line].hidden:
            problems.add("hidden", values[0].node, what=f"Row {line}")
        for column in sorted(filled & hidden):
            problems.add("hidden", values[column - 1].node, what="A column with content")
        hidden -= filled
        if filled:
            rows.append(values)
    return Grid(top, tuple(rows))


def _hidden_columns(sheet: Worksheet) -> Iterator[int]:
    for letter, column in sheet.column_dimensions.items():
        if column.hidden:
            column.reindex()
            first = column.min or sheet[f"{letter}1"].column
            yield from range(first, min(column.max or first, sheet.max_column) + 1)


def _value(cell: Any, node: Node, problems: RosterProblems) -> Value:
    """A value without the blanks around it; formulas and errors are problems."""
    content = cell.value if isinstance(cell, SheetCell) else None
    if content is None:
        return Value(node, None)
    if cell.data_type == "f":
        problems.add("formula", node)
        return Value(node, None)
    if cell.data_type == "e":
        problems.add("wrong_cell", node, found=content, kind="an error")
        return Value(node, None)
    return Value(node, (content.strip() or None) if isinstance(content, str) else content)
