"""Messages to a person stop arriving, or arrive again: noted, and told once to the staff of the office."""

from __future__ import annotations

from flows.model.buttons import Button, Verb, data
from flows.model.facts import Contact, SpeakerFacts, Unit
from flows.model.needs import Guardians
from flows.model.outcome import Outcome, Say, SetReachable


def handle_membership(facts: SpeakerFacts, guardians: Guardians, *, reachable: bool) -> Outcome:
    """Note that the person blocked the bot, is gone, or is back; what is no news is told to nobody."""
    if facts.person is None:
        return Outcome()
    change = SetReachable(reachable)
    if facts.person.reachable == reachable:
        return Outcome((change,))
    notifications = tuple(
        message
        for seat in facts.seats
        if seat.unit is not None
        for message in _news(facts.name, guardians.by_seat.get(seat.id, ()), seat.unit, reachable)
    )
    return Outcome((change,), notifications)


def _news(
    name: str, guardians: tuple[Contact, ...], unit: Unit, reachable: bool
) -> tuple[Say, ...]:
    staff = [guardian for guardian in guardians if guardian.reachable]
    view = {"name": name, "office": unit.name}
    if reachable:
        return tuple(Say("staff/contact_back", view, chat_id=member.chat_id) for member in staff)
    return tuple(
        Say(
            "staff/contact_lost",
            view,
            ((Button("invite", data(Verb.INVITE, member.seat_id, unit.id)),),),
            chat_id=member.chat_id,
        )
        for member in staff
    )
