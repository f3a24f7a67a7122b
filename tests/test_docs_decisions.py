"""Decisions are dated, say what they were taken instead of, and name files that are there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs/decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def named_paths(text: str) -> list[str]:
    """Everything in the text that looks like a path of this repository."""
    return re.findall(
        r"`((?:bot|flows|scoring|messages|tests|benchmarks|docs|\.ci)/[\w./-]*)`", text
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_decision_is_whole(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    title = re.match(r"# (\d+)\. (.+)\n\n(\d{4}-\d\d-\d\d) · (.+)\n", text)
    assert title
    number, name, day, _ = title.groups()
    assert page.name.startswith(f"{int(number):04d}-")
    assert f"| {number} | [{name}]({page.name}) | {day} |" in INDEX
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings == ["Decided", "Instead of", "What follows"]
    assert text.split("## Instead of")[1].split("## What follows")[0].count("\n- **") >= 2
    assert named_paths(text.split("Held by:")[1])


def test_numbers_have_no_hole() -> None:
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))
    assert len(re.findall(r"^\| \d+ \| \[", INDEX, re.M)) == len(PAGES)


def test_each_line_of_the_short_table_has_a_day_and_an_alternative() -> None:
    rows = re.findall(r"^\| (\d{4}-\d\d-\d\d) \|(.+)\|(.+)\|(.+)\|$", INDEX, re.M)
    assert len(rows) > 20
    for day, *cells in rows:
        assert date.fromisoformat(day)
        assert all(cell.strip() for cell in cells), cells
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


@pytest.mark.parametrize("page", [*PAGES, FOLDER / "README.md"], ids=lambda page: page.name)
def test_what_a_decision_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path in named_paths(text):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (page.parent / target).exists(), target


def test_the_way_of_one_tap_names_modules_that_are_there() -> None:
    modules = re.findall(r"`(bot/[\w/]+)`", ARCHITECTURE)
    assert len(modules) > 15
    for module in modules:
        assert (ROOT / f"{module}.py").exists(), module


def test_the_diagram_has_the_order_of_the_text() -> None:
    diagram = re.search(r"```mermaid\n(.*?)```", ARCHITECTURE, re.S)
    assert diagram
    steps = [
        "BEGIN",
        "savepoint",
        "load_facts",
        "outcome",
        "apply_changes",
        "COMMIT",
        "offset",
        "order per chat",
    ]
    places = [diagram[1].index(step) for step in steps]
    assert places == sorted(places)
