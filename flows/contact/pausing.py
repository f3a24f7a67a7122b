"""`/jeda`: a contact asks not to be reminded for some working days; answering goes on as ever."""

from __future__ import annotations

from datetime import date

from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import ContactFacts
from flows.model.outcome import Outcome, PauseReminders, Say
from flows.model.workdays import DAY
from flows.policy import timing

DAYS = (1, 3, 7)
MOST = 14


def command(facts: ContactFacts, args: str = "") -> Outcome:
    """`/jeda [working days]`; 0 ends the pause."""
    word = args.strip().casefold()
    for unit in facts.words.choice("days"):
        word = word.removesuffix(unit).strip()
    if word.isascii() and word.isdecimal() and int(word) <= MOST:
        return _paused(facts, int(word))
    return Outcome((), (_ask(facts, problem=bool(word)),))


def on_tap(facts: ContactFacts, _: Tap, pressed: Pressed) -> Outcome:
    """Pause for the number of days that was chosen."""
    days = pressed.number()
    if days is None or days > MOST:
        return Outcome((), (_ask(facts, problem=False),))
    return _paused(facts, days)


def _resumes(facts: ContactFacts) -> date | None:
    """Return the day on which reminders come again; None where they are not paused."""
    until = facts.person.paused_until
    if until is None or until < timing.local_day(facts, facts.desk.region):
        return None
    return facts.calendar.on_or_after(until + DAY)


def _end(facts: ContactFacts) -> Button:
    return Button("pause_end", data(Verb.PAUSE, facts.seat.id, 0))


def _ask(facts: ContactFacts, problem: bool) -> Say:
    seat, resumes = facts.seat.id, _resumes(facts)
    days = tuple(Button("pause_days", data(Verb.PAUSE, seat, n), {"days": n}) for n in DAYS)
    rows = (days, (_end(facts),)) if resumes else (days,)
    view = {"resumes": resumes, "problem": problem, "most": MOST}
    return Say("reminder/pause", view, rows)


def _paused(facts: ContactFacts, days: int) -> Outcome:
    """Pause reminders for so many working days; what is stored is the last day before they come again."""
    if days == 0:
        return Outcome((PauseReminders(None),), (Say("reminder/pause_ended"),))
    there = facts.now.astimezone(timing.zone_of(facts.desk.region))
    resumes = facts.calendar.after_quiet(there, days)
    view = {"days": days, "resumes": resumes, "deadline": timing.deadline(facts, facts.desk)}
    message = Say("reminder/paused", view, ((_end(facts),),))
    return Outcome((PauseReminders(resumes - DAY),), (message,))


ROUTES = (
    walks.contact.command("jeda", command, place=170),
    walks.contact.button(Verb.PAUSE, on_tap),
)
