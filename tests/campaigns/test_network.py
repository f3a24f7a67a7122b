"""Bad networks in short: answers cut in half by polling; everything twice and out of order by webhook."""

from __future__ import annotations

import pytest

from benchmarks import network

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize("name", ["half answers", "late and out of order, by webhook"])
async def test_a_season_in_a_bad_network(name: str) -> None:
    outcome = await network.play_scenario(name, seconds=2.5)
    assert outcome.violations == []
    assert outcome.answers == 22
    assert sum(outcome.struck.values()) > 0
