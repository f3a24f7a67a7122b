"""`/periode`: which period the chat works with, where several lie side by side; earlier ones are looked at.

Contacts are shown what has opened; who prepares a period sees it as well.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flows.model import walks
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Seated, SpeakerFacts
from flows.model.outcome import Outcome, Say, not_yours
from flows.model.roles import Role
from flows.model.season import ChoosePeriod, Neighbour, Phase, Season
from flows.policy import season_policy
from scoring.replacing import replace

PERIOD = OwnVerb("pe")


def command(facts: Seated) -> Outcome:
    """Return the periods that the seat may look at, the one at work first."""
    shown = visible(facts)
    view = {"rows": [_row(facts, period) for period in shown], "year": facts.period.data_year}
    rows = tuple(
        (Button("period", data(PERIOD, facts.seat.id, period.id), {"year": period.data_year}),)
        for period in shown
        if period.id != facts.period.id
    )
    trend = (Button("trend", data(Verb.TREND, facts.seat.id, 0)),)
    rows = (*rows, trend) if facts.seat.is_staff else rows
    return Outcome((), (Say("period/list", view, rows),))


def on_tap(facts: Seated, event: Tap, pressed: Pressed) -> Outcome:
    """Go over to the period of a button."""
    wanted = next((period for period in visible(facts) if period.id == pressed.number()), None)
    if wanted is None:
        return not_yours(event)
    at_work = facts.periods[0].id
    change = ChoosePeriod(None if wanted.id == at_work else wanted.id)
    seat = facts.seat.id
    first = "mulai" if facts.seat.role == Role.CONTACT else "status"
    label = "begin_here" if first == "mulai" else "status"
    go_on = Button(label, data(Verb.CALLED, seat, first), period=wanted.id)
    others = Button("periods", data(Verb.CALLED, seat, "periode"), period=wanted.id)
    message = Say("period/chosen", _row(facts, wanted), ((go_on,), (others,)))
    return Outcome((change,), (replace(message, edit=event.message_id),))


def visible(facts: SpeakerFacts) -> tuple[Neighbour, ...]:
    """Return the periods that a speaker may look at: those that have opened; staff all of them."""
    is_staff = any(seat.is_staff for seat in facts.seats)
    today = facts.now.date()
    here = facts.period.id
    return tuple(
        period for period in facts.periods if is_staff or period.opens <= today or period.id == here
    )


def beside(facts: SpeakerFacts) -> dict[str, Any]:
    """Return the year of the period at hand where the speaker could take it for another's, else None."""
    return {"of_year": facts.period.data_year if len(visible(facts)) > 1 else None}


def _row(facts: Seated, period: Neighbour) -> dict[str, Any]:
    end = _end(facts, period)
    phase = season_policy.station(period, end, facts.now.date())
    is_going_on = phase in (Phase.OPEN, Phase.VERIFICATION)
    return {
        "id": period.id,
        "code": period.code,
        "year": period.data_year,
        "here": period.id == facts.period.id,
        "deadline": period.deadline,
        "opens": period.opens,
        "verified_until": max(end.verified_until or date.min, period.verification_deadline),
        "reopened": end.verified_until is not None and is_going_on,
        "phase": str(phase),
        "trial": period.trial,
    }


def _end(facts: Seated, period: Neighbour) -> Season:
    """Return what was decided of its end where the seat is; the period at hand says it by itself."""
    if period.id == facts.period.id:
        return facts.period.season
    seat = facts.seat
    of_region = seat.region.code.partition(".")[0] if seat.region else None
    return period.season(seat.province or of_region)


ROUTES = (
    walks.everybody.command("periode", walks.plain(command), place=179),
    walks.everybody.button(PERIOD, on_tap),
)
