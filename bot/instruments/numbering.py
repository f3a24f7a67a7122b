"""Numbers, order and codes of what a workbook lists: a number stands once, the best range comes first."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from itertools import pairwise

from bot.instruments.instrument_problems import WorkbookProblems
from bot.instruments.workbook_cells import SheetLine
from scoring.fields import NUMBER
from scoring.source import Node


def once(lines: list[SheetLine], file: str, problems: WorkbookProblems) -> list[SheetLine]:
    """Return the rows of indicators; of those with the same number the first, the others are noted."""
    kept: list[SheetLine] = []
    for line in lines:
        number = line.text("number")
        if number and number in [one.text("number") for one in kept]:
            problems.add("duplicate_number", Node(file, line.cell("number")), number=number)
        else:
            kept.append(line)
    return kept


def best_first(bands: list[SheetLine]) -> list[SheetLine]:
    """Return the rows of ranges as regulations print them: those that rise to the best are turned round."""
    figures = [Decimal(text) for band in bands if NUMBER.fullmatch(text := band.text("points"))]
    rises = all(low < high for low, high in pairwise(figures))
    return bands[::-1] if len(figures) == len(bands) > 1 and rises else bands


def slug(text: str, joint: str) -> str:
    """Return a code made from a name: small letters and digits with this between words."""
    plainly = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plainly)
    made = joint.join(words)
    return f"i{joint}{made}" if made[:1].isdigit() else made
