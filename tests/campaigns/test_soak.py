"""The soak in short: a province of one city from its roster to its end, with trouble all the while."""

from __future__ import annotations

from benchmarks import crash_checks, soak


async def test_what_people_were_shown_is_what_the_record_says() -> None:
    campaign = await soak.run(0.01, seed=1, cities=1, short=True)
    assert campaign.complaints == []
    assert campaign.tally == crash_checks.Tally()
    assert (campaign.provinces, campaign.acknowledged) == (1, 22)
    assert campaign.troubles.total() >= 3
    assert campaign.sizes[1]["letters_waiting"] == 0
