"""Ranges with their points, as people type them: made to look as they are printed, not judged here.

"≤110", "111-140" and "10 = <= 110" become what the strict loader reads; whether they fit together, it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

_PIECES = re.compile(r"[;\n]")
_POINTS_FIRST = re.compile(r"(\d+(?:,\d+)?)\s*(?:poin|nilai)?\s*[=:→]\s*(.+)")
_POINTS_LAST = re.compile(r"(.+?)\s*(?:→|=|->)\s*(\d+(?:,\d+)?)\s*(?:poin|nilai)?")
_SIGNS = {"<=": "≤", "=<": "≤", ">=": "≥", "=>": "≥"}
_TO = re.compile(
    r"(?<=[\d%])\s*(?:-|–|—|−|s\.?/?d\.?|sampai(?: dengan)?|hingga)\s*(?=[<\d])", re.IGNORECASE
)
_UNIT = re.compile(r"\s*(?:%|persen|ha|orang|unit)\b\.?|%", re.IGNORECASE)
_SIGN = re.compile(r"([≤<≥>])\s*(?=\d)")


def rows(text: str, usual: Sequence[Decimal]) -> list[dict[str, str | int | float]] | None:
    """Return a row for each range that was typed; those without points of their own take the `usual` ones.

    None where it cannot be told which points belong to which range.
    """
    pieces = [piece.strip(" .•-\t") for piece in _PIECES.split(text) if piece.strip(" .•-\t")]
    taken = [_piece(piece) for piece in pieces]
    if not taken:
        return None
    if all(points is None for points, _ in taken):
        if len(taken) != len(usual):
            return None
        taken = [(points, range_) for points, (_, range_) in zip(usual, taken, strict=True)]
    if any(points is None for points, _ in taken):
        return None
    return [
        {"points": plain(points), "range": range_} for points, range_ in taken if points is not None
    ]


def plain(value: Decimal) -> int | float:
    """Return a figure as data files write it: whole where it is."""
    return int(value) if value == value.to_integral_value() else float(value)


def decimal(text: str) -> Decimal | None:
    """Return a figure that was typed with a comma or a point; None where it is none."""
    try:
        value = Decimal(text.strip().rstrip("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _piece(piece: str) -> tuple[Decimal | None, str]:
    """Return the points that a piece names, if it does, and its range."""
    for sign, printed in _SIGNS.items():
        piece = piece.replace(sign, printed)
    if match := _POINTS_FIRST.fullmatch(piece):
        return decimal(match[1]), as_printed(match[2])
    if match := _POINTS_LAST.fullmatch(piece):
        return decimal(match[2]), as_printed(match[1])
    return None, as_printed(piece)


def as_printed(text: str) -> str:
    """Return a range the way that regulations print it: signs apart from figures, a dash between two."""
    text = _UNIT.sub("", text.strip())
    text = _TO.sub("–", text)
    return _SIGN.sub(r"\1 ", text).strip()
