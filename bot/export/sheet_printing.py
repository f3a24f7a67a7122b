"""How a sheet of an export is printed: A4 across, columns as wide as needed, headings on each page."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from math import ceil
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.export.table import Table, TableCell
from messages.export_words import words

A4 = 9
ACROSS = 190
"""Characters beside each other on a page across that can still be read (about two thirds of full size)."""
NARROWEST, LINE, MOST_LINES = 6.0, 15.0, 27
MARGIN = 0.4
SOME = 500
MOMENT, DAY, CODE = 19, 10, 40


def lay_out(sheet: Worksheet, table: Table) -> list[float]:
    """Set widths, the height of the titles and the page of a table that lies from A1 on; return widths."""
    widths = _widths(table)
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    titles = [column.title for column in table.columns]
    sheet.row_dimensions[1].height = height_of(max(map(lines, titles, widths)))
    kept = sum(widths[: table.kept])
    pages = ceil((sum(widths) - kept) / (ACROSS - kept)) if sum(widths) > ACROSS else 1
    page(sheet, across=True, pages=pages)
    sheet.print_title_rows = "1:1"
    if pages > 1:
        sheet.print_title_cols = f"A:{get_column_letter(table.kept)}"
    return widths


def page(sheet: Worksheet, *, across: bool, pages: int = 1) -> None:
    """Lay a sheet out on A4 with so many pages beside each other, their numbers below."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape" if across else "portrait"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.print_options.gridLines = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = MARGIN
    margins.bottom = 2 * MARGIN
    below: Any = sheet.oddFooter
    below.left.text = "&A"
    below.right.text = str(words()["page"]).format(page="&P", pages="&N")


def is_code(text: str) -> bool:
    """Tell whether a text is one long word, such as a hash: it is cut at the edge, not wrapped."""
    return len(text) > CODE and len(text.split()) == 1


@lru_cache(maxsize=50_000)
def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, with words kept whole."""
    if (len(text) <= width - 1 and "\n" not in text) or is_code(text):
        return 1
    count = 0
    for part in text.split("\n"):
        room, count = 0.0, count + 1
        for word in part.split():
            if room and room + 1 + len(word) > width - 1:
                room, count = 0.0, count + 1
            room += len(word) + (1 if room else 0)
            count += int(room // max(width, 1))
            room %= max(width, 1)
    return count


def _widths(table: Table) -> list[float]:
    longest = [0] * len(table.columns)
    coming = iter(table.rows)
    while some := list(islice(coming, SOME)):
        for place, values in enumerate(zip(*some, strict=True)):
            if longest[place] + 2.0 < table.columns[place].width:  # else it grows no further
                longest[place] = max(longest[place], *map(_length, {*values, None}))
    words_of = [max(map(len, column.title.split()), default=0) for column in table.columns]
    return [
        # The button of the filter stands over the end of a title.
        max(NARROWEST, word + 3.0, min(column.width, most + 2.0))
        for column, word, most in zip(table.columns, words_of, longest, strict=True)
    ]


def height_of(lines: int) -> float:
    """Return the height of a row whose fullest cell takes so many lines."""
    return LINE * min(max(lines, 1), MOST_LINES)


def _length(value: TableCell) -> int:
    return 0 if value is None else len(shown(value))


def shown(value: TableCell) -> str:
    """Return a text about as long as the cell shows it."""
    match value:
        case None:
            return ""
        case bool():
            return str(words()["yes" if value else "no"])
        case datetime():
            return "0" * MOMENT
        case int() | Decimal():
            return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
        case str():
            return value
        case _:
            return "0" * DAY
