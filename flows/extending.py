"""`/perpanjang`: the Kanwil grants one office a later last day, with a reason that the office reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flows import coordinating, dates, names, status, timing
from flows.buttons import Button, Pressed, Verb, data
from flows.events import Tap, Text
from flows.facts import Facts, Office, Stage
from flows.outcome import ExtendDeadline, Notice, Outcome, Say, SetFocus
from flows.roles import Role
from flows.sentences import LENGTHS, is_reason, tidy

DAYS = (3, 7, 14)
SHOWN = 12


def command(facts: Facts, args: str = "") -> Outcome:
    """`/perpanjang [office]`."""
    if facts.the_seat.role == Role.COORDINATOR:
        view = {"help_contact": facts.the_period.help_contact}
        return Outcome((), (Say("extending/not_yours", view),))
    if not args.strip():
        return Outcome((), (_choose(facts, coordinating.owing(facts.the_board.offices)),))
    found = coordinating.owing(tuple(names.offices(facts.the_board, args)))
    if len(found) == 1:
        return _ask(facts, found[0])
    return Outcome((), (_choose(facts, found),)) if found else status.status(facts, args)


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """An office, or a number of days, was chosen."""
    office = _office(facts, pressed.number())
    if office is None or facts.the_seat.role == Role.COORDINATOR:
        return Outcome((), (Notice(event.query_id, "notice/not_yours", alert=True),))
    days = pressed.number(1)
    if days is None:
        return _ask(facts, office)
    if days not in DAYS or facts.focus.stage != Stage.EXTEND:
        return Outcome((), (Notice(event.query_id, "notice/unknown"),))
    return _dated(facts, office, _from(facts, office) + timedelta(days=days))


def typed(facts: Facts, event: Text) -> Outcome | None:
    """The date, then the reason; None where neither is waited for."""
    if facts.focus.stage != Stage.EXTEND:
        return None
    office = _office(facts, int(facts.focus.review["unit"]))
    return _given(facts, office, event) if office else None


def _given(facts: Facts, office: Office, event: Text) -> Outcome:
    review = facts.focus.review
    if "until" not in review:
        until = dates.parse(event.text, timing.local_day(facts, office.desk.region))
        return _dated(facts, office, until)
    words, until = tidy(event.text), date.fromisoformat(review["until"])
    if not is_reason(words):
        return Outcome((), (_reason(facts, office, until, "words"),))
    return _done(facts, office, until, words)


def _office(facts: Facts, number: int | None) -> Office | None:
    return next((one for one in facts.the_board.offices if one.unit.id == number), None)


def _from(facts: Facts, office: Office) -> date:
    """The day that further days count from: the office's deadline, or today once that has passed."""
    return max(timing.deadline(facts, office.desk), timing.local_day(facts, office.desk.region))


def _choose(facts: Facts, offices: tuple[Office, ...]) -> Say:
    """Offices that are not done, those furthest behind first."""
    behind = sorted(
        (office for office in offices if not office.desk.is_done),
        key=lambda one: -sum(task.is_open for task in one.desk.tasks),
    )
    seat = facts.the_seat.id
    rows = tuple(
        (
            Button(
                "office_short",
                data(Verb.EXTEND, seat, office.unit.id),
                {"name": office.unit.short},
            ),
        )
        for office in behind[:SHOWN]
    )
    return Say("extending/choose", {"count": len(behind), "shown": len(rows)}, rows)


def _view(facts: Facts, office: Office) -> dict[str, Any]:
    return {
        "unit": office.unit.name,
        "deadline": timing.deadline(facts, office.desk),
        "granted": office.desk.extension is not None,
        "most": LENGTHS[-1],
        "latest": facts.the_period.verification_deadline,
    }


def _ask(facts: Facts, office: Office, problem: str | None = None) -> Outcome:
    review = {"unit": str(office.unit.id)}
    focus = replace(facts.focus, stage=Stage.EXTEND, review=review, turn=facts.focus.turn + 1)
    seat, latest = facts.the_seat.id, facts.the_period.verification_deadline
    start = _from(facts, office)
    days = tuple(
        Button(
            "until",
            data(Verb.EXTEND, seat, office.unit.id, count),
            {"date": start + timedelta(days=count)},
        )
        for count in DAYS
        if start + timedelta(days=count) <= latest
    )
    back = (Button("cancel", data(Verb.OFFICE, seat, office.unit.id)),)
    view = _view(facts, office) | {"problem": problem}
    return Outcome(
        (SetFocus(focus),),
        (Say("extending/ask_date", view, (*((one,) for one in days), back)),),
    )


def _dated(facts: Facts, office: Office, until: date | None) -> Outcome:
    if until is None:
        return _ask(facts, office, "no_date")
    if until <= timing.deadline(facts, office.desk) or until < timing.local_day(
        facts, office.desk.region
    ):
        return _ask(facts, office, "too_early")
    if until > facts.the_period.verification_deadline:
        return _ask(facts, office, "too_late")
    review = {"unit": str(office.unit.id), "until": until.isoformat()}
    focus = replace(facts.focus, stage=Stage.EXTEND, review=review, turn=facts.focus.turn + 1)
    return Outcome((SetFocus(focus),), (_reason(facts, office, until),))


def _reason(facts: Facts, office: Office, until: date, problem: str | None = None) -> Say:
    view = _view(facts, office) | {"until": until, "problem": problem}
    back = Button("cancel", data(Verb.OFFICE, facts.the_seat.id, office.unit.id))
    return Say("extending/ask_reason", view, ((back,),))


def _done(facts: Facts, office: Office, until: date, reason: str) -> Outcome:
    view = {"unit": office.unit.name, "until": until, "reason": reason}
    told = tuple(
        Say("extending/told", view, chat_id=contact.chat_id)
        for contact in office.contacts
        if contact.reachable
    )
    focus = replace(facts.focus, stage=Stage.IDLE, review={}, turn=facts.focus.turn + 1)
    change = ExtendDeadline(office.unit.id, until, reason)
    said = Say("extending/done", view | {"told": len(told)})
    return Outcome((change, SetFocus(focus)), (said, *told))
