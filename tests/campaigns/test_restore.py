"""The campaigns of backup and replica in short: the real process, killed and gone on from a copy."""

from __future__ import annotations

import pytest

from benchmarks import crash_checks, replica, restore

pytestmark = pytest.mark.campaign


async def test_a_backup_under_load_holds_what_was_shown_and_the_bot_goes_on_from_it() -> None:
    campaign = await restore.run(1, seed=11)
    assert campaign.complaints == []
    assert campaign.backups >= restore.LEAST
    assert campaign.restores == 1
    assert campaign.shown_before_a_backup > 0
    assert campaign.evidence_files > 0
    assert campaign.tally == crash_checks.Tally()


@pytest.mark.skipif(replica.litestream() is None, reason="the program litestream is not here")
async def test_the_bot_goes_on_from_what_litestream_has_replicated() -> None:
    campaign, lags = await replica.run(1, seed=12)
    assert campaign.complaints == []
    assert campaign.restores == len(lags) == 1
    assert campaign.tally == crash_checks.Tally()
