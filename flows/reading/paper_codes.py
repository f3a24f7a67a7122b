"""The code of a paper as people type, paste or scan it: `PH-7K3M-Q2XD`, or the link of its QR code."""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's letters: none that can be taken for another."""
PREFIX, LENGTH = "PH", 8
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE = re.compile(r"PH-?([0-9A-Z]{4})-?([0-9A-Z]{4})")
_ALONE = re.compile(r"PH\W?([0-9A-Z]{4})\W?([0-9A-Z]{4})\W?", re.IGNORECASE)
_LINK = re.compile(r"(?:t(?:elegram)?\.me/\w+|tg://resolve)\?(?:\S*&)?start=(PH-[0-9A-Za-z-]{9})\b")


def read_code(typed: str) -> str | None:
    """Return a code as somebody typed or scanned it in its one form; None where there is none in it.

    What can be misread is taken for what was meant: O for 0, I and L for 1.
    """
    match = _CODE.search(typed.strip().upper().replace(" ", "").replace("–", "-"))
    return _whole(*match.groups()) if match else None


def asked_code(text: str) -> str | None:
    """Return the code that a whole message is, or that a link in it carries; None for any other message.

    Ten letters in one, such as a word, are no code: it takes a hyphen, a blank or a digit.
    """
    if link := _LINK.search(text):
        return read_code(link[1])
    match = _ALONE.fullmatch(" ".join(text.split()).replace("–", "-"))
    if match is None or text.strip().isalpha():
        return None
    return _whole(*(part.upper() for part in match.groups()))


def _whole(first: str, second: str) -> str | None:
    first, second = first.translate(_MISREAD), second.translate(_MISREAD)
    return f"{PREFIX}-{first}-{second}" if set(first + second) <= set(ALPHABET) else None
