"""A setup while others write: worked out before the writer is taken, and true when it is written."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from bot.clock import iso
from bot.portable import standing_back, stands_back
from bot.roster import Link, SetupResult, apply_roster, load_roster
from bot.roster.applying import SetupPlan
from bot.storage import open_invitations, record
from bot.storage.database import connect, in_transaction
from flows.model.record_kinds import EntryKind
from tests.setup.rosters import NOW, SMALL, answer, join, unit_id
from tests.support import PATIENCE

ROOT = Path(__file__).parents[2]
WITHOUT_DINSOS = SMALL.replace(
    """      - code: sudinsos
        name: Suku Dinas Sosial
        short: Sudinsos
        owes: [9, 10, 11, 12, 13, 14, 15, 16, 17]
""",
    "",
)
CHANGED = (
    SMALL.replace("aliases: [dinkes]", "aliases: [kes, dinas kesehatan]")
    .replace("owes: [1, 2, 3, 4, 5, 6, 7, 8, 9]", "owes: [1, 2, 9]\n        seats: 2")
    .replace("name: Suku Dinas Sosial", "name: Suku Dinas Sosial Baru")
    .replace("name: Budi", "name: Tuti")
)
BY_CHANCE = ("roster_stamp", "migrations")
SECRET = ("token_hash", "seal", "hash", "previous")


def contents(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, without what is drawn by lot."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    rows = {}
    for (table,) in tables:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        listed = ", ".join(column for column in columns if column not in SECRET)
        if table not in BY_CHANCE:
            rows[table] = connection.execute(f"SELECT {listed} FROM {table}").fetchall()
    return rows


def apply(
    connection: sqlite3.Connection,
    text: str,
    meanwhile: Callable[[], object] = lambda: None,
    keep: Callable[[object], None] = lambda _: None,
    times: int = 1,
) -> tuple[SetupResult, int]:
    """Apply a roster while something else happens behind its first plans; returns how many were made."""
    made = 0

    def aside(work: Callable[[], SetupPlan]) -> SetupPlan:
        nonlocal made
        made += 1
        plan = work()
        if made <= times:
            meanwhile()
        return plan

    roster = load_roster(text)
    done = apply_roster(connection, roster, now=NOW, bot_username="ham_bot", keep=keep, aside=aside)
    return done, made


@pytest.mark.parametrize("new_links", [False, True])
def test_it_writes_the_same_as_in_a_transaction_that_is_open(
    tmp_path: Path, new_links: bool
) -> None:
    with (
        closing(connect(tmp_path / "a.db")) as first,
        closing(connect(tmp_path / "b.db")) as second,
    ):
        for text in (SMALL, CHANGED, WITHOUT_DINSOS, SMALL):
            roster = load_roster(text)
            wanted = {"now": NOW, "bot_username": "ham_bot", "new_links": new_links}
            apply_roster(first, roster, **wanted)  # type: ignore[arg-type]
            in_transaction(second, lambda db, r=roster, w=wanted: apply_roster(db, r, **w))  # type: ignore[misc]
            assert contents(first) == contents(second)
        assert first.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)


def test_others_write_while_it_thinks(db: sqlite3.Connection, tmp_path: Path) -> None:
    apply(db, SMALL)
    with closing(connect(tmp_path / "p.db")) as other:
        other.execute("PRAGMA busy_timeout = 1")
        result, made = apply(db, CHANGED, lambda: answer(other, "sudinsos", 10))
    assert made == 1  # an answer changes nothing of it
    assert result.is_effective
    assert record.verify(db).broken is None


def joined(connection: sqlite3.Connection, token: str) -> None:
    """Take the seat of a link as the bot does: it is put on record."""
    join(connection, token)
    record.append(connection, record.Entry(1, EntryKind.JOINED, iso(NOW)))


def _joins(other: sqlite3.Connection, first: list[Link]) -> None:
    joined(other, next(link.token for link in first if link.office == "Sudinkes"))


def _answers(other: sqlite3.Connection, _: list[Link]) -> None:
    answer(other, "sudinsos", 10)


def _renames(other: sqlite3.Connection, _: list[Link]) -> None:
    other.execute("UPDATE units SET short = 'Dinkes' WHERE code = 'sudinkes'")


def _sets_up(other: sqlite3.Connection, _: list[Link]) -> None:
    apply(other, CHANGED)


@pytest.mark.parametrize("meanwhile", [_joins, _answers, _renames, _sets_up])
def test_what_is_overtaken_is_worked_out_anew(
    db: sqlite3.Connection,
    tmp_path: Path,
    meanwhile: Callable[[sqlite3.Connection, list[Link]], None],
) -> None:
    first = apply(db, SMALL)[0].links
    kept: list[object] = []
    with closing(connect(tmp_path / "p.db")) as other:
        result, made = apply(db, WITHOUT_DINSOS, lambda: meanwhile(other, first), kept.append)
    assert made == 2
    assert kept[-1] == result.links
    assert not apply(db, WITHOUT_DINSOS)[0].is_effective
    is_owing = db.execute(
        "SELECT count(*) FROM assignments WHERE until IS NULL AND unit_id = ?",
        (unit_id(db, "sudinsos"),),
    ).fetchone()[0]
    assert bool(is_owing) == (meanwhile is _answers)  # an office that has answered stays
    assert record.verify(db).broken is None


def test_what_is_overtaken_again_and_again_is_worked_out_under_the_writer(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    first = apply(db, SMALL)[0].links
    tokens = iter([link.token for link in first])
    with closing(connect(tmp_path / "p.db")) as other:
        result, made = apply(db, CHANGED, lambda: joined(other, next(tokens)), times=9)
    assert made == 3
    assert result.is_effective
    assert not apply(db, CHANGED)[0].is_effective


def test_a_link_that_was_revoked_meanwhile_is_made_anew(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    apply(db, SMALL)
    number = db.execute("SELECT id FROM invitations WHERE label = 'Rina'").fetchone()[0]

    def revoked(other: sqlite3.Connection) -> None:
        open_invitations.revoke(other, number, iso(NOW))
        entry = record.Entry(1, EntryKind.REVOKED, iso(NOW), details={"link": number})
        record.append(other, entry)

    with closing(connect(tmp_path / "p.db")) as other:
        result, made = apply(db, CHANGED, lambda: in_transaction(other, revoked))
    assert made == 2
    assert "Rina" in [link.label for link in result.links]


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="only Linux knows it")
def test_only_the_thread_that_works_stands_back() -> None:
    assert standing_back(stands_back)
    assert not stands_back()
    command = [
        sys.executable,
        "-c",
        "from bot.portable import *; stand_back(); print(stands_back())",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_what_fails_while_it_stands_back_fails_for_who_asked() -> None:
    with pytest.raises(ZeroDivisionError):
        standing_back(lambda: 1 // 0)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Have Ctrl-C raise here as in a terminal; what a script starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="only Linux knows it")
def test_ctrl_c_does_not_wait_for_what_stands_back(interruptible: None) -> None:
    ended = Event()

    def work() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        ended.wait(PATIENCE)

    with pytest.raises(KeyboardInterrupt):
        standing_back(work)
    assert not ended.is_set()
    ended.set()


@pytest.mark.no_cover
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.campaign), 9])
def test_a_setup_that_is_killed_loses_no_link(tmp_path: Path, step: int) -> None:
    script = Path(__file__).with_name("killing.py")
    command = [sys.executable, str(script), str(tmp_path), str(step)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcomes = done.stdout.split()
    assert set(outcomes) == {"nothing", "all"}
    assert outcomes == sorted(outcomes, reverse=True)  # from one statement on, all of it
