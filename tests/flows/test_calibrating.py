"""A reviewer who was made to differ is named; a sample is drawn the same way by everybody who has its seed."""

from __future__ import annotations

import pytest

from flows.model.answer_state import State
from flows.model.calibration import Calibration, ReviewVerdict, SecondLook
from flows.model.events import Command, Tap
from flows.model.facts import StaffFacts, require
from flows.model.outcome import Say
from flows.model.roles import Role
from flows.model.workflow import Action
from flows.staff import calibrating
from scoring.replacing import replace
from tests.flows.world import World

NUMBERS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
"""Twelve offices with one answer each: six judged by Budi, six by Cici."""


@pytest.fixture
def facts() -> StaffFacts:
    world = World({f"k{number}": [15, *([3] if number == 1 else [])] for number in NUMBERS})
    for token, role in (("B", Role.KANWIL), ("C", Role.KANWIL)):
        world.link(token, None, role)
    for who, token in (("Budi", "B"), ("Cici", "C")):
        world.type(who, f"/start {token}")
    for number in NUMBERS:
        world.link(f"T{number}", f"k{number}")
        world.type(f"P{number}", f"/start T{number}")
        typed = ("/lanjut", *(("100", "99", "simpan") if number == 1 else ()), "2", "simpan")
        for words in typed:
            world.type(f"P{number}", words)
        is_budi = number <= 6
        # Cici corrects three of six, Budi none
        action = Action.CORRECT if not is_budi and number > 9 else Action.VERIFY
        by = "Budi" if is_budi else "Cici"
        world.move((f"k{number}", 15), State.VERIFIED, Role.KANWIL, action=action, by=by)
    world.move(
        ("k1", 3), State.APPROVED, Role.KANWIL, action=Action.UNDO
    )  # no verdict stands on it
    return world.staff("Budi", Command("kalibrasi"))


def overview(facts: StaffFacts, sample: Calibration = Calibration()) -> Say:  # noqa: B008
    [message] = calibrating.command(facts, "", sample).messages
    assert isinstance(message, Say)
    return message


def test_a_reviewer_who_differs_is_named(facts: StaffFacts) -> None:
    rows = {row["name"]: row for row in overview(facts).view["reviewers"]}
    assert {name: (row["changed"], row["count"]) for name, row in rows.items()} == {
        "Budi": (0, 6), "Cici": (3, 6),
    }  # fmt: skip
    assert (rows["Budi"]["far"], rows["Cici"]["far"]) == ("milder", "stricter")


def test_few_answers_say_nothing_of_a_reviewer(facts: StaffFacts) -> None:
    few = calibrating.judged(facts.board.offices)[:8]
    rows = calibrating._reviewers(few)
    assert {row["far"] for row in rows} == {None}


def test_a_sample_can_be_drawn_again_from_its_seed(facts: StaffFacts) -> None:
    answers = calibrating.judged(facts.board.offices)
    first = calibrating.drawn(answers, "ab12", 5)
    assert calibrating.drawn(tuple(reversed(answers)), "ab12", 5) == first
    assert len({one.office.unit.id for one in first}) == 5
    others = {
        tuple(one.office.unit.id for one in calibrating.drawn(answers, f"{seed:x}", 5))
        for seed in range(40)
    }
    assert len(others) > 20, "another seed, another sample"


def test_nobody_looks_a_second_time_at_what_they_judged(facts: StaffFacts) -> None:
    own, other = (
        next(one for one in calibrating.judged(facts.board.offices) if one.by == name)
        for name in ("Budi", "Cici")
    )
    looks = tuple(
        SecondLook(look_id, 9, one.office.unit.id, 15, require(one.task.mine).revision, one.verdict)
        for look_id, one in enumerate((own, other), start=1)
    )
    sample = Calibration(looks)
    following = calibrating._following(facts, sample)
    assert following is not None
    assert following.unit_id == other.office.unit.id
    done = Calibration((looks[0], replace(looks[1], second=ReviewVerdict.SAME)))
    assert calibrating._following(facts, done) is None
    assert overview(facts, done).keyboard == (), "the rest waits for somebody else"


def test_an_answer_whose_verdict_was_taken_back_is_nobody_s(facts: StaffFacts) -> None:
    answer = calibrating.judged(facts.board.offices)[0]
    stale = SecondLook(1, 9, answer.office.unit.id, 15, 99, ReviewVerdict.SAME)
    gone = SecondLook(2, 9, 999, 15, 1, ReviewVerdict.SAME)
    assert calibrating._by(facts, stale) == "–"
    assert calibrating._by(facts, gone) == "–"
    tap = Tap("cs.1.2", 5, "q")
    outcome = calibrating._next(facts, tap, Calibration((gone,)))
    assert [message.name for message in outcome.messages if isinstance(message, Say)] == [
        "calibration/overview"
    ]
