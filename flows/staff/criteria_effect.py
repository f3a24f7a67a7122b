"""What other criteria would do to each city and each office, on the answers that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from flows.contact import summary
from flows.model import totals
from flows.model.facts import Board, Office, Region, Task
from flows.staff import progress_views
from scoring import Instrument, Score, unchanged
from scoring.replacing import replace

NAMED = 6
"""Offices named under a city."""


class Moved(Struct, frozen=True):
    """One answer whose points differ between two versions; `after` is None where it is left out."""

    task: Task
    before: Decimal
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        """By how many points the office is better off."""
        return (self.after or Decimal(0)) - self.before


class CityEffect(Struct, frozen=True):
    """One city by two versions of the criteria: its own total, and what was verified where anything was."""

    region: Region
    claimed: tuple[Score, Score]
    verified: tuple[Score, Score] | None
    offices: tuple[tuple[Office, tuple[Moved, ...]], ...]

    @property
    def leading(self) -> tuple[Score, Score]:
        """Before and after of the result that leads: the verified one as soon as there is one."""
        return self.verified or self.claimed

    @property
    def is_changed(self) -> bool:
        """Tell whether any total, rating or simulation mark of the city differs."""
        pairs = (self.claimed, *((self.verified,) if self.verified else ()))
        return any(_shown(before) != _shown(after) for before, after in pairs)


def _shown(score: Score) -> tuple[object, ...]:
    rating = score.rating_if_closed_now
    return (score.total_if_closed_now, rating.code if rating else None)


def of_board(board: Board, before: Instrument, after: Instrument) -> tuple[CityEffect, ...]:
    """Return the effect on every city of a board, in its order.

    Only what is scored otherwise is worked out again; the scores of before are the board's own where it has
    them.
    """
    same = unchanged(before, after)
    return tuple(_of_region(board, region, before, after, same) for region in board.regions)


def _of_region(
    board: Board, region: Region, before: Instrument, after: Instrument, same: frozenset[int]
) -> CityEffect:
    offices = progress_views.owing(board.of_region(region))
    later = tuple(_under(office, after, same) for office in offices)
    desks = tuple(office.desk for office in offices)

    def scores(*, verified: bool) -> tuple[Score, Score]:
        was = board.tallies.of(
            (region.id, verified, before.hash), desks,
            lambda: totals.region_score(before, offices, verified=verified),
        )  # fmt: skip
        known = {indicator.no: indicator for indicator in was.indicators if indicator.no in same}
        return was, totals.region_score(after, later, verified=verified, known=known)

    claimed = scores(verified=False)
    has_result = any(task.verified for office in offices for task in office.desk.tasks)
    moved = ((office, _moved(office, claimed)) for office in offices)
    return CityEffect(
        region,
        claimed,
        scores(verified=True) if has_result else None,
        tuple((office, its) for office, its in moved if its),
    )


def _under(office: Office, instrument: Instrument, same: frozenset[int]) -> Office:
    """Return an office with its answers as another version asks for them; what that leaves out is gone."""
    if all(task.indicator.no in same for task in office.desk.tasks):
        return office
    tasks = tuple(
        replace(task, indicator=instrument.indicator(task.indicator.no))
        for task in office.desk.tasks
        if instrument.indicator(task.indicator.no).left_out is None
    )
    return replace(office, desk=replace(office.desk, tasks=tasks))


def _moved(office: Office, scores: tuple[Score, Score]) -> tuple[Moved, ...]:
    """Return the office's answers whose points differ, by the indicator's points in its city."""
    moved: list[Moved] = []
    for task in office.desk.tasks:
        was, now = (score.indicator(task.indicator.no) for score in scores)
        if task.mine is None or was.points is None or was.points == now.points:
            continue
        moved.append(Moved(task, was.points, now.points if now.counts else None))
    return tuple(moved)


def view(effects: Iterable[CityEffect]) -> dict[str, Any]:
    """Return for people: each city that changes before and after, who gains and who loses in it."""
    cities = tuple(effects)
    return {
        "cities": [city_view(city) for city in cities if city.is_changed],
        "same": sum(1 for city in cities if not city.is_changed),
        "total": len(cities),
    }


def city_view(effect: CityEffect) -> dict[str, Any]:
    """Return one city before and after."""
    before, after = effect.leading
    rows = sorted(
        (_office_row(office, moved) for office, moved in effect.offices),
        key=lambda row: (-abs(row["difference"]), row["short"]),
    )
    return {
        "region": effect.region.name,
        "verified": effect.verified is not None,
        "before": before.total_if_closed_now,
        "after": after.total_if_closed_now,
        "difference": after.total_if_closed_now - before.total_if_closed_now,
        "rating_before": _rating(before),
        "rating_after": _rating(after),
        "offices": rows[:NAMED],
        "more": max(0, len(rows) - NAMED),
    }


def _rating(score: Score) -> str | None:
    rating = score.rating_if_closed_now
    return rating.name if rating else None


def _office_row(office: Office, moved: tuple[Moved, ...]) -> dict[str, Any]:
    difference = sum((one.difference for one in moved), Decimal(0))
    left_out = any(one.after is None for one in moved)
    return {"short": office.unit.short, "difference": difference, "left_out": left_out}


def rows_of(moved: Iterable[Moved], why: Mapping[int, Any]) -> list[dict[str, Any]]:
    """Return the rows of an office's notice: each answer with its points before and after, and why."""
    return [
        {
            **summary.named(one.task),
            "before": one.before,
            "after": one.after,
            "why": why.get(one.task.indicator.no, []),
        }
        for one in moved
    ]
