"""From a link to a seat, and the greeting of those who come back or have no seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from flows.contact import answering, choosing_period, drafts, prompts, summary
from flows.model import privacy as privacy_model
from flows.model import walks
from flows.model.answer_state import State
from flows.model.buttons import AnyVerb, Button, OwnVerb, Verb, data
from flows.model.facts import (
    ContactFacts,
    Desk,
    InvitationState,
    InvitedFacts,
    RefusedFacts,
    Seat,
    Seated,
    SeatedFacts,
    Setting,
    SpeakerFacts,
    StaffFacts,
    StrangerFacts,
)
from flows.model.outcome import AcceptInvitation, Message, Outcome, RegisterCommands, Say, SetFocus
from flows.model.roles import Role
from flows.policy import season_policy, timing
from scoring import Instrument
from scoring.replacing import replace

SEAT = OwnVerb("p")
SHOW_NOTICE = "o"
"""Behind the button by which an administrator words the notice."""
UNFILLED = (State.EMPTY, State.DRAFT)


def open_link(facts: InvitedFacts) -> Outcome:
    """`/start TOKEN`: take the seat."""
    seat, old = facts.offer.seat, facts.offer.replaced
    focus = drafts.shelve_draft(facts.focus)
    focus = replace(focus, seat_id=seat.id, turn=focus.turn + 1)
    changes = (
        AcceptInvitation(facts.offer.invitation_id),
        SetFocus(focus),
        RegisterCommands(
            seat.role, several=bool(facts.seats), off=seat.is_off(facts.period.levels)
        ),
    )
    notifications: tuple[Message, ...] = ()
    if old is not None and old.reachable and old.chat_id != facts.chat_id:
        view = {"unit": seat.unit.name if seat.unit else "", "name": facts.name}
        notifications = (Say("joining/handed_over", view, chat_id=old.chat_id),)
    desk = facts.desk
    news = _regulation(facts.period.instrument, desk) if desk else ()
    if seat.is_off(facts.period.levels):
        news = (seat_off(facts, seat),)
    return Outcome(changes, (_greeting(facts), *news, *notifications, *_heard(facts)))


def refused(facts: RefusedFacts) -> Outcome:
    """`/start TOKEN` that gives no seat: what the way out is."""
    is_own = facts.state == InvitationState.MINE
    reason = InvitationState.USED if is_own else facts.state
    return Outcome((), (Say(f"joining/link_{reason}", help_view(facts)),))


def _heard(facts: InvitedFacts) -> tuple[Say, ...]:
    """Tell staff who took a seat, with the way to end it: quietly, where it is one contact of many."""
    offer, seat = facts.offer, facts.offer.seat
    view = {
        "name": facts.name,
        "seat": seat_view(seat),
        "by": offer.by,
        "replaced": offer.replaced.name if offer.replaced else None,
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


def _greeting(facts: InvitedFacts) -> Say:
    seat, desk = facts.offer.seat, facts.desk
    view = {"name": facts.name, "seat": seat_view(seat), **_period_view(facts, desk)}
    view["notice"] = _notice(facts, seat)
    if desk is None:
        view |= choosing_period.beside(facts)
        rows = ((_button(Verb.REGION, "status", seat),), (_button(Verb.PRIVACY, "privacy", seat),))
        return Say("joining/welcome_staff", view, rows)
    owed = [
        {
            "no": task.indicator.no,
            "name": task.indicator.name,
            "state": summary.state_of(task),
            "done": not task.is_open and not task.is_returned,
        }
        for task in desk.tasks
    ]
    shared = any(task.others for task in desk.tasks)
    old = facts.offer.replaced
    documents = [
        one["title"]
        for task in desk.tasks
        for one in prompts.evidence_view(facts, desk, task)
        if task.is_open or task.is_returned
    ]
    view |= {
        "owed": owed,
        "documents": list(dict.fromkeys(documents)),
        "shared": shared,
        "done": sum(1 for task in owed if task["done"]),
        "returned": [t.indicator.short for t in desk.tasks if t.is_returned],
        "predecessor": old.name if old else None,
    }
    begin = _button(Verb.NEXT, "begin", seat, "primary")
    return Say("joining/welcome", view, ((begin,), (_button(Verb.PRIVACY, "privacy", seat),)))


def _regulation(instrument: Instrument, desk: Desk) -> tuple[Say, ...]:
    """Return what a new instrument changes for an office, as long as it has answered nothing."""
    changes = desk.regulation
    if changes is None or any(task.mine for task in desk.tasks):
        return ()
    names = {indicator.no: indicator.name for indicator in instrument}
    view = {
        "before": changes.before,
        "now": instrument.title,
        "new": [{"no": no, "name": names[no]} for no in changes.new],
        "gone": list(changes.gone),
        "otherwise": [
            {
                "no": no,
                "name": names[no],
                "differences": [str(difference) for difference in differences],
            }
            for no, differences in changes.otherwise
        ],
    }
    return (Say("joining/regulation", view),)


def privacy(facts: Seated) -> Outcome:
    """Return what is kept of a person, who sees it, what for, and whom to ask."""
    view = {**help_view(facts), "notice": _notice(facts, facts.seat)}
    change = Button("notice_change", data(Verb.NOTICE, facts.seat.id, SHOW_NOTICE))
    rows = ((change,),) if facts.seat.role == Role.ADMIN else ()
    return Outcome((), (Say("joining/privacy", view, rows),))


def _notice(setting: Setting, seat: Seat) -> dict[str, Any]:
    """Return what the region, or else the period, says of personal data, by part; `levels` see it too."""
    region = seat.region.code if seat.region else ""
    words = privacy_model.of(setting.period.privacy, region).worded()
    return {**words, "levels": [str(level) for level in setting.period.levels]}


def about(facts: SpeakerFacts) -> Outcome:
    """Return what the award is and what it is good for, fit to be forwarded."""
    rights = [right.name for right in facts.period.instrument.rights]
    return Outcome((), (Say("free/about", {**help_view(facts), "rights": rights}),))


def welcome_back(facts: Seated) -> Outcome:
    """`/mulai` from any state: where you were, what is left, and on with it."""
    return choose_seat(facts) if len(facts.seats) > 1 else welcome(facts)


def welcome(facts: Seated) -> Outcome:
    """Return the greeting of a seat that was chosen, or of the only one."""
    match facts:
        case StaffFacts() if facts.is_seat_off:
            return Outcome(_settled(facts), (seat_off(facts, facts.seat),))
        case StaffFacts():
            view = {"name": facts.name, "seat": seat_view(facts.seat), **_period_view(facts)}
            view["notice"] = None  # it was said when they joined
            view |= choosing_period.beside(facts)
            buttons = ((_button(Verb.REGION, "status", facts.seat),),)
            return Outcome(_settled(facts), (Say("joining/welcome_staff", view, buttons),))
        case ContactFacts():
            view = {
                "name": facts.name,
                **choosing_period.beside(facts),
                "seat": seat_view(facts.seat),
                **summary.progress(facts.desk),
                **_period_view(facts, facts.desk),
                "mends_only": not any(task.state in UNFILLED for task in facts.desk.tasks),
                "over": facts.desk.is_done or not season_policy.may_go_on(facts, facts.desk),
            }
            outcome = answering.go_on(facts, lead=Say("joining/welcome_back", view))
            lead, *others = outcome.messages
            messages = (lead, *_regulation(facts.period.instrument, facts.desk), *others)
            outcome = replace(outcome, messages=messages)
            return replace(outcome, changes=(*outcome.changes, menu(facts)))
        case _:
            assert_never(facts)


def seat_off(facts: SpeakerFacts, seat: Seat) -> Say:
    """Say that the period does without a seat, and where to turn to."""
    view = {"seat": seat_view(seat), "others": len(facts.periods) > 1, **_period_view(facts)}
    return Say("period/seat_off", view)


def choose_seat(facts: Seated) -> Outcome:
    """Offer the seats that the person holds: which office to fill in for, or in which role to work."""
    rows = tuple(
        (_button(SEAT, "seat", seat, view={"seat": seat_view(seat)}),) for seat in facts.seats
    )
    view = {
        "name": facts.name,
        "seats": len(facts.seats),
        "contact": all(not seat.is_staff for seat in facts.seats),
    }
    return Outcome(_settled(facts), (Say("joining/choose_seat", view, rows),))


def stranger(facts: StrangerFacts) -> Say:
    """Say whom to ask, to a person without a seat."""
    return Say("joining/stranger", help_view(facts))


def help_message(facts: Seated, commands: Sequence[str]) -> Outcome:
    """Return `/bantuan`."""
    view = {**help_view(facts), "commands": commands, "handbook": handbook_page(facts)}
    match facts:
        case StaffFacts():
            view["seat_off"] = facts.is_seat_off
            return Outcome((), (Say("help/staff", view),))
        case ContactFacts():
            live = drafts.live(facts)
            return Outcome((), (Say("help/contact", view), *((live,) if live else ())))
        case _:
            assert_never(facts)


PAGES = {
    Role.CONTACT: "kontak",
    Role.COORDINATOR: "bagian-hukum",
    Role.SECRETARY: "sekretaris",
    Role.BUREAU: "biro-hukum",
    Role.READER: "pemantau",
    Role.KANWIL: "kanwil",
    Role.ADMIN: "administrator",
}
"""The pages of the handbook by role, as files of docs/id."""
PAGE = "{page}"


def handbook_page(facts: Seated) -> str | None:
    """Return the address of the page for a seat's role; None where the handbook is nowhere to be read."""
    base = facts.handbook
    page = PAGES[facts.seat.role]
    if not base:
        return None
    if PAGE in base:
        return base.replace(PAGE, page)
    return f"{base.rstrip('/')}/{page}/"


def help_view(facts: SpeakerFacts) -> dict[str, Any]:
    """Return who asks, and whom to ask, for messages that lead on."""
    held = facts.seat if isinstance(facts, SeatedFacts) else next(iter(facts.seats), None)
    desk = facts.desk if isinstance(facts, ContactFacts) else None
    return {"seat": seat_view(held) if held else None, **_period_view(facts, desk)}


def seat_view(seat: Seat) -> Mapping[str, Any]:
    return {
        "role": str(seat.role),
        "unit": seat.unit.name if seat.unit else None,
        "unit_short": seat.unit.short if seat.unit else None,
        "region": seat.region.name if seat.region else None,
    }


def _period_view(setting: Setting, desk: Desk | None = None) -> dict[str, Any]:
    """Return the period as messages tell it, with the office's own last day where there is a desk."""
    period = setting.period
    return {
        "deadline": timing.deadline(setting, desk) if desk else period.deadline,
        "days_left": timing.days_left(setting, desk)
        if desk
        else (period.deadline - setting.now.date()).days,
        "year": period.data_year,
        "institution": period.institution,
        "letter_number": period.letter_number,
        "letter_date": period.letter_date,
        "help_contact": period.help_contact,
    }


def _settled(facts: Seated) -> tuple[SetFocus | RegisterCommands, ...]:
    return (SetFocus(facts.focus), menu(facts))


def menu(facts: Seated) -> RegisterCommands:
    """Return the menu of the seat at work; the shell sends it where the chat shows another one."""
    several = len(facts.seats) > 1
    return RegisterCommands(facts.seat.role, several=several, off=facts.is_seat_off)


def _button(
    verb: AnyVerb,
    label: str,
    seat: Seat,
    style: str | None = None,
    view: Mapping[str, Any] | None = None,
) -> Button:
    return Button(label, data(verb, seat.id), view or {}, style)


ROUTES = (
    walks.everybody.command("gantiperan", walks.plain(choose_seat), place=180, several=True),
    walks.contact.command("peran", walks.plain(choose_seat)),  # staff: `seating`
    walks.everybody.command("tentang", walks.plain(about), place=190, group=True),
    walks.everybody.command("privasi", walks.plain(privacy), place=200),
    walks.everybody.command("mulai", walks.plain(welcome_back), place=210),
    walks.everybody.button(Verb.PRIVACY, lambda facts, _, __: privacy(facts)),
    walks.everybody.button(SEAT, lambda facts, _, __: welcome(facts)),
)
