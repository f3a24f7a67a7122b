"""Conversations as YAML, asserted by message name; together they say every message that flows can say."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jinja2
import pytest

from bot.demo.rehearsal.rehearsal_model import RehearsalStep
from bot.demo.rehearsal.rehearsal_player import RehearsalPlayer
from bot.demo.rehearsal.rehearsal_reader import read_talk
from bot.storage.codec import answer_from_json
from bot.telegram.calls import MADE
from flows.model.answer_state import Previous
from flows.model.outcome import InlineAnswer, Message, Say, SentDocument
from flows.model.replies import React
from flows.model.roles import Role
from flows.model.workdays import Calendar
from messages import drawing, names
from tests.flows.ground import run_now
from tests.flows.world import World
from tests.support import INSTRUMENT
from tests.support.staging import once
from tests.support.yaml_texts import parsed

HERE = Path(__file__).parent
FILES = sorted((HERE / "transcripts").glob("*.yaml"))
TOAST, ALERT = 110, 200
"""Characters of a notice that a phone shows whole: for a moment on top, and as a window (Bot API,
answerCallbackQuery)."""
COMPARED = ("says", "notices")
RENDERED = HERE / "rendered"
ELSEWHERE = {"staff/digest", "reminder/promise", "reminder/nudge", "evidence/refused_gone", "evidence/refused_unreadable", "reviewing/overtaken", "joining/not_yet", "staff/overview", "staff/right", "help/trouble", "staff/reminder_result", "explained/whole_is_zero", "explained/unanswered",
             "explained/not_applicable", "explained/left_out", "explained/irrelevant", "explained/held", "explained/number", "joining/no_period"}  # fmt: skip

ELSEWHERE |= {"staff/arrived", "staff/digest_last"}
ELSEWHERE |= {"evidence/refused_locked", "evidence/refused_macros", "evidence/preview"}
ELSEWHERE |= {"joining/regulation", "trial/banner"}
ELSEWHERE |= {"papers/made", "papers/nothing", "papers/failed"}
ELSEWHERE |= {"exporting/made", "exporting/failed", "criteria/told_file"}
ELSEWHERE |= {
    f"form/{name}" for name in ("sent", "refused", "nothing", "preview", "applied", "dropped")
}
ELSEWHERE |= {"papers/bundle_part", "staff/province_picture"}
ELSEWHERE |= {"papers/checked", "papers/checked_briefly", "evidence/refused_paper"}
ELSEWHERE |= {"submission/changed", "submission/cities", "submission/digest", "period/seat_off"}
ELSEWHERE |= {"group/cannot_pin", "group/choose", "group/foreign", "group/overview"}


TAPS = HERE / "taps.txt"
"""What a tap does, by verb: whether a message takes the place of the one that was tapped, comes below it, or is a
notice that passes (`notifies`) or waits (`alerts`). Rendered conversations do not show it."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a transcript has brought: the words, the names of what was said, and what taps did.

    `views` and `buttons` are what messages and buttons were rendered from, by name; `to_staff` the names of
    what was said to those who hold seats of staff only, and to no group.
    """

    text: str
    message_names: frozenset[str]
    taps: frozenset[str]
    views: Mapping[str, Sequence[Mapping[str, Any]]]
    buttons: Mapping[str, Sequence[Mapping[str, Any]]]
    to_staff: frozenset[str]


def played(path: Path) -> Played:
    """Return what a transcript brings, after playing it."""
    script: dict[str, Any] = parsed(path.read_text(encoding="utf-8"))
    world = world_of(script)
    lines: list[str] = []
    message_names: set[str] = set()
    views: dict[str, list[Mapping[str, Any]]] = {}
    render = jinja2.Template.render

    def rendering(self: jinja2.Template, *args: Any, **kwargs: Any) -> str:
        if self.name is not None and args:
            views.setdefault(self.name.removesuffix(".j2"), []).append(dict(args[0]))
        return render(self, *args, **kwargs)

    steps = read_talk(path.read_text(encoding="utf-8"), path.name)
    player = RehearsalPlayer(
        steps,
        path.name,
        world,
        lambda step: message_names.update(retold(world, step, lines)),
        COMPARED,
    )
    with patch.object(jinja2.Template, "render", rendering):
        problem = run_now(player.play()).problem
    assert problem is None, problem
    message_names |= partials(world.sent_messages)
    for wanted in script.get("answers", []):
        stored = world.answers[wanted["unit"], wanted["indicator"]]
        assert len(stored) == wanted["revisions"]
        assert repr(stored[-1].answer).find(wanted["holds"]) >= 0, stored[-1].answer
        kept = [one.code for one in stored[-1].flags]
        assert kept == wanted.get("flags", kept)
    text = "\n".join(lines).strip() + "\n"
    taps = frozenset(world.taps)
    return Played(text, frozenset(message_names), taps, views, _buttons(world), _to_staff(world))


def _buttons(world: World) -> dict[str, list[Mapping[str, Any]]]:
    buttons: dict[str, list[Mapping[str, Any]]] = {}
    for message in world.sent_messages:
        for button in (button for row in getattr(message, "keyboard", ()) for button in row):
            buttons.setdefault(button.label, []).append(button.view)
    return buttons


def _to_staff(world: World) -> frozenset[str]:
    return frozenset(
        message.name
        for who, messages in world.inboxes.items()
        if (seats := world.seats.get(who)) and all(seat.is_staff for seat in seats)
        for message in messages
        if message.name and not message.name.startswith("group/")
    )


def played_once(path: Path, factory: pytest.TempPathFactory) -> Played:
    """Return what a transcript brings, which the first worker that asks for it plays."""

    def play(folder: Path) -> None:
        (folder / "played").write_bytes(pickle.dumps(played(path)))

    kept = once(factory, f"transcript-{path.stem}", play) / "played"
    brought: Played = pickle.loads(kept.read_bytes())
    return brought


def previous(answer: dict[str, Any]) -> Previous:
    """Last year's answer as a transcript writes it: inputs, or a value, or an absence."""
    note = answer.pop("note", None)
    if not {"value", "absence"} & set(answer):
        inputs = {k: v if type(v) in (bool, str) else str(v) for k, v in answer.items()}
        answer = {"inputs": inputs}
    words = {code for code, one in answer.get("inputs", {}).items() if str(one)[0].isalpha()}
    return Previous(2015, answer_from_json(answer, frozenset(words)), note)


def world_of(script: dict[str, Any]) -> World:
    """Return a world as a transcript wants it, before its first step."""
    off = frozenset(date.fromisoformat(str(day)) for day in script.get("holidays", ()))
    calendar = Calendar(off)
    world = World(script["owes"], script.get("instrument", INSTRUMENT), calendar, steps_twice=True)
    if "levels" in script:
        world.levels(*script["levels"])
    if "grace" in script:
        world.grace(script["grace"])
    if "beside" in script:
        world.beside(str(script["beside"]))
    for unit, years in script.get("previous", {}).items():
        for number, answer in years.items():
            world.remember(unit, number, previous(dict(answer)))
    for token, seat in script["links"].items():  # an office, or a role
        is_contact = seat in script["owes"]
        world.link(token, seat if is_contact else None, Role.CONTACT if is_contact else Role(seat))
    return world


def retold(world: World, step: RehearsalStep, lines: list[str]) -> set[str]:
    """Write down what a step has brought; returns the names of what was said."""
    shown = {"types": "{}", "taps": "[{}]", "does": "({})"}[step.act]
    lines.append(f"\n{step.who}: {shown.format(step.value)}")
    for name, messages in world.new.items():
        for message in messages:
            if message.text:
                limit = ALERT if message.alert else TOAST
                assert message.kind != "notice" or len(message.text) <= limit, message.text
                lines.append(message.text if name == step.who else f"→ {name}\n{message.text}")
    return {one.name for messages in world.new.values() for one in messages if one.name}


def partials(messages: list[Message]) -> set[str]:
    """Return the names of what is said inside a message: refusals, explanations, what documents hold."""
    partial_names = set()
    for message in messages:
        if isinstance(message, InlineAnswer | React):
            continue
        if isinstance(message, SentDocument) and message.body:
            partial_names.add(message.body)
        elif isinstance(message, SentDocument):
            assert MADE[message.made or ""](drawing.figures(message.view)), (
                "its view has what it names"
            )
        if problem := message.view.get("problem"):
            partial_names.add(f"refused/{problem['code']}" if isinstance(problem, dict) else "")
        if explanation := message.view.get("explanation"):
            partial_names.add(f"explained/{explanation['code']}")
        if (
            isinstance(message, Say)
            and message.view.get("absence")
            and "explanation" in message.view
        ):
            partial_names.add(f"explained/{message.view['explanation']['code']}")
    return partial_names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_transcript(
    path: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = played_once(path, tmp_path_factory).text
    kept = RENDERED / f"{path.stem}.txt"
    if request.config.getoption("--update-rendered"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == text, (
        "the words changed: read them, then pytest --update-rendered"
    )


def test_every_message_is_said_somewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    message_names: set[str] = set()
    for path in FILES:
        message_names |= played_once(path, tmp_path_factory).message_names
    assert set(names()) - message_names - ELSEWHERE == set()


def test_taps_edit_send_and_notify_as_ever(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    taps: set[str] = set()
    for path in FILES:
        taps |= played_once(path, tmp_path_factory).taps
    if request.config.getoption("--update-rendered"):
        TAPS.write_text("\n".join(sorted(taps)) + "\n", encoding="utf-8")
    assert TAPS.read_text(encoding="utf-8").splitlines() == sorted(taps)
