"""However a command is called wrongly: exit code 2 and one clean line that says what would be accepted."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest
from typer.testing import Result

from bot.cli.commands import PLACES

Peduli = Callable[..., Result]
COMMANDS = (
    "run", "demo", "rehearse", "init", "invitations", "handout", "setup", "roster-template", "previous", "import", "score", "check", "verify", "backup",
    "restore", "export", "doctor", "failed", "failed list", "failed show", "failed replay", "failed drop",
    "instrument", "instrument template", "instrument to-xlsx", "instrument from-xlsx",
    "instrument compare", "instrument to-xlsform",
    "close", "criteria", "recap", "bundle", "papers", "papers make", "papers list", "papers settings",
    "forget", "tidy", "privacy",
)  # fmt: skip
OF_INSTRUMENTS = {name for name in COMMANDS if name.startswith("instrument")}
NO_DATABASE = {"run", "failed", "papers"} | OF_INSTRUMENTS
BAD = (
    "chekc", "sett", "expotr --what log", "xyzzy", "--format pdf", "--bogus", "failed lst", "failed xyzzy",
    "export --what nothing", "export --what log --format pdf", "export --what log --since yesterday",
    "export --what log --until 2026-13-01", "export --period", "export --region", "score --instrument",
    "score", "score a b", "setup", "setup a b c", "setup nowhere.yaml", "setup jakarta", "setup roster.ods",
    "setup jakarta-pusat --bot x", "demo --state nowhere", "demo --port many", "failed show", "failed show x",
    "failed replay 1 2", "backup", "restore", "check", "previous", "import", "import x.csv", "import nowhere.csv --map m.yaml", "roster-template", "roster-template a.txt",
    "recap --region x", "invitations", "invitations x.doc", "handout", "handout x.doc", "handout x.pdf --region nowhere", "bundle", "bundle --out x.zip", "bundle --region x --out x.rar", "recap --region x --out y.txt", "papers make nothing --out y.pdf", "papers settings", "forget", "forget Nobody", "privacy nowhere.toml",
    "close --province", "close --reopen-until x", "criteria --version x", "criteria --region", "verify --paper", "verify --database nowhere.db", "doctor --json=x", "rehearse", "rehearse nowhere.yaml",
    *(f"{command} --no-such-option" for command in COMMANDS),
    *(f"{command} --database" for command in COMMANDS if command not in NO_DATABASE),
)  # fmt: skip


def is_clean(line: str) -> bool:
    doubled = re.search(r"[?!…:;,]\.|\.\.(?!\.)|,,|  ", line.replace("...", ""))
    return not doubled and "Value error" not in line and line.endswith((".", "?", "`", ")"))


@pytest.mark.parametrize("words", BAD)
def test_what_is_said_is_one_clean_line(peduli: Peduli, words: str) -> None:
    result = peduli(*words.split())
    lines = result.stderr.splitlines()
    assert result.exit_code == 2, result.output
    assert len(lines) == 1, lines
    assert is_clean(lines[0]), lines[0]


def test_every_command_is_tried() -> None:
    assert set(PLACES) <= set(COMMANDS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "abc"), ("BOT_TOKEN", ""), ("TIMEZONE", "Mars/Base"), ("RATE_LIMITS", "none"),
        ("BOT_API_URL", "x"), ("METRICS_LISTEN", "a"), ("LOG_FORMAT", "xml"), ("WEBHOOK_URL", "https://a.b"),
        ("HOLIDAYS", "nowhere.toml"), ("EVIDENCE_PER_PERSON", "x"), ("EVIDENCE_PER_OFFICE", "3"),
    ],
)  # fmt: skip
def test_settings_that_are_wrong_are_one_clean_line(
    peduli: Peduli, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123456:ABC")
    monkeypatch.setenv(name, value)
    result = peduli("run")
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 2
    assert line.startswith("Settings: ")
    assert is_clean(line), line


def test_a_zone_that_there_is_not_is_named_by_setup(
    peduli: Peduli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMEZONE", "Mars/Base")
    result = peduli("setup", "jakarta-pusat")
    assert result.exit_code == 2
    assert result.stderr == (
        "TIMEZONE Mars/Base is not a zone. Give a name such as Asia/Jakarta.\n"
    )


def test_a_package_that_is_missing_is_one_clean_line(
    peduli: Peduli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    monkeypatch.delitem(sys.modules, "bot.cli.first_run", raising=False)
    result = peduli("init")
    (line,) = result.stderr.splitlines()
    assert (result.exit_code, is_clean(line)) == (2, True)
    assert line.startswith("The package segno cannot be loaded")
