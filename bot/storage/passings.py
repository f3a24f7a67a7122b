"""Which answers have passed a level, as their moves on record tell: who let them pass, and when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import orjson
from msgspec import Struct

from flows.model.roles import LEVELS, Role
from flows.model.workflow import PASSED, Action

LAPSES = frozenset(
    {Action.FILL, Action.SUBMIT, Action.RESEND, Action.APPROVE, Action.REOPEN, Action.SEND_BACK}
)
"""After these moves an answer has to pass all levels anew."""


class Passing(Struct, frozen=True):
    """An answer passed a level: who let it pass, in which role, and when."""

    by: str
    role: Role
    at: str


def of_units(
    connection: sqlite3.Connection, period_id: int, units: Iterable[int]
) -> dict[Role, list[Passing]]:
    """Return what has passed each level and holds, the oldest first."""
    rows = connection.execute(
        "SELECT unit_id, indicator, body FROM record WHERE kind = 'move' AND period_id = ?"
        " AND unit_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (period_id, orjson.dumps(list(units)).decode()),
    )
    held: dict[tuple[int, int], dict[Role, Passing]] = {}
    for unit, indicator, text in rows:
        body = orjson.loads(text)
        action, of_answer = body["action"], held.setdefault((unit, indicator), {})
        mover = Role(body["role"])
        if action in PASSED:
            of_answer[PASSED[action]] = Passing(body["by"], mover, body["at"])
        elif action == Action.UNDO and mover in LEVELS:
            for level in LEVELS[LEVELS.index(mover) :]:
                of_answer.pop(level, None)
        elif action in LAPSES or (action == Action.UNDO and mover == Role.COORDINATOR):
            of_answer.clear()
    passings: dict[Role, list[Passing]] = {level: [] for level in LEVELS}
    for of_answer in held.values():
        for level, passing in of_answer.items():
            passings[level].append(passing)
    return {level: sorted(one, key=lambda it: it.at) for level, one in passings.items()}
