"""Which region, office or right people mean by what they type.

A name is found where each typed word belongs to it, or to the region it lies in; the order does not
matter. What is not sure, or has several answers, is for asking back: a wrong office is worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from rapidfuzz import fuzz, process, utils

from flows.model.facts import Board, Office, Region
from flows.model.vocabulary import Reading, Trust, Vocabulary, plain, readings
from scoring import Right
from scoring.replacing import replace

ALIKE, SUGGESTED = 70, 4


class RightQuery(Struct, frozen=True):
    """A right, with the regions that were named beside it (all, where none was)."""

    right: Right
    regions: tuple[Region, ...]


Meant = Region | Office | RightQuery


class Found(Struct, frozen=True):
    """All that may be meant. `sure`: each word was understood; `empty`: nothing was named at all."""

    meant: tuple[Meant, ...] = ()
    sure: bool = True
    empty: bool = False

    @property
    def single(self) -> Meant | None:
        """The one thing that is meant beyond doubt."""
        return self.meant[0] if self.sure and len(self.meant) == 1 else None


def words(text: str) -> str:
    """Return small letters, no punctuation, single spaces."""
    return " ".join(plain(text))


def regions(board: Board, text: str) -> list[Region]:
    """Return the regions that `text` may mean, where every word of it is understood."""
    result = find(board, (), text)
    return [one for one in result.meant if isinstance(one, Region)] if result.sure else []


def offices(board: Board, text: str) -> list[Office]:
    """Return the offices that `text` may mean, where every word of it is understood."""
    result = find(board, (), text)
    return [one for one in result.meant if isinstance(one, Office)] if result.sure else []


def find(board: Board, rights: Sequence[Right], text: str) -> Found:
    """Return what `text` may mean; with nothing understood, what is called most like it (and not `sure`)."""
    named = _Named(board, rights)
    every = (name for _, names, _ in named.every() for name in names)
    typed = readings(board.words, every, text)
    if not typed:
        return Found(sure=False, empty=True)
    matches = _matching(named, typed)
    if matches:
        return Found(matches, sure=all(reading.trust == Trust.SURE for reading in typed))
    # "sudinkes xyz": what the understood words mean is offered, never answered.
    understood = [reading for reading in typed if reading.options]
    rest = _matching(named, understood)[:SUGGESTED] if understood else ()
    return Found(rest or _alike(named, " ".join(reading.typed for reading in typed)), sure=False)


class _Named:
    """Everything on a board that has a name, with the words of its names."""

    def __init__(self, board: Board, rights: Sequence[Right]) -> None:
        self.board, self.vocabulary = board, board.words
        self.rights = {
            right.code: (right, (right.name, right.short, right.code)) for right in rights
        }
        self.regions = {
            region.id: (region.name, region.code, *region.aliases) for region in board.regions
        }

    def every(self) -> Iterator[tuple[Meant, tuple[str, ...], Region | None]]:
        """Yield what is named, its names, and the region that may be named beside it."""
        for region in self.board.regions:
            yield region, self.regions[region.id], None
        by_id = {one.id: one for one in self.board.regions}
        for office in self.board.offices:
            unit = office.unit
            names = (unit.name, unit.short, unit.code, *unit.aliases)
            yield office, names, by_id[unit.region_id]
        for right, names in self.rights.values():
            for region in self.board.regions:
                yield RightQuery(right, (region,)), names, region

    def words(self, names: Sequence[str]) -> list[frozenset[str]]:
        return [reading for name in names if (reading := _of_name(self.vocabulary, name))]

    def rows(self) -> Iterator[tuple[Meant, list[frozenset[str]], frozenset[str]]]:
        """Yield what is named, the words of each of its names, and those that may stand beside them."""
        beside = {key: _union(self.words(names)) for key, names in self.regions.items()}
        for meant, names, region in self.every():
            yield meant, self.words(names), beside[region.id] if region else frozenset()


# The same names are asked for with every message; a vocabulary is compared by identity, so it can be a key.
@lru_cache(maxsize=8192)
def _of_name(vocabulary: Vocabulary, name: str) -> frozenset[str]:
    return vocabulary.of_name(name)


def _union(names: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*names)


def _matching(named: _Named, typed: Sequence[Reading]) -> tuple[Meant, ...]:
    """Return what every reading fits; what is called exactly so goes before what is called that and more."""
    matches = []
    for meant, names, beside in named.rows():
        # "sudinkes jakpus": the office's words are `names`, those of its region may stand beside them.
        asked = _within(typed, _union(names) | beside)
        exact = any(name <= asked and asked - name <= beside for name in names)
        # A figure alone names nothing: the "2" of an office must not answer for every office that has one.
        if exact or any(not word.isdecimal() for word in asked - beside):
            matches.append((meant, exact))
    # "Sudindik 1" is that office, and not one whose name goes on behind it: more is meant only where nothing
    # is called exactly so.
    exactly = [meant for meant, exact in matches if exact]
    return _together(exactly or [meant for meant, _ in matches])


def _within(typed: Sequence[Reading], allowed: frozenset[str]) -> frozenset[str]:
    """Return what was asked for, in words that are allowed; nothing where a reading has none among them."""
    asked: set[str] = set()
    for reading in typed:
        # Several options are for this: only those that this name is made of count here.
        option = next((words for words in reading.options if words <= allowed), None)
        if option is None:
            return frozenset()
        asked |= option
    return frozenset(asked)


def _together(matches: Sequence[Meant]) -> tuple[Meant, ...]:
    """Join the meanings: a right that was found in several regions is one."""
    kept: list[Meant] = [one for one in matches if not isinstance(one, RightQuery)]
    rights: dict[str, RightQuery] = {}
    for match in matches:
        if isinstance(match, RightQuery):
            before = rights.get(match.right.code)
            regions = (*before.regions, *match.regions) if before else match.regions
            rights[match.right.code] = replace(match, regions=regions)
    return (*kept, *rights.values())


def _alike(named: _Named, text: str) -> tuple[Meant, ...]:
    """Return what is called most like it, best first."""
    table = [(name, meant) for meant, names, _ in named.every() for name in names]
    choices = [name for name, _ in table]
    best = process.extract(
        text, choices, scorer=fuzz.WRatio, processor=utils.default_process, limit=None,
        score_cutoff=ALIKE,
    )  # fmt: skip
    # One thing has several names, and a right stands once for each region: it is offered once.
    matches = _together([table[index][1] for _, _, index in best])
    return tuple({_key(one): one for one in matches}.values())[:SUGGESTED]


def _key(meant: Meant) -> tuple[str, object]:
    if isinstance(meant, RightQuery):
        return "right", meant.right.code
    return ("region", meant.id) if isinstance(meant, Region) else ("office", meant.unit.id)
