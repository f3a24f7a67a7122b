"""The page about `scoring` as a library: its example runs, is typed, and names what is public."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import scoring

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/scoring.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```python\n(.*?)```", PAGE, re.S)[1]


def test_the_example_prints_what_the_page_says() -> None:
    command = [sys.executable, "-c", EXAMPLE]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stderr == ""
    shown = re.search(r"```text\n(.*?)```", PAGE, re.S)
    assert shown
    assert result.stdout == shown[1]


def test_the_example_passes_the_strictest_types(tmp_path: Path) -> None:
    wrong = EXAMPLE + "\nresult.total.upper()\n"
    for code, exit_code in ((EXAMPLE, 0), (wrong, 1)):
        program = tmp_path / f"program{exit_code}.py"
        program.write_text(code, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--strict", str(program)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == exit_code, result.stdout


def test_what_is_public_is_there_and_sorted() -> None:
    assert sorted(scoring.__all__) == list(scoring.__all__)
    for name in scoring.__all__:
        assert getattr(scoring, name).__doc__, name


def test_the_page_names_public_things_only() -> None:
    imported = re.search(r"from scoring import (.*)", PAGE)
    assert imported
    assert set(imported[1].split(", ")) <= set(scoring.__all__)
    for name in re.findall(r"`([A-Z]\w+)`", PAGE):
        assert name in (*scoring.__all__, "Decimal", "Fraction"), name
    for name in re.findall(r"`([a-z_]+)\(", PAGE):
        assert name in scoring.__all__, name


def test_the_wheel_says_that_scoring_is_typed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    (wheel,) = tmp_path.glob("peduli_ham-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "scoring/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/"))]
