"""`/pengumuman`: words of their own that staff send to contacts, to the cities' staff or to the Kanwil.

For whom, then the words, then a preview with one confirmation. It goes out a minute later, in working hours:
until then it is taken back by one tap, and nobody has got it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flows.model import walks
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import Contact, Setting, StaffFacts, Stage
from flows.model.needs import Holders, NextCampaign, PressedCampaign
from flows.model.outcome import (
    Keyboard,
    Notice,
    Outcome,
    PlanCampaign,
    Say,
    SetFocus,
    StartCampaign,
    not_yours,
)
from flows.model.outreach import Sender
from flows.model.roles import Role
from flows.model.scope import Scope, Which
from flows.policy import timing
from flows.staff import audience, campaigning, reminding
from scoring.replacing import replace

ANNOUNCE = OwnVerb("an")
STAFF_OF = {
    Which.CITIES: frozenset({Role.COORDINATOR, Role.SECRETARY}),
    Which.KANWIL: frozenset({Role.KANWIL, Role.BUREAU}),
}
"""Whose seats a choice of no offices stands for."""
LONGEST = 1500
SOON = timedelta(minutes=1)
"""Nothing goes out before: it can still be taken back."""
NAMED, REGIONS = 15, 20
CANCEL = "x"
Addressee = tuple[Contact, datetime]


def command(facts: StaffFacts, args: str, holders: Holders) -> Outcome:
    """`/pengumuman [place]`: ask for whom; for the words at once where a place is named."""
    scope, unknown = audience.scope_of(facts, args) if args.strip() else (None, "")
    if scope is None or scope.which != Which.ALL:
        view = {"unknown": unknown or args.strip()}
        return Outcome((), (Say("announcement/audience", view, _choices(facts)),))
    return _asked(facts, scope, holders)


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, holders: Holders) -> Outcome:
    """Take the choice for whom, and ask for the words; or let it be."""
    chosen = pressed.rest[0] if pressed.rest else ""
    if chosen == CANCEL:
        gone = Say("staff/reminder_dropped", {"announced": True}, edit=event.message_id)
        return Outcome((SetFocus(facts.focus.at_rest()),), (Notice(event.query_id), gone))
    scope = Scope.parse(chosen)
    if scope is None or chosen not in {str(one) for one, _, _ in _audiences(facts)}:
        return not_yours(event)
    outcome = _asked(facts, scope, holders)
    return replace(outcome, messages=(Notice(event.query_id), *outcome.messages))


def typed(
    facts: StaffFacts, event: Text, holders: Holders, following: NextCampaign
) -> Outcome | None:
    """Take the words, and show who would get them; nothing is sent yet."""
    scope = Scope.parse(facts.focus.review["scope"])
    words = "\n".join(line.rstrip() for line in event.text.strip().splitlines())
    if scope is None:
        return None
    if len(words) > LONGEST:
        return Outcome((), (_ask(facts, scope, holders, too_long=len(words)),))
    those = tuple(_addressed(facts, scope, holders))
    if not those:
        return Outcome((SetFocus(facts.focus.at_rest()),), (_nobody(facts, scope),))
    opens = min(at for _, at in those)
    view = {
        **_to(facts, scope),
        "count": len(those),
        "names": [contact.name for contact, _ in those[:NAMED]],
        "unreachable": len(list(_unreachable(facts, scope, holders))),
        "opens": opens if opens > facts.now + SOON else None,
        "sample": view_of(facts, words, reminding.sender(facts)),
    }
    seat = facts.seat.id
    send = Button("send", data(Verb.ANNOUNCE_SEND, seat, following.id), view, "success")
    keyboard = ((send, Button("drop", data(Verb.STOP, seat, following.id))),)
    plan = PlanCampaign(following.id, scope, words)
    preview = Say("announcement/preview", view, keyboard)
    return Outcome((SetFocus(facts.focus.at_rest()), plan), (preview,))


def confirmed(
    facts: StaffFacts, event: Tap, _: Pressed, holders: Holders, asked: PressedCampaign
) -> Outcome:
    """📨 under a preview."""
    campaign = asked.campaign
    if campaign is None or campaign.scope is None or campaign.words is None:
        return not_yours(event)
    if over := campaigning.over(event, campaign):
        return over
    those = tuple(_addressed(facts, campaign.scope, holders))
    if not those:  # all have left since the preview
        gone = replace(_nobody(facts, campaign.scope), edit=event.message_id)
        return Outcome((), (Notice(event.query_id), gone))
    start = StartCampaign(
        campaign.id,
        campaign.scope,
        tuple((contact.seat_id, at) for contact, at in those),
        event.message_id,
        campaign.words,
    )
    message = campaigning.progress(
        campaign.id, facts.seat.id, "running", {"waiting": len(those)}, event.message_id,
        min(at for _, at in those), announced=True,
    )  # fmt: skip
    return Outcome((start,), (Notice(event.query_id), message))


def announced(
    setting: Setting, words: str, by: Sender | None, chat_id: int, campaign_id: int
) -> Say:
    """Return the message that one person gets."""
    view = view_of(setting, words, by)
    return Say("announcement/told", view, chat_id=chat_id, campaign_id=campaign_id)


def view_of(setting: Setting, words: str, by: Sender | None) -> dict[str, Any]:
    """Return what the message of an announcement needs: the words, and who signs them."""
    signed = {"name": by.name, "role": str(by.role), "region": by.region} if by else None
    return {"words": words, "sender": signed, "institution": setting.period.institution}


def _audiences(facts: StaffFacts) -> Iterator[tuple[Scope, str, dict[str, Any]]]:
    """Yield for whom a seat may announce, each with the label of its button."""
    regions = facts.board.regions
    if len(regions) == 1:
        yield Scope(region_id=regions[0].id), "announce_region", {"name": regions[0].name}
    else:
        yield Scope(), "announce_all", {}
        for region in regions[:REGIONS]:
            yield Scope(region_id=region.id), "announce_region", {"name": region.name}
    if facts.seat.province is not None:
        yield Scope(Which.CITIES), "announce_cities", {}
        yield Scope(Which.KANWIL), "announce_kanwil", {}


def _choices(facts: StaffFacts) -> Keyboard:
    seat = facts.seat.id
    return tuple(
        (Button(label, data(ANNOUNCE, seat, scope), view),)
        for scope, label, view in _audiences(facts)
    )


def _asked(facts: StaffFacts, scope: Scope, holders: Holders) -> Outcome:
    """Wait for the words, where anybody would get them."""
    if not any(_addressed(facts, scope, holders)):
        return Outcome((), (_nobody(facts, scope),))
    review = {"scope": str(scope)}
    focus = replace(facts.focus, stage=Stage.ANNOUNCE, review=review, turn=facts.focus.turn + 1)
    return Outcome((SetFocus(focus),), (_ask(facts, scope, holders),))


def _ask(facts: StaffFacts, scope: Scope, holders: Holders, too_long: int | None = None) -> Say:
    count = len(list(_addressed(facts, scope, holders)))
    view = {**_to(facts, scope), "count": count, "longest": LONGEST, "too_long": too_long}
    cancel = Button("cancel", data(ANNOUNCE, facts.seat.id, CANCEL))
    return Say("announcement/ask", view, ((cancel,),))


def _nobody(facts: StaffFacts, scope: Scope) -> Say:
    return Say("announcement/nobody", _to(facts, scope))


def _to(facts: StaffFacts, scope: Scope) -> dict[str, Any]:
    """Return whom a scope stands for, as messages name it."""
    regions = {region.id: region.name for region in facts.board.regions}
    units = {office.unit.id: office.unit.name for office in facts.board.offices}
    return {
        "which": scope.which.name.lower(),
        "region": regions.get(scope.region_id or 0),
        "unit": units.get(scope.unit_id or 0),
    }


def _addressed(facts: StaffFacts, scope: Scope, holders: Holders) -> Iterator[Addressee]:
    """Yield who gets it and when, each chat once and never whoever speaks."""
    taken = {facts.chat_id}
    for contact, at in _all(facts, scope, holders):
        if contact.reachable and contact.chat_id not in taken:
            taken.add(contact.chat_id)
            yield contact, at


def _unreachable(facts: StaffFacts, scope: Scope, holders: Holders) -> Iterator[Contact]:
    return (contact for contact, _ in _all(facts, scope, holders) if not contact.reachable)


def _all(facts: StaffFacts, scope: Scope, holders: Holders) -> Iterator[Addressee]:
    for office in audience.offices(facts, scope):
        local = facts.now.astimezone(timing.zone_of(office.desk.region))
        for contact in office.contacts:
            yield contact, facts.calendar.slot(local + SOON)
    roles = STAFF_OF.get(scope.which, frozenset())
    for holder in holders.seats:
        if holder.seat.role in roles and not holder.suspended:
            yield holder.contact, facts.calendar.slot(facts.now + SOON)


ROUTES = (
    walks.staff.command("pengumuman", command, Holders, place=81),
    walks.staff.button(ANNOUNCE, on_tap, Holders),
    walks.staff.button(Verb.ANNOUNCE_SEND, confirmed, Holders, PressedCampaign),
    walks.staff.words(Stage.ANNOUNCE, typed, Holders, NextCampaign),
)
