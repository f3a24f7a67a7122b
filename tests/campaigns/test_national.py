"""The national benchmark on a fiftieth of a nation, and that the nation's record is whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from benchmarks import nation, national
from benchmarks.reports import speed
from bot.storage import record

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize(("years", "indicators"), [(1, 17), (3, 120)])
def test_a_nation_verifies(tmp_path: Path, years: int, indicators: int) -> None:
    path = tmp_path / "nation.db"
    shape = {"offices": 60, "regions": 6, "provinces": 2, "answers": 500}
    nation.build(path, years=years, indicators=indicators, **shape)
    connection = sqlite3.connect(path)
    verdict = record.verify(connection)
    connection.close()
    assert verdict.broken is None
    assert verdict.entries == 500 * years
    assert len(verdict.heads) == years


def test_the_measurement_runs_and_is_reported() -> None:
    lines: list[str] = []
    small = national.Size(regions=7, offices=70, answers=217, provinces=7)
    result = national.measured(small, 1, lines.append)
    assert set(result["status_ms"]) == {"1", "5"}
    assert speed.national_lines(result).count("nothing new") == 2
