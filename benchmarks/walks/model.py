"""The record as plain dicts, as one would keep it on paper; and the same read from the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scoring.replacing import replace

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


TWINS = ((1, 1), (1, 2))
"""Two answers of one office that count by the same births."""
POINTS = ("figures", "period", "signature", "stamp")
"""What a sender ticks of a document; every document of these towns is signed and stamped."""
BACK = frozenset({"returned", "returned_by_city"})
OPEN = frozenset({"empty", "draft", *BACK})
UNSETTLED = frozenset({"sent", "approved", "fixed"})


@dataclass(frozen=True, slots=True)
class One:
    """One answer: where it stands, what it says, how often it was written, and by which seat.

    `returned` is the revision that came back last, `code` the reason that was chosen for it.
    """

    state: str = "empty"
    value: tuple[tuple[str, str], ...] | str = ()
    revisions: int = 0
    seat: int = 0
    reason: str | None = None
    corrected: bool = False
    returned: int = 0
    code: str | None = None

    @property
    def is_absence(self) -> bool:
        """Whether it says why there are no figures."""
        return isinstance(self.value, str)

    @property
    def is_mended(self) -> bool:
        """Whether something was written since it came back."""
        return self.state in BACK and self.revisions > self.returned

    @property
    def is_to_do(self) -> bool:
        """Whether it is to be filled in or mended before its right may go."""
        return self.state == "empty" or (self.state in BACK and not self.is_mended)

    @property
    def is_unsent(self) -> bool:
        return self.state == "draft" or self.is_mended

    @property
    def is_open(self) -> bool:
        """Whether the office may write it: it has it, or had only a reason to send."""
        return self.state in OPEN or (self.is_absence and self.state in UNSETTLED)

    def written(
        self, value: tuple[tuple[str, str], ...] | str, seat: int, reason: str | None
    ) -> One:
        """A new revision. What came back stays so until it is sent back; a reason that was sent is undone."""
        state = self.state if self.state in BACK else "draft"
        return replace(
            self, state=state, value=value, revisions=self.revisions + 1, seat=seat, reason=reason
        )

    def moved(self, state: str, code: str | None = None) -> One:
        """Where it stands now; what comes back comes back as it is."""
        if state in BACK:
            return replace(self, state=state, corrected=False, returned=self.revisions, code=code)
        return replace(self, state=state, corrected=False, code=None)


@dataclass(slots=True)
class Model:
    """What must be in the database.

    `files` are the revisions that the files which count were sent for, `came` for which any file was sent,
    `ticks` what the sender ticked, and when;
    `odd` are the twins that were written in sight of another number of births.
    """

    answers: dict[Place, One] = field(default_factory=dict)
    files: dict[Place, tuple[int, ...]] = field(default_factory=dict)
    came: set[tuple[Place, int]] = field(default_factory=set)
    ticks: dict[Place, tuple[int, frozenset[str]]] = field(default_factory=dict)
    notes: dict[Place, int] = field(default_factory=dict)
    until: dict[int, str] = field(default_factory=dict)
    paused: dict[int, str | None] = field(default_factory=dict)
    seats: dict[int, tuple[int, str, int | None, str]] = field(default_factory=dict)
    proposals: dict[int, str] = field(default_factory=dict)
    requests: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    campaigns: int = 0
    odd: set[Place] = field(default_factory=set)

    def answer(self, place: Place) -> One:
        return self.answers.get(place, One())

    def moved(
        self, place: Place, state: str, *, code: str | None = None, corrected: bool = False
    ) -> None:
        self.answers[place] = replace(self.answer(place).moved(state, code), corrected=corrected)

    def standing(self, place: Place) -> list[int]:
        """Which of the files stand for the answer as it is: those of its revision, else all."""
        files = self.files.get(place, ())
        newest = [n for n, one in enumerate(files) if one == self.answer(place).revisions]
        return newest or list(range(len(files)))

    def ticked(self, place: Place) -> frozenset[str]:
        """What the ticks still say: nothing of newer files, and not that older ones fit newer figures."""
        when, points = self.ticks.get(place, (0, frozenset()))
        now = self.answer(place).revisions
        if when == now:
            return points
        return frozenset() if (place, now) in self.came else points - {"figures"}

    def sent(self, place: Place, revision: int) -> None:
        """A file for this revision, which from then on is proved by what came for it."""
        self.files[place] = (*self.files.get(place, ()), revision)
        self.came.add((place, revision))

    def proved(self, place: Place) -> bool:
        """Whether there are files, and the sender has ticked all that they must show."""
        return bool(self.files.get(place)) and self.ticked(place) == frozenset(POINTS)

    def done(self, unit: int) -> int:
        return sum(self.answer((unit, number)).revisions > 0 for number in OWED[unit])


def births(answer: One) -> str | None:
    """The births that an answer about mothers or babies counts by."""
    return None if isinstance(answer.value, str) else dict(answer.value).get("kelahiran_hidup")


def differs(model: Model, place: Place) -> bool:
    """Whether an answer of the first office names other births than its neighbour."""
    if place not in TWINS:
        return False
    mine, other = births(model.answer(place)), births(model.answer((1, 3 - place[1])))
    return mine is not None and other is not None and mine != other


def plain(answer: dict[str, Any]) -> tuple[tuple[str, str], ...] | str:
    """An answer's figures, or the name of its absence."""
    if answer.get("absence"):
        return str(answer["absence"])
    return tuple(sorted((answer.get("inputs") or {"=": answer.get("value")}).items()))


def stored(db: sqlite3.Connection) -> Model:  # noqa: C901 a case for each kind of row
    """The same from the rows, with SQL of its own."""
    model = Model()
    files: dict[Place, dict[int, int]] = {}
    rows = db.execute(
        "SELECT id, kind, unit_id, indicator, revision, seat_id, body FROM record ORDER BY id"
    )
    for entry, kind, unit, indicator, revision, seat, body in rows:
        details, place = json.loads(body), (unit, indicator)
        answer = model.answer(place)
        if kind == "answer":
            state = "draft" if answer.state == "empty" else answer.state
            value, count = plain(details["answer"]), answer.revisions + 1
            model.answers[place] = replace(
                answer,
                state=state,
                value=value,
                revisions=count,
                seat=seat,
                reason=details["reason"],
            )
            assert revision == count, f"revision {revision} of {place} after {answer.revisions}"
            if place in TWINS:
                (model.odd.add if details.get("flags") else model.odd.discard)(place)
        elif kind == "move":
            corrected = details.get("corrected") is not None
            model.moved(place, details["next"], code=details.get("code"), corrected=corrected)
        elif kind == "evidence":
            files.setdefault(place, {})[details["evidence"]] = revision
            model.came.add((place, revision))
        elif kind == "withdrawn":
            del files[place][details["evidence"]]
        elif kind == "ticked":
            model.ticks[place] = (answer.revisions, frozenset(details["ticks"]))
        elif kind == "note":
            model.notes[place] = 0 if details["closes"] else model.notes.get(place, 0) + 1
        elif kind == "extended":
            model.until[unit] = details["until"]
        elif kind == "extension_asked":
            model.requests[entry] = (unit, details["until"], "waits")
        elif kind == "extension_settled":
            state = "granted" if details["granted"] else "declined"
            model.requests[details["request"]] = (*model.requests[details["request"]][:2], state)
        elif kind == "paused":
            model.paused[seat] = details["until"]
        elif kind == "reminded":
            model.campaigns += 1
        elif kind == "proposed":
            model.proposals[details["request"]] = "waits"
        elif kind == "settled":
            model.proposals[details["request"]] = "used" if details["used"] else "dropped"
    model.files = {place: tuple(its.values()) for place, its in files.items() if its}
    model.notes = {place: count for place, count in model.notes.items() if count}
    sql = (
        "SELECT s.id, p.telegram_id, s.role, s.unit_id, s.until, s.suspended_at FROM seats s"
        " JOIN persons p ON p.id = s.person_id"
    )
    for number, who, role, unit, until, suspended in db.execute(sql):
        state = "ended" if until else "suspended" if suspended else "held"
        model.seats[number] = (who, role, unit, state)
    return model


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
