"""Commands in an empty folder, without the environment of whoever runs the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app

Peduli = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE", "BOT_USERNAME", "BOT_TOKEN", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def peduli(folder: Path) -> Peduli:
    """Run `peduli-ham` with these words."""

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="peduli-ham")

    return run


@pytest.fixture
def indonesian(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that is set to Indonesian."""
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
