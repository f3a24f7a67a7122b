"""A move of the table on its way into the record; whether an answer came late stays with it."""

from __future__ import annotations

from flows.model.facts import Task
from flows.model.outcome import RecordMove
from flows.model.workflow import Transition
from scoring import Answer


def record(
    unit_id: int,
    task: Task,
    move: Transition,
    *,
    revision: int,
    reason: str | None = None,
    code: str | None = None,
    corrected: Answer | None = None,
    late: bool = False,
) -> RecordMove:
    """Return what is written for `move`. Only the first sending decides whether the answer was late."""
    late = task.standing.late if task.standing else late
    return RecordMove(
        unit_id,
        task.indicator.no,
        revision,
        move.action,
        move.next,
        reason,
        code,
        corrected,
        late,
    )
