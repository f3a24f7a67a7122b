"""The digest that staff get on Monday: what is new, waits, lags, and what the reminders of the week did.

Once everything is verified a last one says so, with the result, and none follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flows.model.answer_state import State
from flows.model.buttons import Button, Verb, data
from flows.model.facts import Desk, Office, Overseer, Setting, Task
from flows.model.outcome import Keyboard, Say
from flows.model.outreach import ReminderEffect, Unanswered
from flows.model.progress import OfficeState, all_verified, office_state
from flows.model.reminder_kinds import Occasion
from flows.model.roles import LEVELS
from flows.model.scope import Scope, Which
from flows.staff import audience, call_list, progress_views, review_queue

WEEK = timedelta(days=7)
SHOWN, REGIONS = 5, 12
LAST = "staff/digest_last"
BEHIND = 10**6
"""After all days around the deadline: reminders that belong to no day of it."""


def of_week(
    setting: Setting,
    desk: Overseer,
    unanswered: Mapping[int, Unanswered],
    effects: Sequence[ReminderEffect],
    ended: datetime | None = None,
) -> Say | None:
    """Return the digest of the last seven days; None where nothing is open and nothing happened.

    `unanswered` are reminders that moved no office; `ended` is when the last digest was sent, if it was.
    """
    if setting.closed_at is not None:  # everybody has heard how it ended
        return None
    if desk.seat.is_off(setting.period.levels):
        return None
    since = setting.now - WEEK
    offices = progress_views.owing(desk.board.offices)
    tasks = [task for office in offices for task in office.desk.tasks]
    if desk.seat.role in LEVELS:
        return _of_level(setting, desk, tasks)
    if all_verified(tasks):
        return _last(setting, desk, tasks) if ended is None or _newest(tasks) > ended else None
    view = _week(setting, desk, offices, since) | _effects(effects)
    behind = [office for office in offices if not office.desk.is_done]
    quiet = ("new", "waiting", "threads", "sent", "levels")
    if not behind and not any(view[name] for name in quiet):
        return None
    silent = call_list.silent(unanswered, tuple(behind))
    overdue = [office for office in behind if audience.is_late(setting, office)]
    return Say("staff/digest", view, _keyboard(desk.seat.id, view, overdue or behind, silent))


def _week(
    setting: Setting, desk: Overseer, offices: tuple[Office, ...], since: datetime
) -> dict[str, Any]:
    """Return the week in figures, and the offices that are behind by what they lack."""
    tasks = [task for office in offices for task in office.desk.tasks]
    behind = [office for office in offices if not office.desk.is_done]
    joined = [office for office in behind if office.contacts]
    waiting = review_queue.waiting(desk.seat.role, offices)
    unsent = [office for office in behind if office_state(office.desk) == OfficeState.UNSENT]
    overdue = [office for office in behind if audience.is_late(setting, office)]
    return {
        "year": setting.period.data_year,
        "region": desk.seat.region.name if desk.seat.region else None,
        "new": sum(1 for task in tasks if task.mine and task.mine.at >= since),
        "waiting": len(waiting),
        "returned": sum(1 for task in tasks if task.is_returned),
        "threads": sum(1 for task in tasks if task.has_open_thread),
        "done": sum(1 for task in tasks if not task.is_open),
        "total": len(tasks),
        "verified": sum(1 for task in tasks if task.state == State.VERIFIED),
        "overdue": _named(overdue),
        "unsent": _named(unsent),
        "stuck": _named([office for office in joined if _last_step(office.desk, since) < since]),
        "missing": _named([office for office in behind if not office.contacts]),
        "levels": progress_views.held_at(setting, tasks),
    }


def _of_level(setting: Setting, desk: Overseer, tasks: Sequence[Task]) -> Say | None:
    """Return what waits for a level; None where nothing does."""
    rows = progress_views.held_at(setting, tasks)
    own = next((row for row in rows if row["role"] == desk.seat.role), None)
    if own is None:
        return None
    region = desk.seat.region
    view = {**own, "year": setting.period.data_year, "region": region.name if region else None}
    way = Button("submission_open", data(Verb.SUBMISSION, desk.seat.id), style="primary")
    return Say("submission/digest", view, ((way,),))


def is_last(message: Say) -> bool:
    """Tell whether it is the one that ends them."""
    return message.name == LAST


def _last(setting: Setting, desk: Overseer, tasks: Sequence[Task]) -> Say:
    """Return everything is verified: the result of each region, and that no digest follows."""
    board = desk.board
    rows = [
        progress_views.region_view(
            setting, board, progress_views.owing(board.of_region(region)), region
        )
        for region in board.regions[:REGIONS]
    ]
    view = {
        "year": setting.period.data_year,
        "region": desk.seat.region.name if desk.seat.region else None,
        "rows": rows,
        "more": len(board.regions[REGIONS:]),
        "total": len(tasks),
        "simulation": any(row["simulation"] for row in rows),
    }
    return Say(LAST, view, ((Button("status", data(Verb.REGION, desk.seat.id)),),))


def _newest(tasks: Sequence[Task]) -> datetime:
    return max(task.standing.at for task in tasks if task.standing)


def _last_step(desk: Desk, at_least: datetime) -> datetime:
    """Return when the office last did something; where it never did, a week before `at_least`."""
    steps = [task.mine.at for task in desk.tasks if task.mine]
    steps += [proof.at for task in desk.tasks for proof in task.proofs]
    return max(steps, default=at_least - WEEK)


def _named(offices: Sequence[Office]) -> dict[str, Any]:
    names = [office.unit.short for office in offices]
    return {"count": len(names), "names": names[:SHOWN], "more": len(names[SHOWN:])}


def _effects(effects: Sequence[ReminderEffect]) -> dict[str, Any]:
    rows = [
        {
            "kind": effect.kind.occasion,
            "days": effect.kind.days if effect.kind.occasion is Occasion.PLAN else BEHIND,
            "sent": effect.sent,
            "answered": effect.answered,
        }
        for effect in effects
    ]
    return {
        "sent": sum(effect.sent for effect in effects),
        "answered": sum(effect.answered for effect in effects),
        "effects": sorted(rows, key=lambda row: (row["days"], row["kind"])),
    }


def _keyboard(
    seat: int, view: dict[str, Any], chased: list[Office], silent: Sequence[object]
) -> Keyboard:
    """Return what the lines ask for, each with its number: the queue, reminding, calling, inviting."""
    first = (Button("queue", data(Verb.QUEUE, seat), style="primary"),) if view["waiting"] else ()
    scope = Scope(Which.LATE if view["overdue"]["count"] else Which.ALL)
    asked = [office for office in chased if progress_views.reach(office) == "ok"]
    buttons = (
        ("remind_offices", data(Verb.REMIND, seat, scope), len(asked)),
        ("call_offices", data(Verb.CALLS, seat), len(silent)),
        ("invite_offices", data(Verb.REMIND, seat, Scope(Which.MISSING)), view["missing"]["count"]),
    )
    rows = [(Button(label, target, {"count": count}),) for label, target, count in buttons if count]
    status = Button("status", data(Verb.REGION, seat))
    return (*((first,) if first else ()), *rows, (status,))
