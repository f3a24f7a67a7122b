"""Hostile values, and small changes to good ones; everything drawn from one `Random`."""

from __future__ import annotations

import copy
import random
from typing import Any

MARKUP = '<a href="tg://user?id=1">klik</a>'
TEXTS = (
    "", " ", "\n", "\t\t", ".", "/", "@", "-", "'", '"', "%", "0x10", "null", "None", "true", "[]", "{}",
    "<b>", "</b>", "<i>miring", "&amp;", "&#0;", "&lt;b&gt;", MARKUP, "<script>alert(1)</script>",
    "{{ 7*7 }}", "{% for x in y %}", "%s%n", "'; DROP TABLE record; --", "\\u0000", "..\\..\\etc",
    "../../etc/passwd", "=CMD()", "\u200b", "\u200b\u200d\ufeff", "\u202e12 irad 01", "\u2066rtl\u2069",
    "مرحبا ١٢", "שלום 12", "👩‍👩‍👧‍👦" * 30, "🇮🇩" * 50, "e\u0301" * 40, "Z\u0335\u0321" * 60, "\x00", "a\x00b",
    "\x1b[31m", "\ud800", "ok\udfff", "\ud83d", "\uffff", "\U0010ffff", "１２", "٣", "Ⅻ", "½", "²", "①",
    "\u0660\u0661", "𝟏𝟐", "一二三", "x" * 4096, "😀" * 2048, "<" * 4096, "&" * 4096, "a\n" * 2048,
    "9" * 4096, "1." * 2000, "-" * 4000, "12 dari " * 500, "\u00a0", "\u2028\u2029", "ı İ ß ﬁ", "ǅ",
)  # fmt: skip
WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, 2**31, 2**53, 2**63 - 1, 2**63, 2**70, -(2**63), -(2**70), 1e308, "",
    "0", "12", "abc", "\ud800", [], {}, [None], [[]], {"id": None}, {"a": {"a": {}}}, "x" * 5000, [1] * 300,
)  # fmt: skip


def text(dice: random.Random) -> str:
    """A hostile text, sometimes grown or joined to another."""
    sample = dice.choice(TEXTS)
    roll = dice.random()
    if roll < 0.15:
        return (sample + dice.choice(TEXTS))[:8192]
    if roll < 0.25:
        return "".join(chr(dice.choice(_RANGES[dice.randrange(len(_RANGES))])) for _ in range(20))
    return sample


_RANGES = (
    range(32), range(32, 127), range(0x80, 0x250), range(0x590, 0x700), range(0x900, 0xA00),
    range(0x2000, 0x2070), range(0xFE00, 0xFE10), range(0x1F300, 0x1F700), range(0xD800, 0xE000),
)  # fmt: skip


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a tree of dicts and lists, its root left out."""
    paths: list[tuple[Any, ...]] = [path] if path else []
    if isinstance(tree, dict):
        for key, value in tree.items():
            paths += places(value, (*path, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            paths += places(value, (*path, number))
    return paths


def broken(dice: random.Random, tree: Any, keep: frozenset[str] = frozenset()) -> Any:
    """A copy with one to three places missing, of a wrong type, huge, moved, or hostile."""
    made = copy.deepcopy(tree)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        paths = [one for one in places(made) if one[0] not in keep]
        if not paths:
            break
        *path, last = dice.choice(paths)
        parent = made
        for step in path:
            parent = parent[step]
        roll = dice.random()
        if roll < 0.3:
            del parent[last]
        elif roll < 0.7:
            parent[last] = copy.deepcopy(dice.choice(WRONG))
        elif roll < 0.85:
            parent[last] = text(dice)
        elif isinstance(parent, dict):
            parent[f"{last}_"] = parent.pop(last)
        else:
            parent.append(copy.deepcopy(parent[last]))
    return made


def mangled(dice: random.Random, words: str) -> str:
    """The text with some characters dropped, doubled, swapped, replaced, or something put in."""
    made = list(words)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        place = dice.randrange(len(made) + 1)
        roll = dice.random()
        if roll < 0.25 and made:
            del made[min(place, len(made) - 1)]
        elif roll < 0.4 and made:
            made[min(place, len(made) - 1)] = dice.choice(
                "0123456789.,:-_[]{}#&*!|>'\"% \n\tabcxyz😀\u200b"
            )
        elif roll < 0.55:
            made.insert(place, dice.choice("0123456789.,:-/%\n \t'\"😀\u200b\x00"))
        elif roll < 0.7:
            start = dice.randrange(len(made) + 1)
            made[place:place] = made[start : start + dice.randrange(1, 40)]
        elif roll < 0.85:
            made[place : place + dice.randrange(1, 40)] = []
        else:
            made[place:place] = list(dice.choice(TEXTS)[:200])
    return "".join(made)


def damaged(dice: random.Random, content: bytes) -> bytes:
    """A copy with bytes changed and pieces cut out."""
    made = bytearray(content)
    for _ in range(dice.choice((1, 3, 20))):
        if not made:
            break
        at = dice.randrange(len(made))
        if dice.random() < 0.5:
            made[at] = dice.randrange(256)
        else:
            del made[at : at + dice.randrange(1, 50)]
    return bytes(made)
