"""A paper as a workbook: the same order on one sheet, with figures that can be counted with."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.export.sheet_printing import lines, page
from bot.export.streamed import DAY, EXACT, FIGURE, TEXT, WHOLE
from bot.handouts.qr import qr_png
from bot.papers.frame import (
    Block,
    ColumnLook,
    Heading,
    Items,
    Paper,
    PaperCell,
    PaperColumn,
    PaperFields,
    PaperTable,
    PaperTableRow,
    PaperText,
    Weight,
)
from bot.papers.paper_printing import view
from bot.papers.proof import PaperProof
from messages.paper_words import printed

NO_TITLE = re.compile(r"[\\/*?:\[\]\x00-\x1f']+")
"""What the name of a sheet may not hold."""
TOTAL = "#,##0.00"
LINE = 15.0
CODE, POINTS = 84, 0.75
"""Pixels of the QR code, and how many points one takes."""
PART = 9.0
"""Characters that one part of a column's width holds."""
PORTRAIT, ACROSS = 92.0, 140.0
"""Characters beside each other on a page, about."""
THIN = Side(style="thin")
EDGES = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
GREY, PALE = PatternFill("solid", start_color="E1E1E1"), PatternFill("solid", start_color="F0F0F0")
BOLD = Font(bold=True)
MIDDLE = Alignment(horizontal="center", vertical="top", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="top", indent=1)
WRAPPED = Alignment(vertical="top", wrap_text=True)
ALIGNED = {
    ColumnLook.TEXT: WRAPPED,
    ColumnLook.MIDDLE: MIDDLE,
    ColumnLook.FIGURE: RIGHT,
    ColumnLook.TOTAL: RIGHT,
}


def xlsx(paper: Paper, proof: PaperProof) -> bytes:
    """Return the paper as a workbook; its foot on each page has the code, the record and the page.

    The QR code stands once, at its end.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = NO_TITLE.sub(" ", (paper.titles or (paper.name,))[0])[:31].strip().title()
    _Writing(sheet, paper).all(proof)
    book.properties.title = paper.name
    written = BytesIO()
    book.save(written)
    return written.getvalue()


class _Writing:
    """Writes down one sheet, row after row; its columns are those of the widest table."""

    def __init__(self, sheet: Worksheet, paper: Paper) -> None:
        self._sheet, self._paper = sheet, paper
        self._row = 1
        tables = [block for block in paper.blocks if isinstance(block, PaperTable)]
        widest = max(tables, key=lambda table: len(table.columns), default=None)
        widths = [column.width for column in widest.columns] if widest else [1.0, 1.0, 1.0]
        room = ACROSS if paper.across else PORTRAIT
        self._widths = [room * width / sum(widths) for width in widths]
        for place, width in enumerate(self._widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width

    def all(self, proof: PaperProof) -> None:
        paper, shown = self._paper, view(self._paper, proof)
        for row in shown["head"] or [shown["no_head"]]:
            self._across(row, MIDDLE, BOLD)
        self._row += 1
        for title in (*paper.titles, *([paper.number] if paper.number else [])):
            self._across(title, MIDDLE, BOLD)
        if paper.notice:
            self._row += 1
            self._across(f"{shown['mark']} — {paper.notice}", MIDDLE, BOLD)
        self._row += 1
        for block in paper.blocks:
            self._block(block)
        if paper.closing:
            self._across(paper.closing)
            self._row += 1
        self._signatures(shown)
        for place, copy in enumerate(paper.copies, 1):
            if place == 1:
                self._across(shown["copies_title"])
            self._across(f"{place}. {copy}")
        self._row += 1
        self._code(proof)
        for text in (proof.code, shown["proof"]["record"], shown["proof"]["whole"]):
            self._across(text)
        self._page(proof, shown)

    def _block(self, block: Block) -> None:
        match block:
            case PaperText(text, right):
                self._across(text, RIGHT if right else WRAPPED)
            case Heading(text):
                self._row += 1
                self._across(text, WRAPPED, BOLD)
            case Items(texts):
                for place, text in enumerate(texts, 1):
                    self._across(f"{place}. {text}")
            case PaperFields(rows):
                for name, cell in rows:
                    self._across(f"{name}: {printed(cell)}")
            case PaperTable():
                self._table(block)
                self._row += 1

    def _table(self, block: PaperTable) -> None:
        for place, column in enumerate(block.columns, 1):
            cell = self._sheet.cell(self._row, place)
            _put(cell, column.title, PaperColumn(column.title, look=ColumnLook.MIDDLE))
            cell.font, cell.fill, cell.border = BOLD, GREY, EDGES
        self._height([column.title for column in block.columns])
        if len(block.columns) == len(self._widths):
            self._sheet.print_title_rows = f"{self._row}:{self._row}"
        self._row += 1
        for row in block.rows:
            self._table_row(block, row)

    def _table_row(self, block: PaperTable, row: PaperTableRow) -> None:
        if row.weight is Weight.GROUP:
            for place in range(1, len(block.columns) + 1):
                cell = self._sheet.cell(self._row, place)
                cell.fill, cell.border = PALE, EDGES
            self._across(printed(row.cells[0]), WRAPPED, BOLD, len(block.columns))
            return
        for place, (column, value) in enumerate(zip(block.columns, row.cells, strict=True), 1):
            cell = self._sheet.cell(self._row, place)
            _put(cell, value, column)
            cell.border = EDGES
            if row.weight is Weight.TOTAL:
                cell.font, cell.fill = BOLD, PALE
        self._height([printed(cell) for cell in row.cells])
        self._row += 1

    def _signatures(self, shown: dict[str, Any]) -> None:
        if shown["dated"]:
            self._across(shown["dated"], RIGHT)
        for signature in shown["signatures"]:
            self._row += 1
            for line in signature["lines"]:
                self._across(line)
            self._row += 3
            for line in (signature["name"], *signature["below"]):
                self._across(line)
        self._row += 1

    def _across(
        self,
        text: str,
        place: Alignment = WRAPPED,
        font: Font | None = None,
        columns: int | None = None,
    ) -> None:
        """Write a text over all columns."""
        count = columns or len(self._widths)
        cell = self._sheet.cell(self._row, 1)
        _put(cell, text, PaperColumn(""))
        cell.alignment = place
        if font:
            cell.font = font
        if count > 1:
            self._sheet.merge_cells(
                start_row=self._row, start_column=1, end_row=self._row, end_column=count
            )
        room = sum(self._widths[:count])
        self._sheet.row_dimensions[self._row].height = LINE * max(lines(text, room), 1)
        self._row += 1

    def _code(self, proof: PaperProof) -> None:
        """Draw the QR code, in a row of its own; the foot of a page holds no picture."""
        drawn = Image(BytesIO(qr_png(proof.scanned)))
        drawn.width = drawn.height = CODE
        self._sheet.add_image(drawn, f"A{self._row}")
        self._sheet.row_dimensions[self._row].height = CODE * POINTS + PART
        self._row += 1

    def _height(self, texts: list[str]) -> None:
        most = max(lines(text, width) for text, width in zip(texts, self._widths, strict=False))
        self._sheet.row_dimensions[self._row].height = LINE * max(most, 1)

    def _page(self, proof: PaperProof, shown: dict[str, Any]) -> None:
        page(self._sheet, across=self._paper.across)
        self._sheet.print_options.gridLines = False
        foot: Any = self._sheet.oddFooter
        # No more than this: the whole line of the record would run into the number of the page.
        foot.left.text = f"{proof.code} · {proof.short_head}"
        foot.right.text = shown["proof"]["page"].format(page="&P", pages="&N")


def _put(cell: Any, value: PaperCell, column: PaperColumn) -> None:
    """Write a cell of the value's own type; a text stays a text, whatever it begins with."""
    cell.alignment = ALIGNED[column.look]
    match value:
        case Decimal() if len(value.as_tuple().digits) <= EXACT:
            cell.value = value
            cell.number_format = TOTAL if column.look is ColumnLook.TOTAL else _pattern(value)
        case int():
            cell.value, cell.number_format = value, WHOLE
        case date():
            cell.value, cell.number_format = value, DAY
        case _:
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", printed(value)) or None
            cell.number_format = TEXT
            if cell.value:
                cell.data_type = "s"


def _pattern(value: Decimal) -> str:
    return FIGURE if value % 1 else WHOLE
