"""`/peran`: who holds which seat; suspend one, let it go on, end it. Nobody touches the own seat.

Bagian Hukum looks after the contacts of its city, the Kanwil also after Bagian Hukum and the levels, an
administrator after the Kanwil as well. Answers stay with the office, whoever holds its seat.
"""

from __future__ import annotations

from typing import Any

from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Holder, StaffFacts
from flows.model.needs import Holders, OpenLinks
from flows.model.outcome import ChangeSeat, Outcome, Say, not_yours
from flows.model.roles import SWITCHED, Role
from flows.reading import names
from flows.staff import linking

SHOWN = 20
UNDER = {
    Role.COORDINATOR: frozenset({Role.CONTACT}),
    Role.KANWIL: frozenset({Role.CONTACT, Role.COORDINATOR, *SWITCHED}),
    Role.ADMIN: frozenset({Role.CONTACT, Role.COORDINATOR, *SWITCHED, Role.KANWIL}),
}
"""Whose seats a role may suspend and end."""
ACTIONS = ("suspend", "resume", "end")


def command(facts: StaffFacts, args: str, holders: Holders, links: OpenLinks) -> Outcome:
    """`/peran [office or name]`; `/peran tautan [office]` is the list of open links."""
    asked = names.words(args)
    first, _, rest = asked.partition(" ")
    if first in facts.board.words.choice("links"):
        return linking.listed(facts, links, rest)
    holders_asked = [one for one in holders.seats if not asked or _fits(one, asked)]
    seat = facts.seat.id
    rows = tuple(
        (Button("holder", data(Verb.HOLDER, seat, holder.seat.id), _view(holder)),)
        for holder in holders_asked[:SHOWN]
    )
    view: dict[str, Any] = {
        "asked": args.strip(),
        "rows": [_view(holder) for holder in holders_asked[:SHOWN]],
    }
    view |= {"more": max(0, len(holders_asked) - SHOWN)}
    return Outcome((), (Say("staff/seats", view, (*rows, *linking.way_to_list(facts, links))),))


def on_tap(
    facts: StaffFacts, event: Tap, pressed: Pressed, holders: Holders, links: OpenLinks
) -> Outcome:
    """Show a seat, or change it; ending one is asked back."""
    holder = next((h for h in holders.seats if h.seat.id == pressed.number()), None)
    action = pressed.rest[1] if len(pressed.rest) > 1 else ""
    if holder is None or (action and not _may(facts, holder)):
        return not_yours(event)
    if action == "ask":
        sure = Button("end_sure", data(Verb.HOLDER, facts.seat.id, holder.seat.id, "end"))
        back = Button("cancel", data(Verb.HOLDER, facts.seat.id, holder.seat.id))
        view = _view(holder) | linking.hanging(facts, links, holder)
        asked = Say("staff/seat_end", view, ((sure, back),), edit=event.message_id)
        return Outcome((), (asked,))
    if action not in ACTIONS:
        return Outcome((), (_card(facts, holder, event.message_id),))
    if (action == "suspend") == holder.suspended and action != "end":
        return Outcome((), (_card(facts, holder, event.message_id),))
    view = _view(holder) | {"action": action, "help_contact": facts.period.help_contact}
    notifications = (
        (Say("staff/seat_told", view, chat_id=holder.contact.chat_id),)
        if holder.contact.reachable
        else ()
    )
    hanging = (
        {"links": 0, "others": 0} if action == "resume" else linking.hanging(facts, links, holder)
    )
    ways = linking.way_to_list(facts, links, holder.seat.id) if hanging["others"] else ()
    done = Say("staff/seat_done", view | hanging, ways, edit=event.message_id)
    return Outcome((ChangeSeat(holder.seat.id, action),), (done, *notifications))


def _fits(holder: Holder, asked: str) -> bool:
    seat = holder.seat
    known = [holder.contact.name]
    known += [seat.unit.name, seat.unit.short, *seat.unit.aliases] if seat.unit else []
    known += [seat.region.name, *seat.region.aliases] if seat.region else []
    return any(set(asked.split()) <= set(names.words(name).split()) for name in known)


def _may(facts: StaffFacts, holder: Holder) -> bool:
    mine = {seat.id for seat in facts.seats}
    return holder.seat.id not in mine and holder.seat.role in UNDER[facts.seat.role]


def _card(facts: StaffFacts, holder: Holder, edit: int | None) -> Say:
    seat = facts.seat.id
    keyboard: tuple[tuple[Button, ...], ...] = ()
    if _may(facts, holder):
        label, other = (
            ("seat_resume", "resume") if holder.suspended else ("seat_suspend", "suspend")
        )
        keyboard = (
            (
                Button(label, data(Verb.HOLDER, seat, holder.seat.id, other)),
                Button("seat_end", data(Verb.HOLDER, seat, holder.seat.id, "ask")),
            ),
        )
        if holder.seat.role == Role.CONTACT and not holder.suspended:
            hand = Button("hand_over", data(Verb.HANDOVER, seat, holder.seat.id))
            keyboard = (*keyboard, (hand,))
    return Say("staff/seat", _view(holder) | {"may": bool(keyboard)}, keyboard, edit=edit)


def _view(holder: Holder) -> dict[str, Any]:
    seat = holder.seat
    return {
        "name": holder.contact.name,
        "role": str(seat.role),
        "where": seat.unit.short if seat.unit else seat.region.name if seat.region else None,
        "since": holder.since,
        "suspended": holder.suspended,
        "reachable": holder.contact.reachable,
    }


ROUTES = (
    walks.staff.command("peran", command, Holders, OpenLinks, place=130),
    walks.staff.button(Verb.HOLDER, on_tap, Holders, OpenLinks),
)
