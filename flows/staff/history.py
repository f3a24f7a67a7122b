"""What happened to one answer, in order: revisions, moves with their reasons, files, notes."""

from __future__ import annotations

from typing import Any

from flows.contact.prompts import calculation
from flows.model import walks
from flows.model.buttons import Pressed, Verb
from flows.model.events import Tap
from flows.model.facts import ContactFacts, Happening, StaffFacts, Task
from flows.model.needs import History
from flows.model.outcome import Outcome, Say, not_yours
from flows.staff import review_queue

SHOWN = 25


def of_own(facts: ContactFacts, event: Tap, pressed: Pressed, history: History) -> Outcome:
    """ "Riwayat" under an answer of the own office."""
    task = facts.desk.task(pressed.number() or 0)
    return _shown(task, history) if task else not_yours(event)


def of_office(facts: StaffFacts, event: Tap, pressed: Pressed, history: History) -> Outcome:
    """ "Riwayat" under an answer of an office that the seat may see."""
    owed = review_queue.find_owed(facts, pressed)
    return _shown(owed[1], history) if owed else not_yours(event)


def _shown(task: Task, history: History) -> Outcome:
    view = {
        "indicator": task.indicator.name,
        "rows": [_row(task, row) for row in history.rows[-SHOWN:]],
        "more": max(0, len(history.rows) - SHOWN),
    }
    return Outcome((), (Say("browsing/history", view),))


def _row(task: Task, event: Happening) -> dict[str, Any]:
    row = {**event.view, "kind": event.kind, "by": event.by, "at": event.at}
    for name in ("answer", "corrected"):
        if event.view.get(name) is not None:
            given = event.view[name]
            marked = row.get("marks", ()) if name == "answer" else ()
            row[name] = calculation(task, given, marked) | {
                "value": given.value,
                "unit": task.indicator.unit,
            }
    return row


ROUTES = (
    walks.contact.button(Verb.HISTORY, of_own, History),
    walks.acting.button(Verb.HISTORY, of_office, History),
)
