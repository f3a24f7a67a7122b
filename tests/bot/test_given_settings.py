"""Settings come from the environment before a file, in whatever case; what is empty is not set."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.given_settings import Secret, given_settings


def test_the_environment_comes_before_the_file_and_empty_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "timezone=Asia/Jayapura\nFILES=bukti\nTRIAL=\nDATABASE=a.db\n", encoding="utf-8"
    )
    monkeypatch.setenv("DATABASE", "b.db")
    monkeypatch.setenv("FILES", "")
    given = given_settings(file)
    assert {name: given.get(name) for name in ("timezone", "files", "trial", "database")} == {
        "timezone": "Asia/Jayapura", "files": "bukti", "trial": None, "database": "b.db",
    }  # fmt: skip
    assert given_settings(tmp_path / "none")["database"] == "b.db"
    assert "files" not in given_settings(None)


def test_a_secret_is_in_no_text() -> None:
    secret = Secret("geheim")
    assert secret.reveal() == "geheim"
    assert "geheim" not in f"{secret} {secret!r} {[secret]}"
