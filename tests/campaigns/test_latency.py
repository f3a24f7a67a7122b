"""The measurements of waiting, of a full file and of memory in short; the work is done and reported."""

from __future__ import annotations

import pytest

from benchmarks import flat, footprint, latency
from benchmarks.contestants import ECHO, OURS
from benchmarks.latency import Scene
from benchmarks.reports import speed

pytestmark = pytest.mark.campaign


async def test_every_tap_is_answered() -> None:
    lines: list[str] = []
    result = await latency.measured((Scene("few", 5, 20.0),), 2.0, 1, lines.append)
    assert set(result["few"]) == {ECHO.name, OURS.name, "p95_ratio"}
    assert speed.latency_lines(result).count("\n") == len(lines) == 2


async def test_the_same_work_is_done_on_a_fuller_file() -> None:
    lines: list[str] = []
    result = await flat.measured(20, 1, 2000, lines.append)
    assert len(lines) == 4
    assert all(one["many_per_s"] > 0 for one in result.values())
    assert speed.flat_lines(result).count("|\n") == 2


async def test_time_and_memory_are_measured() -> None:
    lines: list[str] = []
    result = await footprint.measured(1, footprint.SMALL, lines.append)
    assert all(one["rss_mib"] > 20 and one["ready_s"] > 0 for one in result.values())
    assert speed.footprint_lines(result).count("|\n") == len(lines) == 2
