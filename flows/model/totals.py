"""What a city stands at, in one view for every screen: the verified result first, the city's own beside it.

A rating stands only on what holds if the period closed today, never on an average of what is filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.model import responses
from flows.model.answer_state import RETURNED_STATES, State
from flows.model.facts import Board, Office, Setting, Task
from flows.model.progress import all_verified
from scoring import (
    IndicatorScore,
    Instrument,
    Response,
    Score,
    reachable,
    score,
    total_with,
)

NAMED = 3


def region_score(
    instrument: Instrument,
    offices: tuple[Office, ...],
    *,
    verified: bool = False,
    known: Mapping[int, IndicatorScore] | None = None,
) -> Score:
    """Return the score of a region from all of its offices' answers; halves of one indicator are added.

    `verified`: over what was verified alone, with the reviewers' corrections. `known`: as `score` has it.
    """
    given = responses.of_desks((office.desk for office in offices), verified=verified)
    return score(instrument, given, known)


def last_year(instrument: Instrument, offices: tuple[Office, ...]) -> tuple[Score, int] | None:
    """Return what the answers of the year before come to by these criteria, and how many there are."""
    before: dict[int, Response] = {}
    count = 0
    for office in offices:
        for task in office.desk.tasks:
            parts = before.get(task.indicator.no, Response(parts=(), expected=0))
            own = (task.previous.answer,) if task.previous else ()
            count += len(own)
            before[task.indicator.no] = Response(parts.parts + own, parts.expected + 1)
    return (score(instrument, before), count) if count else None


def score_of(
    setting: Setting, board: Board, offices: tuple[Office, ...], *, verified: bool = False
) -> Score:
    """Return the same for a board, found again where nothing has changed since it was last counted."""
    desks = tuple(office.desk for office in offices)
    key = (offices[0].unit.region_id if offices else 0, verified)
    instrument = setting.period.instrument
    return board.tallies.of(
        key, desks, lambda: region_score(instrument, offices, verified=verified)
    )


def view(
    setting: Setting, board: Board, offices: tuple[Office, ...], *, deciding: bool = False
) -> dict[str, Any]:
    """Return both totals with their ratings, which of them leads, and how far it is to the next rating.

    `whole` tells whether all of it was verified, `closed_at` when the season ended.

    `deciding`: with the offices that can still change most.
    """
    tasks = [task for office in offices for task in office.desk.tasks]
    claimed = score_of(setting, board, offices)
    count = sum(1 for task in tasks if task.state == State.VERIFIED)
    checked = score_of(setting, board, offices, verified=True) if count else None
    leading = checked or claimed
    # How far it is to go: while it is being verified that is known of what the city itself says.
    reach = reachable(setting.period.instrument, claimed)
    bound = reach.next_rating or claimed.rating_if_closed_now
    final = setting.closed_at is not None or all_verified(tasks)
    return {
        "stage": _stage(count, is_final=final),
        "closed_at": setting.closed_at,
        "whole": all_verified(tasks),
        "value": leading.total_if_closed_now,
        "rating": _rating(leading),
        "claimed": claimed.total_if_closed_now,
        "claimed_rating": _rating(claimed),
        "average": claimed.total if claimed.answered < claimed.counted else None,
        "next_rating": reach.next_rating.name if reach.next_rating else None,
        "threshold": bound.minimum if bound else None,
        "missing": reach.points_missing,
        "filled": sum(1 for task in tasks if not task.is_open),
        "waiting": sum(1 for t in tasks if t.is_deferred and t.state != State.VERIFIED),
        "sent": sum(1 for task in tasks if task.state not in (State.EMPTY, State.DRAFT)),
        "returned": sum(1 for task in tasks if task.state in RETURNED_STATES),
        "verified": count,
        "total": len(tasks),
        "unconfirmed": leading.unconfirmed,
        "simulation": leading.simulation,
        "deciding": _deciding(setting, offices, claimed) if deciding and not final else [],
    }


def _stage(verified: int, *, is_final: bool) -> str:
    """Return how far the total is; `closed` where the season ended and nothing of it was verified."""
    if is_final:
        return "final" if verified else "closed"
    return "checking" if verified else "open"


def _rating(score: Score) -> str | None:
    return score.rating_if_closed_now.name if score.rating_if_closed_now else None


def _deciding(
    setting: Setting, offices: tuple[Office, ...], claimed: Score
) -> list[dict[str, Any]]:
    """Return the offices that can still add most to the city's own total, and how much at the most."""
    rows: list[dict[str, Any]] = []
    for office in offices:
        numbers = {task.indicator.no for task in office.desk.tasks if _is_lacking(task)}
        if not numbers:
            continue
        best = total_with(setting.period.instrument, claimed, numbers)
        gain = best - claimed.total_if_closed_now
        rows.append({"short": office.unit.short, "gain": gain})
    rows.sort(key=lambda row: (-row["gain"], row["short"]))
    return [row for row in rows if row["gain"] > 0][:NAMED]


def _is_lacking(task: Task) -> bool:
    """Tell whether the office still owes the figure: open, promised, or not there yet from a partner."""
    return task.is_open or task.is_deferred
