"""Writes the rows of a table into its sheet as they come: those of a nation are too many to be cells.

Everything else of the workbook is openpyxl's. For 80,000 rows it needs three quarters of a minute even when
it only writes, XlsxWriter half of that; a cell that is put together once for each value of a column, a few
seconds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from msgspec import Struct, field
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from bot.export import table
from bot.export.sheet_printing import LINE, height_of, is_code, lines, shown
from messages.export_words import words

TEXT, WHOLE, FIGURE, SMALL = "@", "#,##0", "#,##0.######", "0"
MOMENT, DAY = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
TOP, WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
CUT = Alignment(vertical="top", horizontal="fill")
LOOKS = ((TOP, (WHOLE, SMALL, FIGURE, MOMENT, DAY)), (WRAPPED, (TEXT,)), (CUT, (TEXT,)))
Styles = dict[tuple[str, str | None], int]
Known = dict[table.TableCell, tuple[str, int]]
LONGEST, EXACT = 32_767, 15
"""Characters that a cell holds, and digits that its numbers keep."""
FIRST, ONE = datetime(1899, 12, 30), timedelta(days=1)  # noqa: DTZ001  # a sheet knows no zones
KNOWN = 2_000
"""Values of a column whose cells are kept ready."""
PLAIN = re.compile(r"[\w.,:;/()%-](?:[\w.,:;/()% -]*[\w.,:;/()%-])?")
"""Texts that stand in a sheet as they are, as most do."""
PIECE = 500
QUICK = 3
"""How hard a sheet is compressed: harder takes twice as long for a tenth less."""
DIMENSION, ROWS_END = re.compile(rb'<dimension ref="[^"]*" ?/>'), b"</sheetData>"


def looks(book: Workbook) -> Styles:
    """Enter the styles of all cells into a book; return their numbers by number format and place across."""
    numbers: Styles = {}
    for alignment, formats in LOOKS:
        for number_format in formats:
            cell = Cell(book.worksheets[0], 1, 1)  # of no sheet: it only lends its style
            cell.alignment, cell.number_format = alignment, number_format
            numbers[number_format, alignment.horizontal] = cell.style_id
    return numbers


def save(target: BinaryIO, book: Workbook, below: Mapping[int, Iterator[bytes]]) -> None:
    """Save a book whose sheets with these numbers have their titles only, with the rows below them."""
    plain = BytesIO()
    book.save(plain)
    streamed = {f"xl/worksheets/sheet{number}.xml": rows for number, rows in below.items()}
    with (
        ZipFile(plain) as source,
        ZipFile(target, "w", ZIP_DEFLATED, compresslevel=QUICK) as archive,
    ):
        for entry in source.infolist():
            if entry.filename not in streamed:
                archive.writestr(entry, source.read(entry))
                continue
            head, tail = source.read(entry).split(ROWS_END)
            with archive.open(entry.filename, "w", force_zip64=True) as sheet:
                sheet.write(DIMENSION.sub(b"", head))  # it speaks of the titles
                for piece in streamed[entry.filename]:
                    sheet.write(piece)
                sheet.write(ROWS_END + tail)


def rows(exported: table.Table, widths: list[float], styles: Styles) -> Iterator[bytes]:
    """Yield the rows of a table from the second of its sheet on, some at a time."""
    columns = [
        _Column(get_column_letter(place), width, styles) for place, width in enumerate(widths, 1)
    ]
    pieces: list[str] = []
    for number, row in enumerate(exported.rows, 2):
        cells, most = [], 1
        for column, value in zip(columns, row, strict=True):
            if value is None:
                continue
            if type(value) is datetime:  # the same moment shows other hours elsewhere
                value = value.replace(tzinfo=None)
            ready, count = column.known[type(value)].get(value) or column.cell(value)
            cells.append(f'<c r="{column.letter}{number}"{ready}')
            if count > most:  # a call for each cell would be felt
                most = count
        height = height_of(most)
        high = f' ht="{height:g}" customHeight="1"' if height > LINE else ""
        pieces.append(f'<row r="{number}"{high}>{"".join(cells)}</row>')
        if len(pieces) == PIECE:
            yield "".join(pieces).encode()
            pieces.clear()
    yield "".join(pieces).encode()


class _Column(Struct):
    """Cells of one column as XML behind their place, with the lines that they take."""

    letter: str
    width: float
    styles: Styles
    known: defaultdict[type, Known] = field(default_factory=lambda: defaultdict(dict))
    """By their type: True and 1 are two cells."""

    def cell(self, value: table.TableCell) -> tuple[str, int]:
        """Return a cell that is not known yet, and keep it."""
        known = self.known[type(value)]
        if len(known) >= KNOWN:
            known.clear()
        known[value] = ready = (self._made(value), lines(shown(value), self.width))
        return ready

    def _made(self, value: table.TableCell) -> str:
        """Return a cell of the value's own type; a text stays a text, whatever it begins with."""
        match value:
            case bool():
                return self._text(str(words()["yes" if value else "no"]))
            case int():
                return self._number(str(value), WHOLE if abs(value) >= 10_000 else SMALL)
            case Decimal() if len(value.as_tuple().digits) <= EXACT:
                return self._number(format(value, "f"), FIGURE if value % 1 else WHOLE)
            case Decimal():
                return self._text(format(value, "f"))
            case datetime():
                return self._number(_serial(value), MOMENT)
            case date():
                return self._number(_serial(datetime.combine(value, time())), DAY)
            case _:
                return self._text(str(value))

    def _number(self, figure: str, number_format: str) -> str:
        return f' s="{self.styles[number_format, None]}"><v>{figure}</v></c>'

    def _text(self, text: str) -> str:
        style = self.styles[TEXT, (CUT if is_code(text) else WRAPPED).horizontal]
        if len(text) <= LONGEST and PLAIN.fullmatch(text):
            return f' s="{style}" t="inlineStr"><is><t>{text}</t></is></c>'
        kept = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]
        if not kept:
            return f' s="{style}"/>'
        plain = escape(kept, {"\r": "&#13;"})
        space = ' xml:space="preserve"' if kept != kept.strip() or "\n" in kept else ""
        return f' s="{style}" t="inlineStr"><is><t{space}>{plain}</t></is></c>'


def _serial(moment: datetime) -> str:
    """Return a moment as sheets count it: in days."""
    days = (moment - FIRST) / ONE
    return str(int(days) if days.is_integer() else days)
