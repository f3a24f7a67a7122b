"""What everyday words ask for. The phrasings are data, read by the shell; only a whole phrasing counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.vocabulary import plain


@dataclass(frozen=True, slots=True, eq=False)
class Intents:
    """`skipped` is courtesy; `short` says what an abbreviation stands for; phrasings by intent."""

    skipped: frozenset[str] = frozenset()
    short: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    staff: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, text: str, *, is_staff: bool) -> str | None:
        """The intent whose phrasing has just these words, in any order."""
        words = self._words(text)
        table = self.staff if is_staff else self.contact
        for name, phrasings in table.items():
            if words and any(words == self._words(phrasing) for phrasing in phrasings):
                return name
        return None

    def _words(self, text: str) -> list[str]:
        out = " ".join(self.short.get(word, word) for word in plain(text)).split()
        return sorted(word for word in out if word not in self.skipped)


NONE = Intents()
