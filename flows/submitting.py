"""Check before sending, and sending: per right, by the office; what was sent is locked.

The list that is shown is the rule: a right may be sent exactly when the list of what is missing is empty.
"""

from __future__ import annotations

from typing import Any

from flows import evidence, moves, summary, timing
from flows.buttons import Button, Pressed, Verb, data
from flows.events import Tap
from flows.facts import Facts, Task
from flows.outcome import Keyboard, Notice, Outcome, Say
from flows.roles import Role
from flows.standing import State
from flows.states import Action, Move, judge


def missing(tasks: list[Task]) -> list[Task]:
    """What keeps a right from being sent: questions without any answer, and returned ones."""
    return [task for task in tasks if task.is_open or task.is_returned]


def sendable(tasks: list[Task]) -> list[tuple[Task, Move]]:
    """The answers that sending moves, each with its move."""
    found = []
    for task in tasks:
        move = judge(task.state, Role.CONTACT, Action.SUBMIT)
        if isinstance(move, Move):
            found.append((task, move))
    return found


def fingerprint(tasks: list[Task]) -> int:
    """Changes with every new revision, so that a button sends what its reader saw."""
    return sum(task.mine.revision for task in tasks if task.mine)


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """Show the check list of a right, or send it."""
    groups = list(summary.by_right(facts.the_desk).values())
    index = pressed.number()
    if index is None or index >= len(groups):
        return Outcome((), (Notice(event.query_id, "notice/not_yours", alert=True),))
    tasks = groups[index]
    if pressed.verb == Verb.CHECK:
        return Outcome((), (_check(facts, index, tasks),))
    if missing(tasks) or pressed.number(1) != fingerprint(tasks):
        return Outcome((), (_check(facts, index, tasks),))
    moving = sendable(tasks)
    if not moving:
        return Outcome((), (Notice(event.query_id, "notice/already_sent", alert=True),))
    unit, late = facts.the_desk.unit.id, timing.is_late(facts, facts.the_desk)
    changes = tuple(
        moves.record(unit, task, move, revision=task.mine.revision, late=late)
        for task, move in moving
        if task.mine
    )
    view = _view(facts, tasks) | {"count": len(changes), "late": late}
    return Outcome(changes, (Say("submitting/sent", view, edit=event.message_id),))


def _check(facts: Facts, index: int, tasks: list[Task]) -> Say:
    seat = facts.the_seat.id
    lacking = missing(tasks)
    keyboard: Keyboard = ()
    if lacking:
        first = lacking[0].indicator.no
        keyboard = ((Button("fill", data(Verb.EDIT, seat, first), style="primary"),),)
    elif sendable(tasks):
        target = data(Verb.SUBMIT, seat, index, fingerprint(tasks))
        keyboard = ((Button("send_right", target, style="success"),),)
    return Say("submitting/check", _view(facts, tasks), keyboard)


def _wants_file(task: Task) -> bool:
    """An answer with figures and no file; a reason for an absence needs none."""
    return task.mine is not None and task.mine.answer.absence is None and not task.kept


def _view(facts: Facts, tasks: list[Task]) -> dict[str, Any]:
    right = facts.the_period.instrument.right(tasks[0].indicator.right)
    rows = [
        {
            "name": task.indicator.name,
            "state": str(task.state),
            "absence": str(task.mine.answer.absence)
            if task.mine and task.mine.answer.absence
            else None,
            "points": summary.points(task),
            "files": len(task.kept),
            "wants_file": _wants_file(task),
            "unticked": bool(task.kept)
            and any(p not in task.ticks for p in evidence.checklist(task)),
        }
        for task in tasks
    ]
    return {
        "right": right.name,
        "rows": rows,
        "missing": len(missing(tasks)),
        "without_file": sum(1 for task in tasks if _wants_file(task)),
        "sendable": len(sendable(tasks)),
        "all_sent": all(task.state not in (State.EMPTY, State.DRAFT) for task in tasks),
    }
