"""The wheel, built and unpacked elsewhere: it has its data, its manual and its units, and needs no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import pytest

from bot.cli.commands import PLACES
from tests.support.nightly import sampled

ROOT = Path(__file__).parent.parent.parent
MANUAL = "share/doc/peduli-ham"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(site: Path, folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot` from the unpacked wheel, in a folder that is no checkout."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(site)} | settings,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_file_of_the_packages_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        there = set(archive.namelist())
    for package in ("bot", "flows", "scoring", "messages"):
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(ROOT).as_posix() in there


def test_the_manual_and_the_units_are_beside_it_with_their_links(unpacked: Path) -> None:
    (data,) = unpacked.glob("*.data/data")
    for name in ("peduli-ham.service", "peduli-ham-backup.timer", "Caddyfile"):
        assert (data / MANUAL / "docs/deploy" / name).exists()
    unit = (data / MANUAL / "docs/deploy/peduli-ham.service").read_text(encoding="utf-8")
    named = unit.split("Documentation=file:///opt/peduli-ham/")[1].splitlines()[0]
    assert (data / named).exists()
    assert (data / MANUAL / "docs/id/operator.md").exists()
    assert (data / MANUAL / "CHANGELOG.md").exists()


def test_it_runs_outside_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    made = run(unpacked, tmp_path, "setup", "jakarta-pusat", "--bot", "ham_bot")
    assert made.returncode == 0, made.stderr
    assert "https://t.me/ham_bot?start=" in made.stdout
    checked = run(unpacked, tmp_path, "recap", "--region", "Jakarta Pusat", "--out", "r.pdf")
    assert (checked.returncode, (tmp_path / "r.pdf").read_bytes()[:5]) == (0, b"%PDF-")


def test_its_metadata_say_what_it_is() -> None:
    about = metadata("peduli-ham")
    assert about["License-Expression"] == "MIT"
    assert about["Requires-Python"] == ">=3.11"


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_by_either_name(unpacked: Path, tmp_path: Path, option: str) -> None:
    for words in ((), ("score",), ("papers", "make")):
        result = run(unpacked, tmp_path, *words, option)
        assert result.returncode == 0
        assert result.stdout.startswith(" ".join(("Usage: peduli-ham", *words)))


@pytest.mark.parametrize(
    ("typed", "offered"),
    sampled(
        [
            ("re", {"rehearse", "restore", "recap"}),
            ("", set(PLACES)),
            ("--v", {"--version"}),
            ("papers m", {"make"}),
            ("export --what rat", {"ratings"}),
        ],
        5,
    ),
)
def test_a_shell_completes(unpacked: Path, tmp_path: Path, typed: str, offered: set[str]) -> None:
    words = f"peduli-ham {typed}"
    settings = {
        "_PEDULI_HAM_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    result = run(unpacked, tmp_path, **settings)
    assert set(result.stdout.split()) == offered
