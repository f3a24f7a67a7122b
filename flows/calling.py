"""`/telepon`: offices that reminders no longer move, to be called, with the text of a letter ready to sign.

The letter is the staff's to send; the bot complains to nobody.
"""

from __future__ import annotations

from typing import Any

from flows import audience, coordinating, status, summary, timing
from flows.buttons import Button, Pressed, Verb, data
from flows.events import Tap
from flows.facts import Facts, Office
from flows.outcome import Notice, Outcome, Say
from flows.outreach import Unanswered
from flows.roles import Role

ENOUGH = 3
"""After so many reminders without a step of the office somebody should call."""
SHOWN = 10


def listed(facts: Facts, args: str = "") -> Outcome:
    """`/telepon [region or office]`: those longest reminded first."""
    scope, words = audience.scope_of(facts, args)
    if not scope:
        return status.status(facts, words)
    found = silent(facts, audience.offices(facts, scope))
    seat = facts.the_seat.id
    rows = [_row(facts, office, known) for office, known in found[:SHOWN]]
    keyboard = tuple(
        (Button("letter", data(Verb.LETTER, seat, office.unit.id), {"name": office.unit.short}),)
        for office, _ in found[:SHOWN]
    )
    view = {"rows": rows, "more": len(found[SHOWN:]), "enough": ENOUGH}
    return Outcome((), (Say("staff/calls", view, keyboard),))


def silent(facts: Facts, offices: tuple[Office, ...]) -> list[tuple[Office, Unanswered]]:
    """Offices with something open that did not move after the last reminders."""
    unanswered = facts.the_outreach.unanswered
    found = [
        (office, unanswered[office.unit.id])
        for office in offices
        if office.unit.id in unanswered and not office.desk.is_done
    ]
    enough = [(office, known) for office, known in found if known.count >= ENOUGH]
    return sorted(enough, key=lambda one: (-one[1].count, one[1].since, one[0].unit.id))


def _row(facts: Facts, office: Office, known: Unanswered) -> dict[str, Any]:
    return {
        **coordinating.office_view(facts, office),
        "region": office.desk.region.name,
        "count": known.count,
        "since": known.since.astimezone(timing.zone_of(office.desk.region)).date(),
    }


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """📄 Surat: the letter to the head of one office, as text to copy."""
    found = [one for one in facts.the_board.offices if one.unit.id == pressed.number()]
    if not found or found[0].desk.is_done:
        return Outcome((), (Notice(event.query_id, "notice/letter_not_needed", alert=True),))
    return Outcome((), (_letter(facts, found[0]),))


def _letter(facts: Facts, office: Office) -> Say:
    known = facts.the_outreach.unanswered.get(office.unit.id)
    desk = office.desk
    view = {
        "unit": office.unit.name,
        "region": desk.region.name,
        "institution": facts.the_period.institution,
        "by_city": facts.the_seat.role == Role.COORDINATOR,
        "instrument": facts.the_period.instrument.title,
        "year": facts.the_period.data_year,
        "today": timing.local_day(facts, desk.region),
        "deadline": timing.deadline(facts, desk),
        "days_left": timing.days_left(facts, desk),
        "open": [summary.named(task) for task in desk.tasks if task.is_open],
        "returned": [summary.named(task) for task in desk.tasks if task.is_returned],
        "count": known.count if known else 0,
        "since": known.since.astimezone(timing.zone_of(desk.region)).date() if known else None,
        "contacts": [contact.name for contact in office.contacts],
        "help_contact": facts.the_period.help_contact,
    }
    return Say("letter/reminder", view)
