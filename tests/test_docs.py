"""The documents tell the truth where they show commands, settings and files."""

from __future__ import annotations

import re
import shlex
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from typer.main import get_command

from bot.cli import app
from bot.cli.doctor_command import NAMES
from bot.config import Config
from bot.counters import Counters
from bot.metrics import Measured
from bot.storage.health_counts import Figures
from tests.support import START

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")


def shown_commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", README + OPERATING, re.S)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(".ci/env")]


def commands() -> dict[str, Any]:
    """Every command, and every group of commands, by its name."""
    return dict(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_shown_command_exists() -> None:
    shown = [
        words[words.index("peduli-ham") + 1 :]
        for words in shown_commands()
        if "peduli-ham" in words
    ]
    assert shown
    for name, *rest in shown:
        assert name in commands()
        if name in ("failed", "instrument", "papers"):
            assert rest[0] in commands()[name].commands


def test_every_command_is_mentioned_and_explained() -> None:
    for name, command in commands().items():
        assert f"peduli-ham {name}" in README, name
        assert command.help, name
    for group in ("failed", "instrument", "papers"):
        for name, command in commands()[group].commands.items():
            assert f"peduli-ham {group} {name}" in OPERATING, name
            assert command.help, name


def test_the_page_for_operators_names_what_there_is() -> None:
    for name in NAMES.values():
        assert f"| {name} |" in OPERATING, name
    lines = Measured(
        Counters(heard=START), Figures(0, None, 0, None, 0, 0, has_files=False), START
    ).collect()
    for metric in lines:
        assert metric.name in OPERATING, metric.name
    named = set(re.findall(r"`(peduli_ham_\w+)", OPERATING))
    assert len(named) == 11


def test_every_setting_is_in_the_table() -> None:
    for name in Config.__struct_fields__:
        assert f"`{name.upper()}`" in README, name


def test_named_files_exist() -> None:
    for path in re.findall(r"`([a-z]+/[\w./-]*[\w/])`", README):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\((docs/[\w.-]+)\)", README):
        assert (ROOT / target).exists(), target


def test_ci_calls_the_readme_s_test_command() -> None:
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "README.md" in ci
    section = README[README.index("<!-- tests -->") :]
    assert re.search(r"^\.ci/env --dev pytest", section, re.M)


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-mutation.txt",
        "requirements-bench.txt",
        "requirements-litestream.txt",
        "requirements-audit.txt",
        "requirements-site.txt",
    ],
)
def test_pins_have_hashes_and_no_address(name: str) -> None:
    text = (ROOT / ".ci" / name).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^([\w.-]+)==", text, re.M)
    assert len(pinned) > (0 if "litestream" in name else 10)
    assert text.count("--hash=sha256:") >= len(pinned)


def test_pins_name_the_extras_that_others_need() -> None:
    """Else pip takes the newest release for them, which has no hash here, and refuses to install."""
    text = (ROOT / ".ci/requirements-dev.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([\w.-]+)(?:\[(.*)\])?==", text, re.M))
    checked = 0
    for distribution in distributions():
        if distribution.name.lower() not in pins:
            continue
        for requirement in map(Requirement, distribution.requires or ()):
            needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if requirement.extras and needed and requirement.name in pins:
                assert requirement.extras <= set(pins[requirement.name].split(",")), requirement
                checked += 1
    assert checked


def test_the_sample_conversation_is_what_the_bot_says() -> None:
    rendered = (ROOT / "tests/flows/rendered/satu-kantor.txt").read_text(encoding="utf-8")
    plain = re.sub(r"</?\w+>", "", rendered).replace("\xa0", " ")
    spoken = {
        part for line in plain.splitlines() for part in (line, *re.findall(r"\[([^\]]+)\]", line))
    }
    shown = [
        line[2:] for line in README[: README.index("Try it")].splitlines() if line.startswith("> ")
    ]
    assert len(shown) > 12
    for line in shown:
        if line.startswith("— "):
            continue  # what the contact types
        for part in re.findall(r"`([^`]+)`", line) or [line.replace("*", "")]:
            assert part in spoken, f"README.md shows a line that the bot does not say: {part}"
