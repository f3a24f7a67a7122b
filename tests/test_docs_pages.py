"""The generated pages are what the code says now, and every code of an error has its entry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from bot import holidays
from bot.cli.doctor_command import WRONG
from bot.cli.proving import REASONS
from bot.demo.rehearsal.rehearsal_problems import OWN as REHEARSALS
from bot.demo.rehearsal.rehearsal_problems import RehearsalCode
from bot.instruments.instrument_problems import OWN as INSTRUMENTS
from bot.instruments.instrument_problems import WorkbookCode
from bot.roster.roster_problems import OWN as ROSTERS
from bot.roster.roster_problems import RosterCode
from docs import official_holidays, pages
from flows.route_table import TABLE
from scoring.errors import CATALOGUE, REFUSALS, Code, RefusalCode
from scoring.migration import OWN as MAPS
from scoring.migration import MapCode

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["cli.md", "errors.md", "licences.md"])
def test_a_generated_page_is_current(name: str) -> None:
    hint = "stale: run `.ci/env --dev python -m docs.pages`"
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages.pages()[name], hint


def test_the_holidays_of_the_bot_are_the_librarys() -> None:
    """As they lie in the table that ships; a new version of the library may know more of them."""
    hint = "stale: run `.ci/env --dev python -m docs.pages`"
    assert holidays.TABLE.read_text(encoding="utf-8") == official_holidays.holidays_table(), hint
    years = {day.year for day in holidays.official()}
    assert years == {*range(official_holidays.FIRST, official_holidays.LAST + 1)}


def test_the_commands_of_the_readme_are_those_of_the_table() -> None:
    hint = "stale: run `.ci/env --dev python -m docs.pages`"
    assert pages.README.read_text(encoding="utf-8") == pages.readme(), hint
    rows = re.findall(r"^\| `/(\w+)` \| (.+?) \|", pages.commands_table(), re.M)
    assert dict(rows)["gantiperan"] == "everybody with several seats"
    assert dict(rows)["jeda"] == "contact, Bagian Hukum, Sekretaris, Biro Hukum, Kanwil"
    assert {name for name, _ in rows} == TABLE.names


def test_every_command_has_a_section() -> None:
    names = [" ".join(words) for words in pages.command_names()]
    assert {"run", "failed", "failed list"} <= set(names)
    sections = re.findall(r"^## peduli-ham ?(.*)$", pages.cli_page(), re.M)
    assert sections == ["", *names]


def test_a_code_that_nothing_explains_makes_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WRONG, "brand_new", "baru")
    with pytest.raises(KeyError, match="brand_new"):
        pages.errors_page()


def test_every_code_of_a_type_is_in_its_catalogue() -> None:
    catalogues = (
        (Code, CATALOGUE), (RefusalCode, REFUSALS), (MapCode, MAPS), (RosterCode, ROSTERS),
        (WorkbookCode, INSTRUMENTS), (RehearsalCode, REHEARSALS),
    )  # fmt: skip
    for code, catalogue in catalogues:
        assert get_args(code) == tuple(catalogue)


def test_no_explanation_is_left_over() -> None:
    own = tomllib.loads((ROOT / "docs/errors.toml").read_text(encoding="utf-8"))
    assert set(own["doctor"]) == set(WRONG)
    assert set(own["answers"]) == set(REFUSALS)
    assert set(own["verify"]) == set(REASONS)


def raised_codes() -> dict[str, str]:
    """Each code that the strict readers raise by name, with a file that does so."""
    codes = {}
    for folder in ("scoring", "bot/roster", "bot/instruments", "bot/demo/rehearsal", "bot/cli"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for code in re.findall(
                r"(?:\.add|_note|Problem|\bown)\(\s*\"(\w+)\"", path.read_text(encoding="utf-8")
            ):
                codes[code] = path.name
    return codes


def test_every_code_that_is_raised_has_an_entry() -> None:
    raised = raised_codes()
    assert len(raised) > 30
    for code, where in raised.items():
        assert f"| `{code}` |" in pages.errors_page(), f"{code}, raised in {where}"


def test_words_in_a_cell_keep_their_table() -> None:
    assert pages.cell("`to: {what}`") == "`to: WHAT`"
    assert pages.cell("`{key}` is a|b of {{daerah}}") == "*key* is a\\|b of {daerah}"
    for line in pages.errors_page().splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4, line
    assert set(CATALOGUE) <= set(re.findall(r"^\| `(\w+)` ", pages.errors_page(), re.M))
