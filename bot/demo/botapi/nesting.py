"""Entities beside, inside of and across each other, put in order as TDLib does.

Links, code and mentions never overlap; styles are joined, then cut where others begin or end.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

Entity = dict[str, Any]
ORDER = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "date_time": 30, "text_link": 49,
    "text_mention": 49, "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94,
    "custom_emoji": 99,
}  # fmt: skip
"""Which comes first of two over the same text; what Telegram finds by itself is 50."""
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
PLAIN = ("code", "pre", "date_time")
"""No style within."""
TextSpan = tuple[int, int]


def place(entity: Entity) -> tuple[int, int, int]:
    """Return what entities are sorted by: their begin, the longer first."""
    kind = entity["type"]
    order = 10 if kind == "pre" and entity.get("language") else ORDER.get(kind, 50)
    return entity["offset"], -entity["length"], order


def end_of(entity: Entity) -> int:
    return int(entity["offset"] + entity["length"])


def arranged(given: Iterable[Entity], automatic: Iterable[Entity] = ()) -> list[Entity]:
    """Return all in order. `automatic`, found in the text, give way where something given stands."""
    ordered = sorted(given, key=place)
    quotes = apart(one for one in ordered if one["type"] in QUOTES)
    words = apart(one for one in ordered if one["type"] not in (*STYLES, *QUOTES))
    words = _within(words, quotes)
    words += [one for one in _within(automatic, quotes) if not any(_meet(one, o) for o in words)]
    solid = sorted([*words, *quotes], key=place)
    styles = [one for one in ordered if one["type"] in STYLES]
    return sorted([*solid, *_cut(_joined(styles), solid)], key=place) if styles else solid


def apart(ordered: Iterable[Entity]) -> list[Entity]:
    """Return those that overlap no earlier one."""
    kept: list[Entity] = []
    for entity in ordered:
        if not kept or entity["offset"] >= end_of(kept[-1]):
            kept.append(entity)
    return kept


def _meet(entity: Entity, other: Entity) -> bool:
    return bool(entity["offset"] < end_of(other) and other["offset"] < end_of(entity))


def _within(words: Iterable[Entity], quotes: list[Entity]) -> list[Entity]:
    """Return those that lie in a quotation or outside of all."""
    if not quotes:
        return list(words)
    return [
        word
        for word in words
        if not any(
            _meet(word, quote)
            and not (quote["offset"] <= word["offset"] and end_of(word) <= end_of(quote))
            for quote in quotes
        )
    ]


def _joined(styles: list[Entity]) -> dict[str, list[TextSpan]]:
    """Join styles that touch: bold that touches bold is one bold."""
    pieces_of: dict[str, list[TextSpan]] = {}
    for entity in styles:
        pieces = pieces_of.setdefault(entity["type"], [])
        start, end = entity["offset"], end_of(entity)
        if pieces and start <= pieces[-1][1]:
            start, end = pieces[-1][0], max(pieces.pop()[1], end)
        pieces.append((start, end))
    return pieces_of


def _cut(styles: dict[str, list[TextSpan]], solid: list[Entity]) -> list[Entity]:
    """Return styles in pieces: cut where a style begins, and where anything else begins or ends."""
    places = {start for pieces in styles.values() for start, _ in pieces}
    places.update(at for one in solid for at in (one["offset"], end_of(one)))
    plain = [one for one in solid if one["type"] in PLAIN]
    kept = []
    for kind, pieces in styles.items():
        for start, end in pieces:
            marks = sorted({start, end, *(at for at in places if start < at < end)})
            for first, last in pairwise(marks):
                if not any(one["offset"] <= first and last <= end_of(one) for one in plain):
                    kept.append({"type": kind, "offset": first, "length": last - first})
    return kept
