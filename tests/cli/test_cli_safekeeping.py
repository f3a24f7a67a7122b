"""`peduli-ham verify` and `backup`, beside a bot that goes on writing."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.atomic_files import Draft
from bot.cli.process_lock import only_one
from bot.storage import record
from bot.storage.database import connect
from bot.storage.evidence_files import keep, place_of
from bot.storage.restoring import FURTHER
from bot.storage.setup import open_existing
from flows.model.record_kinds import EntryKind
from tests.cli.conftest import Peduli


@pytest.fixture
def head(peduli: Peduli) -> str:
    """A database with two entries, and its last hash."""
    peduli("setup", "jakarta-pusat")
    peduli("setup", "jakarta-pusat", "--new-links")
    with closing(sqlite3.connect("peduli-ham.db")) as connection:
        return str(connection.execute("SELECT hash FROM record ORDER BY id DESC").fetchone()[0])


def tamper(statements: str, path: str = "peduli-ham.db") -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS record_keeps")
        connection.execute("DROP TRIGGER IF EXISTS record_stays")
        connection.executescript(statements)


def test_a_whole_record(peduli: Peduli, head: str) -> None:
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
    peduli: Peduli, head: str, statement: str, place: str
) -> None:
    tamper(statement)
    done = peduli("verify")
    assert done.exit_code == 1
    assert done.stderr == f"peduli-ham.db: BROKEN at {place}.\n"


def append(*numbers: int) -> None:
    with closing(connect(Path("peduli-ham.db"))) as bot:
        for number in numbers:
            at = f"2017-02-{number:02}T00:00:00Z"
            record.append(bot, record.Entry(1, EntryKind.NOTE, at, details={"by": "Siti"}))


def test_verify_goes_on_from_a_signed_checkpoint(peduli: Peduli, head: str) -> None:
    done = peduli("verify", "--since", "safe.json")
    assert done.stdout.endswith("peduli-ham.db: whole, 2 entries, files included.\n")
    assert stat.S_IMODE(Path("safe.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(Path("safe.json.key").stat().st_mode) == 0o600
    append(2, 3)
    done = peduli("verify", "--since", "safe.json")
    assert done.exit_code == 0
    assert "whole, 4 entries. Read were the 2 since " in done.stdout
    tamper("UPDATE record SET body = replace(body, 'setup', 'other') WHERE id = 1")
    assert peduli("verify", "--since", "safe.json").exit_code == 0, "what is older is not read"
    assert peduli("verify").exit_code == 1
    append(4)
    tamper("UPDATE record SET body = replace(body, 'Siti', 'Budi') WHERE id = 5")
    done = peduli("verify", "--since", "safe.json")
    assert done.exit_code == 1
    assert done.stderr == "peduli-ham.db: BROKEN at entry 5 of period 2017: its text was changed.\n"


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("DELETE FROM record WHERE id = 2", "entry 1 of period 2017"),  # cut short: whole in itself
        ("DELETE FROM record", "entry 0 of period 2017"),
        ("UPDATE record SET hash = 'x' WHERE id = 2", "entry 2 of period 2017"),
    ],
)
def test_what_was_vouched_for_must_still_be_there(
    peduli: Peduli, head: str, statement: str, place: str
) -> None:
    assert peduli("verify", "--since", "safe.json").exit_code == 0
    tamper(statement)
    done = peduli("verify", "--since", "safe.json")
    assert done.exit_code == 1
    assert done.stderr == (
        f"peduli-ham.db: BROKEN at {place}:"
        " the record no longer ends there as it did at the checkpoint.\n"
    )


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (
            lambda path: path.write_text(
                path.read_text(encoding="utf-8").replace("2", "1", 1), encoding="utf-8"
            ),
            "not signed with",
        ),
        (
            lambda path: Path(f"{path}.key").write_text("0" * 64, encoding="utf-8"),
            "not signed with",
        ),
        (lambda path: Path(f"{path}.key").unlink(), "its key"),
        (lambda path: path.write_text("{}", encoding="utf-8"), "not a file that"),
        (lambda path: path.write_bytes(b"\xff"), "not a file that"),
    ],
)
def test_a_checkpoint_that_vouches_for_nothing(
    peduli: Peduli, head: str, spoil: Callable[[Path], object], problem: str
) -> None:
    peduli("verify", "--since", "safe.json")
    spoil(Path("safe.json"))
    before = Path("safe.json").read_bytes()
    done = peduli("verify", "--since", "safe.json")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"safe.json: {problem}")
    assert done.stderr.count("\n") == 1
    assert Path("safe.json").read_bytes() == before


def test_a_checkpoint_needs_its_folder(peduli: Peduli, head: str) -> None:
    done = peduli("verify", "--since", "nowhere/safe.json")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "nowhere: no permission" in done.stderr
    Path("folder").mkdir()
    done = peduli("verify", "--since", "folder")
    assert done.exit_code == 2


def test_only_files_that_came_since_are_read(peduli: Peduli, head: str) -> None:
    digest = proof(Path("peduli-ham-files"), b"lama")
    assert peduli("verify", "--since", "safe.json").exit_code == 0
    place_of(Path("peduli-ham-files"), digest).unlink()
    assert peduli("verify", "--since", "safe.json").exit_code == 0
    assert "its file is not in" in peduli("verify").stderr


def test_a_backup_is_one_private_file(peduli: Peduli, head: str) -> None:
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


def test_a_backup_beside_a_writer_holds_what_is_committed(peduli: Peduli, head: str) -> None:
    with closing(connect(Path("peduli-ham.db"))) as bot:
        bot.execute("BEGIN IMMEDIATE")
        record.append(bot, record.Entry(1, EntryKind.NOTE, "2017-02-02T00:00:00Z"))
        assert peduli("backup", "before.db").exit_code == 0
        bot.execute("COMMIT")
        assert peduli("backup", "after.db").exit_code == 0
    assert "2 entries" in peduli("verify", "--database", "before.db").stdout
    assert "3 entries" in peduli("verify", "--database", "after.db").stdout


def test_a_backup_works_as_a_database(peduli: Peduli, head: str) -> None:
    peduli("backup", "copy.db")
    done = peduli("setup", "jakarta-pusat", "--database", "copy.db")
    assert "Nothing to change." in done.stdout


def test_a_backup_never_overwrites(peduli: Peduli, head: str) -> None:
    Path("copy.db").write_text("mine", encoding="utf-8")
    done = peduli("backup", "copy.db")
    assert done.exit_code == 2
    assert done.stderr == "copy.db: exists and is not overwritten. Give another name.\n"
    assert Path("copy.db").read_text(encoding="utf-8") == "mine"


def test_a_backup_of_a_broken_record_is_not_made(peduli: Peduli, head: str) -> None:
    tamper("UPDATE record SET body = '{}' WHERE id = 2")
    done = peduli("backup", "copy.db")
    assert done.exit_code == 1
    assert done.stderr == (
        "copy.db: not made; the record is broken at entry 2 of period 2017: its text was changed."
        " See `peduli-ham verify`.\n"
    )
    assert [one.name for one in Path().iterdir() if one.name.startswith((".", "copy"))] == []


def test_a_damaged_backup_is_not_made_though_its_record_holds(peduli: Peduli, head: str) -> None:
    tamper(
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'IS NULL', 'IS NOT NULL')"
        " WHERE name = 'assignments_by_unit'"
    )
    assert peduli("verify").exit_code == 0
    done = peduli("backup", "copy.db")
    assert done.exit_code == 1
    assert done.stderr == (
        "copy.db: not made; the copy is damaged: wrong # of entries in index assignments_by_unit.\n"
    )
    assert [one.name for one in Path().iterdir() if one.name.startswith((".", "copy"))] == []


@pytest.mark.parametrize("command", [["verify"], ["backup", "copy.db"]])
def test_what_is_no_database_of_ours(peduli: Peduli, command: list[str]) -> None:
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


def test_a_backup_needs_its_folder(peduli: Peduli, head: str) -> None:
    done = peduli("backup", "no/copy.db")
    assert (done.exit_code, done.stderr) == (
        2,
        "no: no such folder. Give a file in one that exists.\n",
    )


def test_a_draft_that_finds_its_name_taken_is_kept(folder: Path) -> None:
    draft = Draft(folder / "x")
    draft.open().write_text("links", encoding="utf-8")
    (folder / "x").write_text("other", encoding="utf-8")
    with pytest.raises(Exception, match="exists by now; what was made is"), draft:
        pass
    assert draft.path.read_text(encoding="utf-8") == "links"


def test_a_draft_without_hard_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr("bot.cli.atomic_files.os.link", refuse)
    with Draft(folder / "x") as draft:
        draft.open().write_text("links", encoding="utf-8")
    assert [one.name for one in folder.iterdir()] == ["x"]


def proof(files: Path, content: bytes) -> str:
    """A file of evidence, as the bot stores it and puts it on record."""
    files.mkdir(exist_ok=True)
    digest = keep(files, content)
    with closing(connect(Path("peduli-ham.db"))) as bot:
        details = {"evidence": 1, "sha256": digest, "mime": "text/plain", "size": len(content)}
        row = (
            1,
            1,
            1,
            "document",
            "f",
            "u",
            "x.txt",
            len(content),
            5,
            "Siti",
            "",
            "stored",
            digest,
            "text/plain",
        )
        bot.execute(
            "INSERT OR REPLACE INTO evidence (id, period_id, unit_id, indicator, kind, file_id, unique_id,"
            " name, size, chat_id, by, at, state, sha256, mime) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        first = {
            "evidence": 1,
            "by": "Siti",
            "file_kind": "document",
            "file_id": "f",
            "unique_id": "u",
        }
        first |= {"name": "x.txt", "caption": None}
        record.append(bot, record.Entry(1, EntryKind.EVIDENCE, "", 1, 1, details=first))
        record.append(
            bot, record.Entry(1, EntryKind.STORED, "2017-03-10T02:00:00Z", 1, 1, details=details)
        )
    return digest


def test_evidence_goes_with_the_backup_and_comes_back(peduli: Peduli, head: str) -> None:
    digest = proof(Path("peduli-ham-files"), b"laporan")
    done = peduli("backup", "plain.db")
    assert done.exit_code == 0
    assert done.stdout.endswith(
        "Not copied: 1 file of evidence in peduli-ham-files. Give --files-to FOLDER.\n"
    )
    for name, new in (("one.db", 1), ("two.db", 0)):
        done = peduli("backup", name, "--files-to", "safe")
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.endswith(f"safe: 1 file of evidence, {new} new.\n")
    copy = place_of(Path("safe"), digest)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert peduli("verify", "--database", "two.db", "--files", "safe").exit_code == 0
    copy.write_bytes(b"laporax")  # a copy that rotted is made anew
    assert "1 new" in peduli("backup", "three.db", "--files-to", "safe").stdout
    assert copy.read_bytes() == b"laporan"

    Path("peduli-ham.db").unlink()
    place_of(Path("peduli-ham-files"), digest).unlink()
    done = peduli("restore", "two.db", "--files-from", "safe")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "peduli-ham.db: restored; the last entry is of 2017-03-10T02:00:00Z.\n"
        "What was stored after it is not there: those questions are open again.\n"
        "peduli-ham-files: 1 file of evidence, 1 new.\n"
    )
    assert peduli("verify").exit_code == 0
    log = peduli("export", "--format", "jsonl").stdout.splitlines()
    assert '"action":"Cadangan dipulihkan"' in log[-1]
    assert stat.S_IMODE(Path("peduli-ham.db").stat().st_mode) == 0o600


def test_a_backup_says_which_evidence_is_lost(peduli: Peduli, head: str) -> None:
    digest = proof(Path("peduli-ham-files"), b"laporan")
    place_of(Path("peduli-ham-files"), digest).unlink()
    done = peduli("backup", "one.db", "--files-to", "safe")
    assert done.exit_code == 1
    assert done.stderr == "peduli-ham-files: the files of entries 4 are lost or changed.\n"
    assert Path("one.db").exists(), "the database itself is copied all the same"


def test_a_restore_replaces_nothing(peduli: Peduli, head: str) -> None:
    peduli("backup", "one.db")
    done = peduli("restore", "one.db")
    problem = "peduli-ham.db: exists, and a restore replaces nothing. Move it away first, or give --aside.\n"
    assert (done.exit_code, done.stderr) == (2, problem)
    Path("peduli-ham.db").unlink()
    Path("peduli-ham.db-wal").write_bytes(b"of another life")
    done = peduli("restore", "one.db")
    assert (done.exit_code, done.stderr) == (2, problem.replace(".db:", ".db-wal:"))
    Path("peduli-ham.db-wal").unlink()
    with only_one(Path("peduli-ham.db")):
        done = peduli("restore", "one.db", "--aside")
        assert (done.exit_code, done.stderr) == (
            2,
            "peduli-ham.db: another process already serves it. Stop that one first.\n",
        )
    assert peduli("restore", "no.db").stderr.startswith("no.db: no such file.")
    Path("text.db").write_text("hello" * 1000, encoding="utf-8")
    assert peduli("restore", "text.db").stderr == (
        "text.db: not a SQLite database. Give the file of --database.\n"
    )
    tamper("UPDATE record SET body = '{}' WHERE id = 1", "one.db")
    done = peduli("restore", "one.db")
    assert done.exit_code == 1
    assert "the record is broken at entry 1" in done.stderr
    assert not Path("peduli-ham.db").exists()


def heads(path: str = "peduli-ham.db") -> list[str]:
    with closing(open_existing(Path(path))) as connection:
        return [row[0] for row in connection.execute("SELECT hash FROM record ORDER BY id")]


def test_a_restore_puts_what_is_there_aside_with_its_log(peduli: Peduli, head: str) -> None:
    peduli("backup", "one.db")
    before = heads()
    for name, count in (("peduli-ham.db.before", 1), ("peduli-ham.db.before2", 2)):
        with closing(connect(Path("peduli-ham.db"))) as bot:
            bot.execute("PRAGMA wal_autocheckpoint = 0")
            record.append(
                bot, record.Entry(1, EntryKind.NOTE, "2017-03-11T02:00:00Z", details={"by": "x"})
            )
            log = Path("peduli-ham.db-wal").read_bytes()
            content = Path("peduli-ham.db").read_bytes()
        Path("peduli-ham.db").write_bytes(content)  # as the process died
        Path("peduli-ham.db-wal").write_bytes(log)
        done = peduli("restore", "one.db", "--aside")
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.startswith(f"peduli-ham.db: what was there is {name} now.\n")
        assert heads()[: len(before)] == before
        assert len(heads(name)) == len(before) + count
    assert peduli("verify").exit_code == 0


def test_a_restore_that_fails_leaves_what_is_there(peduli: Peduli, head: str) -> None:
    peduli("backup", "one.db")
    tamper("UPDATE record SET body = '{}' WHERE id = 1", "one.db")
    before = Path("peduli-ham.db").read_bytes()
    assert peduli("restore", "one.db", "--aside").exit_code == 1
    assert peduli("restore", "nowhere.db", "--aside").exit_code == 2
    assert Path("peduli-ham.db").read_bytes() == before
    names = [one.name for one in Path().iterdir()]
    assert not [name for name in names if ".before" in name or ".part" in name]


def test_a_lost_database_is_restored_with_aside_too(peduli: Peduli, head: str) -> None:
    peduli("backup", "one.db")
    Path("peduli-ham.db").unlink()
    done = peduli("restore", "one.db", "--aside")
    assert done.stdout.startswith("peduli-ham.db: restored;")
    assert not Path("peduli-ham.db.before").exists()


def test_buttons_of_the_lost_time_mean_nothing(peduli: Peduli, head: str) -> None:
    with closing(connect(Path("peduli-ham.db"))) as bot:
        bot.execute("INSERT INTO focus VALUES (5, NULL, 11, '{}', '')")
    peduli("backup", "one.db")
    Path("peduli-ham.db").unlink()
    assert peduli("restore", "one.db").exit_code == 0
    with closing(connect(Path("peduli-ham.db"))) as bot:
        assert bot.execute("SELECT turn FROM focus").fetchone() == (11 + FURTHER,)
        assert bot.execute("SELECT kind FROM record ORDER BY id DESC").fetchone() == ("restored",)


def test_an_empty_database_can_be_restored(peduli: Peduli, folder: Path) -> None:
    connect(Path("empty.db")).close()
    done = peduli("restore", "empty.db")
    assert done.stdout.startswith(
        "peduli-ham.db: restored; the last entry is of no day: it is empty.\n"
    )
