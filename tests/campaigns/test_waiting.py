"""What seats wait, measured in short: every tap is answered, whatever goes on, and all of it is reported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks import evening, waiting
from benchmarks.confined import confined
from benchmarks.evening_server import Act, imposed
from benchmarks.reports import waits
from benchmarks.waiting import Size

SHORT = Size(offices=60, answers=180, regions=4, provinces=2, people=20, seconds=1.0)


@pytest.mark.campaign
async def test_every_tap_is_answered_whatever_goes_on() -> None:
    progress: list[str] = []
    result = await waiting.measured(list(waiting.PARTS), SHORT, 1, progress.append)
    assert len(progress) == len(waiting.PARTS)
    assert result["papers"]["recap"]["made"] >= 0
    assert result["reminder"]["sending"]["per_s"] >= 0
    lines = waits.waiting_lines(result)
    assert lines.count("|\n") == 2 + len(waits.REMINDING) + len(waits.PAPERS)


@pytest.mark.campaign
async def test_everybody_gets_an_answer_on_the_last_evening() -> None:
    result = await evening.measured(0.2, 10, 2.0, 0.5)
    assert result["answers"] >= 20
    assert result["stuck"] == result["refused"] == 0
    assert result["odd"] == []
    assert "| beyond |" in waits.evening_lines(result)


def test_what_telegram_imposes_is_counted_first_come_first_served() -> None:
    acts = [Act(0.0, chat, "figure", [0.0], 0) for chat in range(1, 32)]
    assert imposed(acts) == [0.0] * 30 + [1.0]
    own = [Act(0.0, 7, "save", [0.0] * 6, 5)]
    assert imposed(own) == [2.0]  # a chat may have four at once, then one a second


def test_a_small_machine_is_small_or_says_that_it_is_not() -> None:
    with confined(0.5, 64) as machine:
        greedy = [sys.executable, "-c", "len(bytearray(200_000_000))"]
        ended = subprocess.run(machine.command(greedy), check=False, capture_output=True)
        bounded = any("memory" in one and "NOT" not in one for one in machine.means)
        assert (ended.returncode != 0) == bounded
        assert len(machine.means) == 3
        groups = list(machine.groups)
    assert not any(group.exists() for group in groups)


def test_an_aim_that_is_missed_stands_in_bold() -> None:
    figures = {"p50": 1.0, "p95": 2.0, "p99": 3.0, "worst": 4.0}
    its = {"roster": {**figures, "ratio": 1.6}, "verify": {**figures, "ratio": 1.5}}
    missed, kept = waits.waiting_lines({"papers": its}).splitlines()
    assert "**1.6**" in missed
    assert "| 1.5 |" in kept
