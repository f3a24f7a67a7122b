"""What everyday words ask for. The phrasings are data, read by the shell.

A text is understood where it is a whole phrasing, or where it holds the core of one and every other word
of it goes with that intent; a word that nobody foresaw may turn the meaning, so it leaves a text open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field
from rapidfuzz.distance import OSA

from flows.model.vocabulary import plain

SLIP_FROM = 5
"""Letters from which one slip in a word is read without asking."""
STEM_FROM = 4
"""Letters from which a word is looked for without what Indonesian puts before and behind it."""
TWICE = "2"
BEFORE = ("", "di", "ke", "ter", "ng", "nge", "me", "men", "mem", "meng")
BEHIND = ("", "nya", "kan", "in", "an", "kannya", "annya")


class Intent(Struct, frozen=True):
    """What is asked for, and the words beside it, which may name a place."""

    name: str
    rest: str = ""


class Side(Struct, frozen=True):
    """What contacts, or staff, may ask for, by intent: whole phrasings, cores, and words that go with it."""

    phrasings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    along: Mapping[str, str] = field(default_factory=dict)


class _Word(Struct, frozen=True):
    """A word as it was typed, and the words of the table that it stands for; none where it says nothing."""

    typed: str
    means: tuple[str, ...]


class Intents(Struct, frozen=True, eq=False, dict=True):
    """`skipped` is courtesy; `short` says what an abbreviation stands for.

    `beside` may stand with any core and change nothing; behind a word of `called` comes somebody's name;
    `place` words begin the name of an office, whatever else they are used for.
    Every text that is typed is looked up here, a figure as well: the phrasings are put into words once.
    """

    skipped: frozenset[str] = frozenset()
    short: Mapping[str, str] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    place: frozenset[str] = frozenset()
    contact: Side = Side()
    staff: Side = Side()

    def of(self, text: str, *, is_staff: bool, own: frozenset[str] = frozenset()) -> str | None:
        """Return the one intent of a text, whatever the order of its words; None where there is none.

        `own` are words that name the speaker's own office and region: they change nothing.
        """
        table = self._table(is_staff)
        words = self._read(table, text)
        whole = table.whole([out for word in words for out in word.means])
        if whole is not None:
            return whole
        have = {
            out
            for word in words
            for out in word.means
            if word.typed not in own or out in table.known
        }
        best = [(size, name) for size, name, extra in table.cores_in(have) if not extra]
        most = max((size for size, _ in best), default=0)
        names = {name for size, name in best if size == most}
        return names.pop() if len(names) == 1 else None

    def beside_a_place(self, text: str) -> tuple[Intent, ...]:
        """Return what a text of staff asks for with other words in it, the longest phrasing first."""
        table = self._table(is_staff=True)
        words = self._read(table, text)
        matches = [*table.phrasings_in(words), *self._cores_beside(table, words)]
        matches.sort(key=lambda match: -match[0])
        return tuple(dict.fromkeys(intent for _, intent in matches))

    def named(self, text: str, *, is_staff: bool) -> frozenset[str]:
        """Return every intent that a text may turn out to ask for, whoever and whatever is named in it."""
        table = self._table(is_staff)
        words = self._read(table, text)
        outs = [out for word in words for out in word.means]
        whole = table.whole(outs)
        held = {intent.name for _, intent in table.phrasings_in(words)} if is_staff else set()
        cores = {name for _, name, _ in table.cores_in(set(outs))}
        return frozenset(held | cores | ({whole} if whole else set()))

    def _cores_beside(self, table: _Table, words: Sequence[_Word]) -> Iterator[tuple[int, Intent]]:
        """Yield cores that are in a text whose other words are new to the table: they may name a place."""
        have = {out for word in words for out in word.means}
        for size, name, extra in table.cores_in(have):
            rest = [
                word for word in words if word.typed in self.place or extra.intersection(word.means)
            ]
            if rest and not (extra & table.known) - self.place:
                yield size, Intent(name, " ".join(word.typed for word in rest))

    def _table(self, is_staff: bool) -> _Table:
        return self._of_staff if is_staff else self._of_contacts

    @cached_property
    def _of_contacts(self) -> _Table:
        return self._in_words(self.contact)

    @cached_property
    def _of_staff(self) -> _Table:
        return self._in_words(self.staff)

    def _in_words(self, side: Side) -> _Table:
        def worded(table: Mapping[str, tuple[str, ...]]) -> list[tuple[str, list[str]]]:
            return [(name, self._written(one)) for name, its in table.items() for one in its]

        phrasings, cores = worded(side.phrasings), worded(side.cores)
        along = [(name, self._written(words)) for name, words in side.along.items()]
        allowed: dict[str, set[str]] = {}
        for name, words in phrasings + cores + along:
            allowed.setdefault(name, set(self.beside)).update(words)
        known = set().union(*allowed.values()) - self.beside
        return _Table(
            phrasings,
            [(name, frozenset(words)) for name, words in cores],
            allowed,
            frozenset(known),
            frozenset(known | self.short.keys() | self.beside | self.skipped),
        )

    def _written(self, text: str) -> list[str]:
        written = " ".join(self.short.get(word, word) for word in plain(text)).split()
        return [word for word in written if word not in self.skipped]

    def _read(self, table: _Table, text: str) -> list[_Word]:
        """Return the words of a text: abbreviations written out, slips put right, names left out."""
        words: list[_Word] = []
        before = ""
        for typed in plain(text):
            word = table.spelled(typed)
            is_name = before in self.called and word not in table.heard
            is_twice = typed == TWICE and before in table.heard - self.place  # "siapa2"
            outs = [] if is_name or is_twice else self.short.get(word, word).split()
            words.append(_Word(typed, tuple(out for out in outs if out not in self.skipped)))
            before = typed
        return words


class _Table(Struct, frozen=True, eq=False, dict=True):
    """The phrasings of one side in words. `known`: those of any; `heard`: all that a word is read as."""

    phrasings: Sequence[tuple[str, Sequence[str]]]
    cores: Sequence[tuple[str, frozenset[str]]]
    allowed: Mapping[str, set[str]]
    known: frozenset[str]
    heard: frozenset[str]

    @cached_property
    def _by_words(self) -> Mapping[tuple[str, ...], str]:
        by_words: dict[tuple[str, ...], str] = {}
        for name, words in self.phrasings:  # the first of two that are alike counts
            by_words.setdefault(tuple(sorted(words)), name)
        return by_words

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        """Where each core stands, by its longest word: a text without that has not the core either."""
        places: dict[str, list[int]] = {}
        for place, (_, core) in enumerate(self.cores):
            places.setdefault(max(sorted(core), key=len), []).append(place)
        return places

    @cached_property
    def _counted(self) -> Sequence[tuple[str, Counter[str], int]]:
        return [(name, Counter(words), len(words)) for name, words in self.phrasings]

    @cached_property
    def _near(self) -> Sequence[str]:
        return [word for word in self.heard if len(word) >= SLIP_FROM]

    def whole(self, words: Iterable[str]) -> str | None:
        """Return the intent whose phrasing has just these words, in any order."""
        key = tuple(sorted(words))
        return self._by_words.get(key) if key else None

    def phrasings_in(self, words: Sequence[_Word]) -> Iterator[tuple[int, Intent]]:
        """Yield the phrasings of which each word stands in a text that has others too."""
        have = Counter(out for word in words for out in word.means)
        for name, wanted, size in self._counted:
            if 0 < size < have.total() and wanted <= have:
                yield size, Intent(name, _without(words, wanted))

    def cores_in(self, have: set[str]) -> Iterator[tuple[int, str, set[str]]]:
        """Yield the size, the intent and the words that do not go with it, of each core in a text."""
        places = {place for word in have for place in self._places.get(word, ())}
        for name, core in (self.cores[place] for place in sorted(places)):
            if core <= have:
                yield len(core), name, have - self.allowed[name]

    def spelled(self, word: str) -> str:
        """Return a word as the table has it: as it is, without its affixes, or with one slip put right."""
        if word in self.heard or len(word) < STEM_FROM or not word.isalpha():
            return word
        stems = (_stem(word, before, behind) for before in BEFORE for behind in BEHIND)
        stem = next((one for one in stems if len(one) >= STEM_FROM and one in self.heard), None)
        if stem is not None or len(word) < SLIP_FROM:
            return stem or word
        near = [one for one in self._near if OSA.distance(word, one, score_cutoff=1) == 1]
        return near[0] if len(near) == 1 else word


def _stem(word: str, before: str, behind: str) -> str:
    """Return a word without what stands before and behind it; nothing where either is not there."""
    if word.startswith(before) and word.endswith(behind):
        return word[len(before) : len(word) - len(behind)]
    return ""


def _without(words: Sequence[_Word], taken: Counter[str]) -> str:
    """Return the words that are left, in their order."""
    left = Counter(taken)
    rest = []
    for word in words:
        here = [out for out in word.means if left[out]]
        left.subtract(here)
        if word.means and not here:
            rest.append(word.typed)
    return " ".join(rest)


NONE = Intents()
