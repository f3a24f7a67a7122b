"""Claimed and verified points side by side, and each point between them: which answer, why, who, which rule.

Both totals are those *bila ditutup sekarang*, so that the listed differences sum to their difference.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct

from flows.model import totals, walks
from flows.model.answer_state import State
from flows.model.buttons import Pressed, Verb
from flows.model.events import Tap
from flows.model.facts import Board, Office, Region, Setting, StaffFacts, Task
from flows.model.outcome import Outcome, Say, not_yours
from flows.staff import progress_views
from scoring import IndicatorScore, Score


class Loss(Struct, frozen=True):
    """One indicator whose verified points differ from the claimed ones; `why` names the reason."""

    indicator_no: int
    name: str
    claimed: Decimal
    verified: Decimal
    why: str
    reason: str | None
    role: str | None
    article: str
    confirmed: bool

    @property
    def points(self) -> Decimal:
        return self.claimed - self.verified


def closed(scored: IndicatorScore) -> Decimal:
    """Return the points that hold if the period closed now."""
    return scored.points if scored.answered and scored.points is not None else Decimal(0)


def losses(claimed: Score, verified: Score, tasks: dict[int, list[Task]]) -> list[Loss]:
    """Return the differences, largest first."""
    result = []
    for before in claimed.indicators:
        after = verified.indicator(before.no)
        if closed(before) == closed(after):
            continue
        owed = tasks.get(before.no, [])
        why, reason, role = _why(owed)
        result.append(
            Loss(
                before.no,
                owed[0].indicator.short if owed else str(before.no),
                closed(before),
                closed(after),
                why,
                reason,
                role,
                owed[0].indicator.guidance.law if owed else "",
                bool(owed) and owed[0].indicator.is_confirmed,
            )
        )
    return sorted(result, key=lambda loss: (-loss.points, loss.indicator_no))


def _why(tasks: list[Task]) -> tuple[str, str | None, str | None]:
    """Return the reason that weighs most: returned, corrected, else not verified yet."""
    for state, name in (
        (State.RETURNED, "returned"),
        (State.RETURNED_BY_CITY, "returned"),
        (State.VERIFIED, "corrected"),
    ):
        for task in tasks:
            standing = task.standing
            is_uncorrected = name == "corrected" and standing and standing.corrected is None
            if standing is None or task.state != state or is_uncorrected:
                continue
            return name, standing.reason, str(standing.role)
    return "waiting", None, None


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """ "Klaim dan verifikasi" under a region's status."""
    region = next((one for one in facts.board.regions if one.id == pressed.number()), None)
    if region is None:
        return not_yours(event)
    return of_region(facts, region)


def of_region(facts: StaffFacts, region: Region) -> Outcome:
    """Return each point between claimed and verified in one region."""
    offices = progress_views.owing(facts.board.of_region(region))
    return Outcome((), (Say("staff/losses", view(facts, facts.board, region, offices)),))


def view(
    setting: Setting, board: Board, region: Region, offices: tuple[Office, ...]
) -> dict[str, Any]:
    claimed = totals.score_of(setting, board, offices)
    verified = totals.score_of(setting, board, offices, verified=True)
    tasks: dict[int, list[Task]] = {}
    for office in offices:
        for task in office.desk.tasks:
            tasks.setdefault(task.indicator.no, []).append(task)
    differences = losses(claimed, verified, tasks)
    return {
        "region": region.name,
        "claimed": claimed.total_if_closed_now,
        "verified": verified.total_if_closed_now,
        "points": sum((difference.points for difference in differences), Decimal(0)),
        "counted": claimed.counted,
        "rows": [
            {
                "name": difference.name,
                "claimed": difference.claimed,
                "verified": difference.verified,
                "why": difference.why,
                "reason": difference.reason,
                "role": difference.role,
                "article": difference.article,
                "confirmed": difference.confirmed,
            }
            for difference in differences
            if difference.why != "waiting"
        ],
        "waiting": [difference.name for difference in differences if difference.why == "waiting"],
        "waiting_points": sum(
            (difference.points for difference in differences if difference.why == "waiting"),
            Decimal(0),
        ),
    }


ROUTES = (walks.looking.button(Verb.LOSSES, on_tap),)
