"""What everyday words ask for. The phrasings are data, read by the shell; only a whole phrasing counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import OSA

from flows.model.vocabulary import plain

SLIP_FROM = 5
"""Letters from which one slip in a word is read without asking."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is asked for, and the words beside it, which may name a place."""

    name: str
    rest: str = ""


@dataclass(frozen=True, eq=False)
class Intents:
    """`skipped` is courtesy; `short` says what an abbreviation stands for; phrasings by intent.

    Every text that is typed is looked up here, a figure as well: the phrasings are put into words once.
    """

    skipped: frozenset[str] = frozenset()
    short: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    staff: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, text: str, *, is_staff: bool) -> str | None:
        """Return the intent whose phrasing has just these words, in any order; None where there is none."""
        phrasings = self._of_staff if is_staff else self._of_contacts
        words = sorted(phrasings.spelled(self._words(text), self.short))
        return phrasings.by_words.get(tuple(words)) if words else None

    def beside_a_place(self, text: str) -> tuple[Intent, ...]:
        """For staff, what a text asks for with other words in it, the longest phrasing first."""
        words = self._words(text)
        have = Counter(words)
        matches = [
            (total, Intent(name, _without(words, wanted)))
            for name, wanted, total in self._of_staff.counted
            if 0 < total < len(words) and wanted.keys() <= have.keys() and wanted <= have
        ]
        matches.sort(key=lambda match: -match[0])
        return tuple(intent for _, intent in matches)

    def named(self, text: str, *, is_staff: bool) -> frozenset[str]:
        """Return every intent that a text may ask for, as a whole or, for staff, beside a place."""
        whole = self.of(text, is_staff=is_staff)
        beside = self.beside_a_place(text) if is_staff else ()
        return frozenset(({whole} if whole else set()) | {intent.name for intent in beside})

    def _words(self, text: str) -> list[str]:
        written = " ".join(self.short.get(word, word) for word in plain(text)).split()
        return [word for word in written if word not in self.skipped]

    @cached_property
    def _of_contacts(self) -> _Phrasings:
        return self._in_words(self.contact)

    @cached_property
    def _of_staff(self) -> _Phrasings:
        return self._in_words(self.staff)

    def _in_words(self, table: Mapping[str, tuple[str, ...]]) -> _Phrasings:
        worded = [(name, self._words(one)) for name, its in table.items() for one in its]
        by_words: dict[tuple[str, ...], str] = {}
        for name, words in worded:  # the first of two that are alike counts
            by_words.setdefault(tuple(sorted(words)), name)
        known = {word for _, words in worded for word in words}
        near = [word for word in known | self.short.keys() if len(word) >= SLIP_FROM]
        counted = [(name, Counter(words), len(words)) for name, words in worded]
        return _Phrasings(by_words, counted, frozenset(known), near)


@dataclass(frozen=True, slots=True)
class _Phrasings:
    """The phrasings of one table in words: to be found whole, counted beside others, and by a slip."""

    by_words: Mapping[tuple[str, ...], str]
    counted: Sequence[tuple[str, Counter[str], int]]
    known: frozenset[str]
    near: Sequence[str]

    def spelled(self, words: Iterable[str], short: Mapping[str, str]) -> list[str]:
        """Return the words with single slips put right, where only one word of the table comes near."""
        put_right = (word if word in self.known else _nearest(word, self.near) for word in words)
        return [out for word in put_right for out in short.get(word, word).split()]


def _nearest(word: str, known: Iterable[str]) -> str:
    """Return the only one of some words, none shorter than `SLIP_FROM`, that is one slip away; else the
    word.
    """
    if len(word) < SLIP_FROM or not word.isalpha():
        return word
    near = [one for one in known if OSA.distance(word, one, score_cutoff=1) == 1]
    return near[0] if len(near) == 1 else word


def _without(words: list[str], taken: Counter[str]) -> str:
    """Return the words that are left, in their order."""
    left = Counter(taken)
    rest = []
    for word in words:
        if left[word]:
            left[word] -= 1
        else:
            rest.append(word)
    return " ".join(rest)


NONE = Intents()
