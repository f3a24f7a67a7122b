"""Reads a workbook in a process of its own: bytes on standard input, its cells as JSON on standard output.

Run by path (`bot.media.apart`), so that no file can hang or swell the bot; knows nothing of rosters and
imports nothing of ours. `python-calamine` reads the values; what a reader of values leaves out (formulas,
errors, hidden rows, merged cells) is seen by going once through the XML.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

UNPACKED = 20 * 2**20
CELLS, AREA, LETTERS = 200_000, 4_000_000, 20_000_000
"""Cells with content, the rectangle that they span, and their characters, of one workbook."""
ROWS, COLUMNS = 2**20, 2**14
LISTED = 200
CORNER = re.compile(r"\s*\$?([A-Za-z]{1,2}|[A-Wa-w][A-Za-z]{2})\$?([1-9]\d{0,5})")
Row = tuple[int, list[Any]]


class UnreadableWorkbook(Exception):
    """Why a file is no workbook that is read: a code, and a kind, a cell or a sheet."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params


class SheetContent:
    """One sheet: its values by row (counted from 1), and what stands beside the values.

    A plain class: to import what makes structs takes a third of the time that this process needs.
    """

    def __init__(
        self,
        name: str,
        hidden: bool,
        rows: Iterable[Row] = (),
        merged: Iterable[str] = (),
        formulas: Iterable[tuple[int, int]] = (),
        errors: Iterable[tuple[int, int, str]] = (),
        hidden_rows: Iterable[int] = (),
        hidden_columns: Iterable[tuple[int, int]] = (),
    ) -> None:
        self.name, self.hidden = name, hidden
        self.rows, self.merged = list(rows), list(merged)
        self.formulas, self.errors = list(formulas), list(errors)
        self.hidden_rows, self.hidden_columns = list(hidden_rows), list(hidden_columns)


def read(content: bytes, left_out: frozenset[str] = frozenset()) -> list[SheetContent]:
    """Read all sheets but those of these names (in small letters). Raises UnreadableWorkbook."""
    from python_calamine import (  # a process of its own reads them
        CalamineWorkbook,
        SheetVisibleEnum,
    )

    parts = _parts(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except Exception:  # a part that is missing or broken
        raise UnreadableWorkbook("not_a_workbook") from None
    known, total, sheets = _sheets(parts), 0, []
    for place, metadata in enumerate(book.sheets_metadata):
        if " ".join(metadata.name.casefold().split()) in left_out:
            continue
        sheet = SheetContent(metadata.name, metadata.visible != SheetVisibleEnum.Visible)
        sheets.append(sheet)
        path = known[place][1] if len(known) == len(book.sheets_metadata) else ""
        scan = _Scan(sheet)
        if path in parts:
            scan.feed(parts[path])
        total += scan.cells
        if total > CELLS:
            raise UnreadableWorkbook("workbook_too_large", sheet=metadata.name)
        if sheet.merged:
            continue  # a fault by itself; a reader may stumble over its cells
        try:
            sheet.rows = list(_rows(book, place))
        except UnreadableWorkbook:
            raise
        except Exception:
            raise UnreadableWorkbook("not_a_workbook") from None
    return sheets


def _parts(content: bytes) -> dict[str, Callable[[], bytes]]:
    """Return what the archive holds, by path in small letters; each part is unpacked on demand."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception:
        raise UnreadableWorkbook("not_a_workbook") from None
    members = archive.infolist()
    if sum(member.file_size for member in members) > UNPACKED:
        raise UnreadableWorkbook("workbook_too_large", most=f"{UNPACKED // 2**20} MB")

    def opener(entry: zipfile.ZipInfo) -> Callable[[], bytes]:
        def unpacked() -> bytes:
            try:
                return archive.read(entry)
            except Exception:
                raise UnreadableWorkbook("not_a_workbook") from None

        return unpacked

    parts = {member.filename.replace("\\", "/").lower(): opener(member) for member in members}
    if kind := _kind(parts):
        raise UnreadableWorkbook("other_kind", kind=kind)
    return parts


def _kind(parts: dict[str, Callable[[], bytes]]) -> str | None:
    """Return what an archive is that is no .xlsx; None where it may be one."""
    if "mimetype" in parts:
        return "an .ods workbook" if b"spreadsheet" in parts["mimetype"]() else "another document"
    if "xl/workbook.bin" in parts:
        return "an .xlsb workbook"
    if "word/document.xml" in parts:
        return "a Word document"
    if any(part.endswith(".iwa") for part in parts):
        return "a Numbers document"
    return None


class _Elements:
    """Goes through XML; a DOCTYPE, which no workbook has, ends it before it can swell."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def feed(self, part: Callable[[], bytes]) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self.start
        self.parser = parser
        try:
            parser.Parse(part(), True)  # noqa: FBT003 the parameter has no name
        except expat.ExpatError:
            raise UnreadableWorkbook("not_a_workbook") from None

    def _doctype(self, *_: object) -> None:
        raise UnreadableWorkbook("not_a_workbook")


class _Attributes(_Elements):
    """The attributes of all elements of one name, without their prefixes."""

    def __init__(self, wanted: str, part: Callable[[], bytes]) -> None:
        self.wanted = wanted
        self.rows: list[dict[str, str]] = []
        self.feed(part)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == self.wanted:
            self.rows.append({key.rpartition(":")[2]: one for key, one in attributes.items()})


def _sheets(parts: dict[str, Callable[[], bytes]]) -> list[tuple[str, str]]:
    """Return the names of the sheets, each with the path of its part."""
    book, links = parts.get("xl/workbook.xml"), parts.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return []
    targets = {
        row["Id"]: row["Target"].replace("\\", "/")
        for row in _Attributes("Relationship", links).rows
        if "Id" in row and "Target" in row
    }
    return [
        (
            row.get("name", ""),
            posixpath.normpath(posixpath.join("/xl", targets.get(row.get("id", ""), "")))
            .lstrip("/")
            .lower(),
        )
        for row in _Attributes("sheet", book).rows
    ]


class _Scan(_Elements):
    """Fills in what stands beside the values of a sheet."""

    def __init__(self, sheet: SheetContent) -> None:
        self.sheet = sheet
        self.cells = self.column = 0
        self.row = 0
        self.kind: str | None = None
        self.counted = self.is_hidden = False
        self.far_row = self.far_column = 0
        self.letters: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._cell(attributes)
        elif name in ("v", "is", "f"):
            if name != "is" and self.kind == "e":
                self.parser.CharacterDataHandler = self._error
            self._content(is_formula=name == "f")
        elif name == "row":
            self.row = _number(attributes.get("r"), self.row + 1, ROWS)
            self.column, self.is_hidden = 0, attributes.get("hidden") in ("1", "true")
        elif name == "mergeCell":
            if len(self.sheet.merged) < LISTED:
                self.sheet.merged.append(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first = _number(attributes.get("min"), 1, COLUMNS)
            last = _number(attributes.get("max"), first, COLUMNS)
            self.sheet.hidden_columns.append((first, last))

    def _cell(self, attributes: dict[str, str]) -> None:
        place, self.kind, self.counted = attributes.get("r"), attributes.get("t"), False
        self.parser.CharacterDataHandler = None
        if place is None:
            self.column += 1
            if self.column > COLUMNS:
                raise UnreadableWorkbook("workbook_too_large")
        else:
            letters = place.rstrip("0123456789")
            if letters not in self.letters:
                self.letters[letters] = _column(letters)
            self.column = self.letters[letters]
            self.row = _number(place[len(letters) :], self.row, ROWS)

    def _content(self, *, is_formula: bool) -> None:
        row, column, sheet = self.row, self.column, self.sheet
        if is_formula and len(sheet.formulas) < LISTED:
            sheet.formulas.append((row, column))
        if self.counted:
            return
        self.counted = True
        self.cells += 1
        if self.is_hidden and sheet.hidden_rows[-1:] != [row]:
            sheet.hidden_rows.append(row)
        self.far_row, self.far_column = max(row, self.far_row), max(column, self.far_column)
        if self.cells > CELLS or self.far_row * self.far_column > AREA:
            raise UnreadableWorkbook(
                "workbook_too_large", sheet=sheet.name, cell=f"{letters(column)}{row}"
            )

    def _error(self, text: str) -> None:
        errors = self.sheet.errors
        if len(errors) < LISTED and not (errors and errors[-1][:2] == (self.row, self.column)):
            errors.append((self.row, self.column, text[:20]))


def _number(text: str | None, default: int, most: int) -> int:
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= number <= most:
        raise UnreadableWorkbook("not_a_workbook")
    return number


def _column(letters: str) -> int:
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise UnreadableWorkbook("not_a_workbook")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return _number(str(column), 1, COLUMNS)


def letters(column: int) -> str:
    """Return the name of a column, such as AB."""
    made = ""
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(65 + rest) + made
    return made


def corner(area: str) -> tuple[int, int]:
    """Return row and column of an area's first cell, however it is written; A1 where it is none."""
    match = CORNER.match(area)
    return (int(match[2]), _column(match[1])) if match else (1, 1)


def _rows(book: Any, place: int) -> Iterator[Row]:
    sheet = book.get_sheet_by_index(place)
    if sheet.start is None:
        return
    top, left = sheet.start
    length = 0
    for row_no, values in enumerate(sheet.to_python(), top + 1):
        row = [None] * left + [None if value == "" else _plain(value) for value in values]
        if any(one is not None for one in row):
            length += sum(len(one) for one in row if isinstance(one, str))
            if length > LETTERS:
                raise UnreadableWorkbook("workbook_too_large", sheet=sheet.name)
            yield row_no, row


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; days and times as a list of their kind and their text."""
    match value:
        case float() if value.is_integer() and abs(value) < 10**15:
            return int(value)
        case datetime():
            return ["datetime", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case time() | timedelta():
            return ["time", str(value)]
        case _:
            return value


def main() -> None:
    """Read standard input; the names of the sheets to leave out are the arguments."""
    answer: dict[str, Any]
    try:
        sheets = read(sys.stdin.buffer.read(), frozenset(sys.argv[1:]))
        answer = {"sheets": [vars(sheet) for sheet in sheets]}
    except UnreadableWorkbook as error:
        answer = {"refused": error.code, "params": error.params}
    except MemoryError:
        answer = {"refused": "workbook_too_large", "params": {}}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
