"""The digest that staff get on Monday: what is new, waits, lags, and what the reminders of the week did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flows import audience, coordinating, reviewing
from flows.buttons import Button, Verb, data
from flows.facts import Desk, Facts, Office
from flows.outcome import Keyboard, Say
from flows.outreach import Effect
from flows.standing import State

WEEK = timedelta(days=7)
SHOWN = 5


def of_week(facts: Facts, effects: Sequence[Effect]) -> Say | None:
    """The digest of the last seven days; None where nothing is open and nothing happened."""
    since = facts.now - WEEK
    offices = coordinating.owing(facts.the_board.offices)
    tasks = [task for office in offices for task in office.desk.tasks]
    behind = [one for one in offices if not one.desk.is_done]
    joined = [one for one in behind if one.contacts]
    waiting = reviewing.waiting(facts, offices)
    view: dict[str, Any] = {
        "region": facts.the_seat.region.name if facts.the_seat.region else None,
        "new": sum(1 for task in tasks if task.mine and task.mine.at >= since),
        "waiting": len(waiting),
        "returned": sum(1 for task in tasks if task.is_returned),
        "threads": sum(1 for task in tasks if task.has_open_thread),
        "done": sum(1 for task in tasks if not task.is_open),
        "total": len(tasks),
        "verified": sum(1 for task in tasks if task.state == State.VERIFIED),
        "overdue": _named([one for one in behind if audience.is_late(facts, one)]),
        "stuck": _named([one for one in joined if _last_step(one.desk, since) < since]),
        "missing": _named([one for one in behind if not one.contacts]),
        **_effects(effects),
    }
    quiet = ("new", "waiting", "threads", "sent")
    if not behind and not any(view[name] for name in quiet):
        return None
    return Say("staff/digest", view, _keyboard(facts, view))


def _last_step(desk: Desk, at_least: datetime) -> datetime:
    """When the office last did something; a moment before `at_least` where it never did."""
    steps = [task.mine.at for task in desk.tasks if task.mine]
    steps += [proof.at for task in desk.tasks for proof in task.proofs]
    return max(steps, default=at_least - WEEK)


def _named(offices: Sequence[Office]) -> dict[str, Any]:
    names = [one.unit.short for one in offices]
    return {"count": len(names), "names": names[:SHOWN], "more": len(names[SHOWN:])}


def _effects(effects: Sequence[Effect]) -> dict[str, Any]:
    return {
        "sent": sum(one.sent for one in effects),
        "answered": sum(one.answered for one in effects),
        "effects": [
            {
                "kind": one.kind.partition("-")[0].partition("+")[0],
                "days": int(one.kind[1:]) if one.kind[:2] in ("d-", "d+") else 0,
                "sent": one.sent,
                "answered": one.answered,
            }
            for one in effects
        ],
    }


def _keyboard(facts: Facts, view: dict[str, Any]) -> Keyboard:
    seat = facts.the_seat.id
    queue = Button("queue", data(Verb.QUEUE, seat))
    first = ((queue,),) if view["waiting"] else ()
    late = Button("remind_late", data(Verb.REMIND, seat, f"{audience.LATE}{audience.ALL}"))
    second = ((late,),) if view["overdue"]["count"] else ()
    return (*first, *second, (Button("status", data(Verb.REGION, seat)),))
