"""Reminders by hand: preview with names, skips and reasons; one confirmation; the result with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows import coordinating, lateness, names, status, summary, timing
from flows.buttons import Button, Pressed, Verb, data
from flows.events import Tap
from flows.facts import Contact, Facts, Office, Task
from flows.outcome import (
    Keyboard,
    Message,
    Notice,
    Outcome,
    PlanCampaign,
    Say,
    StartCampaign,
)
from flows.schedule import NUDGE, Due

NAMED = 3
ALL = "*"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets a reminder, and who is skipped for which reason (not_joined, unreachable, done)."""

    recipients: tuple[tuple[Office, Contact], ...]
    skipped: tuple[tuple[Office, str], ...]


def plan(offices: tuple[Office, ...]) -> Plan:
    """Work the audience out from what is open now."""
    recipients: list[tuple[Office, Contact]] = []
    skipped: list[tuple[Office, str]] = []
    for office in offices:
        reachable = [contact for contact in office.contacts if contact.reachable]
        if office.desk.next_open() is None:
            skipped.append((office, "done"))
        elif not office.contacts:
            skipped.append((office, "not_joined"))
        elif not reachable:
            skipped.append((office, "unreachable"))
        else:
            recipients += [(office, contact) for contact in reachable]
    return Plan(tuple(recipients), tuple(skipped))


def preview(facts: Facts, args: str = "") -> Outcome:
    """`/ingatkan [region or office]`: who would get what; nothing is sent yet."""
    if not args.strip():
        return _preview(facts, ALL)
    regions = names.regions(facts.the_board, args)
    if len(regions) == 1:
        return _preview(facts, f"r{regions[0].id}")
    offices = names.offices(facts.the_board, args) if not regions else []
    if len(offices) == 1:
        return _preview(facts, f"u{offices[0].unit.id}")
    return status.status(facts, args)


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """Preview, send or drop."""
    if pressed.verb == Verb.REMIND:
        return _preview(facts, pressed.rest[0] if pressed.rest else ALL)
    campaign = facts.campaign
    if campaign is None:
        return Outcome((), (Notice(event.query_id, "notice/not_yours", alert=True),))
    if campaign.started:
        return Outcome((), (Notice(event.query_id, "notice/reminder_sent", alert=True),))
    if pressed.verb == Verb.STOP:
        return Outcome(
            (), (Notice(event.query_id), Say("staff/reminder_dropped", edit=event.message_id))
        )
    if campaign.expired:
        return Outcome((), (Notice(event.query_id, "notice/reminder_expired", alert=True),))
    return _send(facts, event, campaign.id, campaign.scope)


def _offices(facts: Facts, scope: str) -> tuple[Office, ...] | None:
    """The offices of a scope (all, r<region>, u<unit>, l<region, 0 for all> those that are late or behind)
    that the seat may see; None where it names none."""
    offices = coordinating.owing(facts.the_board.offices)
    if scope == ALL:
        return offices
    kind, number = scope[:1], scope[1:]
    if not (number.isascii() and number.isdecimal()):
        return None
    if kind == "l":
        inside = [office for office in offices if int(number) in (0, office.unit.region_id)]
        return lateness.behind(facts, inside)
    chosen = tuple(
        office
        for office in offices
        if int(number) == (office.unit.region_id if kind == "r" else office.unit.id)
    )
    return chosen if kind in "ru" else None


def _preview(facts: Facts, scope: str) -> Outcome:
    offices = _offices(facts, scope)
    if not offices:
        return Outcome((), (Say("staff/reminder_nobody", {"skipped": []}),))
    planned = plan(offices)
    skipped = [{"short": office.unit.short, "reason": reason} for office, reason in planned.skipped]
    if not planned.recipients:
        return Outcome((), (Say("staff/reminder_nobody", {"skipped": skipped}),))
    office, contact = planned.recipients[0]
    view = {
        "recipients": [
            {"name": contact.name, "short": office.unit.short}
            for office, contact in planned.recipients
        ],
        "skipped": skipped,
        "sample": reminder_view(facts, office, contact),
    }
    number, seat = facts.next_campaign, facts.the_seat.id
    keyboard = (
        (
            Button(
                "send", data(Verb.SEND, seat, number), {"count": len(planned.recipients)}, "success"
            ),
            Button("drop", data(Verb.STOP, seat, number)),
        ),
    )
    return Outcome((PlanCampaign(scope),), (Say("staff/reminder_preview", view, keyboard),))


def _send(facts: Facts, event: Tap, number: int, scope: str) -> Outcome:
    planned = plan(_offices(facts, scope) or ())
    if not planned.recipients:  # everybody has finished, or left, since the preview
        skipped = [{"short": office.unit.short, "reason": why} for office, why in planned.skipped]
        said = Say("staff/reminder_nobody", {"skipped": skipped}, edit=event.message_id)
        return Outcome((), (Notice(event.query_id), said))
    sent: tuple[Message, ...] = tuple(
        _reminder(facts, office, contact, number) for office, contact in planned.recipients
    )
    view = {"count": len(planned.recipients), "skipped": len(planned.skipped)}
    said = Say("staff/reminder_started", view, edit=event.message_id)
    start = StartCampaign(number, len(planned.recipients))
    return Outcome((start,), (Notice(event.query_id), said, *sent))


def reminder_view(facts: Facts, office: Office, contact: Contact) -> Mapping[str, Any]:
    """What a reminder says: the unit's own open questions worth most, and how many more there are."""
    still = _worth_most(office)
    return {
        "name": contact.name,
        "unit": office.unit.name,
        "open": [
            {
                "name": task.indicator.name,
                "points": task.indicator.max_points,
                "returned": task.is_returned,
            }
            for task in still[:NAMED]
        ],
        "more": max(0, len(still) - NAMED),
        "deadline": timing.deadline(facts, office.desk),
        "days_left": timing.days_left(facts, office.desk),
        "institution": facts.the_period.institution,
        "done": summary.progress(office.desk)["done"],
        "total": len(office.desk.tasks),
    }


def _reminder(facts: Facts, office: Office, contact: Contact, number: int) -> Say:
    view = reminder_view(facts, office, contact)
    keyboard = _first(contact, _worth_most(office)[0])
    return Say("reminder/manual", view, keyboard, chat_id=contact.chat_id, campaign_id=number)


def scheduled(facts: Facts, due: Due, contact: Contact) -> Say:
    """A planned reminder: the office's own open questions, or the one that was left half-way."""
    view = reminder_view(facts, due.office, contact)
    left = due.office.desk.task(due.of(contact).left_open or 0)
    if due.kind == NUDGE and left is not None:
        view = {**view, "indicator": left.indicator.name}
        keyboard = _first(contact, left)
        return Say("reminder/nudge", view, keyboard, chat_id=contact.chat_id)
    keyboard = _first(contact, _worth_most(due.office)[0])
    return Say("reminder/manual", view, keyboard, chat_id=contact.chat_id)


def _worth_most(office: Office) -> list[Task]:
    """What is still to be done, returned answers first, then what brings most points."""
    still = [task for task in office.desk.tasks if task.is_open or task.is_returned]
    return sorted(still, key=lambda t: (not t.is_returned, -t.indicator.max_points, t.indicator.no))


def _first(contact: Contact, task: Task) -> Keyboard:
    """Buttons that open a question, and that ask for quiet."""
    target = data(Verb.EDIT, contact.seat_id, task.indicator.no)
    pause = Button("pause", data(Verb.PAUSE, contact.seat_id))
    return ((Button("open_first", target, style="primary"),), (pause,))


def result(counts: Mapping[str, int]) -> Say:
    """What became of a reminder: delivered, unreachable, failed."""
    return Say("staff/reminder_result", {"sent": 0, "unreachable": 0, "failed": 0, **counts})
