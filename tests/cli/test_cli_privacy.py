"""`privacy` and `tidy`: settings as a file, and what they remove."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.model.privacy import KEEP
from tests.cli.conftest import Peduli


@pytest.fixture
def database(peduli: Peduli) -> Path:
    assert peduli("setup", "jakarta-pusat").exit_code == 0
    path = Path("peduli-ham.db")
    with closing(sqlite3.connect(path)) as db:
        for at in ("2017-01-01T00:00:00Z", "2017-01-02T00:00:00Z"):
            db.execute(
                "INSERT INTO outbox (chat_id, method, payload, created_at, done_at, state)"
                " VALUES (11, 'sendMessage', 'Yth. Siti', ?, ?, 'sent')",
                (at, at),
            )
        db.commit()
    return path


def test_settings_are_printed_set_and_printed_again(peduli: Peduli, database: Path) -> None:
    usual = peduli("privacy").stdout
    assert 'controller = ""' in usual
    assert f"letters = {KEEP['letters']}" in usual
    Path("own.toml").write_text(
        '[notice]\ncontact = "Bu \\"Ani\\""\n[keep]\nletters = 7\n', encoding="utf-8"
    )
    assert peduli("privacy", "own.toml").stdout == "Set for the whole period 2017.\n"
    own = peduli("privacy").stdout
    assert 'contact = "Bu \\"Ani\\""' in own
    assert "letters = 7\n" in own
    assert peduli("privacy", "--region", "31.71").stdout == usual
    Path("again.toml").write_text(own, encoding="utf-8")
    assert peduli("privacy", "again.toml", "--region", "jakpus").stdout == "Set for jakpus 2017.\n"
    assert peduli("privacy", "--region", "31.71").stdout == own


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[notice", "own.toml: not TOML: "),
        ("[other]", "the file: no other there. Known: notice, keep."),
        ("keep = 3", "keep: a table is expected."),
        ("[notice]\nlove = ''", "notice: no love there. Known: controller, "),
        ("[notice]\npurpose = 3", "notice.purpose: a text of up to 600 characters is expected."),
        (f"[notice]\npurpose = '{'x' * 601}'", "notice.purpose: a text of up to 600 characters"),
        ("[keep]\nall = 3", "keep: no all there. Known: letters, "),
        ("[keep]\nletters = 0", "keep.letters: a number of days is expected, 1 to 3650."),
        ("[keep]\nletters = true", "keep.letters: a number of days"),
        ("[keep]\nletters = '3'", "keep.letters: a number of days"),
    ],
)
def test_what_a_file_may_not_say(peduli: Peduli, database: Path, text: str, fault: str) -> None:
    before = peduli("privacy").stdout
    Path("own.toml").write_text(text, encoding="utf-8")
    done = peduli("privacy", "own.toml")
    assert done.exit_code == 2
    assert done.stderr.startswith(fault)
    assert peduli("privacy").stdout == before


def test_a_dry_run_says_how_much_and_removes_nothing(peduli: Peduli, database: Path) -> None:
    done = peduli("tidy", "--dry-run")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "messages that went out" in done.stdout
    assert "9 bytes" in done.stdout
    assert done.stdout.endswith("Nothing was removed: --dry-run.\n")
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT count(*) FROM outbox").fetchone() == (2,)
        assert db.execute("SELECT count(*) FROM record").fetchone() == (1,)


def test_what_is_removed_is_overwritten_and_on_record(peduli: Peduli, database: Path) -> None:
    done = peduli("tidy")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("peduli-ham.db: whole, 2 entries.\n")
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT id FROM outbox").fetchall() == [(2,)]
    assert peduli("tidy").stdout.startswith("There is nothing to remove.\n")
    assert peduli("verify").exit_code == 0


def test_a_broken_record_is_not_tidied(peduli: Peduli, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("DROP TRIGGER record_keeps")
        db.execute("UPDATE record SET body = replace(body, 'setup', 'other')")
    assert peduli("tidy").exit_code == 1
