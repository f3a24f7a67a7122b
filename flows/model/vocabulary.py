"""What people type for a name, as words that can be compared: abbreviations written out, typos near a word.

Which words are skipped and what an abbreviation stands for is data (`Vocabulary`), read by the shell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import IntEnum

from msgspec import Struct, field
from rapidfuzz.distance import OSA

SPLIT = 3
"""A word of fewer letters is not looked for inside a longer one that was typed without spaces."""
BEGUN = 4
"""From so many letters on, the beginning of a word stands for it."""
SURE_FROM, TWICE_FROM = 6, 7
"""Letters from which one slip is read without asking, and from which two are looked for."""


class Trust(IntEnum):
    """How well a typed word was understood; what is only NEAR is asked back, never answered."""

    NEAR = 0
    SURE = 1


class Vocabulary(Struct, frozen=True, eq=False):
    """`skipped` words point at nothing; `short` says what an abbreviation stands for.

    `choices`: what is typed in place of a tap (`ya`, `selesai`), or behind a command for something else than
    a name (`semua`, `mati`), by choice. `languages`: those there are, by code, as each calls itself.
    """

    skipped: frozenset[str] = frozenset()
    short: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)

    def choice(self, name: str) -> tuple[str, ...]:
        """Return what people type for the choice `name`."""
        return self.choices.get(name, ())

    def written_out(self, word: str) -> tuple[str, ...]:
        """Return the words that `word` stands for; none where it says nothing."""
        if word in self.short:
            return self.short[word]
        return () if word in self.skipped else (word,)

    def of_name(self, name: str) -> frozenset[str]:
        """Return the words of a name, however it is abbreviated."""
        return frozenset(out for word in plain(name) for out in self.written_out(word))


EMPTY = Vocabulary()


class Reading(Struct, frozen=True):
    """One typed word: what it may stand for. No options: nobody here is called anything like it."""

    typed: str
    options: tuple[frozenset[str], ...]
    trust: Trust = Trust.SURE


def plain(text: str) -> list[str]:
    """Return small letters without punctuation; figures stand by themselves ("sudindik1", "31.71")."""
    return re.findall(r"[a-z]+|[0-9]+", unicodedata.normalize("NFKC", text).casefold())


def readings(vocabulary: Vocabulary, names: Iterable[str], text: str) -> list[Reading]:
    """Return each word of `text` that says something, read among the words that `names` are made of."""
    inside = {word for name in names for word in plain(name)}
    inside |= {out for word in inside for out in vocabulary.written_out(word)}
    # Skipped words are known as well: they say nothing, but they must not be taken for slips of a name.
    known = inside | vocabulary.short.keys() | vocabulary.skipped
    result: list[Reading] = []
    for word in _joined(plain(text), known):
        parts = [word] if word in known else _apart(word, known)
        if parts:
            outs = [out for part in parts for out in vocabulary.written_out(part)]
            result += [Reading(word, (frozenset((out,)),)) for out in outs]
        else:
            result.append(_guessed(vocabulary, word, inside, known))
    return [reading for reading in result if reading.options != (frozenset(),)]


def _joined(words: list[str], known: set[str]) -> list[str]:
    """Join words that were typed apart though they are one ("kes bang pol", "sudin kes")."""
    joined: list[str] = []
    at = 0
    while at < len(words):
        for count in (3, 2):
            # Two words that are known by themselves stay apart, even where together they make a third.
            part = words[at : at + count]
            if len(part) == count and "".join(part) in known and not set(part) <= known:
                joined.append("".join(part))
                at += count
                break
        else:
            joined.append(words[at])
            at += 1
    return joined


def _apart(word: str, known: set[str]) -> list[str]:
    """Return the fewest known words that make up `word` ("sukudinaskesehatan"); none where nothing does."""
    # By where a part ends: the fewest words up to there. Few words, because long ones are rarely chance.
    best: dict[int, list[str]] = {0: []}
    for end in range(SPLIT, len(word) + 1):
        ways = [
            [*before, word[start:end]]
            for start, before in best.items()
            if end - start >= SPLIT and word[start:end] in known
        ]
        if ways:
            best[end] = min(ways, key=len)
    return best.get(len(word), [])


def _guessed(vocabulary: Vocabulary, word: str, inside: set[str], known: set[str]) -> Reading:
    """Return the beginning of a word of a name, else the words nearest in spelling."""
    # A beginning goes before a slip: "keseh" is short for "kesehatan", not a misspelt "kesra".
    begun = sorted(one for one in inside if len(word) >= BEGUN and one.startswith(word))
    if begun:
        return Reading(word, _options(vocabulary, begun))
    allowed = 2 if len(word) >= TWICE_FROM else 1 if len(word) >= BEGUN else 0
    # Short words are left out: one slip makes "dik" of "din", and each says something else.
    near = {one: OSA.distance(word, one) for one in known if len(one) >= BEGUN}
    slips = min(near.values(), default=allowed + 1)
    if slips > allowed:
        return Reading(word, ())
    nearest = sorted(one for one, many in near.items() if many == slips)
    sure = slips == 1 and len(word) >= SURE_FROM
    return Reading(word, _options(vocabulary, nearest), Trust.SURE if sure else Trust.NEAR)


def _options(vocabulary: Vocabulary, words: list[str]) -> tuple[frozenset[str], ...]:
    # An abbreviation and what it stands for are one option, not two to ask about.
    options = dict.fromkeys(frozenset(vocabulary.written_out(word)) for word in words)
    return tuple(option for option in options if option) or (frozenset(),)
