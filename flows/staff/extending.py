"""`/perpanjang`: a later last day for one office, with a reason; a Bagian Hukum asks the Kanwil for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import Office, StaffFacts, Stage
from flows.model.needs import Granters, PendingExtension
from flows.model.outcome import ExtendDeadline, Notice, Outcome, Say, SetFocus, not_yours
from flows.model.roles import Role
from flows.model.workdays import DAY
from flows.policy import season_policy, timing
from flows.reading import dates, names
from flows.reading.sentences import LENGTHS, is_reason, tidy
from flows.staff import granting, progress_views, status
from scoring.replacing import replace

DAYS = (3, 7, 14)
SHOWN = 12


def command(facts: StaffFacts, args: str = "") -> Outcome:
    """`/perpanjang [office]`."""
    if not args.strip():
        return Outcome((), (_choose(facts, progress_views.owing(facts.board.offices)),))
    offices = progress_views.owing(tuple(names.offices(facts.board, args)))
    if len(offices) == 1:
        return _ask(facts, offices[0])
    return Outcome((), (_choose(facts, offices),)) if offices else status.status(facts, args)


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Go on with the office, the number of days or the next working day that was chosen."""
    office = _office(facts, pressed.number())
    if office is None:
        return not_yours(event)
    days = pressed.number(1)
    if days is None:
        return _ask(facts, office)
    until = _chosen(facts, office, days, pressed.number(2))
    if until is None or facts.focus.stage != Stage.EXTEND:
        return Outcome((), (Notice(event.query_id, "notice/unknown"),))
    return _dated(facts, office, until)


def _chosen(facts: StaffFacts, office: Office, days: int, day: int | None) -> date | None:
    """Return the day behind a button: one of those offered, or written out behind a zero."""
    if days in DAYS:
        return _offers(facts, office)[days]
    try:
        return date.fromisoformat(str(day)) if days == 0 else None
    except ValueError:
        return None


def typed(
    facts: StaffFacts, event: Text, pending: PendingExtension, granters: Granters
) -> Outcome | None:
    """Take the date, then the reason; None where the office is gone that they were for."""
    if "request" in facts.focus.review:
        return granting.typed(facts, event, pending)
    office = _office(facts, int(facts.focus.review["unit"]))
    return _given(facts, office, event, granters) if office else None


def _given(facts: StaffFacts, office: Office, event: Text, granters: Granters) -> Outcome:
    review = facts.focus.review
    if "until" not in review:
        today = timing.local_day(facts, office.desk.region)
        until = dates.parse(event.text, today, _from(facts, office))
        return _dated(facts, office, until)
    words, until = tidy(event.text), date.fromisoformat(review["until"])
    if not is_reason(words, facts.words):
        return Outcome((), (_reason(facts, office, until, "words"),))
    return _done(facts, office, until, words, granters)


def _office(facts: StaffFacts, unit_id: int | None) -> Office | None:
    return next((office for office in facts.board.offices if office.unit.id == unit_id), None)


def _from(facts: StaffFacts, office: Office) -> date:
    """Return the day that further days count from: the office's deadline, or today once that has passed."""
    return max(timing.deadline(facts, office.desk), timing.local_day(facts, office.desk.region))


def _offers(facts: StaffFacts, office: Office) -> dict[int, date]:
    """Return the working day that each number of days comes to; no two come to the same one."""
    offers: dict[int, date] = {}
    for count in DAYS:
        day = facts.calendar.on_or_after(_from(facts, office) + timedelta(days=count))
        while day in offers.values():
            day = facts.calendar.on_or_after(day + DAY)
        offers[count] = day
    return offers


def _asks(facts: StaffFacts) -> bool:
    """Tell whether a Bagian Hukum asks the Kanwil for what the Kanwil itself decides."""
    return facts.seat.role == Role.COORDINATOR


def _choose(facts: StaffFacts, offices: tuple[Office, ...]) -> Say:
    """Offer the offices that are not done, those furthest behind first."""
    behind = sorted(
        (office for office in offices if not office.desk.is_done),
        key=lambda office: -sum(task.is_open for task in office.desk.tasks),
    )
    seat = facts.seat.id
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
    return Say(
        "extending/choose", {"count": len(behind), "shown": len(rows), "asks": _asks(facts)}, rows
    )


def _view(facts: StaffFacts, office: Office) -> dict[str, Any]:
    return {
        "unit": office.unit.name,
        "deadline": timing.deadline(facts, office.desk),
        "granted": office.desk.extension is not None,
        "asks": _asks(facts),
        "most": LENGTHS[-1],
        "latest": season_policy.verified_until(facts),
    }


def _ask(
    facts: StaffFacts, office: Office, problem: str | None = None, typed: date | None = None
) -> Outcome:
    """Ask for the day; `typed` is one on which nobody works, asked back once."""
    review = {"unit": str(office.unit.id)} | ({"doubted": typed.isoformat()} if typed else {})
    focus = replace(facts.focus, stage=Stage.EXTEND, review=review, turn=facts.focus.turn + 1)
    seat, unit, latest = facts.seat.id, office.unit.id, season_policy.verified_until(facts)
    if typed:
        day = facts.calendar.on_or_after(typed)
        offered = [(day, data(Verb.EXTEND, seat, unit, 0, f"{day:%Y%m%d}"))]
    else:
        offers = _offers(facts, office).items()
        offered = [(day, data(Verb.EXTEND, seat, unit, count)) for count, day in offers]
    days = tuple((Button("until", to, {"date": day}),) for day, to in offered if day <= latest)
    back = (Button("cancel", data(Verb.OFFICE, seat, unit)),)
    view = _view(facts, office) | {"problem": problem, "typed": typed}
    return Outcome((SetFocus(focus),), (Say("extending/ask_date", view, (*days, back)),))


def _dated(facts: StaffFacts, office: Office, until: date | None) -> Outcome:
    if until is None:
        return _ask(facts, office, "no_date")
    if until <= timing.deadline(facts, office.desk) or until < timing.local_day(
        facts, office.desk.region
    ):
        return _ask(facts, office, "too_early")
    if until > season_policy.verified_until(facts):
        return _ask(facts, office, "too_late")
    is_doubted = facts.focus.review.get("doubted") == until.isoformat()
    if not (facts.calendar.is_working(until) or is_doubted):
        return _ask(facts, office, "not_working", until)
    review = {"unit": str(office.unit.id), "until": until.isoformat()}
    focus = replace(facts.focus, stage=Stage.EXTEND, review=review, turn=facts.focus.turn + 1)
    return Outcome((SetFocus(focus),), (_reason(facts, office, until),))


def _reason(facts: StaffFacts, office: Office, until: date, problem: str | None = None) -> Say:
    view = _view(facts, office) | {"until": until, "problem": problem}
    back = Button("cancel", data(Verb.OFFICE, facts.seat.id, office.unit.id))
    return Say("extending/ask_reason", view, ((back,),))


def _done(
    facts: StaffFacts, office: Office, until: date, reason: str, granters: Granters
) -> Outcome:
    if _asks(facts):
        return granting.asked(facts, granters, office, until, reason)
    view = {"unit": office.unit.name, "until": until, "reason": reason}
    notifications = tuple(
        Say("extending/told", view, chat_id=contact.chat_id)
        for contact in office.contacts
        if contact.reachable
    )
    focus = facts.focus.at_rest()
    change = ExtendDeadline(office.unit.id, until, reason)
    message = Say("extending/done", view | {"told": len(notifications)})
    return Outcome((change, SetFocus(focus)), (message, *notifications))


ROUTES = (
    walks.staff.command("perpanjang", command, place=100),
    walks.staff.button(Verb.EXTEND, on_tap),
    walks.staff.words(Stage.EXTEND, typed, PendingExtension, Granters),
)
