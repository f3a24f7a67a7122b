"""Whom a reminder by hand or an announcement is for: which offices, and of which place.

Buttons, campaigns and the record hold it as a few letters (`*`, `lr2`, `u31`, `b0`), which stay as they are.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct


class Which(StrEnum):
    """Which of a place's offices; the value stands in front of the place."""

    ALL = ""
    LATE = "l"
    """Behind their deadline."""
    MISSING = "n"
    """Nobody has joined them."""
    BEHIND = "b"
    """Those that `/terlambat` lists, of a region or of all."""
    CITIES = "c"
    """No offices, but Bagian Hukum and Sekretaris of their cities."""
    KANWIL = "k"
    """No offices, but the Kanwil, and the Biro Hukum of its province."""


_TEXT = re.compile(
    r"(?P<which>[ln]?)(?:\*|r(?P<region>[0-9]+)|u(?P<unit>[0-9]+))|b(?P<behind>[0-9]+)|(?P<staff>[ck])\*"
)


class Scope(Struct, frozen=True):
    """Offices of one region, or one office; of everything that the seat may see without either."""

    which: Which = Which.ALL
    region_id: int | None = None
    unit_id: int | None = None

    @classmethod
    def parse(cls, text: str) -> Scope | None:
        """Return the scope that a text stands for; None where it stands for none."""
        match = _TEXT.fullmatch(text)
        if match is None:
            return None
        if match["staff"] is not None:
            return cls(Which(match["staff"]))
        if match["behind"] is not None:
            return cls(Which.BEHIND, int(match["behind"]) or None)
        region, unit = match["region"], match["unit"]
        return cls(
            Which(match["which"]), int(region) if region else None, int(unit) if unit else None
        )

    def __str__(self) -> str:
        if self.which == Which.BEHIND:
            return f"{self.which}{self.region_id or 0}"
        if self.unit_id is not None:
            return f"{self.which}u{self.unit_id}"
        return f"{self.which}*" if self.region_id is None else f"{self.which}r{self.region_id}"
