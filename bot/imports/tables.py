"""Tables of other tools: the rows of a CSV file or of a sheet, by their headings, each with its place."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from bot.export.table import FORMULA
from bot.imports.import_problems import refused
from bot.media import one_sheet
from bot.roster.opening import seen
from messages.export_words import words

WORKBOOK = ".xlsx"
MARKS = ",;\t"
QUOTED = re.compile(r'"[^"]*"')
LONGEST = 2**20
"""Characters of one cell: forms hold long texts, which are not read."""


class FileRow(Struct, frozen=True):
    """A row with something in it: its line, and its filled cells by heading, as somebody would type them."""

    line: int
    cells: Mapping[str, str]


class FileTable(Struct, frozen=True):
    """`headings` in their order; one that stands twice has its column behind it: “Alasan [F]”.

    `sheet` is the name of the sheet; None in a CSV file.
    """

    headings: tuple[str, ...]
    rows: tuple[FileRow, ...]
    sheet: str | None = None

    def place(self, row: FileRow, heading: str | None = None) -> str:
        """Return where a cell stands, or a row: `Jawaban!B7`, or `7` in a CSV file."""
        if self.sheet is None:
            return str(row.line)
        column = self.headings.index(heading) + 1 if heading in self.headings else 1
        return f"{self.sheet}!{_letter(column)}{row.line}"


def read_table(path: Path, sheet: str | None = None) -> FileTable:
    """Read a CSV file, or a sheet of a workbook (the first, where none is named).

    Raises ImportFileError.
    """
    if path.suffix.lower() == WORKBOOK:
        return _of_workbook(path, sheet)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise refused("no_table", str(path), reason="it is no UTF-8 text") from None
    first = QUOTED.sub("", text.lstrip().partition("\n")[0])
    csv.field_size_limit(LONGEST)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(MARKS, key=lambda mark: first.count(mark))
    )
    try:
        return _table(path, ((reader.line_num, list(map(_safe, cells))) for cells in reader), None)
    except csv.Error as error:
        raise refused("no_table", str(path), reason=str(error)) from None


def _of_workbook(path: Path, sheet: str | None) -> FileTable:
    try:
        read = one_sheet.read(path.read_bytes(), sheet)
    except one_sheet.NotReadError as error:
        raise refused("no_table", str(path), reason=str(error)) from None
    except one_sheet.NoSheetError as error:
        raise refused("no_sheet", str(path), text=sheet, allowed=", ".join(error.known)) from None
    return _table(path, enumerate(read.rows, 1), read.name)


def _table(path: Path, lines: Iterable[tuple[int, Sequence[Any]]], sheet: str | None) -> FileTable:
    filled = (
        (line, [as_text(cell) for cell in cells])
        for line, cells in lines
        if any(cell not in (None, "") for cell in cells)
    )
    head = next(filled, None)
    if head is None:
        raise refused("no_table", str(path), reason="it is empty")
    headings = _headings(head[1])
    rows = tuple(FileRow(line, dict(_filled(headings, texts))) for line, texts in filled)
    return FileTable(headings, rows, sheet)


def _headings(texts: Sequence[str]) -> tuple[str, ...]:
    shown = [" ".join(text.split()) for text in texts]
    counts = Counter(shown)
    return tuple(
        f"{text} [{_letter(place)}]" if text and counts[text] > 1 else text
        for place, text in enumerate(shown, 1)
    )


def _filled(headings: Sequence[str], texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    return (
        (heading, text) for heading, text in zip(headings, texts, strict=False) if heading and text
    )


def as_text(content: Any) -> str:
    """Return what a cell says as somebody would type it: a decimal comma, no thousands."""
    match content:
        case None | "":
            return ""
        case bool():
            return str(words()["yes" if content else "no"])
        case float() | Decimal():
            number = Decimal(repr(content)) if isinstance(content, float) else content
            whole = number.to_integral_value()
            return format(whole if whole == number else number, "f").replace(".", ",")
        case datetime() | date():
            return content.isoformat()
        case _:
            return seen(str(content)).strip()


def _safe(text: str) -> str:
    """Return a cell of a CSV as it was before it was kept from being a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _letter(column: int) -> str:
    """Return the letters of a column; the library of workbooks is imported only now."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)
