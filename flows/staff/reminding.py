"""Reminders by hand, with a preview and one confirmation; and what every reminder says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from flows.contact import promises, stored, summary
from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Contact, Office, Setting, StaffFacts, Task
from flows.model.needs import NextCampaign, PressedCampaign
from flows.model.outcome import (
    Keyboard,
    Notice,
    Outcome,
    PlanCampaign,
    Say,
    StartCampaign,
    not_yours,
)
from flows.model.outreach import Campaign, Outreach, Sender
from flows.model.reminder_kinds import Occasion
from flows.model.scope import Scope, Which
from flows.policy import timing
from flows.policy.schedule import Due
from flows.staff import audience, campaigning, status
from flows.staff.audience import AudiencePlan

NAMED = 3
SHOWN, INVITED = 25, 15


def preview(facts: StaffFacts, args: str, outreach: Outreach, following: NextCampaign) -> Outcome:
    """`/ingatkan [terlambat | belum bergabung] [place]`: who would get what; nothing is sent yet."""
    scope, words = audience.scope_of(facts, args)
    return _preview(facts, scope, outreach, following) if scope else status.status(facts, words)


def pressed(
    facts: StaffFacts, _: Tap, pressed: Pressed, outreach: Outreach, following: NextCampaign
) -> Outcome:
    """Return the preview of a list of offices that a button stands for."""
    scope = Scope.parse(pressed.rest[0]) if pressed.rest else Scope()
    return _preview(facts, scope, outreach, following)


def confirmed(
    facts: StaffFacts, event: Tap, _: Pressed, outreach: Outreach, asked: PressedCampaign
) -> Outcome:
    """📨 under a preview."""
    campaign = asked.campaign
    if campaign is None or campaign.words is not None:
        return not_yours(event)
    if over := campaigning.over(event, campaign):
        return over
    return _send(facts, event, campaign, outreach)


def dropped(_: StaffFacts, event: Tap, __: Pressed, asked: PressedCampaign) -> Outcome:
    """Let the preview go; nobody is reminded."""
    if asked.campaign is None:
        return not_yours(event)
    if asked.campaign.started:
        return campaigning.sent_already(event, asked.campaign)
    view = {"announced": asked.campaign.words is not None}
    gone = Say("staff/reminder_dropped", view, edit=event.message_id)
    return Outcome((), (Notice(event.query_id), gone))


def _preview(
    facts: StaffFacts, scope: Scope | None, outreach: Outreach, following: NextCampaign
) -> Outcome:
    offices = audience.offices(facts, scope)
    if scope and scope.which == Which.MISSING:
        return Outcome((), (_missing(facts, offices),))
    planned = audience.plan(facts, outreach, offices)
    if scope is None or not planned.recipients:
        return Outcome((), (_nobody(planned),))
    first, count = planned.recipients[0], len(planned.recipients)
    later = [recipient.at for recipient in planned.recipients if recipient.at > facts.now]
    view = {
        "recipients": [
            {"name": recipient.contact.name, "short": recipient.office.unit.short}
            for recipient in planned.recipients[:SHOWN]
        ],
        "count": count,
        "skipped": audience.skipped_view(planned.skipped),
        "later": len(later),
        "opens": min(later, default=None),
        "sample": reminder_view(facts, first.office, first.contact, sender(facts)),
    }
    campaign_id, seat = following.id, facts.seat.id
    label = "send" if len(later) < count else "send_later"
    send = Button(label, data(Verb.SEND, seat, campaign_id), {"count": count}, "success")
    keyboard = ((send, Button("drop", data(Verb.STOP, seat, campaign_id))),)
    return Outcome(
        (PlanCampaign(campaign_id, scope),), (Say("staff/reminder_preview", view, keyboard),)
    )


def _nobody(planned: AudiencePlan, edit: int | None = None) -> Say:
    view = {"skipped": audience.skipped_view(planned.skipped)}
    return Say("staff/reminder_nobody", view, edit=edit)


def _missing(facts: StaffFacts, offices: tuple[Office, ...]) -> Say:
    """Say that nobody of these offices can be written to here: a text to forward, and a link for each."""
    seat = facts.seat.id
    regions = {region.id: region.name for region in facts.board.regions}
    shown = offices[:INVITED]
    keyboard = tuple(
        (
            Button(
                "invite_named", data(Verb.INVITE, seat, office.unit.id), {"name": office.unit.short}
            ),
        )
        for office in shown
    )
    view = {
        "offices": [
            {"name": office.unit.name, "region": regions[office.unit.region_id]} for office in shown
        ],
        "more": len(offices) - len(shown),
        **_signature(facts, sender(facts)),
        "year": facts.period.data_year,
        "deadline": facts.period.deadline,
    }
    return Say("staff/not_joined", view, keyboard)


def _send(facts: StaffFacts, event: Tap, campaign: Campaign, outreach: Outreach) -> Outcome:
    planned = audience.plan(facts, outreach, audience.offices(facts, campaign.scope))
    if (
        campaign.scope is None or not planned.recipients
    ):  # everybody has finished, or left, since the preview
        return Outcome((), (Notice(event.query_id), _nobody(planned, event.message_id)))
    recipients = tuple(
        (recipient.contact.seat_id, recipient.at) for recipient in planned.recipients
    )
    soon = min(recipient.at for recipient in planned.recipients)
    message = campaigning.progress(
        campaign.id,
        facts.seat.id,
        "running",
        {"waiting": len(recipients)},
        event.message_id,
        soon if soon > facts.now else None,
    )
    start = StartCampaign(campaign.id, campaign.scope, recipients, event.message_id)
    return Outcome((start,), (Notice(event.query_id), message))


def sender(facts: StaffFacts) -> Sender:
    """Return who speaks, as the signature of a reminder by hand."""
    region = facts.seat.region
    return Sender(facts.name, facts.seat.role, region.name if region else None)


def _signature(setting: Setting, by: Sender | None) -> dict[str, Any]:
    """Name the sender: of a planned reminder the institution, of one by hand the person."""
    signed = {"name": by.name, "role": str(by.role), "region": by.region} if by else None
    return {"sender": signed, "institution": setting.period.institution}


def reminder_view(
    setting: Setting, office: Office, contact: Contact, by: Sender | None = None
) -> Mapping[str, Any]:
    """Return what a reminder says: the unit's own open questions worth most, and how many more there are."""
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
        "unsent": len(office.desk.unsent),
        "deadline": timing.deadline(setting, office.desk),
        "days_left": timing.days_left(setting, office.desk),
        "mends_only": not any(task.is_open for task in still),
        **_signature(setting, by),
        "done": summary.progress(office.desk)["done"],
        "total": len(office.desk.tasks),
    }


def by_hand(
    setting: Setting, office: Office, contact: Contact, campaign_id: int, by: Sender | None
) -> Say:
    """Return the message of a reminder by hand, signed by who sends it."""
    name, view, keyboard = _reminder(setting, office, contact, by)
    return Say(name, view, keyboard, chat_id=contact.chat_id, campaign_id=campaign_id)


def scheduled(setting: Setting, due: Due, contact: Contact) -> Say:
    """Return a planned reminder: the office's own open questions, or the one that was left half-way."""
    left = due.office.desk.task(due.of(contact).left_open or 0)
    match due.kind.occasion:
        case Occasion.NUDGE if left is not None:
            return _left_open(setting, due, contact, left)
        case Occasion.PROMISE if due.promised:
            return _promised(setting, due, contact)
        case Occasion.NUDGE | Occasion.PROMISE | Occasion.PLAN | Occasion.MANUAL:
            pass  # of nothing in particular
        case _:
            assert_never(due.kind.occasion)
    name, view, keyboard = _reminder(setting, due.office, contact)
    return Say(name, view, keyboard, chat_id=contact.chat_id)


def _left_open(setting: Setting, due: Due, contact: Contact, task: Task) -> Say:
    """Return the reminder of the one question that was left half-way."""
    view = {
        **reminder_view(setting, due.office, contact),
        "indicator": task.indicator.name,
        "has_draft": due.of(contact).has_draft,
        "mends_only": task.is_returned,
    }
    return Say("reminder/nudge", view, _first(contact, task), chat_id=contact.chat_id)


def _promised(setting: Setting, due: Due, contact: Contact) -> Say:
    """Ask for a figure that is still not there, on the working day after the one that was named."""
    first, *others = due.promised
    view = {
        **reminder_view(setting, due.office, contact),
        "indicator": first.indicator.short,
        "day": promises.promised_day(first.mine),
        "others": [task.indicator.short for task in others],
    }
    seat, indicator_no = contact.seat_id, first.indicator.no
    fill = Button(
        "give_figures", data(Verb.EDIT, seat, indicator_no, stored.FIGURES), style="primary"
    )
    later = Button("later", data(Verb.EDIT, seat, indicator_no, stored.REASON))
    rows = ((fill,), (later,), (_pause(contact),))
    return Say("reminder/promise", view, rows, chat_id=contact.chat_id)


def _reminder(
    setting: Setting, office: Office, contact: Contact, by: Sender | None = None
) -> tuple[str, Mapping[str, Any], Keyboard]:
    """Return the message, its view and its buttons: what to do first, or that only the sending lacks."""
    view = reminder_view(setting, office, contact, by)
    still = _worth_most(office)
    if still:
        return "reminder/manual", view, _first(contact, still[0])
    send = Button("check_all", data(Verb.CHECK, contact.seat_id), style="primary")
    return "reminder/unsent", view, ((send,), (_pause(contact),))


def _worth_most(office: Office) -> list[Task]:
    """Return what is to be filled in or mended, returned answers first, then what brings most points."""
    still = [task for task in office.desk.tasks if task.is_to_do]
    return sorted(still, key=lambda t: (not t.is_returned, -t.indicator.max_points, t.indicator.no))


def _first(contact: Contact, task: Task) -> Keyboard:
    """Return buttons that open a question, and that ask for quiet."""
    target = data(Verb.EDIT, contact.seat_id, task.indicator.no)
    label = "mend" if task.is_returned else "go_on"
    return ((Button(label, target, style="primary"),), (_pause(contact),))


def _pause(contact: Contact) -> Button:
    return Button("pause", data(Verb.PAUSE, contact.seat_id))


ROUTES = (
    walks.staff.command("ingatkan", preview, Outreach, NextCampaign, place=80),
    walks.staff.button(Verb.REMIND, pressed, Outreach, NextCampaign),
    walks.staff.button(Verb.SEND, confirmed, Outreach, PressedCampaign),
    walks.staff.button(Verb.STOP, dropped, PressedCampaign),
)
