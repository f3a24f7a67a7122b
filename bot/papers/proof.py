"""What every page carries: the paper's code, the record that it was made from, and both to be scanned.

The code follows from what the paper says, so that nobody can put other figures behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import orjson
from msgspec import Struct

from flows.reading.paper_codes import ALPHABET, LENGTH, PREFIX

SHOWN = 16
"""Digits of a hash in its short form."""
ProvedFigures = Mapping[str, str]
"""What a paper shows, by names that stay the same: what has changed since can be told by them."""


class PaperProof(Struct, frozen=True):
    """`entry` and `head` are the last entry of the record when the paper was made, and its hash.

    `link` opens the bot with the code, where the bot's name is known.
    """

    code: str
    entry: int
    head: str
    made_at: datetime
    link: str | None = None

    @property
    def scanned(self) -> str:
        """What the QR code says."""
        return self.link or self.code

    @property
    def bot(self) -> str | None:
        """The bot's name, as it is looked for: @peduli_ham_bot."""
        return f"@{self.link.partition('?')[0].rpartition('/')[2]}" if self.link else None

    @property
    def short_head(self) -> str:
        """The beginning of the hash, in fours."""
        return grouped(self.head[:SHOWN])


def grouped(digits: str) -> str:
    """Return digits in fours, as people compare them."""
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def canonical(figures: ProvedFigures) -> str:
    """Return what a paper shows as the one text that is hashed."""
    return orjson.dumps(dict(figures), option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def code_of(*parts: str) -> str:
    """Return the code that these parts of a paper have: `PH-7K3M-Q2XD`."""
    number = int.from_bytes(hashlib.sha256("\n".join(parts).encode()).digest()[:5], "big")
    signs = "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(LENGTH)))
    return f"{PREFIX}-{signs[:4]}-{signs[4:]}"
