"""A sheet that comes back signed: what it proves, what it leaves alone, and whose it must be."""

from __future__ import annotations

import pytest
from msgspec.structs import asdict

from flows.contact import signed_sheet
from flows.engine import choose_seat, step
from flows.model.buttons import read
from flows.model.events import SignedSheet, Tap, Upload
from flows.model.facts import ContactFacts
from flows.model.outcome import AddProof, Outcome, Say, SetFocus
from flows.model.quotas import Quota, Room
from scoring.replacing import replace
from tests.flows.world import World

FILE = Upload("photo", "f", "u", None, 1000, None, 9)


@pytest.fixture
def world() -> World:
    world = World({"kesehatan": [1, 2], "kesbang": [15]})
    world.link("A", "kesehatan")
    for text in ("/start A", "/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", text)
    return world


def facts_of(world: World) -> ContactFacts:
    facts = world.facts("Siti", Tap("g.1.1", 5, "q"))
    assert isinstance(facts, ContactFacts)
    return facts


def proved(outcome: Outcome) -> list[int]:
    return [one.indicator for one in outcome.changes if isinstance(one, AddProof)]


def test_it_proves_what_is_stored_as_it_shows_it(world: World) -> None:
    facts = facts_of(world)
    receipts = {task.indicator.no: signed_sheet.receipt(task) for task in facts.desk.tasks}
    sheet = SignedSheet(FILE, facts.desk.unit.id, "PH-7K3M-Q2XD", receipts)
    assert proved(step(facts, sheet)) == [1, 2]
    other = replace(sheet, receipts=receipts | {2: "R-9999"})
    outcome = step(facts, other)
    assert proved(outcome) == [1]
    [message] = outcome.messages
    assert isinstance(message, Say)
    assert message.view["changed"] == ["Kematian bayi"]
    assert proved(step(facts, replace(sheet, receipts={2: "R-9999"}))) == []


def test_it_is_for_the_office_that_it_is_of(world: World) -> None:
    facts = facts_of(world)
    sheet = SignedSheet(FILE, facts.desk.unit.id + 1, "PH-7K3M-Q2XD", {1: "R-0001"})
    assert step(facts, sheet) == Outcome()
    assert choose_seat(facts.seats, facts.focus, sheet) is None
    own = replace(sheet, unit_id=facts.desk.unit.id)
    assert choose_seat(facts.seats, facts.focus, own) == facts.seat


def test_a_quota_holds_for_it_as_well(world: World) -> None:
    world.do("Siti", "uploads photo - 90000")
    facts = facts_of(world)
    pressed = read(f"pl.{facts.seat.id}.s")
    assert pressed is not None
    tap = Tap(f"pl.{facts.seat.id}.s", 5, "q")
    outcome = signed_sheet.placed(facts, tap, pressed, Room(quota=Quota(10, 10)))
    assert proved(outcome) == []
    assert [one.name for one in outcome.messages if isinstance(one, Say)] == [
        "evidence/refused_quota_person"
    ]


def test_a_sheet_that_was_held_waits_no_longer_and_other_files_do(world: World) -> None:
    facts = facts_of(world)
    other = replace(FILE, file_id="f2", unique_id="u2")
    facts = replace(facts, focus=replace(facts.focus, held=(asdict(FILE), asdict(other))))
    receipts = {task.indicator.no: signed_sheet.receipt(task) for task in facts.desk.tasks}
    outcome = signed_sheet.came(
        facts, SignedSheet(FILE, facts.desk.unit.id, "PH-7K3M-Q2XD", receipts)
    )
    [focus] = [one.focus for one in outcome.changes if isinstance(one, SetFocus)]
    assert [held["unique_id"] for held in focus.held] == ["u2"]
