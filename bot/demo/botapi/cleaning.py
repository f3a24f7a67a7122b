"""What Telegram changes in texts and names of files: control characters, blanks at the ends, odd signs."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any
from unicodedata import category

Entity = dict[str, Any]
_BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u2028-\u202e\u030a\u0333\u033f]")
_TURNS = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_ODD = re.compile(f"{_BLANKED.pattern}|{_REMOVED.pattern}|{_TURNS.pattern}")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_EMPTY = re.compile(
    "[ \n\xa0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)
_BLANKS = re.compile("[ \n]*")
STEM, SUFFIX = 64, 16
_REFUSED = set("<>:\"/\\|?*&`'")


def cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Turn control characters into blanks; drop carriage returns and marks that turn the line."""
    if not _ODD.search(text):
        return text, entities
    text = _BLANKED.sub(" ", text)
    gone = [match.start() for match in _REMOVED.finditer(text)]
    if gone and entities:
        wide = [match.start() for match in _WIDE.finditer(text)]
        gone = [at + bisect_left(wide, at) for at in gone]  # in units of UTF-16
        kept = []
        for entity in entities:
            start = bisect_left(gone, entity["offset"])
            length = (
                entity["length"] - bisect_left(gone, entity["offset"] + entity["length"]) + start
            )
            if length > 0:
                kept.append({**entity, "offset": entity["offset"] - start, "length": length})
        entities = kept
    return _TURNS.sub("\u200c", _REMOVED.sub("", text)), entities


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop the blanks at the ends; those in front stay where an entity holds them. All blank: ""."""
    if _EMPTY.fullmatch(text):
        return "", []
    text = text.rstrip(" \n")
    match = _BLANKS.match(text)
    blanks = match.end() if match else 0
    if not entities:
        return text[blanks:], []
    lead = min([blanks, *(one["offset"] for one in entities)])
    limit = (len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))) - lead
    kept, text = [], text[lead:]
    for entity in entities:
        start = entity["offset"] - lead
        length = min(limit - start, entity["length"])
        if length > 0:
            kept.append({**entity, "offset": start, "length": length})
    return text, kept


def file_name(name: str) -> str:
    """Return the name that a bot's upload keeps: its last part, of letters, digits and few signs."""
    name = re.split(r"[/\\]", name)[-1]
    stem, _, suffix = name.rpartition(".")
    if not stem:  # no dot, or only one in front
        stem, suffix = name, ""
    parts = [_part(stem, STEM), _part(suffix, SUFFIX)]
    return ".".join(part for part in parts if part)


def _part(text: str, most: int) -> str:
    kept = ""
    for c in text:
        sign = _sign(c)
        if sign and len(kept) < most and (kept or sign not in " ."):
            kept += sign
    return kept.rstrip(" .")


def _sign(c: str) -> str:
    """Return the character as it is kept: itself, a blank, or nothing."""
    if c < "\x7f":
        return "" if c == "\0" else " " if c < " " or c in _REFUSED else c
    kind = category(c)
    if kind[0] in "LN":
        return c
    return "" if c == "\xb7" or kind == "Cf" or (kind[0] == "M" and c != "\u0345") else " "
