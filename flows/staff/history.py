"""What happened to one answer, in order: revisions, moves with their reasons, files, notes."""

from __future__ import annotations

from typing import Any

from flows.contact.prompts import calculation
from flows.model import routes
from flows.model.buttons import Pressed, Verb
from flows.model.events import Tap
from flows.model.facts import Facts, Task
from flows.model.outcome import Outcome, Say, not_yours
from flows.model.roles import EVERYBODY
from flows.model.routes import Need
from flows.staff import review_queue

SHOWN = 25


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """ "Riwayat" under an answer; staff name the unit, a contact has only one."""
    if facts.the_seat.is_staff:
        found = review_queue.find_owed(facts, pressed)
        task = found[1] if found else None
    else:
        task = facts.the_desk.task(pressed.number() or 0)
    if task is None:
        return not_yours(event)
    view = {
        "indicator": task.indicator.name,
        "rows": [_row(task, facts, index) for index in range(len(facts.history))][-SHOWN:],
        "more": max(0, len(facts.history) - SHOWN),
    }
    return Outcome((), (Say("browsing/history", view),))


def _row(task: Task, facts: Facts, index: int) -> dict[str, Any]:
    one = facts.history[index]
    row = {**one.view, "kind": one.kind, "by": one.by, "at": one.at}
    for name in ("answer", "corrected"):
        if one.view.get(name) is not None:
            given = one.view[name]
            marked = row.get("marks", ()) if name == "answer" else ()
            row[name] = calculation(task, given, marked) | {
                "value": given.value,
                "unit": task.indicator.unit,
            }
    return row


ROUTES = (routes.button(Verb.HISTORY, tapped, EVERYBODY, Need.HISTORY),)
