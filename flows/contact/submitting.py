"""Check before sending, and sending: all that is ready at once, or one right; what was sent is locked.

The list that is shown is the rule: a right may be sent exactly when the list of what is missing is empty.
"""

from __future__ import annotations

from typing import Any

from flows.contact import drafts, evidence, mending, summary
from flows.contact.contact_papers import RECEIPT, SHEET
from flows.model import recorded_move, walks
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import ContactFacts, Task
from flows.model.levels import passing
from flows.model.outcome import Keyboard, Notice, Outcome, Say, not_yours
from flows.model.tasks import fingerprint
from flows.model.workflow import Action, Transition
from flows.policy import timing

SUBMIT = OwnVerb("w")
ALL = "a"
"""In the place of a right's number: all rights."""


def missing(tasks: list[Task]) -> list[Task]:
    """Return what keeps a right from being sent: questions without any answer, returned ones not mended,
    and documents that no file shows.
    """
    return [task for task in tasks if task.is_lacking]


def sendable(tasks: list[Task]) -> list[tuple[Task, Transition]]:
    """Return the answers that sending moves, each with its move."""
    moves = ((task, mending.sendable(task)) for task in tasks)
    return [(task, move) for task, move in moves if move]


def on_tap(facts: ContactFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Show the check list of all rights or of one, or send what is ready in it."""
    groups = list(summary.by_right(facts.desk).values())
    index = pressed.number()
    if index is not None and index >= len(groups):
        return not_yours(event)
    chosen = groups if index is None else [groups[index]]
    place = ALL if index is None else str(index)
    if pressed.verb == Verb.CHECK:
        return Outcome((), (_check(facts, place, chosen),))
    ready = _ready(chosen)
    if not ready and not any(missing(tasks) for tasks in chosen):
        return Outcome((), (Notice(event.query_id, "notice/already_sent", alert=True),))
    if not ready or pressed.number(1) != fingerprint(_flat(chosen)):
        return Outcome((), (_check(facts, place, chosen),))
    typed = next((task for task, _ in ready if drafts.unsaved(facts.focus, task)), None)
    return drafts.not_sent(facts, typed) if typed else _sent(facts, event, ready)


def check_all(facts: ContactFacts) -> Say:
    """Return the check list of all that the office owes."""
    return _check(facts, ALL, list(summary.by_right(facts.desk).values()))


def _flat(groups: list[list[Task]]) -> list[Task]:
    return [task for tasks in groups for task in tasks]


def _ready(groups: list[list[Task]]) -> list[tuple[Task, Transition]]:
    """Return what may go now: the unsent answers of rights in which nothing is missing."""
    return [one for tasks in groups if not missing(tasks) for one in sendable(tasks)]


def _sent(facts: ContactFacts, event: Tap, ready: list[tuple[Task, Transition]]) -> Outcome:
    unit, late = facts.desk.unit.id, timing.is_late(facts, facts.desk, facts.received)
    changes = tuple(
        recorded_move.record(unit, task, move, revision=task.mine.revision, late=late)
        for task, move in ready
        if task.mine
    )
    sent = {task.indicator.no for task, _ in ready}
    rest = [task for task in facts.desk.tasks if task.indicator.no not in sent]
    back = [task for task, move in ready if move.action == Action.RESEND]
    view = {
        "unit": facts.desk.unit.name,
        "rights": _names(facts, [task for task, _ in ready]),
        "count": len(changes),
        "back": len(back),
        "to": sorted({str(task.standing.role) for task in back if task.standing}),
        "levels": [str(level) for level in passing(facts.period.levels)],
        "late": late,
        "missing": [task.indicator.short for task in missing(rest)],
        "deferred": [task.indicator.short for task, _ in ready if task.is_deferred],
    }
    seat = facts.seat.id
    on = ((Button("next", data(Verb.NEXT, seat), style="primary"),),) if view["missing"] else ()
    receipt = (Button("paper_receipt", data(Verb.PAPER, seat, RECEIPT)),)
    keyboard = (*on, receipt)
    return Outcome(changes, (Say("submitting/sent", view, keyboard, edit=event.message_id),))


def _names(facts: ContactFacts, tasks: list[Task]) -> list[str]:
    codes = dict.fromkeys(task.indicator.right for task in tasks)
    return [facts.period.instrument.right(code).name for code in codes]


def _check(facts: ContactFacts, place: str, groups: list[list[Task]]) -> Say:
    seat = facts.seat.id
    ready = _ready(groups)
    lacking = missing(_flat(groups))
    keyboard: list[tuple[Button, ...]] = []
    if ready:
        target = data(SUBMIT, seat, place, fingerprint(_flat(groups)))
        send = Button("send_now", target, {"count": len(ready)}, "success")
        keyboard.append((send,))
        sheet = data(Verb.PAPER, seat, SHEET)  # to be signed before it goes
        keyboard.append((Button("paper_sheet", sheet),))
    if lacking:
        verb = Verb.PROOF if lacking[0].lacks_document else Verb.EDIT
        first = data(verb, seat, lacking[0].indicator.no)
        keyboard.append((Button("fill", first, style=None if ready else "primary"),))
    keyboard.append((Button("rights", data(Verb.RIGHTS, seat)),))
    view = {
        "unit": facts.desk.unit.name,
        "groups": [_group(facts, tasks) for tasks in groups],
        "missing": len(lacking),
        "levels": [str(level) for level in passing(facts.period.levels)],
        "without_file": sum(1 for task, _ in ready if _wants_file(task)),
        "deferred": sum(1 for task, _ in ready if task.is_deferred),
        "sendable": len(ready),
        "all_sent": not ready and not lacking,
    }
    shown: Keyboard = tuple(keyboard)
    return Say("submitting/check", view, shown)


def _wants_file(task: Task) -> bool:
    """Tell whether an answer has figures and no file; a reason for an absence needs none."""
    return task.mine is not None and task.mine.answer.absence is None and not task.kept


def _group(facts: ContactFacts, tasks: list[Task]) -> dict[str, Any]:
    right = facts.period.instrument.right(tasks[0].indicator.right)
    return {"right": right.name, "missing": len(missing(tasks)), "rows": list(map(_row, tasks))}


def _row(task: Task) -> dict[str, Any]:
    mine = task.mine
    return {
        "name": task.indicator.name,
        "short": task.indicator.short,
        "state": summary.state_of(task),
        "absence": str(mine.answer.absence) if mine and mine.answer.absence else None,
        "points": summary.points(task),
        "files": len(task.proving),
        "older": task.has_older_proof,
        "wants_file": _wants_file(task),
        "unticked": bool(task.kept) and bool(evidence.unticked(task)),
    }


ROUTES = (
    walks.contact.button(Verb.CHECK, on_tap),
    walks.contact.button(SUBMIT, on_tap),
)
