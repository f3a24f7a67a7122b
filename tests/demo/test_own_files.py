"""`demo --database FILE`: what is in the file stays there, whatever it is, and one's own roster can be played."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.command_errors import Failure, worded
from bot.cli.demo_command import demo
from bot.demo import running, state_files
from bot.demo.cast import opening
from bot.demo.not_now import NotNow
from bot.roster import apply_roster, bundled
from bot.storage.database import connect, in_transaction
from bot.storage.demo_rows import copy
from bot.storage.migrations import NewerDatabaseError
from tests.demo.stages import START
from tests.support import dump

Make = Callable[[Path], None]


def _joined(path: Path) -> None:
    """Make the database of a running season: somebody has come in by a link."""
    set_up(path)
    with closing(connect(path)) as db:
        db.execute(
            "INSERT INTO persons (telegram_id, name, joined_at) VALUES (4242, 'Ratna', '2017-02-02')"
        )


def _newer(path: Path) -> None:
    set_up(path)
    with closing(connect(path)) as db:
        db.execute("INSERT INTO migrations (name, at) VALUES ('m999_tomorrow', '2030-01-01')")


def _text(path: Path) -> None:
    path.write_text("Daftar UKPD\n" * 400, encoding="utf-8")


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE bookmarks (address TEXT)")


def set_up(path: Path) -> None:
    with closing(connect(path)) as db:
        roster = bundled("jakarta-pusat")
        now = datetime(2017, 1, 30, tzinfo=UTC)
        in_transaction(db, lambda _: apply_roster(db, roster, now=now, bot_username="B"))


def content(folder: Path) -> dict[str, str]:
    """Return every file by its hash; what SQLite keeps beside a database counts as part of it."""
    with_log = [one for one in folder.rglob("*") if one.name.endswith("-wal")]
    assert all(one.stat().st_size == 0 for one in with_log)
    return {
        str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in folder.rglob("*")
        if one.is_file() and not one.name.endswith(("-wal", "-shm"))
    }


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (set_up, "--copy"),
        (_joined, "--copy"),
        (_newer, "newer version"),
        (_text, "not a SQLite database"),
        (_foreign, "not a database of peduli-ham"),
    ],
)
@pytest.mark.parametrize("state", [None, "empty"])
def test_a_file_that_is_not_the_demos_is_refused_and_stays(
    make: Make, reason: str, state: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "real.db"
    make(path)
    before = content(tmp_path)
    for _ in range(2):
        with pytest.raises(Exception, match=r".") as caught:
            demo(path, 0, state)
        failure = worded(caught.value)
        assert failure is not None
        assert failure.code == 2
        assert len(failure.lines) == 1
        assert reason in failure.lines[0]
        assert content(tmp_path) == before


@pytest.mark.parametrize("make", [set_up, _joined, _newer])
async def test_the_stage_itself_plays_in_no_file_of_others(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "real.db"
    make(path)
    before = content(tmp_path)
    with pytest.raises((NotNow, NewerDatabaseError)):
        async with running(path, start=START):
            raise AssertionError
    assert content(tmp_path) == before


def test_a_copy_needs_something_to_copy(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="Give it with --database"):
        demo(None, 0, None, copy=True)
    with pytest.raises(Failure, match="no such file"):
        demo(tmp_path / "none.db", 0, None, copy=True)
    connect(tmp_path / "empty.db").close()
    with pytest.raises(Failure, match="nothing is set up"):
        demo(tmp_path / "empty.db", 0, None, copy=True)


async def test_ones_own_roster_is_played_in_a_copy(tmp_path: Path) -> None:
    path, place = tmp_path / "real.db", tmp_path / "copy" / "demo.db"
    set_up(path)
    before = content(tmp_path)
    state_files.copied(path, place)
    start = opening(place, START)
    assert start == datetime(2017, 2, 1, 2, tzinfo=UTC)
    async with running(place, start=start, limits="off") as played:
        labels = {one.account.label for one in played.server.people()}
        assert {"Kontak Sudinkes", "Bagian Hukum", "Kanwil", "Administrator"} <= labels
        assert len(labels) == 14
        siti = next(o for o in played.server.people() if o.account.label == "Kontak Sudinkes")
        siti.open_link(siti.account.start_link or "")
        await siti.wait_for("Selamat datang")
        assert "2016" in siti.text
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before["real.db"]
    async with running(place, start=start, limits="off") as again:
        assert (await again.stage.view())["state"] == "kept"


def test_a_copy_is_taken_while_others_write_and_is_the_demos(tmp_path: Path) -> None:
    path, place = tmp_path / "real.db", tmp_path / "demo.db"
    set_up(path)
    with closing(connect(path)) as db:
        db.execute(
            "INSERT INTO persons (telegram_id, name, joined_at) VALUES (4242, 'Ratna', '2017-02-02')"
        )  # in the log
        copy(path, place)
    assert (state_files.look(path), state_files.look(place)) == (
        state_files.FileContent.SET_UP,
        state_files.FileContent.PLAYED,
    )
    assert any("Ratna" in row for row in dump(place, "persons"))
    assert opening(place, START) is None  # people have joined: time goes on


async def test_nothing_is_deleted_however_often_another_state_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    async with running(path, state="empty", start=START) as played:
        for _ in range(3):
            await played.stage.set_state("empty")
    names = sorted(one for one in os.listdir(tmp_path) if not one.endswith(("-wal", "-shm")))  # noqa: PTH208
    assert [one for one in names if not one.endswith("-files")] == [
        "kept.db", "kept.db.before", "kept.db.before2", "kept.db.before3",
    ]  # fmt: skip


async def test_an_example_from_before_the_mark_goes_on_and_a_new_year_opens_no_second_period(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kept.db"
    async with running(path, state="empty", start=START):
        pass
    with closing(connect(path)) as db:
        db.execute("PRAGMA application_id = 0")
    async with running(path, start=START + timedelta(days=90)) as again:
        assert (await again.stage.view())["state"] == "kept"
    assert len(dump(path, "periods")) == 1


@pytest.mark.parametrize("days", [10, 31, 300])
async def test_whoever_has_not_joined_can_join_after_the_clock_was_moved(
    days: int, tmp_path: Path
) -> None:
    async with running(tmp_path / "demo.db", state="mid", start=START, limits="off") as played:
        await played.stage.move(forward=timedelta(days=days).total_seconds())
        for label in ("Administrator", "Kontak Sudinsos", "Kontak Sudin PPAPP"):
            person = next(two for two in played.server.people() if two.account.label == label)
            person.open_link(person.account.start_link or "")
            await person.wait_for("Selamat datang")


async def test_the_ministry_has_todays_name_in_the_demo(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    async with running(path, state="empty", start=START):
        pass
    period = " ".join(str(one) for one in dump(path, "periods")[0])
    assert "Kementerian HAM" in period
    assert "Hukum dan HAM" not in period
    assert "Hukum dan HAM" in bundled("jakarta-pusat").institution  # as it was in 2017
