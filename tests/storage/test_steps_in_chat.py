"""Steps that count only after another, as an office reads its points: those that wait are left out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.contact import summary
from flows.model.answer_state import State
from flows.model.facts import Desk, require
from flows.model.roles import Role
from scoring.replacing import replace
from tests.flows.world import World


@pytest.fixture
def world() -> World:
    """Struktur (9), proses (10 and 11) and hasil (12) lie with three offices."""
    made = World({"hukum": [9], "bappeda": [10, 11], "kominfo": [12]}, "kinds")
    for token, unit in (("X", "hukum"), ("Y", "bappeda"), ("Z", "kominfo")):
        made.link(token, unit)
    for who, token in (("Rudi", "X"), ("Wati", "Y"), ("Tono", "Z")):
        made.type(who, f"/start {token}")
    return made


def answers(world: World, who: str, *given: str) -> None:
    for words in given:
        world.type(who, "/lanjut")
        world.type(who, words)
        world.type(who, "simpan")


def points(world: World, who: str) -> str:
    """What the summary in chat says of an office's points."""
    world.type(who, "/ringkasan")
    return world.inboxes[who][-1].text.split("·")[1].split("\n")[0].strip()


def desk_of(world: World, code: str) -> Desk:
    return next(one.desk for one in world.board().offices if one.unit.code == code)


def test_what_waits_for_another_office_brings_nothing_until_that_has_its_step(world: World) -> None:
    answers(world, "Tono", "ya")
    assert points(world, "Tono") == "0 dari 10 poin"
    answers(world, "Wati", "ya", "ya")
    assert (points(world, "Wati"), points(world, "Tono")) == ("0 dari 52 poin", "0 dari 10 poin")
    answers(world, "Rudi", "ya")
    assert (points(world, "Rudi"), points(world, "Wati")) == ("10 dari 10 poin", "52 dari 52 poin")
    assert points(world, "Tono") == "10 dari 10 poin"


def test_what_is_verified_waits_for_what_is_verified(world: World) -> None:
    for who in ("Rudi", "Wati", "Tono"):
        answers(world, who, "ya", *(("ya",) if who == "Wati" else ()))
    world.move(("kominfo", 12), State.VERIFIED, Role.KANWIL)
    [task] = desk_of(world, "kominfo").tasks
    assert (summary.points(task), summary.verified_points(task)) == (10, 0)
    for place in (("hukum", 9), ("bappeda", 10), ("bappeda", 11)):
        world.move(place, State.VERIFIED, Role.KANWIL)
    [task] = desk_of(world, "kominfo").tasks
    assert summary.verified_points(task) == Decimal(10)


def test_an_answer_that_is_just_saved_counts_for_the_steps_of_its_own_office() -> None:
    world = World({"hukum": [9, 10, 11]}, "kinds")
    world.link("X", "hukum")
    world.type("Rudi", "/start X")
    answers(world, "Rudi", "tidak", "ya", "ya")
    assert points(world, "Rudi") == "0 dari 62 poin"
    desk = desk_of(world, "hukum")
    stored = require(desk.the_task(9).mine)
    mended = replace(stored, answer=replace(stored.answer, inputs={"perda": True}))
    assert summary.progress(desk)["points"] == 0
    assert summary.progress(desk.with_answer(9, mended, None))["points"] == 62
