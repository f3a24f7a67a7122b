"""What lies beside the database: a lock that follows no link and harms no file, a `.env` that nobody else reads."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import Result

from bot.cli.command_errors import Failure
from bot.cli.process_lock import is_served, only_one
from tests.support import make_database

Peduli = Callable[..., Result]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and modes are another matter there")


@pytest.fixture
def database(folder: Path) -> Path:
    return make_database(folder / "peduli-ham.db")


def lock(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def test_the_lock_follows_no_link(
    peduli: Peduli, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = database.with_name("surat.txt")
    target.write_text("Surat tugas", encoding="utf-8")
    lock(database).symlink_to(target)
    monkeypatch.setenv("BOT_TOKEN", "42:AAE")
    for words in (["run"], ["restore", str(database)]):
        done = peduli(*words)
        assert done.exit_code == 2
        (line,) = done.stderr.splitlines()
        if words[0] != "restore":  # whose target is there already
            assert "is a link" in line
    with pytest.raises(Failure, match="is a link"), only_one(database):
        raise AssertionError
    with pytest.raises(Failure, match="is a link"):
        is_served(database)
    assert peduli("doctor").exit_code == 1
    assert target.read_text(encoding="utf-8") == "Surat tugas"
    assert target.stat().st_size == 11


def test_a_link_to_nothing_makes_nothing(database: Path) -> None:
    lock(database).symlink_to(database.with_name("nowhere"))
    with pytest.raises(Failure, match="is a link"), only_one(database):
        raise AssertionError
    assert not database.with_name("nowhere").exists()


def test_a_file_of_that_name_is_not_emptied(database: Path) -> None:
    lock(database).write_text("milik orang lain", encoding="utf-8")
    os.link(lock(database), database.with_name("hard"))
    with only_one(database):
        assert is_served(database)
    assert not is_served(database)
    assert database.with_name("hard").read_text(encoding="utf-8") == "milik orang lain"


@pytest.mark.parametrize("make", [one for one in (getattr(os, "mkfifo", None), os.mkdir) if one])
def test_what_is_no_plain_file_is_no_lock(database: Path, make: Callable[[Path], None]) -> None:
    make(lock(database))
    with pytest.raises((Failure, IsADirectoryError, PermissionError)), only_one(database):
        raise AssertionError


def test_the_same_database_by_another_name_has_the_same_lock(database: Path) -> None:
    other = database.with_name("other.db")
    other.symlink_to(database)
    with only_one(other):
        assert is_served(database)
        with pytest.raises(Failure, match="already serves it"), only_one(database):
            raise AssertionError
    assert lock(database).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("mode", "wrong"), [(0o600, []), (0o400, []), (0o644, ["env_open"]), (0o640, ["env_open"])])  # fmt: skip
def test_doctor_tells_of_settings_that_others_may_read(
    peduli: Peduli, database: Path, mode: int, wrong: list[str]
) -> None:
    env = database.with_name(".env")
    env.write_text("BOT_TOKEN=42:AAE\nBOT_API_URL=http://127.0.0.1:9\n", encoding="utf-8")
    env.chmod(mode)
    checks = json.loads(peduli("doctor", "--json").stdout)["checks"]
    (settings,) = [check for check in checks if check["check"] == "settings"]
    assert settings["wrong"] == wrong
    assert settings["env_mode"] == f"{mode:o}"
    text = peduli("doctor").stdout
    assert ("chmod 600 .env" in " ".join(text.split())) == bool(wrong)


@pytest.mark.usefixtures("indonesian")
def test_doctor_shows_the_fullest_beside_the_quota(
    peduli: Peduli, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "42:AAE")
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("EVIDENCE_PER_PERSON", "20")
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for number, size in enumerate((10 * 2**20, 9 * 2**20)):
            connection.execute(
                "INSERT INTO evidence (period_id, unit_id, indicator, kind, file_id, unique_id, name,"
                " size, chat_id, by, at, state, sha256) VALUES (1, 1, 1, 'photo', 'f', 'u', 'n', ?, 5,"
                " 'S', 'x', 'stored', ?)",
                (size, str(number)),
            )
    checks = json.loads(peduli("doctor", "--json").stdout)["checks"]
    (evidence,) = [check for check in checks if check["check"] == "evidence"]
    assert "quota_near" in evidence["wrong"]
    assert evidence["person_bytes"] == evidence["office_bytes"] == 19 * 2**20
    assert evidence["person_quota_bytes"] == 20 * 2**20
    assert evidence["office_quota_bytes"] == 1000 * 2**20
    assert "per orang 19,0 MB; kuota 20,0 MB" in " ".join(peduli("doctor").stdout.split())
