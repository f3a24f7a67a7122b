"""What all tests share."""

from __future__ import annotations

import gc
import os
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from functools import cache, lru_cache
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

from tests.installed import hide_tools

hide_tools()  # before anything of the product
# ruff: noqa: E402
from jinja2 import FileSystemBytecodeCache

from bot.collector import RARELY
from bot.papers import paper_process
from bot.storage import database, migrations
from messages.environment import LANGUAGES
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


def _migrate_once() -> None:
    """Copy a new database from one that was made once per process: fifty steps cost what twenty tests do."""
    step_by_step = migrations.migrate

    @cache
    def ready() -> tuple[bytes, list[str]]:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
            names = step_by_step(made)
            return made.serialize(), names

    def migrate(connection: sqlite3.Connection) -> list[str]:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return step_by_step(connection)
        content, names = ready()
        with closing(sqlite3.connect(":memory:")) as made:
            made.deserialize(content)
            made.backup(connection)
        return list(names)

    database.migrate = migrate  # type: ignore[attr-defined]


_migrate_once()

DURABLE = database.PRAGMAS
database.PRAGMAS = (*DURABLE, "PRAGMA synchronous = OFF")
"""No test takes the current away, and waiting for the disk is a tenth of the run. Other processes do wait."""


def _compile_once() -> None:
    """Keep what templates are compiled to for all processes and runs, by a hash of their text."""
    folder = Path(__file__).parent.parent / ".pytest_cache" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    for code in LANGUAGES.codes:
        LANGUAGES[code].environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


_compile_once()
paper_process.COMMAND = (*paper_process.COMMAND, paper_process.EARNEST)
"""Beside other tests there is no idle time, in which papers are drawn beside a bot."""

ROOT = Path(__file__).parent
MEASURED = {
    "bot": "export_kinds export_printing holidays letters_as_documents lines logs media naming reading small_parts",
    "cli": "cli_close cli_criteria cli_guard cli_import cli_init cli_instrument cli_invitations cli_language cli_papers cli_previous cli_scores",
    "demo": "console own_roster rehearsal_format rehearsal_replay stage_group stage_titles",
    "e2e": "door evidence faults feed form handbook_in_chat hints import_in_chat levels papers proxies supervised",
    "imports": "cells storing",
    "instruments": "matching xlsform",
    "messages": "languages said_as_it_is templates",
    "papers": "bundle forgotten_person levels previous_exports recorded_minutes",
    "sandbox": "control edges entities files groups messages queries settings trouble webhook",
    "setup": "proposals_by_file roster_reading",
    "storage": "boards campaigns closing criteria forgetting health_in_chat languages own_data sealing steps_in_chat tidying wishes",
}  # fmt: skip
"""The files whose tests run every line of `bot` that any test runs, but a few: coverage doubles what a test costs. All of
`flows` and `scoring` is measured by their own tests, but for `SOME`. `--measure-all` measures every test, as `.ci/campaigns` does."""
SOME = {
    "flows/test_after_sending": "", "flows/test_bulk_is_safe": "", "flows/test_commands": "", "flows/test_every_return": "",
    "flows/test_one_result": "", "flows/test_out_of_season": "",
    "flows/test_closing": "no_digest full_points",
    "flows/test_digest": "many_regions only_after",
    "flows/test_doubting": "other_stages partner_stores",
    "flows/test_guests": "proposes_nothing keeps_its_name part_only",
    "flows/test_intents": "place_may_stand",
    "flows/test_levels": "kanwil_invites bureau_sees weekly does_without taken_back tells_the_bot changed_while city_that_is_none",
    "flows/test_outreach": "chosen_seats all_is_quiet",
    "flows/test_quiet_and_later_days": "two_offers",
    "flows/test_review_sheet": "workbook_shows chat_would_not lost_the_seat may_be_named own_office",
    "flows/test_routes": "two_routes",
    "flows/test_unsaved_figures": "same_figures",
    "scoring/test_properties": "",
    "scoring/test_situations": "Everything Halves While little",
}  # fmt: skip
"""Files of `flows` and `scoring` of whose tests these alone run what others do not, by words of their names."""


def _stop_the_first() -> None:
    """End what pytest-cov begins in a worker before it knows it for one: it would go on whenever the worker's own rests."""
    first = Coverage.current()
    if first is not None and "PYTEST_XDIST_WORKER" in os.environ:
        first.stop()


_stop_the_first()


def is_measured(path: str, name: str) -> bool:
    """Return whether coverage is taken of a test in a file."""
    folder, _, file = path.removesuffix(".py").rpartition("/")
    if folder in ("flows", "scoring"):
        some = SOME.get(f"{folder}/{file}")
        return some is None or any(words in name for words in some.split())
    return file.removeprefix("test_") in MEASURED.get(folder, "").split()


@contextmanager
def unmeasured(config: pytest.Config, *, rests: bool) -> Iterator[None]:
    """Rest the measuring of coverage, where there is any and not all is to be measured."""
    plugin = config.pluginmanager.getplugin("_cov")
    controller = plugin.cov_controller if plugin is not None else None
    if not rests or controller is None or config.getoption("--measure-all"):
        yield
        return
    controller.pause()
    try:
        yield
    finally:
        controller.resume()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Rest the measuring for a test that goes without, its fixtures included; `no_cover` rests by itself."""
    measured = is_measured(item.path.relative_to(ROOT).as_posix(), item.name)
    rests = not measured and item.get_closest_marker("no_cover") is None
    with unmeasured(item.config, rests=rests):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Rest the measuring in all workers but the first while modules are imported: they do the same."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    with unmeasured(session.config, rests=worker != "gw0"):
        return (yield)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where nothing is compiled yet, collect once in two processes: six workers would compile all of it, six times."""
    if not session.config.getoption("numprocesses", None) or (ROOT / "flows/__pycache__").exists():
        return
    places = sorted(
        path for path in ROOT.iterdir() if path.name.startswith("test_") or path.is_dir()
    )
    command = [
        sys.executable, "-m", "pytest", "--collect-only", "-p", "no:xdist", "-p", "no:cacheprovider",
    ]  # fmt: skip
    collecting = [
        subprocess.Popen([*command, *places[half::2]], stdout=subprocess.DEVNULL)
        for half in range(2)
    ]
    for process in collecting:
        process.wait()


gc.disable()
"""Until all tests are there: collecting them leaves no garbage, and 300,000 objects to be looked through."""


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(*RARELY)  # as the bot has it
    gc.enable()


def pytest_sessionfinish() -> None:
    """Look for garbage once: pytest does five times, among all that there is, before it ends."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-rendered",
        action="store_true",
        help="write the rendered conversations anew, after reading what changed",
    )
    parser.addoption(
        "--measure-all",
        action="store_true",
        help="with --cov, measure the tests too that run nothing but what others run",
    )
    parser.addoption(
        "--whole-season",
        action="store_true",
        help="play the season of three regions, 40 offices and 680 answers, not its short form",
    )
