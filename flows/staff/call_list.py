"""`/telepon`: offices that reminders no longer move, to be called, with the text of a letter ready to sign.

The letter is the staff's to send; the bot complains to nobody.
"""

from __future__ import annotations

import re
from typing import Any

from flows.model import routes
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Desk, Facts, Office, Task, known
from flows.model.letterheads import Letterhead
from flows.model.outcome import Document, Notice, Outcome, Say
from flows.model.outreach import Unanswered
from flows.model.roles import STAFF, Role
from flows.model.routes import Need
from flows.policy import timing
from flows.staff import audience, progress_views, status

ENOUGH = 3
"""After so many reminders without a step of the office somebody should call."""
SHOWN = 10
BLANK = "………………………"
"""A place for what nobody has told."""


def listed(facts: Facts, args: str = "") -> Outcome:
    """`/telepon [region or office]`: those longest reminded first."""
    scope, words = audience.scope_of(facts, args)
    if scope is None:
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


def pressed(facts: Facts, _: Tap, __: Pressed) -> Outcome:
    """☎️ Telepon: the whole list."""
    return listed(facts)


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
        **progress_views.office_view(facts, office),
        "region": office.desk.region.name,
        "count": known.count,
        "since": known.since.astimezone(timing.zone_of(office.desk.region)).date(),
    }


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """📄 Surat: the letter to the head of one office, as a document to sign."""
    found = [one for one in facts.the_board.offices if one.unit.id == pressed.number()]
    if not found or found[0].desk.is_done:
        return Outcome((), (Notice(event.query_id, "notice/letter_not_needed", alert=True),))
    return Outcome((), (_letter(facts, found[0]),))


def _letter(facts: Facts, office: Office) -> Document:
    reminded = facts.the_outreach.unanswered.get(office.unit.id)
    desk, by_city = office.desk, facts.the_seat.role == Role.COORDINATOR
    code = desk.region.code if by_city else facts.the_seat.province
    head = next((one for one in facts.the_period.letters if one.of == code), Letterhead(""))
    view = {
        "unit": office.unit.name,
        "region": desk.region.name,
        "institution": facts.the_period.institution,
        "by_city": by_city,
        "instrument": facts.the_period.instrument.title,
        "year": str(facts.the_period.data_year),
        "today": timing.local_day(facts, desk.region),
        "deadline": timing.deadline(facts, desk),
        "late": max(0, -timing.days_left(facts, desk)) or None,
        **lacking(facts, desk),
        "count": reminded.count if reminded else None,
        "since": reminded.since.astimezone(timing.zone_of(desk.region)).date()
        if reminded
        else None,
        "contacts": [contact.name for contact in office.contacts],
        "help_contact": facts.the_period.help_contact,
        "place": head.place or (desk.region.name if by_city else BLANK),
        "signer": list(head.signer),
        "signer_name": head.name,
        "signer_number": head.number,
        "copies": list(head.copies),
    }
    name = "-".join(re.findall(r"\w+", office.unit.short)) or office.unit.code
    return Document("letter/reminder", view, f"Surat-{name}.docx", made="reminder_letter")


def lacking(facts: Facts, desk: Desk) -> dict[str, Any]:
    """What has not come from an office: not filled, not sent, not mended, mended and not sent back."""
    still = [task for task in desk.tasks if task.is_open]
    unsent = [task for task in desk.unsent if not task.is_mended]
    return {
        "open": [task.indicator.name for task in still],
        "unsent": [task.indicator.name for task in unsent],
        "returned": [
            {"name": task.indicator.name, "reason": _reason(facts, task)}
            for task in desk.tasks
            if task.is_returned and task.is_to_do
        ],
        "mended": [task.indicator.name for task in desk.tasks if task.is_mended],
        "nothing_filled": len(still) == len(desk.tasks),
        "all_unsent": len(unsent) == len(desk.tasks),
    }


def _reason(facts: Facts, task: Task) -> str:
    """Why an answer was returned: the instrument's words for it, and the reviewer's own."""
    standing = known(task.standing)
    code = facts.the_period.instrument.return_reason(standing.code)
    said = (code.text if code else None, standing.reason)
    return "; ".join(dict.fromkeys(words for words in said if words))


ROUTES = (
    routes.command("telepon", listed, STAFF, Need.OUTREACH, place=90),
    routes.button(Verb.CALLS, pressed, STAFF, Need.OUTREACH),
    routes.button(Verb.LETTER, tapped, STAFF, Need.OUTREACH),
)
