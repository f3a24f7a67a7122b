"""`/jeda`: a contact asks not to be reminded for some days; answering goes on as ever."""

from __future__ import annotations

from datetime import timedelta

from flows import timing
from flows.buttons import Button, Pressed, Verb, data
from flows.events import Tap
from flows.facts import Facts
from flows.outcome import Outcome, PauseReminders, Say

DAYS = (1, 3, 7)
MOST = 14


def command(facts: Facts, args: str = "") -> Outcome:
    """`/jeda [days]`; 0 ends the pause."""
    word = args.strip().casefold().removesuffix("hari").strip()
    if word.isascii() and word.isdecimal() and int(word) <= MOST:
        return _paused(facts, int(word))
    return Outcome((), (_ask(facts, problem=bool(word)),))


def tapped(facts: Facts, _: Tap, pressed: Pressed) -> Outcome:
    """A number of days was chosen."""
    days = pressed.number()
    if days is None or days > MOST:
        return Outcome((), (_ask(facts, problem=False),))
    return _paused(facts, days)


def _ask(facts: Facts, problem: bool) -> Say:
    seat, until = facts.the_seat.id, facts.the_person.paused_until
    is_paused = until is not None and until >= timing.local_day(facts, facts.the_desk.region)
    days = tuple(Button("pause_days", data(Verb.PAUSE, seat, n), {"days": n}) for n in DAYS)
    rows = (days, (Button("pause_end", data(Verb.PAUSE, seat, 0)),)) if is_paused else (days,)
    view = {"until": until if is_paused else None, "problem": problem, "most": MOST}
    return Say("reminder/pause", view, rows)


def _paused(facts: Facts, days: int) -> Outcome:
    if days == 0:
        return Outcome((PauseReminders(None),), (Say("reminder/pause_ended"),))
    until = timing.local_day(facts, facts.the_desk.region) + timedelta(days=days - 1)
    view = {"until": until, "deadline": timing.deadline(facts, facts.the_desk)}
    return Outcome((PauseReminders(until),), (Say("reminder/paused", view),))
