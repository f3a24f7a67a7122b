"""What waits at the levels that a period switches on: how much, and since when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct

from flows.model.roles import LEVELS, Role
from flows.model.tasks import Task
from flows.model.workflow import BEHIND_CITY


class Held(Struct, frozen=True):
    """So many answers wait for one level; the oldest since then."""

    role: Role
    count: int
    since: datetime


def passing(on: Collection[Role]) -> tuple[Role, ...]:
    """Return the levels that a submission passes, of those that a period switches on, in their order."""
    return tuple(level for level in LEVELS if level in on)


def at_level(task: Task) -> Role | None:
    """Return the level whose turn it is with an answer; None where it is nobody's of these."""
    if task.state not in BEHIND_CITY or task.turn not in LEVELS:
        return None
    return task.turn


def held(tasks: Iterable[Task]) -> tuple[Held, ...]:
    """Return what waits at each level, in their order; nothing where none is switched on."""
    since: dict[Role, list[datetime]] = {}
    for task in tasks:
        level = at_level(task)
        if level is not None and task.standing is not None:
            since.setdefault(level, []).append(task.standing.at)
    return tuple(Held(role, len(since[role]), min(since[role])) for role in LEVELS if role in since)
