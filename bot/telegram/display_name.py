"""A person's name as it can be shown: nothing invisible in it, and no direction that turns a line round."""

from __future__ import annotations

import unicodedata

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols of no shape at all."""
RIGHT_TO_LEFT = frozenset({"R", "AL"})
ISOLATED = "\u2068{}\u2069"
JOINERS = frozenset("\u200c\u200d")
"""They shape letters and pictures; alone they are nothing."""


def shown(name: str, username: str | None, user_id: int) -> str:
    """Return the name without invisible characters; the account's user name or id where nothing is left."""
    if name.isascii() and name.isprintable() and (words := name.split()):
        return " ".join(words)  # most names; a flood of strangers must stay cheap
    kept = "".join(map(_kept, name))
    clean = " ".join(kept.split())
    if not any(_has_shape(character) for character in clean):
        return f"@{username}" if username else f"ID {user_id}"
    turns = any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in clean)
    return ISOLATED.format(clean) if turns else clean


def _kept(character: str) -> str:
    if character in BLANK or character.isspace():
        return " "
    is_hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in JOINERS
    return "" if is_hidden else character


def _has_shape(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"
