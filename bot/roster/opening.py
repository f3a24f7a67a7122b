"""Opens a workbook that may be anything, through a process that is ended when it takes too long or too much.

Whatever is no plain table is a problem with its cell; formulas stay visible. What the file is instead of a
workbook is told where that can be seen.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

from msgspec import Struct

from bot.media import apart
from bot.roster import sheets
from bot.roster.roster_problems import RosterError, RosterProblem, RosterProblems, own
from scoring.errors import OwnCode
from scoring.source import Node

MEGABYTES = 20
MOST = MEGABYTES * 2**20
CELLS = sheets.CELLS
ROWS_A_SHEET = 2**20
COLUMNS_A_ROW = 2**14
LOCKED, TABLE = "a workbook with a password", "a CSV file"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WEB = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")


class Cell(int):
    """A place in a workbook where other files have a line: sorts as one, reads as `UKPD!B7`.

    Each sheet has a class of its own, so that a cell is no more than a number.
    """

    __slots__ = ()
    sheet: ClassVar[str]
    sheet_no: ClassVar[int]

    @classmethod
    def at(cls, row: int, column: int) -> Cell:
        """Return the cell of this sheet at a row and a column."""
        return cls((cls.sheet_no * ROWS_A_SHEET + row) * COLUMNS_A_ROW + column)

    @property
    def address(self) -> str:
        """The cell's name in its sheet, such as B7."""
        row, column = divmod(int(self), COLUMNS_A_ROW)
        return f"{sheets.letters(column)}{row % ROWS_A_SHEET}"

    def __str__(self) -> str:
        return f"{self.sheet}!{self.address}"


class Value(Struct, frozen=True):
    """What a cell holds (text, number, date …; None where it is empty), and where."""

    file: str
    line: Cell
    content: Any

    @property
    def node(self) -> Node:
        """Its place, for problems."""
        return Node(self.file, self.line)


class OtherValue(Struct, frozen=True):
    """A value that is no text, number or date: of which kind, and as it is shown."""

    kind: str
    text: str


class Grid(Struct, frozen=True):
    """A sheet: its rows that hold anything, each with the values of all columns in use."""

    top: Node
    rows: tuple[tuple[Value, ...], ...]


def beside(value: Value) -> Value:
    """Return the cell to the right of one, where nothing stands."""
    rest, column = divmod(int(value.line), COLUMNS_A_ROW)
    return Value(value.file, value.line.at(rest % ROWS_A_SHEET, column + 1), None)


def open_workbook(
    content: bytes, file: str, known: Collection[str], *, plain: bool = True
) -> dict[str, Grid]:
    """Return the grids of all sheets but the explanations named in `known`; raise RosterError.

    Without `plain`, formulas (by the values that they had), merged and hidden cells are let be.
    """
    if len(content) > MOST:
        raise refused(own("workbook_too_large"), file, most=f"{MEGABYTES} MB")
    if (kind := kind_of(content)) == LOCKED:
        raise refused(own("locked_workbook"), file)
    if kind:
        raise refused(own("one_table" if kind == TABLE else "other_kind"), file, kind=kind)
    answer = _asked(content, file, known)
    problems = RosterProblems()
    grids = {}
    for sheet_no, sheet in enumerate(answer):
        cells = type("Cell", (Cell,), {"sheet": sheet.name, "sheet_no": sheet_no, "__slots__": ()})
        _judge(sheet, file, cells, problems)
        grids[sheet.name] = _grid(sheet, file, cells, problems)
    if plain and problems.errors:
        raise RosterError(problems.noted)
    return grids


def refused(code: OwnCode, file: str, **params: object) -> RosterError:
    """Return the error of a file that is refused as a whole."""
    return RosterError([RosterProblem(code, file, 1, params)])


def kind_of(content: bytes) -> str | None:
    """Return what a file is that is no archive; None where it is one, or of no known kind."""
    if content.startswith(OLE):
        return LOCKED if ENCRYPTED in content else "an .xls workbook"
    if content.startswith(b"%PDF"):
        return "a PDF document"
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith(WEB):
        return "a web page"
    if start.startswith(b"<?xml"):
        return "an XML file"
    return None if ZIP in content[:1024] or not is_table(content) else TABLE


def is_table(content: bytes) -> bool:
    """Tell whether bytes are text whose first lines hold cells between commas, semicolons or tabs."""
    head = content[:4000]
    if b"\0" in head:
        return False
    lines = [line for line in head.decode("utf-8-sig", "replace").splitlines()[:5] if line.strip()]
    return len(lines) > 1 and any(
        lines[0].count(mark) and all(line.count(mark) == lines[0].count(mark) for line in lines[:3])
        for mark in ";,\t"
    )


def _asked(content: bytes, file: str, known: Collection[str]) -> list[sheets.SheetContent]:
    """Return the sheets as the process beside has read them."""
    names = [" ".join(one.casefold().split()) for one in known]
    try:
        answer = json.loads(apart.run(Path(sheets.__file__), content, *names))
    except apart.Outgrown:
        raise refused(own("workbook_too_large"), file, most=f"{CELLS} cells") from None
    except apart.Failed:
        raise refused(own("not_a_workbook"), file) from None
    if "refused" not in answer:
        return [sheets.SheetContent(**sheet) for sheet in answer["sheets"]]
    params = answer["params"]
    if "cell" in params:
        cell = f"{params['sheet']}!{params['cell']}"
        raise refused(own("far_cell"), file, cell=cell, most=f"{CELLS} cells")
    raise refused(own(answer["refused"]), file, **{"most": f"{CELLS} cells"} | params)


def _judge(
    sheet: sheets.SheetContent, file: str, cells: type[Cell], problems: RosterProblems
) -> None:
    """Report what is no plain table, each with its cell."""

    def place(row: int, column: int) -> Node:
        return Node(file, cells.at(row, column))

    if sheet.hidden:
        problems.add(own("hidden"), place(1, 1), what=f"The sheet {sheet.name}")
    for area in sheet.merged:
        node = place(*sheets.corner(area))
        problems.add(own("merged_cells"), node, cells=area.replace("$", ""))
    for row, column in sheet.formulas:
        problems.add(own("formula"), place(row, column))
    for row, column, text in sheet.errors:
        problems.add(own("wrong_cell"), place(row, column), found=text, kind="an error")
    for row in sheet.hidden_rows[: sheets.LISTED]:
        problems.add(own("hidden"), place(row, 1), what=f"Row {row}")


def _grid(
    sheet: sheets.SheetContent, file: str, cells: type[Cell], problems: RosterProblems
) -> Grid:
    at = cells.at
    width = max((len(values) for _, values in sheet.rows), default=0)
    rows = []
    used: dict[int, int] = {}
    for line, values in sheet.rows:
        made = [_content(value) for value in values] + [None] * (width - len(values))
        for column, content in enumerate(made, 1):
            if content is not None:
                used.setdefault(column, line)
        if any(one is not None for one in made):
            rows.append(tuple(Value(file, at(line, i), one) for i, one in enumerate(made, 1)))
    for column in sorted(used):
        if any(first <= column <= last for first, last in sheet.hidden_columns):
            problems.add(
                own("hidden"), Node(file, at(used[column], column)), what="A column with content"
            )
    return Grid(Node(file, at(1, 1)), tuple(rows))


def _content(value: Any) -> Any:
    """Return a value without the blanks around it and without invisible characters."""
    if type(value) is str:
        if not (value.isascii() and value.isprintable()):
            value = seen(value)
        return value.strip() or None
    if isinstance(value, list):
        kind, text = value
        match kind:
            case "date":
                return date.fromisoformat(text)
            case "datetime":
                return datetime.fromisoformat(text)
            case _:
                return OtherValue("a time", text)
    return value


def seen(text: str) -> str:
    """Strip control and direction marks and zero-width characters; line ends stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cf")
    )
