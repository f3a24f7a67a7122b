"""The formulas by which a workbook shows value and points while it is filled in.

They are made from the instrument, and say what `scoring` says of one office's figures: rounded half up to the
printed precision, then the range; what falls between two ranges gets the lower one's points. Where a
spreadsheet cannot say it (several choices), there is no preview.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SHOWN = ("ratio", "share_lost", "count", "number", "sum")
"""Rules that have a value of their own."""


def value_formula(rule: Mapping[str, Any], cells: Sequence[str]) -> str | None:
    """Return the formula of the rounded value, empty until its figures are there; None where there is none.

    `cells` are the inputs' cells in the order of the rule.
    """
    if rule["kind"] not in SHOWN:
        return None
    given = f"AND({','.join(f'ISNUMBER({cell})' for cell in cells)})"
    return f'=IF({given},{_guarded(rule, cells)},"")'


def _guarded(rule: Mapping[str, Any], cells: Sequence[str]) -> str:
    """Return the value where the figures are there; none where the whole is 0."""
    match rule["kind"]:
        case "ratio":
            part, whole = cells
            worked = _rounded(rule, f"{part}*{rule['factor']}/{whole}")
            return f'IF({whole}=0,"",{worked})'
        case "share_lost":
            before, after = cells
            lost = f"MAX(0,({before}-{after})*{rule['factor']}/{before})"
            return f'IF({before}=0,"",{_rounded(rule, lost)})'
        case _:
            return _rounded(rule, "+".join(cells))


def _rounded(rule: Mapping[str, Any], text: str) -> str:
    return text if rule["precision"] is None else f"ROUND({text},{rule['precision']})"


def points_formula(
    rule: Mapping[str, Any], value: str, cells: Sequence[str], words: Sequence[str]
) -> str | None:
    """Return the formula of the points; None where a spreadsheet cannot work them out.

    `value` is the cell of the value, `words` what the options of a choice are called in their cell.
    """
    if rule["kind"] in SHOWN:
        return f'=IF({value}="","",{_banded(rule, value)})'
    if "points" not in rule:
        return None
    text = '""'
    for word, points in reversed(list(zip(words, rule["points"], strict=True))):
        quoted = word.replace('"', '""')
        text = f'IF({cells[0]}="{quoted}",{points},{text})'
    return f"={text}"


def _banded(rule: Mapping[str, Any], value: str) -> str:
    """Return the points of the best range that the value reaches on its better side; the last takes the rest.

    So a value between two ranges gets the worse one's points.
    """
    bands = rule["bands"]
    text = str(bands[-1]["points"])
    for band in reversed(bands[:-1]):
        sign = (">" if rule["higher"] else "<") + ("" if band["open"] else "=")
        text = f"IF({value}{sign}{band['edge']},{band['points']},{text})"
    return text
