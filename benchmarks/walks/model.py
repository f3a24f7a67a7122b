"""The record as plain dicts, as one would keep it on paper; and the same read from the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

Place = tuple[int, int]
OWED: dict[int, tuple[int, ...]] = {1: (1, 2, 13), 2: (4,), 3: (4,), 4: (1,), 5: (1,)}
REGION = {1: 1, 2: 1, 3: 1, 4: 2, 5: 3}
RIGHTS: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((1, 2), (13,)),
    2: ((4,),),
    3: ((4,),),
    4: ((1,),),
    5: ((1,),),
}
"""The rights that a unit's indicators fall into, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class One:
    """One answer: where it stands, what it says, how often it was written, and by which seat."""

    state: str = "empty"
    value: tuple[tuple[str, str], ...] | str = ()
    revisions: int = 0
    seat: int = 0
    reason: str | None = None
    corrected: bool = False


@dataclass(slots=True)
class Model:
    """What must be in the database."""

    answers: dict[Place, One] = field(default_factory=dict)
    files: dict[Place, int] = field(default_factory=dict)
    notes: dict[Place, int] = field(default_factory=dict)
    until: dict[int, str] = field(default_factory=dict)
    paused: dict[int, str | None] = field(default_factory=dict)
    seats: dict[int, tuple[int, str, int | None, str]] = field(default_factory=dict)
    proposals: dict[int, str] = field(default_factory=dict)
    campaigns: int = 0

    def one(self, place: Place) -> One:
        return self.answers.get(place, One())

    def moved(self, place: Place, state: str, **changes: Any) -> None:
        self.answers[place] = replace(self.one(place), state=state, **changes)

    def done(self, unit: int) -> int:
        return sum(self.one((unit, number)).revisions > 0 for number in OWED[unit])


def plain(answer: dict[str, Any]) -> tuple[tuple[str, str], ...] | str:
    """An answer's figures, or the name of its absence."""
    if answer.get("absence"):
        return str(answer["absence"])
    return tuple(sorted((answer.get("inputs") or {"=": answer.get("value")}).items()))


def stored(db: sqlite3.Connection) -> Model:  # noqa: C901 a case for each kind of row
    """The same from the rows, with SQL of its own."""
    found = Model()
    rows = db.execute(
        "SELECT kind, unit_id, indicator, revision, seat_id, body FROM record ORDER BY id"
    )
    for kind, unit, indicator, revision, seat, body in rows:
        said, place = json.loads(body), (unit, indicator)
        if kind == "answer":
            before = found.one(place)
            state = "draft" if before.state == "empty" else before.state
            found.answers[place] = One(
                state, plain(said["answer"]), before.revisions + 1, seat, said["reason"]
            )
            assert revision == before.revisions + 1, (
                f"revision {revision} of {place} after {before.revisions}"
            )
        elif kind == "move":
            found.moved(place, said["next"], corrected=said.get("corrected") is not None)
        elif kind == "evidence":
            found.files[place] = found.files.get(place, 0) + 1
        elif kind == "withdrawn":
            found.files[place] = found.files.get(place, 0) - 1
        elif kind == "note":
            found.notes[place] = 0 if said["closes"] else found.notes.get(place, 0) + 1
        elif kind == "extended":
            found.until[unit] = said["until"]
        elif kind == "paused":
            found.paused[seat] = said["until"]
        elif kind == "reminded":
            found.campaigns += 1
        elif kind == "proposed":
            found.proposals[said["request"]] = "waits"
        elif kind == "settled":
            found.proposals[said["request"]] = "used" if said["used"] else "dropped"
    found.files = {place: count for place, count in found.files.items() if count}
    found.notes = {place: count for place, count in found.notes.items() if count}
    sql = (
        "SELECT s.id, p.telegram_id, s.role, s.unit_id, s.until, s.suspended_at FROM seats s"
        " JOIN persons p ON p.id = s.person_id"
    )
    for number, who, role, unit, until, suspended in db.execute(sql):
        state = "ended" if until else "suspended" if suspended else "held"
        found.seats[number] = (who, role, unit, state)
    return found


def differences(model: Model, actual: Model) -> Iterable[str]:
    """Where the two do not say the same."""
    for name in Model.__slots__:
        mine, theirs = getattr(model, name), getattr(actual, name)
        if mine == theirs:
            continue
        if not isinstance(mine, dict):
            yield f"{name}: expected {mine}, stored {theirs}"
            continue
        for key in sorted(set(mine) | set(theirs), key=str):
            if mine.get(key) != theirs.get(key):
                yield f"{name} {key}: expected {mine.get(key)}, stored {theirs.get(key)}"
