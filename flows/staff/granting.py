"""A Bagian Hukum asks for a later last day of one office; any seat of the Kanwil grants it, or declines.

The office hears of it only once it is granted. Whoever answers first has answered.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flows.model import walks
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.extensions import ExtensionRequest
from flows.model.facts import Contact, Office, StaffFacts, Stage
from flows.model.needs import Granters, PendingExtension
from flows.model.outcome import (
    ExtendDeadline,
    Notice,
    Outcome,
    RequestExtension,
    Say,
    SetFocus,
    SettleExtension,
    not_yours,
)
from flows.model.roles import Role
from flows.policy import timing
from flows.reading.sentences import LENGTHS, is_reason, tidy
from scoring.replacing import replace

GRANT = OwnVerb("ag")
DENY = OwnVerb("ad")
VERBS = frozenset({GRANT, DENY})


def asked(
    facts: StaffFacts, granters: Granters, office: Office, until: date, reason: str
) -> Outcome:
    """Send the request to every seat of the Kanwil that can be written to; without any it is not made."""
    change = SetFocus(facts.focus.at_rest())
    view = {
        "unit": office.unit.name,
        "region": office.desk.region.name,
        "until": until,
        "deadline": timing.deadline(facts, office.desk),
        "reason": reason,
        "by": facts.name,
        "filled": sum(1 for task in office.desk.tasks if not task.is_open),
        "total": len(office.desk.tasks),
        "help_contact": facts.period.help_contact,
    }
    reachable = [contact for contact in granters.contacts if contact.reachable]
    if not reachable:
        return Outcome((change,), (Say("extending/nobody", view),))
    notifications = tuple(_request(facts, contact, office, view) for contact in reachable)
    request = RequestExtension(office.unit.id, until, reason)
    return Outcome((request, change), (Say("extending/requested", view), *notifications))


def _request(facts: StaffFacts, granter: Contact, office: Office, view: dict[str, Any]) -> Say:
    request_id = facts.next_receipt  # the request's entry is the next one of the record
    target = data(GRANT, granter.seat_id, request_id, office.unit.id)
    grant = Button("grant", target, {"date": view["until"]}, "success")
    deny = Button("deny", data(DENY, granter.seat_id, request_id, office.unit.id))
    return Say("extending/request", view, ((grant,), (deny,)), chat_id=granter.chat_id)


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, pending: PendingExtension) -> Outcome:
    """✅ Perpanjang or ✖️ Tolak, under a request."""
    request = pending.request
    office = _office(facts, request)
    if request is None or office is None or facts.seat.role == Role.COORDINATOR:
        return not_yours(event)
    if request.settled_by is not None:
        view = {"by": request.settled_by, "granted": request.granted}
        return Outcome((), (Notice(event.query_id, "notice/extension_answered", view, alert=True),))
    if pressed.verb == DENY:
        return _asks_why(facts, request, office)
    if not _is_possible(facts, office, request.until):
        return Outcome((), (Notice(event.query_id, "notice/extension_overtaken", alert=True),))
    view = _view(request, office)
    contacts = tuple(
        Say("extending/told", view, chat_id=contact.chat_id)
        for contact in office.contacts
        if contact.reachable
    )
    changes = (
        ExtendDeadline(office.unit.id, request.until, request.reason),
        SettleExtension(request.id, office.unit.id, granted=True),
    )
    message = Say("extending/done", view | {"told": len(contacts)}, edit=event.message_id)
    answer = _answered(facts, request, view | {"granted": True, "told": len(contacts)})
    return Outcome(changes, (Notice(event.query_id), message, *contacts, *answer))


def typed(facts: StaffFacts, event: Text, pending: PendingExtension) -> Outcome:
    """Decline a request with the sentence that was typed."""
    request = pending.request
    office = _office(facts, request)
    idle = SetFocus(facts.focus.at_rest())
    if request is None or office is None or request.settled_by is not None:
        by = request.settled_by if request else None
        return Outcome((idle,), (Say("extending/overtaken", {"by": by}),))
    words = tidy(event.text)
    if not is_reason(words, facts.words):
        return Outcome((), (_why(facts, request, office, problem=True),))
    view = _view(request, office) | {"words": words, "granted": False}
    change = SettleExtension(request.id, office.unit.id, granted=False, reason=words)
    notifications = _answered(facts, request, view)
    message = Say("extending/declined", view | {"told": len(notifications)})
    return Outcome((change, idle), (message, *notifications))


def _office(facts: StaffFacts, request: ExtensionRequest | None) -> Office | None:
    """Return the office of the request, where it is among those that the seat may see."""
    unit_id = request.unit_id if request else None
    return next((office for office in facts.board.offices if office.unit.id == unit_id), None)


def _is_possible(facts: StaffFacts, office: Office, until: date) -> bool:
    """Tell whether the day still lies ahead, behind the deadline that holds by now."""
    if until <= timing.deadline(facts, office.desk):
        return False
    return timing.local_day(facts, office.desk.region) <= until


def _asks_why(facts: StaffFacts, request: ExtensionRequest, office: Office) -> Outcome:
    review = {"unit": str(office.unit.id), "request": str(request.id)}
    focus = replace(facts.focus, stage=Stage.EXTEND, review=review, turn=facts.focus.turn + 1)
    return Outcome((SetFocus(focus),), (_why(facts, request, office, problem=False),))


def _why(facts: StaffFacts, request: ExtensionRequest, office: Office, *, problem: bool) -> Say:
    view = _view(request, office) | {"problem": problem, "most": LENGTHS[-1]}
    back = Button("cancel", data(Verb.OFFICE, facts.seat.id, office.unit.id))
    return Say("extending/ask_refusal", view, ((back,),))


def _view(request: ExtensionRequest, office: Office) -> dict[str, Any]:
    return {
        "unit": office.unit.name,
        "until": request.until,
        "reason": request.reason,
        "by": request.by,
    }


def _answered(
    facts: StaffFacts, request: ExtensionRequest, view: dict[str, Any]
) -> tuple[Say, ...]:
    """Return the news for whoever asked, if that person can be written to."""
    if request.chat_id is None:
        return ()
    answered = view | {"by": facts.name}
    return (Say("extending/answered", answered, chat_id=request.chat_id),)


ROUTES = (
    walks.staff.button(GRANT, on_tap, PendingExtension),
    walks.staff.button(DENY, on_tap, PendingExtension),
)
