"""The comparison of speeds in short: every bot that is here does its work, and the work is checked."""

from __future__ import annotations

import pytest

from benchmarks import taps
from benchmarks.contestants import OURS, present
from benchmarks.reports import speed

pytestmark = pytest.mark.campaign


async def test_every_bot_does_its_work_and_is_compared() -> None:
    bots = present()
    result = await taps.measure(40, 1, bots, show=False)
    for load in taps.LOADS:
        assert set(result[load]["bots"]) == {one.name for one in bots}
        assert all(one["updates_per_s"] > 0 for one in result[load]["bots"].values())
        assert set(result[load]["ratios"]) == {one.name for one in bots if one is not OURS}
    lines = taps.table(result).splitlines()
    assert len(lines) == 1 + 2 * len(bots)
    report = speed.speeds({one.name: one.stores for one in bots}, result)
    assert report.count("**Peduli HAM**") == 2
