"""The bulk benchmark in short: the permitted rate is reached and never exceeded, under a simulated clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import bulk
from benchmarks.reports import speed
from bot.pacing import TELEGRAM


@pytest.mark.parametrize("road", bulk.ROADS.values(), ids=list(bulk.ROADS))
def test_delivery_stays_within_the_limit_of_every_second(
    tmp_path: Path, road: tuple[float, float]
) -> None:
    found = bulk.delivered(tmp_path, 3000, road)
    assert found["fullest_second"] <= TELEGRAM.overall
    assert found["share"] > (0.95 if sum(road) <= 0.1 else 0.88)


def test_the_whole_measurement_runs_and_is_reported() -> None:
    said: list[str] = []
    result = bulk.measured(60, 1, said.append)
    assert len(said) == 1 + len(bulk.ROADS)
    assert {"preview", "confirmation", "confirmation_cpu"} <= set(result["queued"])
    text = speed.bulk_lines(result)
    assert all(road in text for road in bulk.ROADS)
