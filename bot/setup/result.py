"""What a setup did: created, changed, left as it was, and the links that are shown this once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Item(NamedTuple):
    """One thing of the roster: its kind, its name, and what happened to it."""

    what: str
    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.name}" + (f": {self.detail}" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation. The token is kept hashed: it cannot be shown again."""

    region: str
    office: str
    role: str
    label: str
    token: str = field(repr=False)
    url: str = field(repr=False)
    expires: datetime


@dataclass(slots=True)
class SetupResult:
    """`left` is what differs from the roster on purpose; `same` counts what was as it says."""

    created: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    left: list[Item] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    same: Counter[str] = field(default_factory=Counter)

    @property
    def is_effective(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.changed or self.links)
