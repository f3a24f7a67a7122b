"""What everyday words ask for. The phrasings are data, read by the shell; only a whole phrasing counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from flows.model.vocabulary import plain

SLIP_FROM = 5
"""Letters from which one slip in a word is read without asking."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is asked for, and the words beside it, which may name a place."""

    name: str
    rest: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Intents:
    """`skipped` is courtesy; `short` says what an abbreviation stands for; phrasings by intent."""

    skipped: frozenset[str] = frozenset()
    short: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    staff: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, text: str, *, is_staff: bool) -> str | None:
        """The intent whose phrasing has just these words, in any order; None where there is none."""
        table = self.staff if is_staff else self.contact
        words = self._spelled(self._words(text), table)
        for name, phrasings in table.items():
            if words and any(sorted(words) == sorted(self._words(one)) for one in phrasings):
                return name
        return None

    def beside_a_place(self, text: str) -> tuple[Intent, ...]:
        """For staff, what a text asks for with other words in it, the longest phrasing first."""
        words = self._words(text)
        found = []
        for name, phrasings in self.staff.items():
            for phrasing in phrasings:
                wanted = Counter(self._words(phrasing))
                if wanted and not wanted - Counter(words) and wanted.total() < len(words):
                    found.append((wanted.total(), Intent(name, _without(words, wanted))))
        found.sort(key=lambda one: -one[0])
        return tuple(intent for _, intent in found)

    def _words(self, text: str) -> list[str]:
        written = " ".join(self.short.get(word, word) for word in plain(text)).split()
        return [word for word in written if word not in self.skipped]

    def _spelled(self, words: list[str], table: Mapping[str, tuple[str, ...]]) -> list[str]:
        """The words with single slips put right, where only one word of the table comes near."""
        known = {word for its in table.values() for one in its for word in self._words(one)}
        spelled = (
            word if word in known else _nearest(word, known | self.short.keys()) for word in words
        )
        return [out for word in spelled for out in self.short.get(word, word).split()]


def _nearest(word: str, known: Set[str]) -> str:
    if len(word) < SLIP_FROM or not word.isalpha():
        return word
    near = [one for one in known if len(one) >= SLIP_FROM and OSA.distance(word, one) == 1]
    return near[0] if len(near) == 1 else word


def _without(words: list[str], taken: Counter[str]) -> str:
    """The words that are left, in their order."""
    left = Counter(taken)
    rest = []
    for word in words:
        if left[word]:
            left[word] -= 1
        else:
            rest.append(word)
    return " ".join(rest)


NONE = Intents()
