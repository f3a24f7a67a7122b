"""What was typed, as it is seen: ASCII digits, nothing invisible; what cannot be told is marked.

Line breaks stay, since they part two figures. Marks: a footnote, a fraction, something unreadable, a picture.
"""

from __future__ import annotations

import re
import unicodedata

FOOTNOTE, FRACTION, UNREADABLE, PICTURE = "†", "½", "¿", "☺"
BREAKS = frozenset("\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029")
TURNED = frozenset("\u202b\u202e\u2067")
"""What shows digits from right to left: 21 is seen as 12."""
TELLING = frozenset("🔟💯🔢❌❎🚫⛔👎✖✗✘☓➕➖➗°")
"""Pictures that say something of a figure."""
SKIN = frozenset("🏻🏼🏽🏾🏿")
"""Colours of a hand before them."""
ASKING = frozenset("❓❔⁉⁈")
_WIDE = re.compile(r"(?<=\d)(?:[^\S\n]{2,}|\u3000)(?=\d)")
"""Two blanks between digits part two figures, where one parts thousands."""
_MIXED = re.compile(r"(?<=[0-9])(?=\d)(?![0-9])|(?<=\d)(?<![0-9])(?=[0-9])")
"""Between digits of two scripts: an Arabic nought is seen as a point."""
_POWER = re.compile(r"(?<=[mM])\^(?=[23]\b)")
"""As in m^3."""
KEYCAP = "\u20e3"
ALIKE = {
    ord(character): plain
    for plain, characters in {
        "'": "’‘´′", '"': "“”„«»", "-": "‐‑‒–—―−﹣－", "x": "×", ":": "÷∶", "/": "⁄∕",
    }.items()
    for character in characters
}  # fmt: skip


def seen(text: str) -> str:
    """Return the text in lower case, single blanks between words, a line break where there was one."""
    text = _MIXED.sub(UNREADABLE, _POWER.sub("", _WIDE.sub("\n", text)))
    kept: list[str] = []
    for character in text:
        kept.append(_seen(character, kept))
    joined = "".join(kept).casefold()
    for _ in range(joined.count(f"{KEYCAP} ")):
        joined = joined.replace(f"{KEYCAP} ", KEYCAP)
    lines = [" ".join(line.split()) for line in joined.replace(KEYCAP, "").split("\n")]
    return "\n".join(line for line in lines if line)


def _seen(character: str, before: list[str]) -> str:
    if character in BREAKS:
        return "\n"
    if character in TURNED or character in TELLING:
        return UNREADABLE
    if character in ASKING:
        return "?"
    kind, last = unicodedata.category(character), before[-1][-1:] if before else ""
    if kind in ("No", "Nl"):
        return _numeral(character, last)
    if kind in ("Mn", "Me"):
        return _above(character, last)
    if kind in ("Cs", "Co", "Cn"):
        return UNREADABLE
    if kind in ("Cf", "Cc") or character in SKIN:
        return ""
    if kind == "Sk" and character != "`" and ord(character) not in ALIKE:
        return UNREADABLE  # "10^3", "˜12"
    return _plain(character, kind)


def _plain(character: str, kind: str) -> str:
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    known = unicodedata.normalize("NFKC", character.translate(ALIKE))
    if kind == "So":
        return known if known != character and known.isalnum() and known.isascii() else PICTURE
    return known


def _numeral(character: str, last: str) -> str:
    """Read ½, ², ①, Ⅻ: a fraction, a footnote, the square of a metre, or nothing that can be told."""
    known = unicodedata.normalize("NFKC", character)
    if "⁄" in known:
        return f" {FRACTION if character == FRACTION else UNREADABLE} "
    if last in ("m", "M") and known in ("2", "3"):
        return known
    return FOOTNOTE if last.isdigit() else UNREADABLE


def _above(character: str, last: str) -> str:
    """Read signs on other signs: a keycap is seen, a digit that was struck out cannot be told."""
    if character == KEYCAP:
        return KEYCAP
    is_selector = unicodedata.name(character, "").startswith("VARIATION SELECTOR")
    return UNREADABLE if last.isdigit() and not is_selector else ""
