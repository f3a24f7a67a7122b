"""Proposes what became of the indicators of an old instrument in a new one, by their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz

from scoring.migration import Kind, MapLine, Migration
from scoring.model import Indicator, Instrument

ALIKE = 0.6
"""From this share of their words on, two names are taken for one."""
SPELLING = 85
"""From this likeness on, two words are one, in per cent."""


def propose(old: Instrument, new: Instrument) -> Migration:
    """Return a map by names: rare words count for more than those that many indicators share."""
    weights = _weights([*old, *new])
    scores = {
        (before.no, after.no): _likeness(before, after, weights) for before in old for after in new
    }
    pairs: dict[int, list[int]] = {}  # numbers of the new instrument by those of the old
    taken: dict[int, list[int]] = {}
    for (before, after), score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
        if score < ALIKE:
            break
        if before not in pairs and after not in taken:
            pairs[before], taken[after] = [after], [before]
        elif before not in pairs and len(pairs[taken[after][0]]) == 1:  # merged
            pairs[before] = [after]
            taken[after].append(before)
        elif after not in taken and len(taken[pairs[before][0]]) == 1:  # split
            pairs[before].append(after)
            taken[after] = [before]
    return Migration(old.code, new.code, tuple(_changes(old, new, pairs, taken)))


def _changes(
    old: Instrument, new: Instrument, pairs: dict[int, list[int]], taken: dict[int, list[int]]
) -> Iterable[MapLine]:
    """Yield the lines of the map in the order of the old instrument, new indicators behind them."""
    done = set()
    for indicator in old:
        after = tuple(sorted(pairs.get(indicator.no, ())))
        if not after:
            yield MapLine(Kind.DROPPED, (indicator.no,), ())
        elif len(after) > 1:
            yield MapLine(Kind.SPLIT, (indicator.no,), after)
        elif after not in done:
            done.add(after)
            before = tuple(sorted(taken[after[0]]))
            named = _words(indicator) == _words(new.indicator(after[0]))
            kind = Kind.MERGED if len(before) > 1 else Kind.SAME if named else Kind.RENAMED
            yield MapLine(kind, before, after)
    yield from (MapLine(Kind.NEW, (), (one.no,)) for one in new if one.no not in taken)


def _words(indicator: Indicator) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\w+", indicator.name.casefold())))


def _weights(indicators: Iterable[Indicator]) -> dict[str, float]:
    """Return the weight of each word: the more names hold it, the less it counts."""
    counts = Counter(word for indicator in indicators for word in _words(indicator))
    return {word: 1 / count for word, count in counts.items()}


def _likeness(old: Indicator, new: Indicator, weights: dict[str, float]) -> float:
    """Return the share of words that both names have, from 0 to 1; an equal code is enough."""
    if old.code == new.code:
        return 1
    words, others = _words(old), _words(new)
    shared = _weight_in(words, others, weights) + _weight_in(others, words, weights)
    return shared / sum(weights[word] for word in (*words, *others))


def _weight_in(words: list[str], others: list[str], weights: dict[str, float]) -> float:
    return sum(
        weights[word]
        for word in words
        if any(fuzz.ratio(word, other) >= SPELLING for other in others)
    )
