"""What an office hears once all it sent is verified: its result, in one message, with thanks.

Single agreements are not told: they would come one by one, and ask for nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flows.contact import summary
from flows.model.answer_state import Standing, State
from flows.model.buttons import Button, Verb, data
from flows.model.facts import Desk, Office, StaffFacts, Task, known
from flows.model.outcome import RecordMove, Say
from flows.model.progress import all_verified


def notifications(
    facts: StaffFacts, office: Office, moved: list[tuple[Task, RecordMove]]
) -> tuple[Say, ...]:
    """Return the result to each contact, where these moves verify the last of the office's answers; else
    nothing.
    """
    if not any(move.next == State.VERIFIED for _, move in moved):
        return ()
    desk = office.desk
    for task, move in moved:
        standing = _standing(facts, move)
        desk = desk.with_answer(task.indicator.no, known(task.mine), standing)
    if not all_verified(desk.tasks):
        return ()
    view = _view(desk)
    return tuple(
        Say(
            "reviewing/told_result",
            view,
            ((Button("rights", data(Verb.RIGHTS, contact.seat_id)),),),
            chat_id=contact.chat_id,
        )
        for contact in office.contacts
        if contact.reachable
    )


def _standing(facts: StaffFacts, move: RecordMove) -> Standing:
    return Standing(
        move.next,
        move.action,
        facts.seat.role,
        move.revision,
        facts.name,
        facts.now,
        corrected=move.corrected,
        late=move.late,
    )


def _view(desk: Desk) -> dict[str, Any]:
    tasks = desk.tasks
    verified = sum((summary.verified_points(task) or Decimal(0) for task in tasks), Decimal(0))
    return {
        "unit": desk.unit.name,
        "points": verified,
        "max_points": sum((task.indicator.max_points for task in tasks), Decimal(0)),
        "claimed": sum((summary.points(task) or Decimal(0) for task in tasks), Decimal(0)),
        "count": len(tasks),
        "unconfirmed": sum(1 for task in tasks if summary.scored(task).unconfirmed),
        "corrected": sum(1 for task in tasks if task.standing and task.standing.corrected),
    }
