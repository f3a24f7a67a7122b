"""A flood of strangers in short: every seat is answered, strangers no oftener than they may be."""

from __future__ import annotations

import pytest

from benchmarks import strangers
from benchmarks.reports import speed
from benchmarks.strangers import Flood

pytestmark = pytest.mark.campaign


async def test_seats_are_answered_in_a_flood_of_strangers() -> None:
    lines: list[str] = []
    flood = Flood("few", strangers=400, each=4, within=4.0)
    result = await strangers.measured((flood,), 1, seconds=8.0, seats=5, rate=4.0, say=lines.append)
    (few,) = result.values()
    assert few["updates"] == 1600
    assert few["refused_for_speed"] == 0
    assert few["answered"] <= 400
    assert len(lines) == speed.strangers_lines(result).count("\n") == 1
