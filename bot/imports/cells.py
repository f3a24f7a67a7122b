"""What other tools write into a cell, as somebody would type it in the chat."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from bot.imports.column_map import Decimals
from bot.roster.headings import plain
from scoring import Input, InputKind
from scoring.fields import NUMBER

TRUE, FALSE = frozenset({"true", "1", "yes", "y"}), frozenset({"false", "0", "no", "n"})
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BETWEEN = re.compile(r"[\s,;|]+")


def as_typed(asked: Input, text: str, decimals: Decimals) -> str:
    """Return the text of a cell for the chat's reader; what is not understood stays as it is."""
    match asked.kind:
        case InputKind.COUNT | InputKind.AMOUNT:
            return figure(text, decimals)
        case InputKind.YES_NO | InputKind.DOCUMENT:
            word = plain(text)
            return "ya" if word in TRUE else "tidak" if word in FALSE else text
        case InputKind.CHOICE:
            return next((option.text for option in asked.options if option.code == text), text)
        case InputKind.CHOICES:
            return _several(asked, text)
        case _:
            assert_never(asked.kind)


def figure(text: str, decimals: Decimals) -> str:
    """Return a figure with a decimal comma where the file writes a point."""
    if decimals is Decimals.POINT and NUMBER.fullmatch(text):
        whole, _, rest = text.partition(".")
        return f"{whole},{rest}" if rest.strip("0") else whole
    return text


def _several(asked: Input, text: str) -> str:
    """Return the letters of several options, which tools write by code or text; none of them is a no."""
    if not text:
        return "tidak"
    letters = dict(zip((one.code for one in asked.options), LETTERS, strict=False))
    parts = [one for one in BETWEEN.split(text) if one]
    if parts and all(part in letters for part in parts):
        return _joined(letters[part] for part in parts)
    rest, chosen = plain(text), []
    for option in sorted(asked.options, key=lambda choice: -len(choice.text)):
        shown = plain(option.text)
        if shown in rest:
            rest = rest.replace(shown, " ", 1)
            chosen.append(letters[option.code])
    return text if BETWEEN.sub("", rest) else _joined(sorted(chosen))


def _joined(letters: Iterable[str]) -> str:
    return ", ".join(letters)
