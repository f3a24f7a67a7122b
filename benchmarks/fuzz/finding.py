"""What a run hands back: how many cases of which kinds, and complaints, each with what shows it again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Complaint:
    """Something that must not happen. `rule` says which promise was broken; `case` shows it again."""

    what: str
    rule: str
    detail: str
    seed: str
    case: Any = None

    @property
    def kind(self) -> tuple[str, str, str]:
        """Complaints that are alike: the same promise, broken with the same last words."""
        return self.what, self.rule, self.detail.strip().rpartition("\n")[2][:100]


@dataclass(slots=True)
class Found:
    """What one chunk of cases gave; `seen` counts outcomes, to show that the cases reach far."""

    cases: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    complaints: list[Complaint] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.cases += other.cases
        self.seen += other.seen
        self.complaints += other.complaints
