"""Rosters as files on a real database: upgrade, replacement, what a preview rests on, and foretelling that writes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import iso
from bot.roster import SetupError, apply_roster, bundled, foretold
from bot.storage import migrations, record, roster_uploads
from bot.storage.database import connect
from bot.storage.roster import RosterCache
from bot.workers.roster_upload_worker import planned
from flows.model.events import Upload
from flows.model.record_kinds import EntryKind
from flows.model.roster_draft import RosterState
from tests.support import START, dump

NOW = iso(START)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "a.db")
    roster = bundled("jakarta-pusat")
    apply_roster(connection, roster, now=START, bot_username=None)
    for number, role in ((1, "admin"), (2, "kanwil")):
        connection.execute(
            "INSERT INTO persons (id, telegram_id, name, joined_at) VALUES (?, ?, ?, ?)",
            (number, number + 100, f"Orang {number}", NOW),
        )
        connection.execute(
            "INSERT INTO seats (id, person_id, role, province, since) VALUES (?, ?, ?, '31', ?)",
            (number, number, role, NOW),
        )
    yield connection
    connection.close()


def upload(name: str) -> Upload:
    return Upload("document", f"F-{name}", f"U-{name}", name, 10, None, 5)


def take(db: sqlite3.Connection, name: str, seat: int = 1) -> int:
    return roster_uploads.take(db, seat, 101, upload(name), NOW)


def states(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT state FROM roster_files ORDER BY id")]


def show(db: sqlite3.Connection, base: str = "b") -> roster_uploads.WaitingRoster:
    file = roster_uploads.waiting(db)[0]
    roster_uploads.show(db, file, b"bytes", "d", base, iso(START + timedelta(hours=24)))
    return file


def test_a_newer_file_replaces_what_the_seat_has_not_confirmed(db: sqlite3.Connection) -> None:
    take(db, "a.yaml")
    show(db)
    take(db, "lain.yaml", seat=2)
    take(db, "b.yaml")
    assert states(db) == ["replaced", "waiting", "waiting"]
    assert [one.name for one in roster_uploads.waiting(db)] == ["lain.yaml", "b.yaml"]
    roster_uploads.settle(db, 3, RosterState.CONFIRMED, NOW)
    take(db, "c.yaml")
    assert states(db) == ["replaced", "waiting", "confirmed", "waiting"]
    assert db.execute("SELECT content FROM roster_files WHERE id = 1").fetchone() == (None,)


def test_a_file_is_its_seat_s_alone_and_its_preview_expires(db: sqlite3.Connection) -> None:
    number = take(db, "a.yaml")
    file = show(db)
    shown = roster_uploads.find(db, number, 1, START)
    assert shown is not None
    assert (shown.state, shown.preview, shown.expired) == (RosterState.SHOWN, 1, False)
    late = roster_uploads.find(db, number, 1, START + timedelta(hours=24))
    assert late is not None
    assert late.expired
    assert roster_uploads.find(db, number, 2, START) is None
    assert not roster_uploads.is_still(db, file)  # it waited when it was taken up; now it is shown


def test_bytes_are_kept_of_what_was_applied_only(db: sqlite3.Connection) -> None:
    for state, kept in ((RosterState.APPLIED, b"bytes"), (RosterState.DROPPED, None)):
        number = take(db, "a.yaml")
        show(db)
        roster_uploads.settle(db, number, RosterState.CONFIRMED, NOW)
        assert roster_uploads.waiting(db)[0].content == b"bytes"
        roster_uploads.settle(db, number, state, NOW)
        row = db.execute("SELECT content FROM roster_files WHERE id = ?", (number,)).fetchone()
        assert row == (kept,)


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ("SELECT 1", True),
        ("UPDATE seats SET suspended_at = '2017' WHERE id = 1", False),
        ("UPDATE seats SET until = '2017' WHERE id = 1", False),
        ("UPDATE seats SET role = 'kanwil' WHERE id = 1", False),
    ],
)
def test_only_an_administrator_of_now_may_apply(
    db: sqlite3.Connection, change: str, may: bool
) -> None:
    db.execute(change)
    sender = roster_uploads.sender(db, 1)
    assert (sender is not None) == may
    if sender:
        assert (sender.name, sender.province) == ("Orang 1", "31")
    assert roster_uploads.sender(db, 2) is None


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ("UPDATE periods SET deadline = '2017-04-01'", True),
        ("UPDATE regions SET name = 'X'", True),
        ("UPDATE units SET short = 'X' WHERE id = 1", True),
        ("DELETE FROM aliases WHERE unit_id = 1", True),
        ("UPDATE assignments SET until = '2017' WHERE unit_id = 1 AND indicator = 1", True),
        ("UPDATE provinces SET name = 'X'", True),
        ("UPDATE invitations SET revoked_at = '2017' WHERE id = 1", True),
        ("UPDATE persons SET name = 'X'", False),
    ],
)
def test_a_preview_rests_on_the_roster_and_on_who_has_a_link(
    db: sqlite3.Connection, change: str, counts: bool
) -> None:
    def base() -> str:
        db.execute("BEGIN")
        made = foretold(db, bundled("jakarta-pusat"), now=START)
        db.execute("COMMIT")
        return roster_uploads.base(db, planned(made))

    before = base()
    assert base() == before  # the tokens of links are drawn anew, and do not count
    db.execute(change)
    assert (base() != before) == counts


def test_an_answer_meanwhile_does_not_void_a_preview(db: sqlite3.Connection) -> None:
    before = roster_uploads.base(db, [])
    entry = record.Entry(
        1, EntryKind.ANSWER, NOW, 1, 1, 1, details={"answer": {"value": "1"}, "by": "A"}
    )
    record.append(db, entry)
    assert roster_uploads.base(db, []) == before


def test_foretelling_says_what_applying_does_and_writes_nothing(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    roster = bundled("jakarta-pusat")
    db.execute("UPDATE units SET short = 'X' WHERE id = 1")
    db.execute("UPDATE assignments SET until = '2017' WHERE unit_id = 2")
    db.execute("UPDATE invitations SET revoked_at = '2017' WHERE unit_id = 3")
    tables = ("periods", "regions", "units", "aliases", "assignments", "invitations", "record")
    before = dump(tmp_path / "a.db", *tables)
    db.execute("BEGIN")
    plan = planned(foretold(db, roster, now=START))
    db.execute("COMMIT")
    assert dump(tmp_path / "a.db", *tables) == before
    done = apply_roster(db, roster, now=START, bot_username=None)
    assert planned(done) == plan
    assert len(done.links) == 1


def test_what_the_database_cannot_follow_is_refused_and_leaves_nothing(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    db.execute("UPDATE periods SET state = 'closed'")
    before = dump(tmp_path / "a.db", "provinces", "record")
    db.execute("BEGIN")
    with pytest.raises(SetupError, match="is closed") as caught:
        foretold(db, bundled("jakarta-pusat"), now=START)
    db.execute("COMMIT")
    assert (caught.value.code, caught.value.params) == ("closed", {"period": "2017"})
    assert dump(tmp_path / "a.db", "provinces", "record") == before


def test_the_roster_in_memory_is_read_again_after_an_own_change(db: sqlite3.Connection) -> None:
    cache = RosterCache()
    first = cache.get(db)
    db.execute("UPDATE units SET short = 'X' WHERE id = 1")
    assert cache.get(db) is first
    cache.forget()
    again = cache.get(db)
    assert again is not None
    assert again.units[1].short == "X"


def test_a_database_of_before_gets_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = migrations.STEPS
    place = [name for name, _ in steps].index("m012_rosters")
    monkeypatch.setattr(migrations, "STEPS", (*steps[:place], *steps[place + 1 :]))
    old = connect(tmp_path / "old.db")
    apply_roster(old, bundled("jakarta-pusat"), now=START, bot_username=None)
    old.close()
    monkeypatch.setattr(migrations, "STEPS", steps)
    new = connect(tmp_path / "old.db")
    assert new.execute("SELECT count(*) FROM roster_files").fetchone() == (0,)
    assert new.execute("SELECT count(*) FROM units").fetchone() == (12,)
    assert record.verify(new).broken is None
    new.close()
