"""`peduli-ham verify` and `backup`, beside a bot that goes on writing."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.drafts import Draft
from bot.storage import record
from bot.storage.database import connect


@pytest.fixture
def head(peduli) -> str:
    """A database with two entries, and its last hash."""
    peduli("setup", "jakarta-pusat")
    peduli("setup", "jakarta-pusat", "--new-links")
    with closing(sqlite3.connect("peduli-ham.db")) as connection:
        return connection.execute("SELECT hash FROM record ORDER BY id DESC").fetchone()[0]


def tamper(statement: str, path: str = "peduli-ham.db") -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS record_keeps")
        connection.execute("DROP TRIGGER IF EXISTS record_stays")
        connection.execute(statement)


def test_a_whole_record(peduli, head: str) -> None:
    done = peduli("verify")
    assert (done.exit_code, done.stderr) == (0, "")
    assert (
        done.stdout
        == f"period 2017: head {head}\npeduli-ham.db: whole, 2 entries, files included.\n"
    )


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE record SET body = replace(body, 'setup', 'other') WHERE id = 1", "entry 1 of period 2017: its text was changed"),
        ("UPDATE record SET at = '2000-01-01T00:00:00Z' WHERE id = 2", "entry 2 of period 2017: its columns were changed"),
        ("DELETE FROM record WHERE id = 1", "entry 2 of period 2017: it does not follow the one before it"),
        ("UPDATE record SET id = 5 WHERE id = 2", "entry 5 of period 2017: an entry before it is missing"),
    ],
)  # fmt: skip
def test_a_broken_record_names_the_first_break(
    peduli, head: str, statement: str, place: str
) -> None:
    tamper(statement)
    done = peduli("verify")
    assert done.exit_code == 1
    assert done.stderr == f"peduli-ham.db: BROKEN at {place}.\n"


def test_a_backup_is_one_private_file(peduli, head: str) -> None:
    done = peduli("backup", "copy.db")
    assert (done.exit_code, done.stderr) == (0, "")
    size = Path("copy.db").stat().st_size
    assert done.stdout == (
        f"copy.db: copied and verified, 2 entries, {size} bytes.\nperiod 2017: head {head}\n"
    )
    assert stat.S_IMODE(Path("copy.db").stat().st_mode) == 0o600
    assert [one.name for one in Path().iterdir() if "part" in one.name] == []
    assert peduli("verify", "--database", "copy.db").exit_code == 0
    with (
        closing(sqlite3.connect("copy.db")) as copy,
        closing(sqlite3.connect("peduli-ham.db")) as db,
    ):
        assert list(copy.iterdump()) == list(db.iterdump())


def test_a_backup_beside_a_writer_holds_what_is_committed(peduli, head: str) -> None:
    with closing(connect(Path("peduli-ham.db"))) as bot:
        bot.execute("BEGIN IMMEDIATE")
        record.append(bot, record.Entry(1, "note", "2017-02-02T00:00:00Z"))
        assert peduli("backup", "before.db").exit_code == 0
        bot.execute("COMMIT")
        assert peduli("backup", "after.db").exit_code == 0
    assert "2 entries" in peduli("verify", "--database", "before.db").stdout
    assert "3 entries" in peduli("verify", "--database", "after.db").stdout


def test_a_backup_works_as_a_database(peduli, head: str) -> None:
    peduli("backup", "copy.db")
    done = peduli("setup", "jakarta-pusat", "--database", "copy.db")
    assert "Nothing to change." in done.stdout


def test_a_backup_never_overwrites(peduli, head: str) -> None:
    Path("copy.db").write_text("mine")
    done = peduli("backup", "copy.db")
    assert done.exit_code == 2
    assert done.stderr == "copy.db: exists and is not overwritten. Give another name.\n"
    assert Path("copy.db").read_text() == "mine"


def test_a_backup_of_a_broken_record_is_not_made(peduli, head: str) -> None:
    tamper("UPDATE record SET body = '{}' WHERE id = 2")
    done = peduli("backup", "copy.db")
    assert done.exit_code == 1
    assert done.stderr == (
        "copy.db: not made; the record is broken at entry 2 of period 2017: its text was changed."
        " See `peduli-ham verify`.\n"
    )
    assert [one.name for one in Path().iterdir() if one.name.startswith((".", "copy"))] == []


@pytest.mark.parametrize("command", [["verify"], ["backup", "copy.db"]])
def test_what_is_no_database_of_ours(peduli, command: list[str]) -> None:
    done = peduli(*command)
    assert (done.exit_code, done.stderr) == (
        2,
        "peduli-ham.db: no such file. Give the database with --database or DATABASE; `peduli-ham setup` makes"
        " one.\n",
    )
    Path("peduli-ham.db").write_bytes(b"x" * 5000)
    assert (
        peduli(*command).stderr
        == "peduli-ham.db: not a SQLite database. Give the file of --database.\n"
    )
    Path("peduli-ham.db").unlink()
    tamper("CREATE TABLE other (x)")
    assert peduli(*command).stderr == (
        "peduli-ham.db: not a database of peduli-ham. Give the file of --database.\n"
    )
    assert not Path("copy.db").exists()


def test_a_backup_needs_its_folder(peduli, head: str) -> None:
    done = peduli("backup", "no/copy.db")
    assert (done.exit_code, done.stderr) == (
        2,
        "no: no such folder. Give a file in one that exists.\n",
    )


def test_a_draft_that_finds_its_name_taken_is_kept(folder: Path) -> None:
    draft = Draft(folder / "x")
    draft.open().write_text("links")
    (folder / "x").write_text("other")
    with pytest.raises(Exception, match="exists by now; what was made is"):
        draft.publish()
    assert draft.path.read_text() == "links"


def test_a_draft_without_hard_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr("bot.cli.drafts.os.link", refuse)
    draft = Draft(folder / "x")
    draft.open().write_text("links")
    draft.publish()
    assert [one.name for one in folder.iterdir()] == ["x"]
