"""Numbers and codes of what a workbook lists: a number stands once, a code is made from a name."""

from __future__ import annotations

import re
import unicodedata

from bot.instruments.problems import WorkbookProblems
from bot.instruments.reading import Line
from scoring.source import Node


def once(lines: list[Line], file: str, problems: WorkbookProblems) -> list[Line]:
    """Return the rows of indicators; of those with the same number the first, the others are noted."""
    kept: list[Line] = []
    for line in lines:
        number = line.text("number")
        if number and number in [one.text("number") for one in kept]:
            problems.add("duplicate_number", Node(file, line.cell("number")), number=number)
        else:
            kept.append(line)
    return kept


def slug(text: str, joint: str) -> str:
    """Return a code made from a name: small letters and digits with this between words."""
    plainly = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plainly)
    made = joint.join(words)
    return f"i{joint}{made}" if made[:1].isdigit() else made
