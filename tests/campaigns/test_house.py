"""The measure of the code itself counts what it says, over a house that is small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

from benchmarks import house

MODULE = '''"""A module."""


def first(amount: int) -> int:
    """Return it."""
    total = amount  # why
    return total


def second(x):
    total = [each for each in x]
    return total
'''


def test_figures_of_a_small_house(tmp_path: Path) -> None:
    (tmp_path / "scoring").mkdir()
    (tmp_path / "scoring/some.py").write_text(MODULE, encoding="utf-8")
    figures = house.measured(tmp_path)
    assert set(figures) == {"scoring", "all"}
    assert dict(figures["all"].rows()) == {
        "files / lines": "1 / 12",
        "median / largest module": "12 / 12",
        "function: median / nine tenths up to / longest": "4 / 4 / 4",
        "functions with a return type": "50 %",
        "functions with a docstring": "50 %",
        "comments per 100 lines": "8.3",
        "names bound most often": "total 2, amount 1, each 1",
    }


def test_the_table_has_a_column_for_each_part(tmp_path: Path) -> None:
    for part in ("scoring", "flows", "messages", "bot", "bot/demo"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "some.py").write_text(MODULE, encoding="utf-8")
    lines = house.table(house.measured(tmp_path)).splitlines()
    assert lines[0] == "| | scoring | flows | messages | bot | bot/demo | all |"
    assert len({line.count("|") for line in lines}) == 1
