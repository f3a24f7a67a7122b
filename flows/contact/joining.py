"""From a link to a seat, and the greeting of those who come back or have no seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.contact import answering, drafts, prompts, summary
from flows.model import routes
from flows.model.answer_state import State
from flows.model.buttons import Button, Verb, data
from flows.model.facts import Facts, InvitationState, Seat, known
from flows.model.outcome import AcceptInvitation, Message, Outcome, RegisterCommands, Say, SetFocus
from flows.model.roles import CONTACT, EVERYBODY, Role
from flows.policy import timing

UNFILLED = (State.EMPTY, State.DRAFT)


def open_link(facts: Facts) -> Outcome:
    """`/start TOKEN`: take the seat, or say what the way out is."""
    state = facts.the_invitation.state
    if state == InvitationState.MINE and facts.seat:
        return welcome_back(facts)
    if state != InvitationState.VALID:
        reason = InvitationState.USED if state == InvitationState.MINE else state
        return Outcome((), (Say(f"joining/link_{reason}", help_view(facts)),))
    seat = known(facts.the_invitation.seat)
    focus = drafts.left(facts.focus)
    focus = replace(focus, seat_id=seat.id, turn=focus.turn + 1)
    changes = (
        AcceptInvitation(facts.the_invitation.id),
        SetFocus(focus),
        RegisterCommands(seat.role, several=bool(facts.seats)),
    )
    old = facts.the_invitation.replaced
    told: tuple[Message, ...] = ()
    if old is not None and old.reachable and old.chat_id != facts.chat_id:
        view = {"unit": seat.unit.name if seat.unit else "", "name": facts.name}
        told = (Say("joining/handed_over", view, chat_id=old.chat_id),)
    return Outcome(changes, (_greeting(facts, seat), *told, *_heard(facts, seat)))


def _heard(facts: Facts, seat: Seat) -> tuple[Say, ...]:
    """Staff hear who took a seat, with the way to end it: quietly, where it is one contact of many."""
    invitation = facts.the_invitation
    view = {
        "name": facts.name,
        "seat": seat_view(seat),
        "by": invitation.by,
        "replaced": invitation.replaced.name if invitation.replaced else None,
    }
    return tuple(
        Say(
            "staff/joined",
            view,
            ((Button("seat_see", data(Verb.HOLDER, watcher.seat_id, seat.id)),),),
            chat_id=watcher.chat_id,
            quiet=seat.role == Role.CONTACT,
        )
        for watcher in facts.watchers
        if watcher.reachable and watcher.chat_id != facts.chat_id
    )


def _greeting(facts: Facts, seat: Seat) -> Say:
    view = {"name": facts.name, "seat": seat_view(seat), **_period_view(facts)}
    if seat.role != Role.CONTACT:
        return Say("joining/welcome_staff", view, ((_button(Verb.REGION, "status", seat),),))
    owed = [
        {
            "no": task.indicator.no,
            "name": task.indicator.name,
            "state": summary.state_of(task),
            "done": not task.is_open and not task.is_returned,
        }
        for task in facts.the_desk.tasks
    ]
    shared = any(task.others for task in facts.the_desk.tasks)
    old = facts.the_invitation.replaced
    documents = [
        one["title"]
        for task in facts.the_desk.tasks
        for one in prompts.evidence_view(facts, facts.the_desk, task)
        if task.is_open or task.is_returned
    ]
    view |= {
        "owed": owed,
        "documents": list(dict.fromkeys(documents)),
        "shared": shared,
        "done": sum(1 for task in owed if task["done"]),
        "returned": [t.indicator.short for t in facts.the_desk.tasks if t.is_returned],
        "predecessor": old.name if old else None,
    }
    begin = _button(Verb.NEXT, "begin", seat, "primary")
    return Say("joining/welcome", view, ((begin,), (_button(Verb.PRIVACY, "privacy", seat),)))


def privacy(facts: Facts) -> Outcome:
    """What is kept of a person, who sees it, what for, and whom to ask."""
    return Outcome((), (Say("joining/privacy", help_view(facts)),))


def about(facts: Facts) -> Outcome:
    """What the award is and what it is good for, fit to be forwarded."""
    rights = [right.name for right in facts.the_period.instrument.rights]
    return Outcome((), (Say("free/about", {**help_view(facts), "rights": rights}),))


def welcome_back(facts: Facts, chosen: bool = False) -> Outcome:
    """`/mulai` from any state: where you were, what is left, and on with it."""
    if len(facts.seats) > 1 and not chosen:
        return choose_seat(facts)
    if facts.the_seat.is_staff:
        view = {"name": facts.name, "seat": seat_view(facts.the_seat), **_period_view(facts)}
        buttons = ((_button(Verb.REGION, "status", facts.the_seat),),)
        return Outcome(_settled(facts), (Say("joining/welcome_staff", view, buttons),))
    lead = Say(
        "joining/welcome_back",
        {
            "name": facts.name,
            "seat": seat_view(facts.the_seat),
            **summary.progress(facts.the_desk),
            **_period_view(facts),
            "mends_only": not any(task.state in UNFILLED for task in facts.the_desk.tasks),
            "over": facts.the_desk.is_done,
        },
    )
    outcome = answering.go_on(facts, lead=lead)
    return replace(outcome, changes=(*outcome.changes, _menu(facts)))


def choose_seat(facts: Facts) -> Outcome:
    """Offer the seats that the person holds: which office to fill in for, or in which role to work."""
    rows = tuple(
        (_button(Verb.SEAT, "seat", seat, view={"seat": seat_view(seat)}),) for seat in facts.seats
    )
    view = {
        "name": facts.name,
        "seats": len(facts.seats),
        "contact": all(not seat.is_staff for seat in facts.seats),
    }
    return Outcome(_settled(facts), (Say("joining/choose_seat", view, rows),))


def stranger(facts: Facts) -> Say:
    """Whom to ask, for a person without a seat."""
    return Say("joining/stranger", help_view(facts))


def help_message(facts: Facts, commands: Sequence[str], problem: str | None = None) -> Outcome:
    """Return `/bantuan`, which is also the answer to a command that there is not (`problem`)."""
    name = "help/staff" if facts.the_seat.is_staff else "help/contact"
    view = {**help_view(facts), "problem": problem, "commands": commands}
    if facts.the_seat.is_staff:
        return Outcome((), (Say(name, view),))
    live = drafts.live(facts)
    return Outcome((), (Say(name, view), *((live,) if live else ())))


def help_view(facts: Facts) -> dict[str, Any]:
    """Return who asks, and whom to ask, for messages that lead on."""
    seat = seat_view(facts.seat) if facts.seat else None
    return {"seat": seat, **_period_view(facts)}


def seat_view(seat: Seat) -> Mapping[str, Any]:
    return {
        "role": str(seat.role),
        "unit": seat.unit.name if seat.unit else None,
        "unit_short": seat.unit.short if seat.unit else None,
        "region": seat.region.name if seat.region else None,
    }


def _period_view(facts: Facts) -> dict[str, Any]:
    desk = facts.desk
    return {
        "deadline": timing.deadline(facts, desk) if desk else facts.the_period.deadline,
        "days_left": timing.days_left(facts, desk)
        if desk
        else (facts.the_period.deadline - facts.now.date()).days,
        "year": facts.the_period.data_year,
        "institution": facts.the_period.institution,
        "letter_number": facts.the_period.letter_number,
        "letter_date": facts.the_period.letter_date,
        "help_contact": facts.the_period.help_contact,
    }


def _settled(facts: Facts) -> tuple[SetFocus | RegisterCommands, ...]:
    return (SetFocus(facts.focus), _menu(facts))


def _menu(facts: Facts) -> RegisterCommands:
    """The menu of the seat at work; the shell sends it where the chat shows another one."""
    return RegisterCommands(facts.the_seat.role, several=len(facts.seats) > 1)


def _button(
    verb: Verb,
    label: str,
    seat: Seat,
    style: str | None = None,
    view: Mapping[str, Any] | None = None,
) -> Button:
    return Button(label, data(verb, seat.id), view or {}, style)


ROUTES = (
    routes.command("gantiperan", routes.plain(choose_seat), EVERYBODY, place=180, several=True),
    routes.command("peran", routes.plain(choose_seat), CONTACT),  # staff: `seating`
    routes.command("tentang", routes.plain(about), EVERYBODY, place=190, group=True),
    routes.command("privasi", routes.plain(privacy), EVERYBODY, place=200),
    routes.command("mulai", routes.plain(welcome_back), EVERYBODY, place=210),
    routes.button(Verb.PRIVACY, lambda facts, _, __: privacy(facts), EVERYBODY),
    routes.button(Verb.SEAT, lambda facts, _, __: welcome_back(facts, chosen=True), EVERYBODY),
)
