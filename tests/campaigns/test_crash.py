"""The crash campaign in short: the real process killed at random instants, by polling and by webhook."""

from __future__ import annotations

import pytest

from benchmarks import crash


@pytest.mark.parametrize(("webhook", "kills"), [(False, 5), (True, 3)])
async def test_no_acknowledged_answer_is_lost_or_counted_twice(webhook: bool, kills: int) -> None:
    campaign = await crash.run(kills, seed=7, webhook=webhook)
    assert campaign.complaints == []
    assert campaign.kills == kills
    assert campaign.acknowledged == 22 * campaign.seasons
    assert campaign.tally == crash.checks.Tally()
