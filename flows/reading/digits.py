"""A figure in digits: what it may stand for, the Indonesian way first (14.250; 12,5)."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

LIMIT = 15
"""Digits at most."""
LONG = 10
"""From so many digits without a mark between them nobody sees whether one is missing."""
PHONE = 7
"""From so many digits on a leading zero is that of a telephone number."""
PATTERN = r"\d+(?:[.,']\d+|(?: \.|\. | )\d{3}(?!\d))*"
"""A figure with its marks; blanks and blanks beside a point only before three digits."""


class Figure(Struct, frozen=True):
    """Every number that a figure may stand for, smallest first; `why` says why it stands for none.

    `doubtful`: to be confirmed even with one reading. `text` is how it was typed.
    """

    text: str
    readings: tuple[Decimal, ...] = ()
    doubtful: bool = False
    why: str = ""
    spelled: bool = False

    @property
    def value(self) -> Decimal | None:
        """The number, where there is no doubt."""
        return None if self.doubtful or len(self.readings) != 1 else self.readings[0]


def figure(typed: str) -> Figure:
    """Read digits with their marks."""
    if sum(map(str.isdigit, typed)) > LIMIT:
        return Figure(typed, why="too_long")
    is_item = re.match(r"\d\. \d{3}", typed)  # "1. 250" may be the first line of a list
    plain = re.sub(r" ?\. ?", ".", typed)
    readings = tuple(sorted(set(_readings(plain))))
    if not readings or (plain[0] == "0" and plain.isdigit() and len(plain) >= PHONE):
        return Figure(typed, why="text")
    if is_item:
        readings = tuple(sorted({*readings, Decimal(typed[3:6])}))
    is_long = plain.isdigit() and len(plain) >= LONG
    return Figure(typed, readings, is_long or len(readings) > 1 or _is_foreign(plain))


def _readings(typed: str) -> list[Decimal]:
    """Return every number that the figure may stand for; empty where it is none."""
    if re.fullmatch(r"\d+|\d{1,3}( \d{3})+|\d{1,3}('\d{3})+", typed):
        return [Decimal(re.sub("[ ']", "", typed))]
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?", typed):  # 14.250 and 14.250,5, but 0.250
        return [Decimal(typed.replace(".", "").replace(",", "."))]
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}", typed):  # 14,250.5: foreign
        return [Decimal(typed.replace(",", ""))]
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", typed):  # 1,250: a decimal here, thousands elsewhere
        return [Decimal(typed.replace(",", ".")), Decimal(typed.replace(",", ""))]
    if re.fullmatch(r"\d+,\d+", typed):
        return [Decimal(typed.replace(",", "."))]
    if re.fullmatch(r"\d+\.\d+", typed):  # 1.5: a foreign decimal or a slip in the thousands
        return [Decimal(typed), Decimal(typed.replace(".", ""))]
    return []


def _is_foreign(typed: str) -> bool:
    """Tell whether the figure is written the English way, which is asked back even with one reading."""
    return bool(re.search(r",\d{3}[,.]", typed))


def plain(value: Decimal) -> str:
    """Return the shortest plain text of a figure, as drafts keep it."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
