"""The reviewer's own checklist of an answer's files, beside the sender's; it is about one revision."""

from __future__ import annotations

from flows.contact import evidence
from flows.model import walks
from flows.model.buttons import Pressed, Verb
from flows.model.events import Tap
from flows.model.facts import StaffFacts, require
from flows.model.needs import History
from flows.model.outcome import Notice, Outcome, TickProof, not_yours
from flows.staff import review_queue
from scoring.replacing import replace


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, history: History) -> Outcome:
    """Tick or untick a point; the card is rewritten in its place."""
    owed = review_queue.find(facts, pressed)
    place = pressed.number(3)
    if owed is None or place is None:
        return not_yours(event)
    office, task = owed
    points = evidence.checklist(task)
    if (
        place >= len(points)
        or pressed.number(2) != require(task.mine).revision
        or not review_queue.may_judge(facts, office, task)
    ):
        notice = Notice(event.query_id, "notice/stale_card")
        return Outcome((), (notice, review_queue.card(facts, office, task, history)))
    checks = task.checks ^ {points[place]}
    kept = tuple(point for point in points if point in checks)
    change = TickProof(office.unit.id, task.indicator.no, kept, require(task.mine).revision)
    after = replace(task, checks=frozenset(kept))
    return Outcome((change,), (review_queue.card(facts, office, after, history, event.message_id),))


ROUTES = (walks.staff.button(Verb.CHECKED, on_tap, History),)
