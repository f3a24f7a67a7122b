"""Kills by name in short: between the statements of a batch, round its commit, and round a send."""

from __future__ import annotations

import re

import pytest

from benchmarks import points
from benchmarks.child import named
from benchmarks.crash_checks import Tally

ONLY = (
    "^dispatch.handle: (insert record|insert handled|commit|committed)$"
    "|^(delivery_results.write: commit|call: after sendMessage|webhook: before its 200)$"
)


@pytest.mark.campaign
@pytest.mark.parametrize("webhook", [False, True])
async def test_no_answer_is_lost_at_any_of_these_points(webhook: bool) -> None:
    tried = await points.run(1, 3, webhook=webhook, kills=6 + webhook, only=ONLY)
    assert tried.campaign.complaints == []
    assert len(tried.names) == 6 + webhook
    assert all(re.search(ONLY, one) for one in tried.names)
    assert tried.campaign.tally == Tally()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("INSERT OR IGNORE INTO handled (update_id) VALUES (1)", "insert handled"),
        ("UPDATE outbox SET state = 'sent'", "update outbox"),
        ("SELECT a, (SELECT 1) FROM\n focus f JOIN persons", "select focus"),
        ("BEGIN IMMEDIATE", "begin immediate"),
        ("COMMIT", "commit"),
        ("ROLLBACK TO one", "rollback to"),
        ("PRAGMA data_version", "pragma data_version"),
    ],
)
def test_statements_are_named(statement: str, name: str) -> None:
    assert named(statement) == name
