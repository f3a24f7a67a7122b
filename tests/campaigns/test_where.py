"""The table of stages in short: each takes something, and the work is checked."""

from __future__ import annotations

import pytest

from benchmarks import taps, where
from benchmarks.reports import speed

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize("load", taps.LOADS)
async def test_every_stage_takes_its_time(load: str) -> None:
    figures = await where.measured(load, 300)
    for kind in ("median", "least"):
        assert set(figures[kind]) == set(where.STAGES)
        assert all(micros > 0 for micros in figures[kind].values())
    assert where.table({load: figures}).count("\n") == len(where.STAGES) + 1
    report = speed.where_lines({"texts": figures, "taps": figures})
    assert report.count("\n") == len(where.STAGES) + 1
