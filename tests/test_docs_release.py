"""The release script, run in a repository of its own: it tags what fits and refuses each mismatch by name."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.storage.migrations import STEPS

ROOT = Path(__file__).parent.parent
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
FILES = (
    "pyproject.toml",
    "CHANGELOG.md",
    ".ci/release.py",
    ".ci/requirements.txt",
    ".ci/requirements-dev.txt",
    ".ci/requirements-mutation.txt",
    ".gitignore",
    "docs/__init__.py",
    "docs/materials.py",
)


class Scratch:
    """A repository with what the script looks at, committed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FILES:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        self.replace("CHANGELOG.md", r"(## \[Unreleased\]\n).*?(?=\n## )", r"\1")
        self.replace("CHANGELOG.md", rf"## \[{VERSION}\].*", f"## [{VERSION}] - 2026-11-28")
        self.git("init", "--quiet")
        self.git("config", "user.name", "Tester")
        self.git("config", "user.email", "tester@example.org")
        self.commit()

    def git(self, *words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Scratch")

    def replace(self, name: str, pattern: str, by: str) -> None:
        path = self.folder / name
        text, count = re.subn(
            pattern,
            by,
            path.read_text(encoding="utf-8"),
            count=1,
            flags=re.S if "\\n" in pattern else 0,
        )
        assert count == 1, pattern
        path.write_text(text, encoding="utf-8")

    def release(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, ".ci/release.py", *words]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path)


def test_what_fits_is_tagged_with_the_words_of_the_changelog(scratch: Scratch) -> None:
    result = scratch.release("--tag")
    assert (result.returncode, result.stderr) == (0, "")
    assert scratch.git("tag").split() == [f"v{VERSION}"]
    words = scratch.git("tag", "--list", "-n99", f"v{VERSION}")
    assert "### Migrates" in words
    assert "0.1.0" not in words
    bill = json.loads(
        (scratch.folder / f"dist/peduli-ham-{VERSION}.cdx.json").read_text(encoding="utf-8")
    )
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["version"] == VERSION


def test_without_the_option_nothing_is_tagged(scratch: Scratch) -> None:
    assert scratch.release().returncode == 0
    assert scratch.git("tag") == ""


MISMATCHES: dict[str, tuple[Callable[[Scratch], object], str]] = {
    "another version": (
        lambda checkout: checkout.replace(
            "pyproject.toml", r'\nversion = ".*?"', '\nversion = "9.0.0"'
        ),
        f"newest heading is [{VERSION}], the version 9.0.0",
    ),
    "no version": (
        lambda checkout: checkout.replace(
            "pyproject.toml", r'\nversion = ".*?"', '\nversion = "next"'
        ),
        "'next' is no version",
    ),
    "no date": (
        lambda checkout: checkout.replace("CHANGELOG.md", rf"\[{VERSION}\] - \S+", f"[{VERSION}]"),
        "has no date",
    ),
    "a date to come": (
        lambda checkout: checkout.replace(
            "CHANGELOG.md", rf"\[{VERSION}\] - \S+", f"[{VERSION}] - 2999-01-01"
        ),
        "is to come",
    ),
    "something unreleased": (
        lambda checkout: checkout.replace(
            "CHANGELOG.md", r"\[Unreleased\]", "[Unreleased]\n\n- More."
        ),
        "something stands under Unreleased",
    ),
    "nothing told": (
        lambda checkout: checkout.replace(
            "CHANGELOG.md", rf"(\[{VERSION}\] - \S+\n).*?(?=\n## )", r"\1"
        ),
        "nothing stands under",
    ),
    "the tag is there": (
        lambda checkout: checkout.git("tag", f"v{VERSION}"),
        "there already",
    ),
    "a newer tag": (
        lambda checkout: checkout.git("tag", "v99.0.0"),
        "v99.0.0: this tag is newer",
    ),
    "a package without a pin": (
        lambda checkout: checkout.replace(
            "pyproject.toml", r"\ndependencies = \[", '\ndependencies = ["attrs-x",'
        ),
        "attrs-x is not pinned",
    ),
    "a pin out of range": (
        lambda checkout: checkout.replace("pyproject.toml", r"jinja2>=3.1,<4", "jinja2>=99"),
        "jinja2>=99 is asked for",
    ),
}


@pytest.mark.parametrize("name", MISMATCHES)
def test_a_mismatch_is_refused(scratch: Scratch, name: str) -> None:
    mismatch, words = MISMATCHES[name]
    mismatch(scratch)
    scratch.commit()
    before = scratch.git("tag")
    result = scratch.release("--tag")
    assert result.returncode == 1
    assert words in result.stderr
    assert scratch.git("tag") == before


def test_what_is_not_committed_is_refused(scratch: Scratch) -> None:
    (scratch.folder / "left.txt").write_text("left", encoding="utf-8")
    result = scratch.release("--tag")
    assert result.returncode == 1
    assert "?? left.txt" in result.stderr


def test_the_changelog_names_each_step_that_an_update_takes_in_the_database() -> None:
    named_steps = re.findall(r"\bm\d{3}_\w+", CHANGELOG)
    assert sorted(named_steps) == sorted(name for name, _ in STEPS)


def test_the_changelog_tells_of_the_version_of_this_checkout() -> None:
    assert f"## [{VERSION}] - " in CHANGELOG
