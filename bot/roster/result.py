"""What a setup did: created, changed, left as it was, and the links that are shown this once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import Struct

from bot.terminal import known_as, phrase

WORDS = {
    "value": "{column} {old} → {new}",
    "opened": "{instrument}, {opens} to {deadline}",
    "names": "short names",
    "letters": "who signs the letters",
    "owes": "owes {numbers}",
    "owes_too": "now owes {numbers} too",
    "owes_no_more": "no longer owes {numbers}",
    "unheard": "its answers to {numbers} stay on record and no longer count",
    "retired": "not in the roster; owes nothing any more, its links are void",
    "revoked": "{count} revoked",
    "elsewhere": "not in this roster; stays as it is",
    "newer": "newer: the bot works with this one",
    "at_work_until": "the bot works with this one now, and with {period} from {opens}",
    "follows": "set up as well; the bot works with it from {opens}",
    "keeps_texts": "has answers, so it keeps the texts of the instrument that it was opened with",
    "proposes": "{part} {old} → {new}",
    "proposes_source": "read in the regulation: {text}",
    "proposed_already": "proposed from a file or in chat before; nothing is added",
    "partly_read": "only some of its figures are confirmed in the file; a confirmation needs all of them",
    "unfit": "does not fit what the province has agreed upon since; propose it in chat",
    "has_answers": "not in the roster, but has answers; stays as it is",
    "has_people": "not in the roster, but has people; stays as it is",
    "has_both": "not in the roster, but has answers and people; stays as it is",
    "seated": "not in the roster, but holds a seat as {role}; stays as it is",
    "invited": "not in the roster, but has an open link as {role}; stays as it is",
}
"""What can be said of one thing of a roster, for operators; people in chat read templates."""
OBSTACLES = {
    "new": "new indicators",
    "gone": "indicators that are gone",
    "right": "another code, right or component",
    "questions": "other questions or options",
    "formula": "another formula",
    "unit": "another unit",
    "weight": "another weight",
    "condition": "other conditions",
    "total": "another way of adding up",
    "ratings": "other ratings",
}
"""What no agreement can change, as `criteria_wishes.Obstacle` names it."""


class Fact(Struct, frozen=True):
    """One thing that happened to an item, or that is why it stays: a code of WORDS, with what fills it."""

    code: str
    params: Mapping[str, str] = msgspec.field(default_factory=dict)

    def __str__(self) -> str:
        params = {name: value or phrase("(empty)") for name, value in self.params.items()}
        if "role" in params:
            params["role"] = known_as(params["role"])
        return known_as(WORDS[self.code]).format(**params)


class Item(NamedTuple):
    """One thing of the roster: its kind, its name, and what happened to it."""

    what: str
    name: str
    facts: tuple[Fact, ...] = ()

    @property
    def detail(self) -> str:
        return "; ".join(str(fact) for fact in self.facts)

    def __str__(self) -> str:
        return f"{self.what} {self.name}" + (f": {self.detail}" if self.facts else "")


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


class SetupResult(Struct):
    """`left` is what differs from the roster on purpose; `same` counts what was as it says.

    `proposed`: what the province is to agree upon before it counts.
    """

    created: list[Item] = msgspec.field(default_factory=list)
    changed: list[Item] = msgspec.field(default_factory=list)
    left: list[Item] = msgspec.field(default_factory=list)
    proposed: list[Item] = msgspec.field(default_factory=list)
    links: list[Link] = msgspec.field(default_factory=list)
    same: Counter[str] = msgspec.field(default_factory=Counter)

    @property
    def is_effective(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.changed or self.proposed or self.links)
