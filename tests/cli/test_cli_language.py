"""The command line speaks one language at a time: Indonesian where the terminal does, English everywhere else."""

from __future__ import annotations

import ast
import re
import sqlite3
import string
from collections.abc import Callable, Iterator
from contextlib import closing
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import Result

from bot.cli import (
    app,
    doctor_command,
    export_command,
    import_command,
    proving,
    score_command,
    tidy_command,
)
from bot.cli.commands import PLACES
from bot.demo import phone_refusals, stage
from bot.demo.console import console_screen
from bot.demo.console import words as console
from bot.demo.rehearsal.rehearsal_problems import OWN as REHEARSALS
from bot.imports import files as import_files
from bot.imports.import_problems import OWN as IMPORTS
from bot.instruments.instrument_map import words as comparison
from bot.roster import result
from bot.roster import roster_refusals as setup_refusals
from bot.roster.roster_problems import OWN as ROSTERS
from bot.terminal import indonesian, problem_words, terminal_language
from messages import problem_codes
from messages.environment import LANGUAGES
from scoring.errors import CATALOGUE, REFUSALS, InstrumentProblem
from scoring.load import BUNDLED
from scoring.migration import OWN as MAPS
from scoring.source import read_directory
from tests.cli.test_cli_usage import COMMANDS as EVERY_COMMAND
from tests.support.trees import nodes

Peduli = Callable[..., Result]
ROOT = Path(__file__).parent.parent.parent
SPOKEN = (
    doctor_command.STATES, doctor_command.NAMES, doctor_command.WRONG, doctor_command.LABELS, proving.REASONS, tidy_command.WORDS, score_command.BASES,
    export_command.FITTING, result.WORDS, result.OBSTACLES, setup_refusals.REFUSALS, REFUSALS,
    console.STATES, stage.COMING, phone_refusals.REFUSED, console_screen.FILES, dict(console.HELP),
    {name: text for name, text in vars(console).items() if name.isupper() and isinstance(text, str)},
)  # fmt: skip
"""Tables of the code whose texts a command shows."""


def literals() -> Iterator[str]:
    """Every text that the code shows in the terminal's language, as it stands."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in nodes(path):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("phrase", "known_as", "Sentence", "NotNow")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value)


def of_help(command: Any) -> Iterator[str]:
    """What a command and those in it say of themselves and their options."""
    yield cleandoc(command.help or "")
    yield from (text for one in command.params if (text := getattr(one, "help", None)))
    for inner in dict(getattr(command, "commands", {})).values():
        yield from of_help(inner)


def of_files() -> Iterator[str]:
    """What is said of a file where no sentence of the chat says it."""
    for catalogue in (CATALOGUE, ROSTERS, IMPORTS, REHEARSALS, MAPS):
        for code, entry in catalogue.items():
            if code not in problem_codes():
                yield from (entry.message, entry.fix)


PLACEHOLDER = re.compile(r"\[(?!tengah)|[A-Z]{2}|^text$")
"""In the help of the console: what stands for something that is typed."""


def texts() -> Iterator[str]:
    yield from literals()
    yield from of_help(get_command(app))
    yield from of_files()
    yield from (place.line for place in PLACES.values())
    for table in SPOKEN:
        yield from table.values()
    yield from (named for named, _ in console.HELP if PLACEHOLDER.search(named))
    yield from (text for pair in doctor_command.SEEN.values() for text in pair)
    yield from (*import_files._reasons().values(), import_command.ACCEPTED)


def places(text: str) -> list[str]:
    return sorted(name for _, name, *_ in string.Formatter().parse(text) if name is not None)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_every_text_of_the_command_line_is_in_indonesian() -> None:
    hint = "write it into bot/indonesian.toml"
    assert [
        text
        for text in dict.fromkeys(texts())
        if text and text not in indonesian() and not re.fullmatch(r"{\w*}", text)
    ] == [], hint


ASKED = """      - code: kelahiran_hidup
        kind: count
        name: kelahiran hidup
        question: Berapa **jumlah kelahiran hidup** di {daerah} selama {tahun}?
        unit: bayi
"""
OTHERWISE = (
    ASKED
    + """      - code: pemeriksaan
        kind: yes_no
        name: pemeriksaan
        question: Apakah ada pemeriksaan?
        relevant: {input: kematian_ibu, at_least: 1}
"""
)


def readers_words() -> Iterator[str]:
    """What the readers of files call what stands in them, as they say it."""
    for package in ("scoring", "bot/cli", "bot/imports", "bot/demo/rehearsal", "bot/roster"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in nodes(path):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fields":
                    yield from texts_in(node.args[3])
                if isinstance(node, ast.keyword) and node.arg == "wanted":
                    yield from texts_in(node.value)


def texts_in(node: ast.expr) -> Iterator[str]:
    """The text of a constant, or how a text with a name in it begins."""
    if isinstance(node, ast.IfExp):
        yield from (*texts_in(node.body), *texts_in(node.orelse))
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value)
    elif isinstance(node, ast.Constant):
        yield str(node.value)


def test_what_stands_in_a_file_is_called_in_indonesian_too() -> None:
    table = LANGUAGES["id"].own("problems")
    known = {*indonesian(), *table["phrases"], *table["beginnings"]}
    phrases = [text for text in dict.fromkeys(readers_words()) if " " in text]
    assert [text for text in phrases if text not in known] == []


LIBRARY = {
    "Options", "Arguments", "Commands", "required", "default: {default}", "env var: {var}", "(dynamic)",
    "Show this message and exit.", "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
}  # fmt: skip
"""What the library that reads command lines says of its own."""
SYSTEM = {
    "no such file or directory", "permission denied", "is a directory", "not a directory",
    "no space left on device", "read-only file system",
}  # fmt: skip
"""What the system says of files."""


def test_no_indonesian_text_is_left_over() -> None:
    known = {*texts(), *LIBRARY, *SYSTEM}
    for package in ("bot", "scoring", "flows"):
        for path in sorted((ROOT / package).rglob("*.py")):
            known |= {
                node.value.lstrip(">")
                for node in nodes(path)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    assert [text for text in indonesian() if text not in known] == []


def test_both_languages_fill_in_the_same() -> None:
    for english, text in indonesian().items():
        assert places(text) == places(english), english
        assert (text[:1] == " ") == (english[:1] == " "), english
        assert text.endswith(".") == english.endswith("."), english


def test_a_problem_of_a_file_is_told_in_the_terminal_s_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = InstrumentProblem("bad_code", "a.yaml", 1, {"text": "X Y"})
    own = InstrumentProblem("bad_range", "a.yaml", 1, {"text": "1 to 2"}, nearest="1–2")
    assert problem_words(own) == (own.message, own.fix)
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
    assert problem_words(shared)[0] == "“X Y” bukan kode."
    what, fix = problem_words(own)
    assert what == "“1 to 2” bukan rentang."
    assert fix.endswith("Maksud Anda “1–2”?")


COMMANDS = (
    "--help", "score", "export --help", "papers make --help", "chekc", "--bogus", "export --bogus", "demo --port x",
    "export --what nothing", "failed shwo", "invitations x.pdf --days 900", "run x", "doctor", "verify",
    "verify --database nowhere.db", "setup jakarta-pusat --bot ham_bot", "setup jakarta-pusat --bot ham_bot", "doctor",
    "verify", "backup copy.db", "backup copy.db", "failed list", "tidy", "criteria --region Jakarta",
    "criteria", "export --what answers --out a.csv", "papers list", "recap --region x --out y.pdf", "recap --region Bogor --out z.pdf",
    "recap --region 31.71 --out z.pdf", "forget Nobody", "close", "check permenkumham-25-2013", "setup nowhere.yaml",
    "roster-template new.xlsx", "instrument template i.xlsx", "instrument compare permenkumham-25-2013 permenkumham-25-2013", "import x.csv",
    "score --instrument permenkumham-25-2013 wrong.yaml", "score --instrument permenkumham-25-2013 right.yaml",
    "recap --region 31.71 --out r.pdf", "verify --paper r.pdf", "verify --paper PH-7K3M-Q2XD", "verify --paper wrong.yaml",
    "instrument compare permenkumham-25-2013 other", "check other", "import right.yaml --map wrong.yaml",
    "handout l.pdf", "invitations k.pdf --bot ham_bot", "init", "demo --state x", "import isian.csv --suggest peta.yaml", "import isian.csv --map peta.yaml",
    "failed show 9", "failed show 1", "failed replay 9", "failed drop 1", "failed drop 1", "failed list", "papers make receipt --region 31.71 --unit Sudinkes --out t.pdf",
    "papers make xyz --out y.pdf", "papers settings", "papers settings --region 31.71", "instrument to-xlsx permenkumham-25-2013 j.xlsx",
    "instrument from-xlsx j.xlsx outside", "instrument from-xlsx wrong.yaml outside", "instrument to-xlsform permenkumham-25-2013 f.xlsx", "privacy",
    "close --province 31", "close --province 99", "setup changed.yaml --dry-run",
    "restore copy.db", "restore copy.db --aside", "privacy nowhere.toml", "previous", "bundle --region 31.71 --out b.zip", "rehearse nowhere.yaml", "run",
)  # fmt: skip
ENGLISH = re.compile(
    r"\b(the|an|of|is|are|was|were|not|no such|give|file|files|written|known|and|or|with|missing|answer"
    r"|whole|new|here|there|usage|show|print|month|day|days|below|above|more|its|confirmed|proposed|reported"
    r"|unanswered|available|applicable|authority|ratio|count|number|choice|offices?|entries|entry|seats?"
    r"|none|contact|coordinator|kept|dropped|replayed|every|good)\b",
    re.I,
)
NAMES = re.compile(r"^\w+ = |<[^>]*>|\S*[/.=_-]\S*|`[^`]*`|'[^']*'|[A-Z]{2,}\S*|\bmid\b")
"""What has no language: files, options, choices, commands, settings."""

NAMED = {"tidak berlaku", "Bagian Hukum", "sebagaimana", "dan pengaturan"}


WRONG_ANSWERS = """
answers:
  1: {kematian_ibu: -2, kelahiran_hidup: 3}
  2: {kematian_bayi: 9, kelahiran_hidup: 3}
  3: {value: 900}
  4: [1]
  99: {value: 1}
"""
RIGHT_ANSWERS = """
answers:
  1: {kematian_ibu: 2, kelahiran_hidup: 300}
  2: {absence: not_available}
  5: {absence: not_applicable, accepted: true}
  6: {absence: not_applicable}
  7: {absence: not_our_authority}
"""


@pytest.fixture
def desk(peduli: Peduli) -> Peduli:
    """A folder with files for the commands: answers that are refused, and an instrument that asks otherwise."""
    Path("wrong.yaml").write_text(WRONG_ANSWERS, encoding="utf-8")
    Path("right.yaml").write_text(RIGHT_ANSWERS, encoding="utf-8")
    texts = read_directory(BUNDLED / "permenkumham-25-2013")
    texts["hidup.yaml"] = texts["hidup.yaml"].replace(ASKED, OTHERWISE, 1)
    Path("other").mkdir()
    for name, text in texts.items():
        Path("other", name).write_text(text, encoding="utf-8")
    roster = (ROOT / "bot/roster/data/jakarta-pusat.yaml").read_text(encoding="utf-8")
    for before, after in (
        ("owes: [12]", "owes: [12, 16]"),
        ("name: Pengelola Bot", "name: Pengelola Lain"),
    ):
        assert before in roster
        roster = roster.replace(before, after)
    Path("changed.yaml").write_text(roster, encoding="utf-8")
    Path("isian.csv").write_text("Dinas,1.kematian_ibu,lain\nSudinkes,3,4\n", encoding="utf-8")
    return peduli


def keep_an_update() -> None:
    """Let the bot have failed at something, each time once more."""
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO failed_updates (update_id, at, body, error) VALUES (7, '2017-03-10T02:00:00Z', ?, ?)",
            ('{"update_id": 7}', "KeyError: 'x'"),
        )


def test_every_command_is_gone_over() -> None:
    """In what follows, beyond its help: that of each is looked at above."""
    tried = {" ".join(words.split()[:depth]) for words in COMMANDS for depth in (1, 2)}
    assert set(EVERY_COMMAND) - tried == set()


def shown(peduli: Peduli) -> Iterator[tuple[str, str]]:
    """Every line that the commands print, with the command."""
    for words in COMMANDS:
        if words == "failed list":
            keep_an_update()
        answer = peduli(*words.split())
        for line in (answer.stdout + answer.stderr).splitlines():
            yield words, line


def test_in_indonesian_no_command_speaks_english(
    desk: Peduli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    strange = [
        (words, line.strip()[:160])
        for words, line in shown(desk)
        if ENGLISH.search(NAMES.sub(" ", line))
    ]
    assert strange == []


def test_in_english_no_command_speaks_indonesian(
    desk: Peduli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of offices and criteria are Indonesian in any case, so its own sentences are looked for."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    own = (
        {
            part.strip()
            for english, text in indonesian().items()
            for part in re.split(r"\{[^}]*\}", text)
            if len(part.strip()) > 11
            and " " in part.strip()
            and part not in english
            and part.strip() not in NAMED
        }
        | set(comparison()["heading"][1:])
        | {
            "ya/tidak",
            "perbandingan",
            "belum diisi",
            "sesuai.",
            "Rekapitulasi",
            "bukan naskah",
            "Ditanyakan",
        }
        | {comparison()["proposed"], "Predikat", "peringatan", "gagal"}
    )
    strange = [
        (words, line.strip()[:160])
        for words, line in shown(desk)
        if any(part in line for part in own)
    ]
    assert strange == []


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Indonesian_Indonesia", "id"),
        ("id_ID", "id"),
        ("English_United States", "en"),
        (None, "en"),
    ],
)
def test_windows_says_its_language_in_no_setting(
    monkeypatch: pytest.MonkeyPatch, name: str | None, language: str
) -> None:
    for setting in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: (name, "cp1252"))
    assert terminal_language() == language
