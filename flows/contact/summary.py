"""View models of progress: what a unit has done, what it scores so far, what would bring most."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flows.model.answer_state import Note, State, verified_answer
from flows.model.buttons import Button, Verb, data
from flows.model.facts import Desk, Setting, SpeakerFacts, Task
from flows.model.levels import at_level
from flows.model.outcome import Keyboard
from flows.model.progress import office_state
from flows.model.progress import state_of as progress_of
from flows.model.scores import score_of
from flows.policy import season_policy, timing
from scoring import IndicatorScore, Response
from scoring.replacing import replace

BEST = 3
NOTES = 4


def scored(task: Task) -> IndicatorScore:
    """Return the score of an indicator as it counts: 0 points while an earlier step is not fulfilled."""
    return _held(score_of(task.indicator, task.response()), is_held=task.is_held)


def points(task: Task) -> Decimal | None:
    """Return what the indicator brings as it stands; None while this unit has given nothing for it, or
    only the reason why: another unit's half is not its points.
    """
    own = task.claimed
    if own is None or (own.absence is not None and not own.accepted):
        return None
    return scored(task).points


def verified_points(task: Task) -> Decimal | None:
    """Return what the indicator brings as verified; None while no reviewer has agreed to this unit's part."""
    checked = verified_score(task)
    return checked.points if checked else None


def verified_score(task: Task) -> IndicatorScore | None:
    """Return the score of the indicator over what reviewers have agreed to."""
    if task.verified is None:
        return None
    others = [verified_answer(part.stored, part.standing) for part in task.others]
    parts = (task.verified, *(other for other in others if other))
    own = score_of(task.indicator, Response(parts, 1 + len(task.others)))
    return _held(own, is_held=task.is_held_verified)


def _held(score: IndicatorScore, *, is_held: bool) -> IndicatorScore:
    """Return the score with its points held back, where an earlier step is not fulfilled."""
    if not is_held or score.points is None:
        return score
    return replace(score, points=Decimal(0), held_points=score.points)


def progress(desk: Desk) -> dict[str, Any]:
    """Return done and total of the unit's questions, with the points claimed so far."""
    return {
        "done": sum(1 for task in desk.tasks if not task.is_open),
        "total": len(desk.tasks),
        "points": sum((points(task) or Decimal(0) for task in desk.tasks), Decimal(0)),
        "max_points": sum((task.indicator.max_points for task in desk.tasks), Decimal(0)),
        "verified": sum(1 for task in desk.tasks if task.state == State.VERIFIED),
        "verified_points": sum(
            (verified_points(task) or Decimal(0) for task in desk.tasks), Decimal(0)
        ),
        "deferred_count": sum(1 for task in desk.tasks if task.is_deferred),
        "unsent": len(desk.unsent),
    }


def result(desk: Desk) -> dict[str, Any]:
    """Return what an office ends with: points as verified, as it claimed them, and the most there are."""
    counted = progress(desk)
    return {
        "unit": desk.unit.name,
        "points": counted["verified_points"],
        "claimed": counted["points"],
        "max_points": counted["max_points"],
        "count": counted["total"],
        "verified": counted["verified"],
        "unconfirmed": sum(1 for task in desk.tasks if scored(task).unconfirmed),
    }


def state_of(task: Task) -> str:
    """Return the state of one answer as lists mark it; mended and promised ones have a mark of their own."""
    if task.is_mended:
        return "mended"
    return "deferred" if task.state == State.DRAFT and task.is_deferred else str(task.state)


def station(task: Task) -> str | None:
    """Return the state of an answer and at which level it waits; None where it waits at none."""
    level = at_level(task)
    return f"{task.state}_{level}" if level else None


def station_of(task: Task) -> str:
    """Return the state as lists mark it, and at which level it waits: for the words of a state."""
    return station(task) or state_of(task)


def of_desk(setting: Setting, desk: Desk) -> dict[str, Any]:
    """Return everything `/ringkasan` and the closing message show."""
    rights = [_right(setting, code, tasks) for code, tasks in by_right(desk).items()]
    return {
        **progress(desk),
        "unit": desk.unit.name,
        "region": desk.region.name,
        "year": setting.period.data_year,
        "deadline": timing.deadline(setting, desk),
        "days_left": timing.days_left(setting, desk),
        **_end(setting, desk),
        "help_contact": setting.period.help_contact,
        "state": str(office_state(desk)),
        "rights": rights,
        "open": [named(task) for task in desk.tasks if task.is_open],
        "returned": [named(t) for t in desk.tasks if t.is_returned and t.is_to_do],
        "to_send": [named(task) for task in desk.unsent],
        "deferred": [named(task) for task in desk.tasks if task.is_deferred],
        "provisional": [
            named(t) for t in desk.tasks if t.mine and any(not p.stored for p in t.others)
        ],
        "best": best(desk),
        "corrected": corrected(desk),
        "unconfirmed": sum(1 for task in desk.tasks if scored(task).unconfirmed),
        "awaits": sum(1 for task in desk.tasks if task.state != State.VERIFIED),
    }


def corrected(desk: Desk) -> list[dict[str, Any]]:
    """Return what reviewers corrected, each with both points, the reason and the article."""
    return [
        named(task)
        | {
            "claimed": points(task),
            "verified": verified_points(task),
            "reason": task.standing.reason,
            "article": task.indicator.guidance.law,
            "confirmed": task.indicator.is_confirmed,
        }
        for task in desk.tasks
        if task.standing and task.standing.corrected and task.state == State.VERIFIED
    ]


def _end(setting: Setting, desk: Desk) -> dict[str, Any]:
    """Return whether the office may still answer, and until when; and when the season was closed."""
    return {
        "may_answer": season_policy.may_answer(setting, desk),
        "answered_until": season_policy.answered_until(setting, desk),
        "closed_at": setting.closed_at,
    }


def notes(task: Task) -> list[dict[str, Any]]:
    """Return the last turns of an answer's thread."""
    return [note(one) for one in task.notes if not one.closes][-NOTES:]


def note(entry: Note) -> dict[str, Any]:
    """Return one turn of a thread."""
    return {"by": entry.by, "role": str(entry.role), "at": entry.at, "text": entry.text}


def by_right(desk: Desk) -> dict[str, list[Task]]:
    """Return the unit's tasks by the code of their right, in the instrument's order."""
    groups: dict[str, list[Task]] = {}
    for task in desk.tasks:
        groups.setdefault(task.indicator.right, []).append(task)
    return groups


def _right(setting: Setting, code: str, tasks: list[Task]) -> dict[str, Any]:
    right = setting.period.instrument.right(code)
    return {
        "code": code,
        "name": right.name,
        "short": right.short,
        "state": str(progress_of(tasks)),
        "done": sum(1 for task in tasks if not task.is_open),
        "total": len(tasks),
        "points": sum((points(task) or Decimal(0) for task in tasks), Decimal(0)),
        "max_points": sum((task.indicator.max_points for task in tasks), Decimal(0)),
        "verified": sum(1 for task in tasks if task.state == State.VERIFIED),
        "verified_points": sum((verified_points(t) or Decimal(0) for t in tasks), Decimal(0)),
    }


def best(desk: Desk) -> list[dict[str, Any]]:
    """Return what is not filled in yet, with what it can bring at the most.

    What was reported is left out: to say which figure would bring more would be to say what to write.
    """
    gains = [
        {**named(task), "gain": task.indicator.max_points, "deferred": task.is_deferred}
        for task in desk.tasks
        if task.is_open or task.is_deferred
    ]
    gains.sort(key=lambda row: (-row["gain"], row["no"]))
    return gains[:BEST]


def keyboard(facts: SpeakerFacts, desk: Desk) -> Keyboard:
    """Return the buttons for the next open question, the index of rights and what can be sent."""
    seat = facts.focus.seat_id or 0
    rights = Button("rights", data(Verb.RIGHTS, seat))
    if not season_policy.may_go_on(facts, desk):
        return ((rights,),)
    ready = _ready(desk)
    send = Button("send_all", data(Verb.CHECK, seat), {"count": ready}, style="success")
    if desk.next_open() is not None:
        on = Button("next", data(Verb.NEXT, seat), style="primary")
        return ((on, rights), (replace(send, style=None),)) if ready else ((on, rights),)
    return ((send,), (rights,)) if ready else ((rights,),)


def _ready(desk: Desk) -> int:
    """Return how many answers may be sent now: the unsent ones of rights in which nothing is missing."""
    groups = by_right(desk).values()
    return sum(
        sum(1 for task in tasks if task.is_unsent)
        for tasks in groups
        if not any(task.is_lacking for task in tasks)
    )


def named(task: Task) -> dict[str, Any]:
    """Return an indicator as lists name it."""
    indicator = task.indicator
    return {"no": indicator.no, "name": indicator.name, "short": indicator.short}
