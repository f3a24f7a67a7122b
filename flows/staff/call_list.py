"""`/telepon`: offices that reminders no longer move, to be called, with the text of a letter ready to sign.

The letter is the staff's to send; the bot complains to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flows.model import walks
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Desk, Office, Setting, StaffFacts, Task, require
from flows.model.letterheads import Letterhead
from flows.model.outcome import Notice, Outcome, Say, SentDocument
from flows.model.outreach import Outreach, Unanswered
from flows.model.roles import Role
from flows.policy import timing
from flows.staff import audience, progress_views, status
from scoring import Instrument

LETTER = OwnVerb("ct")
ENOUGH = 3
"""After so many reminders without a step of the office somebody should call."""
SHOWN = 10
BLANK = "………………………"
"""A place for what nobody has told."""


def listed(facts: StaffFacts, args: str, outreach: Outreach) -> Outcome:
    """`/telepon [region or office]`: those longest reminded first."""
    scope, words = audience.scope_of(facts, args)
    if scope is None:
        return status.status(facts, words)
    unanswering = silent(outreach.unanswered, audience.offices(facts, scope))
    seat = facts.seat.id
    rows = [_row(facts, office, known) for office, known in unanswering[:SHOWN]]
    keyboard = tuple(
        (Button("letter", data(LETTER, seat, office.unit.id), {"name": office.unit.short}),)
        for office, _ in unanswering[:SHOWN]
    )
    view = {"rows": rows, "more": len(unanswering[SHOWN:]), "enough": ENOUGH}
    return Outcome((), (Say("staff/calls", view, keyboard),))


def pressed(facts: StaffFacts, _: Tap, __: Pressed, outreach: Outreach) -> Outcome:
    """☎️ Telepon: the whole list."""
    return listed(facts, "", outreach)


def silent(
    unanswered: Mapping[int, Unanswered], offices: tuple[Office, ...]
) -> list[tuple[Office, Unanswered]]:
    """Return offices with something open that did not move after the last reminders."""
    enough_reminded = [
        (office, unanswered[office.unit.id])
        for office in offices
        if office.unit.id in unanswered and not office.desk.is_done
    ]
    enough = [(office, known) for office, known in enough_reminded if known.count >= ENOUGH]
    return sorted(enough, key=lambda pair: (-pair[1].count, pair[1].since, pair[0].unit.id))


def _row(setting: Setting, office: Office, known: Unanswered) -> dict[str, Any]:
    return {
        **progress_views.office_view(setting, office),
        "region": office.desk.region.name,
        "count": known.count,
        "since": known.since.astimezone(timing.zone_of(office.desk.region)).date(),
    }


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, outreach: Outreach) -> Outcome:
    """📄 Surat: the letter to the head of one office, as a document to sign."""
    offices = [office for office in facts.board.offices if office.unit.id == pressed.number()]
    if not offices or offices[0].desk.is_done:
        return Outcome((), (Notice(event.query_id, "notice/letter_not_needed", alert=True),))
    return Outcome((), (_letter(facts, offices[0], outreach.unanswered.get(offices[0].unit.id)),))


def _letter(facts: StaffFacts, office: Office, reminded: Unanswered | None) -> SentDocument:
    desk, by_city = office.desk, facts.seat.role == Role.COORDINATOR
    code = desk.region.code if by_city else facts.seat.province
    head = next((one for one in facts.period.letters if one.of == code), Letterhead(""))
    view = {
        "unit": office.unit.name,
        "region": desk.region.name,
        "institution": facts.period.institution,
        "by_city": by_city,
        "instrument": facts.period.instrument.title,
        "year": str(facts.period.data_year),
        "today": timing.local_day(facts, desk.region),
        "deadline": timing.deadline(facts, desk),
        "late": max(0, -timing.days_left(facts, desk)) or None,
        **lacking(facts.period.instrument, desk),
        "count": reminded.count if reminded else None,
        "since": reminded.since.astimezone(timing.zone_of(desk.region)).date()
        if reminded
        else None,
        "contacts": [contact.name for contact in office.contacts],
        "help_contact": facts.period.help_contact,
        "place": head.place or (desk.region.name if by_city else BLANK),
        "signer": list(head.signer),
        "signer_name": head.name,
        "signer_number": head.number,
        "copies": list(head.copies),
    }
    name = "-".join(re.findall(r"\w+", office.unit.short)) or office.unit.code
    return SentDocument("letter/reminder", view, f"Surat-{name}.docx", made="reminder_letter")


def lacking(instrument: Instrument, desk: Desk) -> dict[str, Any]:
    """Return what has not come from an office: not filled, not sent, not mended, mended and not sent back."""
    still = [task for task in desk.tasks if task.is_open]
    unsent = [task for task in desk.unsent if not task.is_mended]
    return {
        "open": [task.indicator.name for task in still],
        "unsent": [task.indicator.name for task in unsent],
        "returned": [
            {"name": task.indicator.name, "reason": _reason(instrument, task)}
            for task in desk.tasks
            if task.is_returned and task.is_to_do
        ],
        "mended": [task.indicator.name for task in desk.tasks if task.is_mended],
        "nothing_filled": len(still) == len(desk.tasks),
        "all_unsent": len(unsent) == len(desk.tasks),
    }


def _reason(instrument: Instrument, task: Task) -> str:
    """Return why an answer came back: the instrument's words for it, and the reviewer's own."""
    standing = require(task.standing)
    code = instrument.return_reason(standing.code)
    reasons = (code.text if code else None, standing.reason)
    return "; ".join(dict.fromkeys(words for words in reasons if words))


ROUTES = (
    walks.staff.command("telepon", listed, Outreach, place=90),
    walks.staff.button(Verb.CALLS, pressed, Outreach),
    walks.staff.button(LETTER, on_tap, Outreach),
)
