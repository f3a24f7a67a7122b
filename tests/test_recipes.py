"""CONTRIBUTING followed by hand in a copy: commands, letters and a button work by the files its recipes name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_cover  # child processes only
ROOT = Path(__file__).parent.parent
MOST = 4
"""Files that are touched by hand, beside the conversation that tests them."""
WALK = '''"""`/contoh`: the last day."""

from flows.model import walks
from flows.model.facts import {facts}
from flows.model.outcome import Outcome, Say, SentDocument


def command(facts: {facts}) -> Outcome:
    """Answer `/contoh`."""
    view = {{"deadline": facts.period.deadline, "count": 12}}
    return Outcome((), ({answer},))


ROUTES = (walks.{room}.command("contoh", walks.plain(command), place=999),)
'''
MENU = '\n[contoh]\nmenu.id = "Batas akhir"\nmenu.en = "The last day"\n'
SENTENCE, DOCUMENT = (
    'Say("free/last_day", view)',
    'SentDocument("letter/last_day", view, "Batas.docx", made="last_day_letter")',
)
LETTER = {
    "messages/id/letter/last_day.j2": (
        "Surat: {{ deadline|tanggal }}\n--- surat ---\nisi    | {{ deadline }}: {{ count }} hari lagi.\n"
    ),
    "messages/en/letter/last_day.j2": "Letter: {{ deadline|date }}\n",
}
LABEL = '\nlast_day.id = "📅 Batas akhir"\nlast_day.en = "📅 The last day"\n'
CALLS = "flows/staff/call_list.py"
BUTTON = {
    'LETTER = OwnVerb("ct")\n': 'LAST_DAY = OwnVerb("zd")\n',
    '    view = {"rows": rows, "more"': (
        '    keyboard += ((Button("last_day", data(LAST_DAY, seat)),),)\n'
    ),
    "def _letter(facts": f'''def last_day(facts: StaffFacts, _: Tap, __: Pressed) -> Outcome:
    """📅 Batas akhir: a letter that names the last day."""
    view = {{"deadline": facts.period.deadline, "count": 12}}
    return Outcome((), ({DOCUMENT},))


''',
    "    walks.staff.button(LETTER,": "    walks.staff.button(LAST_DAY, last_day),\n",
}
"""What is written into the walk that is there, before which of its lines."""
LOOKS = """
from datetime import date
from bot.telegram.rendering import command_menus, menu
from flows.model.roles import Role
from flows.route_table import TABLE
from messages import LANGUAGES, render

role, languages = Role({role!r}), {languages!r}
route = TABLE.command("contoh", role)
assert route is not None
for language, words in languages.items():
    assert {{"command": "contoh", "description": words}} in menu(role, language)["commands"]
    assert LANGUAGES[language].help_line("contoh", role).lower() == words.lower()
    assert "2017" in render({said!r}, {{"deadline": date(2017, 3, 31)}}, language)
"""
MAKES = """
from datetime import date
from io import BytesIO
from docx import Document
from bot.telegram.calls import MADE
from messages.drawing import figures
from messages import render

view = {"deadline": date(2017, 3, 31), "count": 12}
(line,) = Document(BytesIO(MADE["last_day_letter"](figures(view)))).paragraphs
assert line.text == "31 Maret 2017: 12 hari lagi.", line.text
assert render("letter/last_day", view) == "Surat: 31 Maret 2017"
assert render("letter/last_day", view, "en") == "Letter: 31 March 2017"
"""
TAPS = """
from flows.model.events import Tap
from flows.model.roles import Role
from messages import label
from tests.flows.world import World

world = World({"kesehatan": [1]})
world.link("B", None, Role.KANWIL)
world.type("Budi", "/start B")
world.type("Budi", "/telepon")
(letter, *_) = [one for one in world.press("Budi", "📅 Batas akhir").messages if hasattr(one, "made")]
assert (letter.name, letter.made) == ("letter/last_day", "last_day_letter")
assert label("last_day", {}, "en") == "📅 The last day"
"""
WORDS = {"id": "Batas akhir", "en": "The last day"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages as a contributor has them."""
    for package in ("flows", "scoring", "messages", "bot"):
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=skipped)
    return tmp_path


def write(copy: Path, files: dict[str, str], into: dict[str, dict[str, str]] | None = None) -> int:
    """Write the files of a recipe; return how many. What is there already gets more at its end.

    Of those in `into`, more before a line of theirs.
    """
    for name, text in files.items():
        path = copy / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            (path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8"
        )
    for name, lines in (into or {}).items():
        text = (copy / name).read_text(encoding="utf-8")
        for line, more in lines.items():
            assert text.count(line) == 1, line
            text = text.replace(line, more + line)
        (copy / name).write_text(text, encoding="utf-8")
    return len({*files, *(into or {})})


def run(copy: Path, *words: str) -> None:
    """Run Python in the copy; its tests are those of the checkout."""
    path = os.pathsep.join((str(copy), str(ROOT)))
    done = subprocess.run(
        [sys.executable, *words], cwd=copy, env={"PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def walk(room: str, answer: str) -> dict[str, str]:
    """The module of a new command, and its line in the menu."""
    facts = {"contact": "ContactFacts", "staff": "StaffFacts"}[room]
    text = WALK.format(facts=facts, room=room, answer=answer)
    return {f"flows/{room}/last_day.py": text, "messages/commands.toml": MENU}


@pytest.mark.parametrize(
    ("room", "role", "count"), [("contact", "contact", 3), ("staff", "kanwil", MOST)]
)
def test_a_command(copy: Path, room: str, role: str, count: int) -> None:
    sentences = {"messages/id/free/last_day.j2": "Batas akhir: {{ deadline|tanggal }}\n"}
    if room == "staff":  # what staff read is said in English too
        sentences["messages/en/free/last_day.j2"] = "The last day: {{ deadline|date }}\n"
    assert write(copy, walk(room, SENTENCE) | sentences) == count
    run(copy, "-c", LOOKS.format(role=role, languages=WORDS, said="free/last_day"))


@pytest.mark.campaign  # the way of the next, without a button
def test_a_letter_with_a_command(copy: Path) -> None:
    assert write(copy, walk("staff", DOCUMENT) | LETTER) == MOST
    run(copy, "-m", "bot.telegram.word_letters")
    run(copy, "-c", MAKES)
    run(copy, "-c", LOOKS.format(role="kanwil", languages=WORDS, said="letter/last_day"))


def test_a_letter_with_a_button_of_its_own(copy: Path) -> None:
    assert write(copy, LETTER | {"messages/labels.toml": LABEL}, {CALLS: BUTTON}) == MOST
    run(copy, "-m", "bot.telegram.word_letters")
    run(copy, "-c", MAKES)
    run(copy, "-c", TAPS)
