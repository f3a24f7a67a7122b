"""The cells of a workbook as texts by sheet, row and column; what they mean is for `building`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct, field

from bot.instruments.instrument_problems import (
    WorkbookError,
    WorkbookProblem,
    WorkbookProblems,
    own,
)
from bot.instruments.layout import InstrumentColumn, InstrumentSheet, layout
from bot.instruments.rows import example_rows, standard_rows
from bot.instruments.tree import Leaf
from bot.roster.headings import heads, pairs, plain
from bot.roster.opening import Grid, OtherValue, Value, open_workbook
from bot.roster.roster_problems import RosterError
from scoring.errors import nearest

UNREAD = "?"
"""What stands for a cell that could not be read, which is told there."""
EMPTY = ("-", "–", "—")
TRUTHS = {True: "ya", False: "tidak"}
KINDS = {bool: "a truth value", datetime: "a date", date: "a date"}
GROUPED = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
"""What may be thousands or three decimals."""
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+|)")
SIGNS = (
    ("<=", "≤"),
    ("=<", "≤"),
    (">=", "≥"),
    ("=>", "≥"),
    ("s.d.", "–"),
    ("s/d", "–"),
    ("sampai dengan", "–"),
    ("sampai", "–"),
    ("hingga", "–"),
    ("lebih dari", ">"),
    ("di atas", ">"),
    ("kurang dari", "<"),
    ("di bawah", "<"),
    ("paling sedikit", "≥"),
    ("minimal", "≥"),
    ("paling banyak", "≤"),
    ("maksimal", "≤"),
    ("%", ""),
)
COUNTED = re.compile(r"(-?\d[\d.,]*?)\.?\s*(?:%|poin|desimal|indikator)?", re.IGNORECASE)
"""A number with what people write behind it: 10 poin, 1 desimal, 75 %, 2."""
UP_TO = re.compile(r"^\s*(?:sampai dengan|sampai|hingga|s\.d\.|s/d)\s+(?=\d)", re.IGNORECASE)
DASH = re.compile(r"\s*[-–—−]\s*")
SLASH = re.compile(r"\s*/\s*")
SIGN = re.compile(r"([≤<≥>])\s*")


class SheetLine(Struct):
    """A row of a table, or all values of the sheet of single values: texts as the file has them."""

    sheet: InstrumentSheet
    first: int
    """The cell that stands for the row as a whole."""
    cells: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return what the cell holds; nothing where it is empty."""
        return self.texts.get(key, "")

    def cell(self, key: str) -> int:
        """Return the cell of a key, or the one that stands for the row."""
        return self.cells.get(key, self.first)

    def leaf(self, key: str, *, needed: bool = False) -> Leaf | None:
        """Return the value of a cell, or what stands for an empty one; None where it may be empty."""
        column = self.sheet.column(key)
        is_bare = column.kind == "number" or key == "precision" or "true" in column.words.values()
        if text := self.text(key):
            return Leaf(text, self.cell(key), is_bare)
        if column.follows:
            return self.leaf(column.follows, needed=True)
        if column.default:
            return Leaf(column.default, self.cell(key), is_bare)
        return Leaf("", self.cell(key)) if needed or column.required else None


class Book(Struct, frozen=True):
    """All rows of a workbook, and the column of each cell that was read."""

    file: str
    fields: SheetLine
    tables: dict[str, list[SheetLine]]
    columns: dict[int, InstrumentColumn]


def read_book(content: bytes, file: str, problems: WorkbookProblems) -> Book:
    """Read a workbook; raise WorkbookError where it is none, or still as empty as it was written."""
    plan = layout()
    try:
        grids = open_workbook(content, file, (plan.guide.name,))
    except RosterError as error:
        raise WorkbookError(error.problems) from None
    book = _Reader(grids, file, problems).book()
    usual = standard_rows()
    begun = [key for key, rows in book.tables.items() if len(rows) > len(usual.get(key, ()))]
    if not begun and not book.fields.text("code"):
        sheets = ", ".join(sheet.name for sheet in plan.sheets if not sheet.may_be_missing)
        raise WorkbookError([WorkbookProblem(own("blank_workbook"), file, 1, {"sheets": sheets})])
    return book


class _Reader:
    def __init__(self, grids: dict[str, Grid], file: str, problems: WorkbookProblems) -> None:
        self.plan = layout()
        self.file = file
        self.problems = problems
        self.columns: dict[int, InstrumentColumn] = {}
        self.grids: dict[str, Grid] = {}
        names = {plain(sheet.name): sheet.name for sheet in self.plan.sheets}
        for name, grid in grids.items():
            known = names.get(plain(name))
            if known and known not in self.grids:
                self.grids[known] = grid
            elif grid.rows:
                allowed = [sheet.name for sheet in self.plan.sheets]
                params = {"text": name, "allowed": ", ".join(allowed)}
                problems.add(own("unknown_sheet"), grid.top, nearest(name, allowed), **params)

    def book(self) -> Book:
        """Return everything that the workbook holds."""
        top = next(iter(self.grids.values())).top if self.grids else None
        if top is None:
            problem = WorkbookProblem(
                own("missing_sheet"), self.file, 1, {"name": self.plan.fields.name}
            )
            raise WorkbookError([problem])
        for sheet in self.plan.sheets:
            if sheet.name not in self.grids and not sheet.may_be_missing:
                self.problems.add(own("missing_sheet"), top, name=sheet.name)
        fields = self._single_values(self.plan.fields, top.line)
        tables = {table.key: list(self._rows(table)) for table in self.plan.tables}
        return Book(self.file, fields, tables, self.columns)

    def _single_values(self, sheet: InstrumentSheet, top: int) -> SheetLine:
        grid = self.grids.get(sheet.name)
        line = SheetLine(sheet, grid.top.line if grid else top)
        titles = {plain(title): one for one in sheet.columns for title in one.titles}
        for name, value in pairs(sheet, grid.rows, self.problems) if grid else ():
            text = str(name.content or "")
            column = titles.get(plain(text))
            if name.content is None:
                self.problems.add(own("nameless"), value.node)
            elif column is None:
                known = [one.title for one in sheet.columns]
                params = {"text": text, "allowed": ", ".join(known)}
                self.problems.add(own("unknown_field"), name.node, nearest(text, known), **params)
            elif column.key in line.cells:
                first = line.cells[column.key]
                self.problems.add(own("twice"), name.node, key=column.title, first=first)
            else:
                self._take(line, column, value)
        if grid:
            for column in sheet.columns:
                if column.required and column.key not in line.cells:
                    self.problems.add(own("missing_field"), grid.top, name=column.title)
        return line

    def _rows(self, sheet: InstrumentSheet) -> Iterator[SheetLine]:
        grid = self.grids.get(sheet.name)
        if grid is None or not grid.rows:
            return
        head = heads(sheet, self.plan.note, grid.rows, self.problems)
        note = head.columns.get(self.plan.note)
        strays = set(head.strays)
        for values in grid.rows[head.below :]:
            for place in sorted(strays):
                if values[place].content is not None:
                    strays.discard(place)  # told once, not for each of its cells
                    self.problems.add(own("no_heading"), values[place].node)
            mine = [
                (one, values[head.columns[one.title]])
                for one in sheet.columns
                if one.title in head.columns
            ]
            if all(value.content is None for _, value in mine):
                continue
            if note is None or not self._is_example(sheet, mine, values[note]):
                line = SheetLine(sheet, mine[0][1].line)
                for column, value in mine:
                    self._take(line, column, value)
                yield line

    def _is_example(
        self, sheet: InstrumentSheet, mine: Sequence[tuple[InstrumentColumn, Value]], note: Value
    ) -> bool:
        """Tell whether a row is marked as an example; report one that was changed."""
        if not str(note.content or "").casefold().startswith(self.plan.example_mark):
            return False
        shown = {one.key: _shown(value) for one, value in mine if value.content is not None}
        known = [
            {key: text for key, text in row.items() if text}
            for row in example_rows().get(sheet.key, ())
        ]
        if shown not in known:
            self.problems.add(own("still_example"), note.node, title=self.plan.note)
        return True

    def _take(self, line: SheetLine, column: InstrumentColumn, value: Value) -> None:
        line.cells[column.key] = value.line
        self.columns[value.line] = column
        text = self._text(column, value)
        if text and text not in EMPTY:
            line.texts[column.key] = text

    def _text(self, column: InstrumentColumn, value: Value) -> str:
        """Return a cell as the file has it."""
        content = value.content
        if isinstance(content, bool) and "ya" in column.words:
            content = TRUTHS[content]
        if isinstance(content, int | float) and not isinstance(content, bool):
            content = _printed(content, column)
        if content is None:
            return ""
        if not isinstance(content, str):
            kind = content.kind if isinstance(content, OtherValue) else KINDS[type(content)]
            text = content.text if isinstance(content, OtherValue) else str(content)
            self.problems.add(own("wrong_cell"), value.node, found=text, kind=kind)
            return UNREAD
        text = " ".join(content.split())
        match column.kind:
            case "number":
                return self._number(text, value)
            case "range":
                return as_printed(text)
            case "ranges":
                return "; ".join(as_printed(one) for one in text.split(";") if one.strip())
            case "list":
                return "; ".join(_meant(column, one) for one in text.split(";") if one.strip())
            case _:
                return (
                    _counted(_meant(column, text))
                    if column.key == "precision"
                    else _meant(column, text)
                )

    def _number(self, text: str, value: Value) -> str:
        """Return a number as YAML has it; ask back where it may be thousands or decimals."""
        text = _counted(text)
        if GROUPED.fullmatch(text):
            plainly = f"{Decimal(text).normalize():f}".replace(".", ",")
            params = {"text": text, "plain": plainly, "grouped": text.replace(".", "")}
            self.problems.add("grouped_number", value.node, **params)
        if THOUSANDS.fullmatch(text):
            text = text.replace(".", "")
        return text.replace(",", ".")


def _shown(value: Value) -> str:
    content = value.content
    return str(content).replace(".", ",") if isinstance(content, float) else str(content)


def _printed(content: float, column: InstrumentColumn) -> str:
    """Return a number as it is typed: with a comma where people read it, without an exponent."""
    text = f"{Decimal(str(content)):f}"
    return text if column.kind == "text" and not column.words else text.replace(".", ",")


def _meant(column: InstrumentColumn, text: str) -> str:
    text = text.strip()
    known = {plain(word): meant for word, meant in column.words.items()}
    return known.get(plain(SLASH.sub("/", text)), text)


def _counted(text: str) -> str:
    """Return a number without what people write behind it; other texts as they are."""
    match = COUNTED.fullmatch(text)
    return match[1] if match else text


def as_printed(text: str) -> str:
    """Write a range as regulations print it, whatever signs a keyboard had: `<=110` is ≤ 110."""
    text = UP_TO.sub("≤ ", text)
    for typed, sign in SIGNS:
        text = re.sub(re.escape(typed), sign, text, flags=re.IGNORECASE)
    return SIGN.sub(r"\1 ", DASH.sub("–", text.strip())).strip()
