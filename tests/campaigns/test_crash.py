"""The crash campaign in short: the real process killed at random instants, by polling and by webhook.

Two kills are in the gate; more of them, and those by webhook, are a campaign.
"""

from __future__ import annotations

import pytest

from benchmarks import crash, crash_checks


@pytest.mark.parametrize(
    ("webhook", "kills"),
    [
        (False, 2),
        pytest.param(False, 5, marks=pytest.mark.campaign),
        pytest.param(True, 3, marks=pytest.mark.campaign),
    ],
)
async def test_no_acknowledged_answer_is_lost_or_counted_twice(webhook: bool, kills: int) -> None:
    campaign = await crash.run(kills, seed=7, webhook=webhook)
    assert campaign.complaints == []
    assert campaign.kills == kills
    assert campaign.acknowledged == 22 * campaign.seasons
    assert campaign.tally == crash_checks.Tally()
