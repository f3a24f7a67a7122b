"""Failing disks in short: no further page for SQLite, and no room for a picture."""

from __future__ import annotations

import pytest

from benchmarks import disk

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize("name", ["no further page", "evidence folder unwritable"])
async def test_a_season_on_a_failing_disk(name: str) -> None:
    outcome, season = await disk.play_scenario(name, seconds=1.5)
    assert outcome.violations == []
    assert outcome.answers == 22
    assert "was_unwritable" in season.told_after
