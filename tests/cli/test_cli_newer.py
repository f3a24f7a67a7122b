"""A database of a newer program: every command refuses it with one sentence, and writes nothing."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import Result

from bot.storage.database import connect
from bot.storage.migrations import NewerDatabaseError
from tests.cli.test_cli_usage import COMMANDS, OF_INSTRUMENTS, is_clean
from tests.support import make_database

Peduli = Callable[..., Result]
NAME = "peduli-ham.db"
NONE = {"roster-template", "score", "check", "rehearse", "failed", "papers", *OF_INSTRUMENTS}
"""Commands that open no database of the installation."""
WORDS = {
    "setup": ["setup jakarta-pusat", "setup jakarta-pusat --dry-run"],
    "previous": ["previous last.yaml", "previous last.yaml --dry-run"],
    "backup": ["backup copy.db"],
    "restore": ["restore peduli-ham.db --database other.db", "restore old.db"],
    "export": ["export --what log", "export --what answers"],
    "recap": ["recap --region 31.71 --out recap.pdf"],
    "bundle": ["bundle --region 31.71 --out files.zip"],
    "papers make": ["papers make receipt --region 31.71 --unit kes --out receipt.pdf"],
    "papers settings": [
        "papers settings --region 31.71",
        "papers settings last.yaml --province 31",
    ],
    "invitations": ["invitations cards.pdf"],
    "handout": ["handout pages.pdf"],
    "import": ["import last.yaml --suggest map.yaml"],
    "forget": ["forget 1", "forget 1 --yes"],
    "tidy": ["tidy", "tidy --dry-run"],
    "privacy": ["privacy", "privacy last.yaml"],
    "verify": ["verify", "verify --paper PH-0000-0000"],
    "doctor": ["doctor", "doctor --json"],
    "failed show": ["failed show G-1"],
    "failed replay": ["failed replay G-1"],
    "failed drop": ["failed drop G-1"],
    "demo": ["demo --database peduli-ham.db", "demo --database peduli-ham.db --copy"],
}
CALLS = [call for name in COMMANDS if name not in NONE for call in WORDS.get(name, [name])]


def content(folder: Path) -> dict[str, str]:
    """Every file by its hash; the index of a log is SQLite's own affair."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    } | {str(path.relative_to(folder)): "" for path in folder.rglob("*") if path.is_dir()}


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO migrations VALUES ('m999_tomorrow', '2030-01-01')")


@pytest.fixture
def installation(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_TOKEN", "42:AAE")
    path = make_database(folder / NAME)
    shutil.copy(path, folder / "old.db")
    (folder / "last.yaml").write_text("year: 2015\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("words", CALLS)
def test_every_command_refuses_it(peduli: Peduli, installation: Path, words: str) -> None:
    newer(installation)
    before = content(installation.parent)
    result = peduli(*words.split())
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert "made by a newer version of peduli-ham (m999_tomorrow)" in line
    assert is_clean(line)
    assert content(installation.parent) == before


def test_it_is_refused_while_its_own_program_serves_it(peduli: Peduli, installation: Path) -> None:
    """What says that it is newer may lie in the log only."""
    with closing(connect(installation)) as served:
        served.execute("INSERT INTO migrations VALUES ('m999_tomorrow', '2030-01-01')")
        assert installation.with_name(f"{NAME}-wal").stat().st_size
        before = content(installation.parent)
        assert peduli("verify").exit_code == 2
        assert peduli("run").exit_code == 2
        with pytest.raises(NewerDatabaseError):
            connect(installation)
        assert content(installation.parent) == before


def test_what_only_looks_like_one_is_worded_as_before(peduli: Peduli, folder: Path) -> None:
    (folder / NAME).write_text("Daftar UKPD\n" * 400, encoding="utf-8")
    assert "not a SQLite database" in peduli("verify").stderr
    (folder / NAME).unlink()
    (folder / NAME).mkdir()
    assert peduli("verify").exit_code == 2
