"""Messages to a person stop arriving, or arrive again: noted, and told once to the staff of the office."""

from __future__ import annotations

from flows.model.buttons import Button, Verb, data
from flows.model.facts import Facts
from flows.model.outcome import Outcome, Say, SetReachable


def changed(facts: Facts, *, reachable: bool) -> Outcome:
    """The person blocked the bot or deleted the account, or is back. What is no news is told to nobody."""
    if facts.person is None:
        return Outcome()
    change = SetReachable(reachable)
    if facts.person.reachable == reachable:
        return Outcome((change,))
    told = tuple(
        said
        for seat in facts.seats
        if seat.unit is not None
        for said in _told(facts, seat.id, seat.unit.id, seat.unit.name, reachable)
    )
    return Outcome((change,), told)


def _told(facts: Facts, seat: int, unit: int, office: str, reachable: bool) -> tuple[Say, ...]:
    staff = [one for one in facts.guardians.get(seat, ()) if one.reachable]
    view = {"name": facts.name, "office": office}
    if reachable:
        return tuple(Say("staff/contact_back", view, chat_id=one.chat_id) for one in staff)
    return tuple(
        Say(
            "staff/contact_lost",
            view,
            ((Button("invite", data(Verb.INVITE, one.seat_id, unit)),),),
            chat_id=one.chat_id,
        )
        for one in staff
    )
