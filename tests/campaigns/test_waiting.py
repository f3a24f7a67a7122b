"""What seats wait, measured in short: every tap is answered, whatever goes on, and all of it is reported."""

from __future__ import annotations

import pytest

from benchmarks import waiting
from benchmarks.reports import waits
from benchmarks.waiting import Size

SHORT = Size(offices=60, answers=180, regions=4, provinces=2, people=20, seconds=1.0)


@pytest.mark.campaign
async def test_every_tap_is_answered_whatever_goes_on() -> None:
    said: list[str] = []
    result = await waiting.measured(list(waiting.PARTS), SHORT, 1, said.append)
    assert len(said) == len(waiting.PARTS)
    assert result["papers"]["recap"]["made"] >= 0
    assert result["reminder"]["sending"]["per_s"] >= 0
    lines = waits.waiting_lines(result)
    assert lines.count("|\n") == 2 + len(waits.REMINDING) + len(waits.PAPERS)


def test_an_aim_that_is_missed_stands_in_bold() -> None:
    figures = {"p50": 1.0, "p95": 2.0, "p99": 3.0, "worst": 4.0}
    its = {"roster": {**figures, "ratio": 1.6}, "verify": {**figures, "ratio": 1.5}}
    missed, kept = waits.waiting_lines({"papers": its}).splitlines()
    assert "**1.6**" in missed
    assert "| 1.5 |" in kept
