"""A season that offices and reviewers have played to its end through the real bot, as a file for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.papers.making import PaperSource, PaperSubject
from bot.storage.database import connect
from bot.storage.roster import read_roster
from tests.support.staging import kept_states

NOW = datetime(2017, 3, 29, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Jakarta")
SourceOf = Callable[..., PaperSource]


@pytest.fixture(scope="session")
def finished_season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once: all is verified, one answer corrected, one region."""
    path = tmp_path_factory.mktemp("season") / "finished.db"
    asyncio.run(kept_states(tmp_path_factory).build("finished", path, NOW))
    return path


@pytest.fixture(scope="session")
def half_season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once: some answers are missing, some returned, some verified."""
    path = tmp_path_factory.mktemp("season") / "mid.db"
    asyncio.run(kept_states(tmp_path_factory).build("mid", path, NOW))
    return path


@pytest.fixture
def season(finished_season: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copy(finished_season, tmp_path / "season.db"))


@pytest.fixture
def source_of() -> Iterator[SourceOf]:
    """Open the season and tell a maker of papers what it is about."""
    opened = []

    def source(path: Path, kind: str, **about: int | str) -> PaperSource:
        connection = connect(path)
        opened.append(connection)
        roster = read_roster(connection)
        assert roster is not None
        return PaperSource(connection, roster, PaperSubject(kind, **about), NOW, ZONE)  # type: ignore[arg-type]

    yield source
    for connection in opened:
        with closing(connection):
            pass
