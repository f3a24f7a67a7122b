"""CONTRIBUTING followed by hand in a copy: a command and a letter work by no more files than its recipes name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_cover  # child processes only
ROOT = Path(__file__).parent.parent
MOST = 4
"""Files that are touched by hand, beside the conversation that tests them."""
WALK = '''"""`/batas`: the last day."""

from flows.model import walks
from flows.model.facts import {facts}
from flows.model.outcome import Document, Outcome, Say


def command(facts: {facts}) -> Outcome:
    """Answer `/batas`."""
    view = {{"deadline": facts.period.deadline}}
    written = Document("letter/last_day", view, "Batas.docx", made="last_day_letter")
    return Outcome((), (Say("free/last_day", view), {said}))


ROUTES = (walks.{walkers}.command("batas", walks.plain(command), place=999),)
'''
MENU = '\n[batas]\nmenu.id = "Batas akhir"\nmenu.en = "The last day"\n'
LETTER = {
    "messages/id/letter/last_day.txt": "isi    | Batas akhir: {{ deadline }}.\n",
    "messages/id/letter/last_day.j2": "Surat: {{ deadline|tanggal }}\n",
    "messages/en/letter/last_day.j2": "Letter: {{ deadline|date }}\n",
}
LOOKS = """
from datetime import date
from bot.telegram.rendering import command_menus, menu
from flows.model.roles import Role
from flows.table import TABLE
from messages import LANGUAGES, render

role, languages = Role({role!r}), {languages!r}
route = TABLE.command("batas", role)
assert route is not None
for language, words in languages.items():
    assert {{"command": "batas", "description": words}} in menu(role, language)["commands"]
    assert LANGUAGES[language].help_line("batas", role).lower() == words.lower()
    assert "2017" in render("free/last_day", {{"deadline": date(2017, 3, 31)}}, language)
"""
MAKES = """
from datetime import date
from bot.telegram.calls import MADE
from messages.drawing import figures
from messages import render

view = {"deadline": date(2017, 3, 31)}
assert MADE["last_day_letter"](figures(view))[:2] == b"PK"
assert render("letter/last_day", view, "en") == "Letter: 31 March 2017"
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages as a contributor has them."""
    for package in ("flows", "scoring", "messages", "bot"):
        skipped = shutil.ignore_patterns("demo")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=skipped)
    return tmp_path


def write(copy: Path, files: dict[str, str]) -> None:
    """Write the files of a recipe; what is there already gets more at its end."""
    assert len(files) <= MOST
    for name, text in files.items():
        path = copy / name
        path.write_text(
            (path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8"
        )


def run(copy: Path, *words: str) -> None:
    """Run Python in the copy."""
    done = subprocess.run(
        [sys.executable, *words], cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def walk(room: str, *, letter: bool = False) -> dict[str, str]:
    """The module of a new command, with a letter or without."""
    facts = {"contact": "ContactFacts", "staff": "StaffFacts"}[room]
    text = WALK.format(facts=facts, walkers=room, said="written" if letter else "")
    return {f"flows/{room}/last_day.py": text}


@pytest.mark.parametrize(("room", "role"), [("contact", "contact"), ("staff", "kanwil")])
def test_a_command(copy: Path, room: str, role: str) -> None:
    files = walk(room) | {
        "messages/id/free/last_day.j2": "Batas akhir: {{ deadline|tanggal }}\n",
        "messages/commands.toml": MENU,
    }
    if room == "staff":  # what staff read is said in English too
        files["messages/en/free/last_day.j2"] = "The last day: {{ deadline|date }}\n"
        (copy / "messages/en/free").mkdir(exist_ok=True)
    write(copy, files)
    run(copy, "-c", LOOKS.format(role=role, languages={"id": "Batas akhir", "en": "The last day"}))


def test_a_letter(copy: Path) -> None:
    write(copy, walk("staff", letter=True) | LETTER)
    run(copy, "-m", "bot.telegram.documents")
    run(copy, "-c", MAKES)
