"""`/kalibrasi`: how far verdicts lie from what offices gave, by right, city and reviewer; and a second look.

Only for the Kanwil and administrators. A sample is drawn by a seed that is on record; whoever looks a second
time sees neither the first verdict nor who gave it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec import Struct

from flows.contact import evidence, summary
from flows.contact.prompts import stored_view
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.calibration import (
    FIRST,
    Calibration,
    DrawSample,
    LookAgain,
    ReviewVerdict,
    SecondLook,
)
from flows.model.events import Tap
from flows.model.facts import Office, StaffFacts, Task, require
from flows.model.needs import NewToken
from flows.model.outcome import Keyboard, Notice, Outcome, Say
from flows.model.roles import Role
from flows.model.walks import Walkers
from flows.model.workflow import Action
from flows.staff.review_queue import owns
from scoring.replacing import replace

DRAW = OwnVerb("cd")
SECOND_LOOK = OwnVerb("cs")
REVIEWERS: Walkers[StaffFacts] = Walkers(frozenset({Role.KANWIL, Role.ADMIN}))
SIZES = (5, 10, 20)
"""How many answers a sample may have."""
LABELS = {
    ReviewVerdict.SAME: "look_same", ReviewVerdict.CORRECT: "look_correct",
    ReviewVerdict.RETURN: "look_return",
}  # fmt: skip
SEED = 12
"""Letters of a seed."""
ENOUGH = 5
"""Answers of a reviewer from which their share says something."""
FAR = Decimal("0.2")
"""By how much a reviewer's share of changed answers differs from that of the others to be named."""


class Judged(Struct, frozen=True):
    """An answer on which the Kanwil has given a verdict."""

    office: Office
    task: Task
    verdict: ReviewVerdict

    @property
    def by(self) -> str:
        """Who gave it."""
        return require(self.task.standing).by

    @property
    def points(self) -> tuple[Decimal, Decimal]:
        """What the office claimed, and what the verdict left."""
        zero = Decimal(0)
        return summary.points(self.task) or zero, summary.verified_points(self.task) or zero


def judged(offices: Iterable[Office]) -> tuple[Judged, ...]:
    """Return the answers that stand on a verdict of the Kanwil."""
    answers = []
    for office in offices:
        for task in office.desk.tasks:
            standing = task.standing
            if standing is None or standing.role != Role.KANWIL:
                continue
            verdict = FIRST.get(Action(standing.action))
            if verdict is not None and task.mine is not None:
                answers.append(Judged(office, task, verdict))
    return tuple(answers)


def command(facts: StaffFacts, args: str, sample: Calibration) -> Outcome:
    """`/kalibrasi`."""
    del args
    return Outcome((), (_overview(facts, sample),))


def _overview(facts: StaffFacts, sample: Calibration, edit: int | None = None) -> Say:
    answers = judged(facts.board.offices)
    regions = {region.id: region.name for region in facts.board.regions}
    rights = {right.code: right.short for right in facts.period.instrument.rights}
    view = {
        "year": facts.period.data_year,
        "total": _share(answers),
        "rights": _grouped(answers, lambda answer: rights[answer.task.indicator.right]),
        "cities": _grouped(answers, lambda answer: regions[answer.office.unit.region_id]),
        "reviewers": _reviewers(answers),
        "sample": _sample_view(facts, sample),
        "drawable": len(_drawable(facts, answers)),
        "rest": len(sample.waiting) if _following(facts, sample) is None else 0,
    }
    return Say("calibration/overview", view, _keyboard(facts, sample, answers), edit=edit)


def _keyboard(facts: StaffFacts, sample: Calibration, answers: tuple[Judged, ...]) -> Keyboard:
    seat = facts.seat.id
    following = _following(facts, sample)
    if following is not None:
        look = data(SECOND_LOOK, seat, following.id)
        return ((Button("second_look", look, style="primary"),),)
    available = 0 if sample.waiting else len(_drawable(facts, answers))
    sizes = [size for size in SIZES if size <= available] or ([available] if available else [])
    row = tuple(Button("draw_sample", data(DRAW, seat, size), {"count": size}) for size in sizes)
    return (row,) if row else ()


def _share(answers: Iterable[Judged]) -> dict[str, Any]:
    """Return how many verdicts there are, how many changed something, and the points before and after."""
    rows = tuple(answers)
    points = [answer.points for answer in rows]
    return {
        "count": len(rows),
        "changed": sum(1 for answer in rows if answer.verdict is not ReviewVerdict.SAME),
        "claimed": sum((before for before, _ in points), Decimal(0)),
        "verified": sum((after for _, after in points), Decimal(0)),
    }


def _grouped(answers: tuple[Judged, ...], key: Any) -> list[dict[str, Any]]:
    names = dict.fromkeys(key(answer) for answer in answers)
    return [
        {"name": name, **_share(answer for answer in answers if key(answer) == name)}
        for name in names
    ]


def _reviewers(answers: tuple[Judged, ...]) -> list[dict[str, Any]]:
    """Return each reviewer; `far` where their share of changed answers lies far from the others'."""
    rows = []
    for name in dict.fromkeys(answer.by for answer in answers):
        own = _share(answer for answer in answers if answer.by == name)
        others = _share(answer for answer in answers if answer.by != name)
        is_enough = min(own["count"], others["count"]) >= ENOUGH
        difference = _part(own) - _part(others) if is_enough else Decimal(0)
        far = None if abs(difference) < FAR else "stricter" if difference > 0 else "milder"
        rows.append({"name": name, **own, "far": far, "others": others})
    return rows


def _part(share: dict[str, Any]) -> Decimal:
    return Decimal(share["changed"]) / Decimal(share["count"])


def _sample_view(facts: StaffFacts, sample: Calibration) -> dict[str, Any] | None:
    if not sample.looks:
        return None
    seen = [look for look in sample.looks if look.second is not None]
    return {
        "count": len(sample.looks),
        "seen": len(seen),
        "same": sum(1 for look in seen if look.second == look.first),
        "entry": sample.looks[0].sample,
        "different": [
            {"by": _by(facts, look), "first": str(look.first), "second": str(look.second)}
            for look in seen
            if look.second != look.first
        ]
        if len(seen) == len(sample.looks)
        else [],
    }


# The second look


def _drawable(facts: StaffFacts, answers: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Return the answers that this person may look at a second time: judged by others, of no own office."""
    return tuple(
        answer
        for answer in answers
        if answer.by != facts.name and not owns(facts.seats, answer.office)
    )


def drawn(answers: Iterable[Judged], seed: str, count: int) -> tuple[Judged, ...]:
    """Return `count` answers by a seed: those whose hash with it comes first, whatever their order was."""

    def place(answer: Judged) -> str:
        key = f"{seed}.{answer.office.unit.code}.{answer.office.unit.region_id}.{answer.task.indicator.no}"
        return hashlib.sha256(key.encode()).hexdigest()

    return tuple(sorted(answers, key=place)[:count])


def on_draw_tap(
    facts: StaffFacts, event: Tap, pressed: Pressed, token: NewToken, sample: Calibration
) -> Outcome:
    """🎲 Ambil n jawaban."""
    possible = _drawable(facts, judged(facts.board.offices))
    count = pressed.number() or 0
    if sample.waiting or not 0 < count <= len(possible):
        return Outcome((), (_overview(facts, sample, event.message_id),))
    seed = hashlib.sha256(token.value.encode()).hexdigest()[:SEED]
    looks = tuple(
        SecondLook(
            0, facts.next_receipt, answer.office.unit.id, answer.task.indicator.no,
            require(answer.task.mine).revision, answer.verdict,
        )
        for answer in drawn(possible, seed, count)
    )  # fmt: skip
    change = DrawSample(facts.seat.province or "", seed, looks)
    view = {"count": count, "seed": seed, "entry": facts.next_receipt}
    again = Button("second_look", data(SECOND_LOOK, facts.seat.id), style="primary")
    message = Say("calibration/drawn", view, ((again,),), edit=event.message_id)
    return Outcome((change,), (message,))


def on_look_tap(facts: StaffFacts, event: Tap, pressed: Pressed, sample: Calibration) -> Outcome:
    """Show the next answer of the sample, or take a verdict on one."""
    verdict = pressed.rest[1] if len(pressed.rest) > 1 else None
    look = sample.look(pressed.number())
    if verdict is None or look is None or verdict not in list(ReviewVerdict):
        return _next(facts, event, sample)
    if look.second is not None:
        notice = Notice(event.query_id, "notice/second_look_done")
        return replace(shown := _next(facts, event, sample), messages=(notice, *shown.messages))
    change = LookAgain(look, ReviewVerdict(verdict))
    looks = tuple(
        replace(other, second=change.verdict) if other.id == look.id else other
        for other in sample.looks
    )
    after = _next(facts, event, Calibration(looks))
    return Outcome((change,), after.messages)


def _next(facts: StaffFacts, event: Tap, sample: Calibration) -> Outcome:
    following = _following(facts, sample)
    owed = _owed(facts, following) if following else None
    if following is None or owed is None:
        return Outcome((), (_overview(facts, sample, event.message_id),))
    office, task = owed
    stored = require(task.mine)
    seat = facts.seat.id
    done = sum(1 for look in sample.looks if look.second is not None)
    view = {
        "unit": office.unit.short,
        "indicator": task.indicator.name,
        "place": done + 1,
        "count": len(sample.looks),
        "files": [evidence.file_view(proof) for proof in task.proving],
        "given": stored_view(task, stored)["own_given"],
        **stored_view(task, stored),
    }
    verdicts = tuple(
        Button(LABELS[verdict], data(SECOND_LOOK, seat, following.id, verdict))
        for verdict in ReviewVerdict
    )
    files = (Button("proof_files", data(Verb.FILES, seat, office.unit.id, task.indicator.no)),)
    keyboard = (verdicts[:1], verdicts[1:], *((files,) if task.proving else ()))
    return Outcome((), (Say("calibration/look", view, keyboard, edit=event.message_id),))


def _following(facts: StaffFacts, sample: Calibration) -> SecondLook | None:
    """Return the next answer that this person may look at: not what they judged themselves."""
    others = (look for look in sample.waiting if _by(facts, look) != facts.name)
    return next(others, None)


def _by(facts: StaffFacts, look: SecondLook) -> str:
    """Return who gave the first verdict, as far as it still stands."""
    owed = _owed(facts, look)
    standing = owed[1].standing if owed else None
    return standing.by if standing and standing.revision == look.revision else "–"


def _owed(facts: StaffFacts, look: SecondLook) -> tuple[Office, Task] | None:
    office = next(
        (office for office in facts.board.offices if office.unit.id == look.unit_id), None
    )
    task = office.desk.task(look.indicator) if office else None
    return (office, task) if office and task and task.mine else None


ROUTES = (
    REVIEWERS.command("kalibrasi", command, Calibration, place=129),
    REVIEWERS.button(DRAW, on_draw_tap, NewToken, Calibration),
    REVIEWERS.button(SECOND_LOOK, on_look_tap, Calibration),
)
