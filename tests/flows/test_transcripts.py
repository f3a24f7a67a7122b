"""Conversations as YAML, asserted by message name; together they say every message that flows can say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.demo.rehearsal.model import Step
from bot.demo.rehearsal.reading import read_talk
from bot.storage.codec import answer_from_json
from flows.model.answer_state import Previous
from flows.model.outcome import Document, InlineAnswer, Message, Say
from flows.model.roles import Role
from messages import names
from tests.flows.world import World
from tests.support import INSTRUMENT

HERE = Path(__file__).parent
FILES = sorted((HERE / "transcripts").glob("*.yaml"))
TOAST, ALERT = 110, 200
"""Characters of a notice that a phone shows whole: for a moment on top, and as a window (Bot API,
answerCallbackQuery)."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RENDERED = HERE / "rendered"
ELSEWHERE = {"staff/digest", "reminder/promise", "reminder/nudge", "evidence/refused_gone", "evidence/refused_unreadable", "reviewing/overtaken", "joining/not_yet", "staff/overview", "staff/right", "help/trouble", "staff/reminder_result", "explained/whole_is_zero", "explained/unanswered",
             "explained/not_applicable", "explained/left_out", "explained/irrelevant", "explained/held", "explained/number", "joining/no_period"}  # fmt: skip

ELSEWHERE |= {"staff/arrived", "staff/digest_last"}
ELSEWHERE |= {"evidence/refused_locked", "evidence/refused_macros"}
ELSEWHERE |= {"group/cannot_pin", "group/choose", "group/foreign", "group/overview"}


@cache
def played(path: Path) -> tuple[list[str], set[str]]:
    """Play a transcript once; returns what was said as text, and the names of what was said."""
    script: dict[str, Any] = yaml.load(path.read_text(), LOADER)
    world = World(script["owes"], script.get("instrument", INSTRUMENT), steps_twice=True)
    for unit, years in script.get("previous", {}).items():
        for number, said in years.items():
            world.remember(unit, number, previous(dict(said)))
    for token, seat in script["links"].items():
        role = Role(seat.get("role", "contact"))
        world.link(token, seat.get("unit"), role)
    lines: list[str] = []
    said: set[str] = set()
    for play in read_talk(path.read_text(), path.name):
        said |= one_step(world, play, lines)
    for wanted in script.get("answers", []):
        stored = world.answers[wanted["unit"], wanted["indicator"]]
        assert len(stored) == wanted["revisions"]
        assert repr(stored[-1].answer).find(wanted["holds"]) >= 0, stored[-1].answer
        kept = [one.code for one in stored[-1].flags]
        assert kept == wanted.get("flags", kept)
    return lines, said


def previous(said: dict[str, Any]) -> Previous:
    """Last year's answer as a transcript writes it: inputs, or a value, or an absence."""
    note = said.pop("note", None)
    if not {"value", "absence"} & set(said):
        inputs = {k: v if type(v) in (bool, str) else str(v) for k, v in said.items()}
        said = {"inputs": inputs}
    words = {code for code, one in said.get("inputs", {}).items() if str(one)[0].isalpha()}
    return Previous(2015, answer_from_json(said, frozenset(words)), note)


def one_step(world: World, play: Step, lines: list[str]) -> set[str]:
    """Play a step; returns the names of what was said, which must be what is written down."""
    who, where = play.who, f"{play}, line {play.line}"
    world.said.setdefault(who, [])
    before = {name: len(messages) for name, messages in world.said.items()}
    told = len(world.told)
    shown = {"types": "{}", "taps": "[{}]", "does": "({})"}[play.act]
    lines.append(f"\n{who}: {shown.format(play.value)}")
    world.act(play)
    heard: set[str] = set()
    for name, messages in world.said.items():
        new = messages[before.get(name, 0) :]
        heard |= {one.name for one in new if one.name}
        for one in new:
            if one.text:
                limit = ALERT if one.alert else TOAST
                assert one.kind != "notice" or len(one.text) <= limit, one.text
                lines.append(one.text if name == who else f"→ {name}\n{one.text}")
        if name == who:
            got = [one.name for one in new if one.kind == "text"]
            notices = [one.name for one in new if one.kind == "notice" and one.name]
            assert got == list(play.heard.says), f"{where}: {got}"
            assert notices == list(play.heard.notices), f"{where}: {notices}"
    return heard | partials(world.told[told:])


def partials(messages: list[Message]) -> set[str]:
    """Return the names of what is said inside a message: refusals, explanations, what documents hold."""
    found = set()
    for one in messages:
        if isinstance(one, InlineAnswer):
            continue
        if isinstance(one, Document) and one.body:
            found.add(one.body)
        if problem := one.view.get("problem"):
            found.add(f"refused/{problem['code']}" if isinstance(problem, dict) else "")
        if explanation := one.view.get("explanation"):
            found.add(f"explained/{explanation['code']}")
        if isinstance(one, Say) and one.view.get("absence") and "explanation" in one.view:
            found.add(f"explained/{one.view['explanation']['code']}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_transcript(path: Path, request: pytest.FixtureRequest) -> None:
    lines, _ = played(path)
    kept = RENDERED / f"{path.stem}.txt"
    text = "\n".join(lines).strip() + "\n"
    if request.config.getoption("--update-rendered"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text)
    assert kept.read_text() == text, "the words changed: read them, then pytest --update-rendered"


def test_every_message_is_said_somewhere() -> None:
    said: set[str] = set()
    for path in FILES:
        said |= played(path)[1]
    assert set(names()) - said - ELSEWHERE == set()
