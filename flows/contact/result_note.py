"""What an office hears once all it sent is verified: its result, in one message, with thanks.

Single agreements are not told: they would come one by one, and ask for nothing.
"""

from __future__ import annotations

from flows.contact import summary
from flows.contact.telling import to_office
from flows.model.answer_state import Standing, State
from flows.model.buttons import Verb
from flows.model.facts import Office, StaffFacts, Task, require
from flows.model.outcome import RecordMove, Say
from flows.model.progress import all_verified


def notifications(
    facts: StaffFacts, office: Office, moved: list[tuple[Task, RecordMove]]
) -> tuple[Say, ...]:
    """Return the result to each contact, where these moves verify the office's last answer; else nothing."""
    if not any(move.next == State.VERIFIED for _, move in moved):
        return ()
    desk = office.desk
    for task, move in moved:
        standing = _standing(facts, move)
        desk = desk.with_answer(task.indicator.no, require(task.mine), standing)
    if not all_verified(desk.tasks):
        return ()
    corrected = sum(1 for task in desk.tasks if task.standing and task.standing.corrected)
    view = {**summary.result(desk), "corrected": corrected}
    return to_office(office, "reviewing/told_result", view, "rights", Verb.RIGHTS)


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
