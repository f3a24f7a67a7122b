"""A score is kept while it is of the very same desks, and counted anew otherwise."""

from __future__ import annotations

from typing import Any

from flows.model.tallies import Tallies


def test_the_same_desks_are_counted_once() -> None:
    tallies, counted = Tallies(), []
    desk, other, like_desk = [1], [2], [1]

    def count() -> Any:
        counted.append(1)
        return len(counted)

    assert tallies.of("a", (desk, other), count) == 1
    assert tallies.of("a", (desk, other), count) == 1
    assert tallies.of("b", (desk, other), count) == 2  # another way of counting
    assert tallies.of("a", (desk,), count) == 3
    assert tallies.of("a", (like_desk,), count) == 4  # equal, but not the same
    assert tallies.of("a", (), count) == 5
    assert tallies.of("a", (), count) == 6  # nothing to hold on to
