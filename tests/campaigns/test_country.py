"""The country that the benchmarks measure on can be built on today's tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from benchmarks import country
from bot.storage.roster import read_roster


@pytest.mark.parametrize("confirming", [False, True])
def test_the_country_of_the_benchmarks(tmp_path: Path, confirming: bool) -> None:
    path = tmp_path / "country.db"
    country.build(path, 30, confirming=confirming)
    assert country.work_done(path)["at_confirmation"] == (30 if confirming else 0)
    connection = sqlite3.connect(path)
    roster = read_roster(connection)
    connection.close()
    assert roster is not None
    assert len(roster.owed) == 30
