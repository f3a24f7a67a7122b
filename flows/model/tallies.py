"""Scores that were worked out before, found again while they are of the very same desks.

The same desks give the same score, so keeping it changes no outcome; it spares adding up all the answers
of a province for each glance at it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from operator import is_

from scoring import Score


@dataclass(frozen=True, slots=True)
class Tallies:
    """One score under each key, with the objects it is of: holding them keeps their identity."""

    kept: dict[Hashable, tuple[tuple[object, ...], Score]] = field(default_factory=dict)

    def of(self, key: Hashable, desks: tuple[object, ...], count: Callable[[], Score]) -> Score:
        """The score of these desks, counted now where it was not before."""
        found = self.kept.get(key)
        if found and found[0] and len(found[0]) == len(desks) and all(map(is_, found[0], desks)):
            return found[1]
        score = count()
        self.kept[key] = (desks, score)
        return score
