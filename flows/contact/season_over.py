"""What an office hears once its time is over, and whether a question may still be written to."""

from __future__ import annotations

from typing import Any

from flows.model.buttons import Button, Verb, data
from flows.model.facts import AnswererFacts, ContactFacts, SpeakerFacts
from flows.model.outcome import Say
from flows.policy import season_policy, timing


def may_write(facts: AnswererFacts, indicator_no: int | None) -> bool:
    """Tell whether the office may change this answer by the dates: any in time, later what was returned."""
    if season_policy.may_answer(facts, facts.desk):
        return True
    task = facts.desk.task(indicator_no or 0)
    is_returned = task is not None and task.is_returned
    return is_returned and season_policy.may_mend(facts, facts.desk)


def end_notice(facts: ContactFacts) -> Say:
    """Return since when, what can still be mended, and who may give more time."""
    desk = facts.desk
    view = {
        **end_view(facts),
        "unit": desk.unit.name,
        "deadline": timing.deadline(facts, desk),
        "answered_until": season_policy.answered_until(facts, desk),
        "unsent": len(desk.unsent),
        "returned": sum(1 for task in desk.tasks if task.is_returned and task.is_to_do),
        "may_mend": season_policy.may_mend(facts, desk),
    }
    return Say("season/office", view, ((Button("rights", data(Verb.RIGHTS, facts.seat.id)),),))


def end_view(facts: SpeakerFacts) -> dict[str, Any]:
    """Return when the season was closed, or its verification ends."""
    return {
        "closed_at": facts.closed_at,
        "verified_until": season_policy.verified_until(facts),
        "help_contact": facts.period.help_contact,
        "year": facts.period.data_year,
    }
