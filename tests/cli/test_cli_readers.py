"""`peduli-ham verify` with other processes that read beside it: what it says is what one process says."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from bot.cli.process_lock import only_one, room
from bot.ops import readers
from bot.ops.readers import Readers, verdict
from bot.portable import processors, quotas
from bot.storage import chain, record, setup
from bot.storage.chain import Stretch
from bot.storage.database import connect
from bot.storage.record import Entry
from bot.storage.setup import open_existing
from flows.model.record_kinds import EntryKind
from tests.support import PATIENCE, make_database
from tests.support.nightly import sampled

Peduli = Callable[..., Result]
AT = "2017-03-10T02:00:00Z"
MANY = 40
DATABASE = Path("peduli-ham.db")
WHOLE = Stretch(0, chain.LAST, 0, {}, {})


@pytest.fixture
def db(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """A connection that only reads a database for which, few as its entries are, others are started."""
    make_database(DATABASE)
    append(MANY)
    monkeypatch.setattr(readers, "LEAST", 10)
    with closing(open_existing(DATABASE)) as connection:
        yield connection


def append(entries: int) -> None:
    with closing(connect(DATABASE)) as bot:
        for number in range(entries):
            details = {"by": "Siti", "answer": {"inputs": {"births": str(number)}}}
            record.append(bot, Entry(1, EntryKind.NOTE, AT, 1, 1, details=details))


def tamper(statement: str) -> None:
    with closing(sqlite3.connect(DATABASE, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS record_keeps")
        connection.execute("DROP TRIGGER IF EXISTS record_stays")
        connection.execute(statement)


def ended(beside: Readers) -> bool:
    return all(process.poll() is not None for process in beside._processes)


@pytest.mark.parametrize(
    "statement",
    sampled(
        [
            "SELECT 1",
            "UPDATE record SET body = replace(body, '\"0\"', '\"1\"') WHERE id = 1",
            "UPDATE record SET at = '' WHERE id = 21",
            "DELETE FROM record WHERE id = 20",
            "UPDATE record SET id = 1000 WHERE id = 40",
            'UPDATE record SET seal = \'{"gone":{},"salts":{}}\' WHERE id = 30',
        ],
        3,
    ),
)
def test_several_say_what_one_says(
    peduli: Peduli, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    assert peduli("verify", "--since", "safe.json").exit_code == 0
    append(MANY)
    tamper(statement)
    outputs = []
    for count in (1, 3):
        monkeypatch.setattr("bot.cli.process_lock.processors", lambda count=count: count)
        monkeypatch.setattr("bot.cli.safekeeping.processors", lambda count=count: count)
        kept = Path("safe.json").read_bytes()
        results = [
            peduli("verify"),
            peduli("verify", "--since", "safe.json"),
            peduli("backup", "copy.db"),
        ]
        Path("safe.json").write_bytes(kept)
        Path("copy.db").unlink(missing_ok=True)
        outputs.append([(done.exit_code, done.stdout, done.stderr) for done in results])
    assert outputs[0] == outputs[1]
    assert outputs[0][0][0] == (0 if statement == "SELECT 1" else 1)


def test_they_read_it_all_and_end(db: sqlite3.Connection) -> None:
    with Readers(DATABASE, 2) as beside:
        assert beside.begin(db)
        assert beside.read(db, WHOLE) == chain.read(db, WHOLE)
    assert ended(beside)
    db.rollback()
    assert verdict(DATABASE, db, room=2) == setup.verdict(db)
    assert not db.in_transaction


def test_they_see_what_was_there_when_they_began(db: sqlite3.Connection) -> None:
    with Readers(DATABASE, 2) as beside:
        assert beside.begin(db)
        append(3)
        tamper("UPDATE record SET at = '' WHERE id = 7")
        part = beside.read(db, WHOLE)
    assert part is not None
    assert (part.count, part.fault) == (MANY, None)
    db.rollback()
    assert verdict(DATABASE, db, room=2).broken == record.Break("2017", 7, "columns")


def test_they_begin_between_two_commits(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, commits = [], chain.commits

    def watched(watch: sqlite3.Connection) -> int:
        asked.append(watch)
        if len(asked) in busy:
            append(1)  # after some began, and before it is asked whether somebody wrote
        return commits(watch)

    monkeypatch.setattr(chain, "commits", watched)
    busy: Any = (2, 4)
    with Readers(DATABASE, 2) as beside:
        assert beside.begin(db)
        part = beside.read(db, WHOLE)
    assert part is not None
    assert (part.count, len(asked)) == (MANY + 2, 6)
    db.rollback()
    monkeypatch.setattr(readers, "TRIES", 3)
    busy = range(1_000)
    with Readers(DATABASE, 2) as beside:
        assert not beside.begin(db)
        assert not db.in_transaction
    assert verdict(DATABASE, db, room=2).broken is None


@pytest.mark.parametrize("begun", [False, True])
def test_without_one_of_them_this_process_reads(db: sqlite3.Connection, begun: bool) -> None:
    with Readers(DATABASE, 2) as beside:
        if begun:
            assert beside.begin(db)
        beside._processes[1].kill()
        beside._processes[1].wait()
        if begun:
            assert beside.read(db, WHOLE) is None
        else:
            assert not beside.begin(db)


def test_where_none_can_be_started_this_process_reads(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Readers(DATABASE, 2) as beside:
        assert not beside.begin(db)
    assert verdict(DATABASE, db, room=2) == setup.verdict(db)


def test_whoever_is_interrupted_leaves_none(db: sqlite3.Connection) -> None:
    beside = Readers(DATABASE, 2)
    with pytest.raises(KeyboardInterrupt), beside:
        raise KeyboardInterrupt if beside.begin(db) else AssertionError
    assert ended(beside)


LEFT_BEHIND = """
import signal, sys
from pathlib import Path
from bot.ops.readers import Readers

beside = Readers(Path(sys.argv[1]), 1)
[process] = beside.__enter__()._processes
process.send_signal(signal.SIGSTOP)  # so that the end of its input does not end it
print(process.pid)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows stops none")
def test_whoever_ends_in_the_midst_of_it_leaves_none(db: sqlite3.Connection) -> None:
    command = [sys.executable, "-c", LEFT_BEHIND, str(DATABASE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


def test_a_short_record_starts_none(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "Readers", None)
    monkeypatch.setattr(readers, "LEAST", MANY + 1)
    until = verdict(DATABASE, db, room=8).until
    append(MANY)
    assert verdict(DATABASE, db, until, room=8).entries == 2 * MANY
    with pytest.raises(TypeError):
        verdict(DATABASE, db, room=8)


def test_a_bot_keeps_a_processor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    polite: list[bool] = []
    monkeypatch.setattr("bot.cli.process_lock.politely", lambda: polite.append(True))
    assert room(DATABASE) == processors() >= 1
    assert not polite
    with only_one(DATABASE):
        for count, left in ((1, 1), (2, 1), (4, 3)):
            monkeypatch.setattr("bot.cli.process_lock.processors", lambda count=count: count)
            assert room(DATABASE) == left
            assert polite.pop()


@pytest.mark.parametrize("words", [["verify"], ["backup", "copy.db"]])
def test_beside_a_bot_it_is_read_in_idle_time(
    peduli: Peduli, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    aside: list[bool] = []

    def standing_back(work: Callable[[], Any]) -> Any:
        aside.append(True)
        return work()

    monkeypatch.setattr("bot.cli.process_lock.politely", lambda: None)
    monkeypatch.setattr("bot.cli.process_lock.standing_back", standing_back)
    with only_one(DATABASE):
        result = peduli(*words)
    assert result.exit_code == 0, result.output
    assert aside == [True]
    Path("copy.db").unlink(missing_ok=True)
    assert peduli(*words).exit_code == 0
    assert aside == [True]  # without a bot there is nobody to give way to


@pytest.mark.parametrize(
    ("groups", "files", "expected"),
    [
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000\n", "a/cpu.max": "150000 100000\n"}, [1.5]),
        ("0::/a\n", {}, []),
        (
            "3:memory:/m\n2:cpu,cpuacct:/c\n",
            {"cpu/c/cpu.cfs_quota_us": "50000\n", "cpu/c/cpu.cfs_period_us": "100000\n"},
            [0.5],
        ),
        (
            "2:cpu:/c\n",
            {"cpu/c/cpu.cfs_quota_us": "-1\n", "cpu/c/cpu.cfs_period_us": "100000\n"},
            [],
        ),
    ],
)
def test_a_container_may_have_less_than_the_machine(
    tmp_path: Path, groups: str, files: dict[str, str], expected: list[float]
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(quotas(groups, tmp_path)) == expected
