"""Scores that were worked out before, found again while they are of the very same desks.

The same desks give the same score, so keeping it changes no outcome; it spares adding up all the answers
of a province for each glance at it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import is_

from msgspec import Struct, field

from scoring import Score


class Tallies(Struct, frozen=True):
    """One score under each key, with the objects it is of: holding them keeps their identity."""

    kept: dict[Hashable, tuple[tuple[object, ...], Score]] = field(default_factory=dict)

    def of(self, key: Hashable, desks: tuple[object, ...], count: Callable[[], Score]) -> Score:
        """Return the score of these desks, counted now where it was not before."""
        tally = self.kept.get(key)
        if tally and tally[0] and len(tally[0]) == len(desks) and all(map(is_, tally[0], desks)):
            return tally[1]
        score = count()
        self.kept[key] = (desks, score)
        return score
