"""A talk with the real dispatcher over a new file."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.storage import answer_rows
from bot.storage.roster import Roster
from tests.support.talk import Talk, talking


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path / "p.db") as opened:
        yield opened


@pytest.fixture
def offices_read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, int]]:
    """How offices are read from now on: whether inside a transaction, and how many at once; workers take two."""
    read: list[tuple[bool, int]] = []
    filed = answer_rows.answer_records

    def noted(connection: sqlite3.Connection, roster: Roster, units: list[int], *more: Any) -> Any:
        read.append((connection.in_transaction, len(units)))
        return filed(connection, roster, units, *more)

    monkeypatch.setattr("bot.storage.answer_rows.answer_records", noted)
    monkeypatch.setattr("bot.workers.worker.AHEAD", 2)
    return read
