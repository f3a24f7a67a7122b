"""Every earlier landing's database is brought up to date whole, also by a migration that is killed at any statement."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.dispatch import Dispatcher
from bot.storage.database import PRAGMAS, connect, open_database
from bot.storage.migrations import STEPS, newer, pending
from bot.storage.roster import read_roster
from flows.model.events import Command, Event, Tap
from tests.support import ROOT, HeldClock, update
from tests.support.nightly import sampled
from tests.upgrades.killing import faults, rows
from tests.upgrades.make import PACKED

with tarfile.open(PACKED) as _packed:
    LANDINGS = _packed.getnames()
LINUX = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")


@pytest.fixture(params=sampled(LANDINGS, 4))
def landing(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with tarfile.open(PACKED) as packed:
        packed.extract(request.param, tmp_path, filter="data")
    return tmp_path / str(request.param)


def tables(connection: sqlite3.Connection) -> dict[str, set[tuple[object, ...]]]:
    """Columns and indexes by table, whatever the order in which they came."""
    run = connection.execute
    names = [name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {
        name: {tuple(row[1:]) for row in run(f"PRAGMA table_xinfo({name})")} for name in names
    }
    others = run("SELECT type, name, sql FROM sqlite_master WHERE type <> 'table'")
    return columns | {
        "": {(kind, name, " ".join((sql or "").split())) for kind, name, sql in others}
    }


def test_there_is_one_of_every_step_that_landed() -> None:
    counts = [int(re.findall(r"\d+", name)[-1]) for name in LANDINGS]
    assert set(range(2, 18)) <= set(counts)


def test_it_is_brought_up_to_date_with_all_that_was_in_it(landing: Path) -> None:
    with closing(sqlite3.connect(landing)) as before:
        kept, old = rows(before), before.execute("SELECT id, hash FROM record").fetchall()
        assert newer(before) == []
        assert kept["record"] > 5
    with closing(connect(landing)) as now, closing(connect(landing.with_name("new.db"))) as fresh:
        assert pending(now) == []
        assert faults(now) == []
        assert rows(now) == kept
        *same, carried = now.execute("SELECT id, hash, kind FROM record ORDER BY id").fetchall()
        assert [row[:2] for row in same] == old
        assert carried[2] == "carried"
        assert tables(now) == tables(fresh)
        roster = read_roster(now)
        assert roster is not None
        assert len(roster.units) == 5
    connect(landing).close()  # a second time changes nothing


async def test_people_go_on_where_they_were(landing: Path) -> None:
    async with open_database(landing) as database:
        dispatcher = Dispatcher(database, HeldClock(), ZoneInfo("Asia/Jakarta"), "https://t.me/B")
        talk: list[tuple[int, Event]] = [
            (11, Command("ringkasan")), (11, Command("lanjut")), (21, Command("peran")),
            (21, Command("peran", "tautan")), (21, Command("status")), (21, Tap("S.1.3", 9, "q")),
            (21, Tap("H.1.3", 9, "q")), (51, Command("undang", "sudinkes")),
        ]  # fmt: skip
        for number, (who, event) in enumerate(talk, 9001):
            letters = await dispatcher.handle([update(number, who, event)])
            assert any(one.chat_id == who or one.method == "answerCallbackQuery" for one in letters)
    with closing(sqlite3.connect(landing)) as connection:
        assert (
            connection.execute(
                "SELECT update_id FROM failed_updates WHERE update_id > 9000"
            ).fetchall()
            == []
        )
        assert faults(connection) == []


@LINUX
@pytest.mark.parametrize("every", [29, pytest.param(1, marks=pytest.mark.campaign)])
def test_killed_at_any_statement_it_is_whole(every: int, tmp_path: Path) -> None:
    """The oldest at every statement of all steps (here at each 29th), each other one at its own first step's."""
    command = [sys.executable, "-m", "tests.upgrades.killing", str(tmp_path), str(every)]
    least = []
    with tarfile.open(PACKED) as packed:
        packed.extractall(tmp_path, filter="data")
    for name in LANDINGS:
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            waits = pending(connection)
        lengths = [len(done) for step, done in STEPS if step in waits]
        if name == LANDINGS[0]:
            least.append(sum(lengths) + 3 * len(lengths))
            most = 10_000
        else:
            least.append(lengths[0] + 3)
            most = least[-1] + 2 + len(PRAGMAS)
        command += [str(tmp_path / name), str(most)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    counted = [int(line) for line in done.stdout.split()]
    assert all(low <= count < 10_000 for low, count in zip(least, counted, strict=True))
