"""What an office hears of every move of its reviewers: told at once, or in one result at the end."""

from __future__ import annotations

import pytest

from flows.contact import result_note
from flows.model.answer_state import Standing, State, Stored
from flows.model.events import Command
from flows.model.facts import Board, Contact, Office, StaffFacts, Task
from flows.model.outcome import RecordMove, Say
from flows.model.roles import Role
from flows.model.workflow import TRANSITIONS, Action, Transition
from flows.staff import review_decision, review_queue
from messages import names
from scoring import Answer
from scoring.replacing import replace
from tests.flows.ground import START
from tests.flows.heard import text_of
from tests.flows.world import World

SILENT = {Action.APPROVE, Action.VERIFY, Action.ACCEPT}
"""Agreements: one by one they ask for nothing; the last of them brings the result."""


@pytest.mark.parametrize("move", [one for one in TRANSITIONS if one.role != Role.CONTACT],
                         ids=lambda move: f"{move.state}-{move.role}-{move.action}")  # fmt: skip
def test_every_move_of_a_reviewer_is_told_or_silent_on_purpose(move: Transition) -> None:
    assert (move.action in review_decision.TOLD) != (move.action in SILENT)
    if move.action in review_decision.TOLD:
        assert f"reviewing/told_{move.action}" in names()
    else:
        assert move.action in review_queue.AGREEING


@pytest.fixture
def facts() -> StaffFacts:
    world = World({"kesehatan": [1, 2, 13]})
    world.link("A", "kesehatan")
    world.link("A2", "kesehatan")
    world.link("K", None, role=Role.KANWIL)
    for who, token in (("Siti", "A"), ("Rina", "A2"), ("Budi", "K")):
        world.type(who, f"/start {token}")
    made = world.staff("Budi", Command("verifikasi"))
    office = made.board.offices[0]
    tasks = tuple(_answered(task, State.APPROVED) for task in office.desk.tasks)
    office = replace(office, desk=replace(office.desk, tasks=tasks))
    return replace(made, board=Board(made.board.regions, (office,)))


def _answered(task: Task, state: State) -> Task:
    codes = [one.code for one in task.indicator.inputs]
    figures = dict(zip(codes, (12, 14250), strict=False))
    from decimal import Decimal

    answer = Answer(inputs={code: Decimal(value) for code, value in figures.items()})
    stored = Stored(1, 1, answer, None, "Siti", START)
    return replace(
        task, mine=stored, standing=Standing(state, "approve", Role.COORDINATOR, 1, "Hana", START)
    )


def verify(office: Office, number: int) -> tuple[Task, RecordMove]:
    task = office.desk.the_task(number)
    return task, RecordMove(office.unit.id, number, 1, Action.VERIFY, State.VERIFIED)


def standing(office: Office, *verified: int) -> Office:
    tasks = tuple(
        _answered(one, State.VERIFIED) if one.indicator.no in verified else one
        for one in office.desk.tasks
    )
    return replace(office, desk=replace(office.desk, tasks=tasks))


def test_the_last_one_brings_the_result_to_every_contact(facts: StaffFacts) -> None:
    office = standing(facts.board.offices[0], 1, 2)
    siti, rina = result_note.notifications(facts, office, [verify(office, 13)])
    assert "Hasil verifikasi Suku Dinas Kesehatan" in text_of(siti)
    assert "Semua jawaban UKPD Anda (3) sudah diverifikasi." in text_of(siti)
    assert "dari 30 poin" in text_of(siti)
    assert "Terima kasih" in text_of(rina)
    assert siti.chat_id != rina.chat_id


def test_all_at_once_bring_it_once(facts: StaffFacts) -> None:
    office = facts.board.offices[0]
    messages = result_note.notifications(
        facts, office, [verify(office, number) for number in (1, 2, 13)]
    )
    assert len(messages) == 2


def test_nothing_is_told_before_the_end(facts: StaffFacts) -> None:
    office = facts.board.offices[0]
    assert result_note.notifications(facts, office, [verify(office, 1)]) == ()
    task = office.desk.the_task(1)
    back = RecordMove(office.unit.id, 1, 1, Action.UNDO, State.APPROVED)
    assert result_note.notifications(facts, office, [(task, back)]) == ()


def test_whom_nothing_reaches_is_not_written_to(facts: StaffFacts) -> None:
    office = standing(facts.board.offices[0], 1, 2)
    gone = tuple(replace(one, reachable=False) for one in office.contacts)
    office = replace(office, contacts=(Contact("Rina", 7, 8), *gone))
    assert [
        one.chat_id for one in result_note.notifications(facts, office, [verify(office, 13)])
    ] == [7]


def test_one_answer_is_told_in_the_singular_with_its_correction(facts: StaffFacts) -> None:
    office = facts.board.offices[0]
    office = replace(office, desk=replace(office.desk, tasks=office.desk.tasks[:1]))
    task, move = verify(office, 1)
    message = result_note.notifications(
        facts, office, [(task, replace(move, corrected=task.claimed))]
    )[0]
    assert isinstance(message, Say)
    assert "Jawaban UKPD Anda sudah diverifikasi, dengan koreksi" in text_of(message)
