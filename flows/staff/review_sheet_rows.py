"""The rows of the review queue as a workbook: what there is to see of each answer, and what may be said."""

from __future__ import annotations

from typing import Any

from flows.contact import plausibility, prompts, summary
from flows.model import bundle_paths
from flows.model.answer_state import Proof, ProofState
from flows.model.facts import Office, StaffFacts, Task, require
from flows.model.workflow import Action, choices
from flows.staff import clean_answers, review_decision, review_queue

PHOTO = ".jpg"
"""What Telegram makes of every photo."""


def rows(facts: StaffFacts, pairs: list[review_queue.Waiting]) -> list[dict[str, Any]]:
    """Return a row for each answer that waits, in the order of the queue."""
    regions = {region.id: region for region in facts.board.regions}
    taken: set[str] = set()
    return [
        {
            "key": key(facts, office, task),
            "region": regions[office.unit.region_id].name,
            "unit": office.unit.short,
            "no": str(task.indicator.no),
            "name": task.indicator.name,
            "state": summary.state_of(task),
            "given": _given(task),
            "calculation": _calculation(task),
            "reason": require(task.mine).reason,
            "past": _past(task),
            "files": _files(facts, office, task, taken),
            "flags": [
                {**view, "year": str(view["year"])}
                for view in plausibility.views(facts, plausibility.standing(office.desk, task))
            ],
            "attention": clean_answers.attention(office.desk, task),
            "verdicts": [str(action) for action in verdicts(facts, task)],
            "codes": [
                reason.label
                for reason in facts.period.instrument.return_reasons
                if review_decision.fits(reason, task)
            ],
        }
        for office, task in pairs
    ]


def key(facts: StaffFacts, office: Office, task: Task) -> str:
    """Return which revision of which answer a row is about, in which period; rows may be moved about."""
    revision = require(task.mine).revision
    return f"{facts.period.id}.{office.unit.id}.{task.indicator.no}.{revision}"


def verdicts(facts: StaffFacts, task: Task) -> list[Action]:
    """Return what this reviewer may say of such an answer; what was said is taken back in chat."""
    moves = choices(task.state, facts.seat.role, task.subject, task.turn)
    return [move.action for move in moves if move.action is not Action.UNDO]


def _given(task: Task) -> list[dict[str, Any]]:
    """Return the figures of an answer; as `figure`, for a `value` is shown like a total in drawings."""
    given = prompts.own_given(task.indicator, require(task.mine).answer)
    return [{"name": one["name"], "unit": one["unit"], "figure": one["value"]} for one in given]


def _past(task: Task) -> dict[str, Any] | None:
    past = prompts.past_view(task)
    if past is None:
        return None
    year, absence, unit = str(past["year"]), past["absence"], past["unit"]
    return {"year": year, "absence": absence, "unit": unit, "figure": past["value"]}


def _calculation(task: Task) -> dict[str, Any]:
    scored = summary.scored(task)
    return {
        "figure": scored.rounded,
        "measured": task.indicator.unit,
        "brings": scored.points,
        "most": scored.max_points,
        "band": scored.band.printed if scored.band else None,
        "absence": str(scored.absences[0]) if scored.absences else None,
    }


def _files(
    facts: StaffFacts, office: Office, task: Task, taken: set[str]
) -> list[dict[str, str | None]]:
    """Return the names of the files that count, with their place in the bundle once they are stored."""
    region = next(one for one in facts.board.regions if one.id == office.unit.region_id)
    folder = bundle_paths.folder(region, facts.period.instrument, task.indicator)

    def place(proof: Proof) -> str | None:
        if proof.state is not ProofState.STORED:
            return None
        ending = PHOTO if proof.kind == "photo" else ""
        return bundle_paths.path(folder, office.unit.short, proof.name or "foto", ending, taken)

    return [{"name": proof.name or "foto", "path": place(proof)} for proof in task.kept]
