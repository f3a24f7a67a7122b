"""What all tests share."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scoring import load

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""Each child of a test would compile the whole house anew, which costs more than what it is started for."""

os.environ["LC_ALL"] = "C.UTF-8"
"""Commands speak English, whatever the language of who runs the tests."""

for name, examples in (("gate", 30), ("night", 500)):
    settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile(os.environ.get("HYPOTHESIS", "gate"))
"""`.ci/campaigns` looks longer. A busy machine must not decide whether a property holds."""


def _read_once() -> None:
    """Read the same texts of an instrument once per process: what comes of them is immutable."""
    read_texts = load.read_texts
    read_items = lru_cache(maxsize=64)(lambda items: read_texts(dict(items)))
    load.read_texts = lambda files: read_items(tuple(files.items()))


_read_once()

ROOT = Path(__file__).parent
UNMEASURED = (
    "campaigns", "complaints", "page", "test_architecture.py", "test_docs", "test_names.py", "upgrades",
    "bot/test_reading_updates.py", "cli/test_cli_operator.py", "cli/test_cli_setup.py", "cli/test_cli_windows.py",
    "demo/test_own_files.py", "demo/test_rehearsals.py", "demo/test_stage.py",
    "demo/test_stage_ends.py", "demo/test_stage_states.py", "e2e/test_big_season.py", "e2e/test_calls.py",
    "e2e/test_campaign.py", "e2e/test_closed_season.py", "e2e/test_drill.py", "e2e/test_export.py", "e2e/test_groups.py",
    "e2e/test_operator.py", "e2e/test_reminder_season.py", "e2e/test_roster_in_chat.py", "e2e/test_shell.py",
    "e2e/test_strangers.py", "e2e/test_workbook_season.py",
    "flows/test_intents.py", "instruments/test_workbook.py", "messages/test_languages.py", "sandbox/test_malformed.py",
    "scoring/test_properties.py", "setup/test_roster_applying.py", "setup/test_roster_workbook.py", "storage/test_arrivals.py",
    "storage/test_season_of_kinds.py",
)  # fmt: skip
"""Run without coverage, which doubles what a test costs: they prove other things than that a line is run."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Rest the measuring for a test that goes without, its fixtures included."""
    coverage = item.config.pluginmanager.getplugin("_cov")
    is_measured = coverage is not None and coverage.cov_controller is not None
    rests = item.path.relative_to(ROOT).as_posix().startswith(UNMEASURED)
    if not is_measured or not rests or item.get_closest_marker("no_cover"):
        return (yield)  # what is marked rests by itself
    coverage.cov_controller.pause()
    try:
        return (yield)
    finally:
        coverage.cov_controller.resume()


gc.disable()
"""Until all tests are there: collecting them leaves no garbage, and 300,000 objects to be looked through."""


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-rendered",
        action="store_true",
        help="write the rendered conversations anew, after reading what changed",
    )
    parser.addoption(
        "--whole-season",
        action="store_true",
        help="play the season of three regions, 40 offices and 680 answers, not its short form",
    )
