"""The fuzzer in short, and every case that failed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz import files, judging, keeping, settings, workbooks
from benchmarks.fuzz.running import run

CASES = sorted(keeping.CASES.glob("*.json"))


SHORT = {
    "updates": 250, "numbers": 600, "instruments": 3, "rosters": 10, "workbooks": 1, "settings": 20,
}  # fmt: skip
LONG = {
    "updates": 2_400, "numbers": 6_000, "instruments": 60, "rosters": 200, "workbooks": 16, "settings": 300,
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "cases"),
    [*SHORT.items(), *(pytest.param(*one, marks=pytest.mark.campaign) for one in LONG.items())],
)
def test_bad_input_in_short(what: str, cases: int) -> None:
    outcome = run(what, cases, seed=7)[what][1]
    assert [(one.rule, one.detail) for one in outcome.complaints] == []
    assert outcome.cases >= cases


def test_the_good_ones_are_taken() -> None:
    """A judge that refuses everything would find nothing."""
    assert files.judge_roster(judging.roster()) == ("taken", None)
    assert workbooks.judge_book(workbooks.book()) == ("taken", None)
    assert [files.judge_instrument(one) for one in files.instruments()] == [("taken", None)] * 2
    assert settings.judge_settings({"env": settings.GOOD, "file": None}) == ("taken", None)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_failed_once(path: Path) -> None:
    assert keeping.again(path) == []
