"""The items of one cell of a workbook, as people write lists: commas, lines, bullets, ranges."""

from __future__ import annotations

import re

SPAN = re.compile(r"(\d{1,3})\s*(?:-|–|—|s\.?\s*/?\s*d\.?|sampai(?: dengan)?|hingga)\s*(\d{1,3})")
BULLET = re.compile(r"^[\s•·▪*‣◦\-–]+(?=[^\d\s-])|^[•·▪*‣◦]\s*")
DASH = re.compile(r"^[-–]\s+(?=\d)")
BETWEEN = re.compile(r"\s+(?:dan|serta|and|&|\+)\s+|\s*&\s*")
LONGEST = 200


def listed(text: str, kind: str, *, spans: bool = False) -> list[str]:
    """Split a list into items; names may hold commas where a semicolon stands between them.

    With `spans`, "4-7" and "4 s.d. 7" are the numbers from 4 to 7.
    """
    if kind == "names":
        parts = re.split(r"[;\n]" if ";" in text else r"[,;\n]", text)
        return [item for part in parts if (item := " ".join(BULLET.sub("", part).split()))]
    pieces = re.split(r"[,;\n]", BETWEEN.sub(",", text))
    items: list[str] = []
    for piece in (BULLET.sub("", one.strip()).rstrip(".): ") for one in pieces):
        piece = DASH.sub("", piece) if spans else piece
        match = SPAN.fullmatch(piece) if spans else None
        if match and int(match[1]) < int(match[2]) <= LONGEST:
            items += [str(number) for number in range(int(match[1]), int(match[2]) + 1)]
        else:
            items += [one.rstrip(".)") for one in piece.split()]
    return items
