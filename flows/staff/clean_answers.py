"""Which answers of a right may pass at once, and what keeps the others from it."""

from __future__ import annotations

from collections.abc import Mapping

from flows.contact import evidence, plausibility
from flows.model import marks
from flows.model.answer_state import State
from flows.model.facts import Desk, Office, StaffFacts, Task, require
from flows.model.roles import Role
from flows.model.workflow import Action, Transition, find_transition

AGREE: Mapping[Role, Action] = {Role.COORDINATOR: Action.APPROVE, Role.KANWIL: Action.VERIFY}
"""How a reviewer lets all clean answers of a right pass; a level passes a whole submission instead."""

ENTERED = frozenset({marks.SHEET, marks.IMPORTED})
"""Marks that only say by which way a figure came; any other is a note that a reviewer reads."""


def of_right(facts: StaffFacts, office: Office, task: Task) -> list[Task]:
    """Return the answers of a right that may pass at once: plain figures, fully proved, nothing odd."""
    verb = AGREE.get(facts.seat.role)
    clean: list[Task] = []
    if verb is None:
        return clean
    for candidate in office.desk.tasks:
        fits = candidate.indicator.right == task.indicator.right and candidate.mine is not None
        move = find_transition(candidate.state, facts.seat.role, verb, turn=candidate.turn)
        if fits and isinstance(move, Transition):
            clean += [] if attention(office.desk, candidate) else [candidate]
    return clean


def attention(desk: Desk, task: Task) -> list[str]:
    """Return why an answer does not pass in one go with others; nothing where it may."""
    mine = require(task.mine)
    given = mine.answer
    proof = (
        "unproved"
        if not task.proving
        else "older"
        if task.has_older_proof
        else "unticked"
        if evidence.unticked(task)
        else None
    )
    reasons = {
        "flags": bool(plausibility.standing(desk, task)),
        "marked": any(mark.code not in ENTERED for mark in mine.marks),
        "late": task.standing is not None and task.standing.late,
        "fixed": task.state == State.FIXED,
        "thread": task.has_open_thread,
        "absence": given.absence is not None,
        "ready": given.value is not None,
    }
    return [*(why for why, holds in reasons.items() if holds), *filter(None, (proof,))]
