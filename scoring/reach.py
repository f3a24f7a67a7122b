"""What is still within reach: the next better band of each indicator, and the next rating.

Seen from *bila ditutup sekarang*: what is unanswered or provisional stands at 0 and can bring its
most.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from scoring.bands import better, closed, edges_of
from scoring.model import Band, Choice, Indicator, Instrument
from scoring.results import Direction, IndicatorScore, Reach, Score, Step
from scoring.score import NOTHING, at_best, if_closed, total_of


def reachable(instrument: Instrument, score: Score) -> Reach:
    """Return the steps that are open, most points first, and the distance to the next rating."""
    steps = [
        step
        for indicator, one in zip(instrument, score.indicators, strict=True)
        if (step := next_step(indicator, one)) is not None
    ]
    now = score.total_if_closed_now
    above = [rating for rating in instrument.ratings if rating.minimum > now]
    best = total_of(instrument, score.indicators, at_best)
    return Reach(
        steps=tuple(sorted(steps, key=lambda step: (-step.gain, step.no))),
        next_rating=above[-1] if above else None,
        points_missing=above[-1].minimum - now if above else None,
        best_total=NOTHING if best is None else best,
    )


def total_with(instrument: Instrument, score: Score, numbers: Collection[int]) -> Decimal:
    """Return *bila ditutup sekarang* as it would be with these indicators at their most."""

    def points_of(scored: IndicatorScore) -> Decimal | None:
        return scored.max_points if scored.no in numbers and scored.counts else if_closed(scored)

    return total_of(instrument, score.indicators, points_of) or NOTHING


def next_step(indicator: Indicator, scored: IndicatorScore) -> Step | None:
    """Return what one indicator can still gain; None at the top, when it does not apply, and while an
    earlier step holds it back.

    Answered: the next better band (or option). Open: the best one, from 0 points.
    """
    if not scored.counts or scored.held_points is not None:
        return None
    now = scored.points if scored.answered and scored.points is not None else None
    if indicator.bands:
        band = indicator.bands[0] if now is None else better(indicator.bands, now)
        return None if band is None else _step(indicator, now, band.points, band)
    above = [points for points in _brought(indicator) if now is None or points > now]
    if not above:
        return None
    return _step(indicator, now, max(above) if now is None else min(above), None)


def _brought(indicator: Indicator) -> list[Decimal]:
    """Return the points that the options of an indicator without bands can bring."""
    rule = indicator.rule
    options = indicator.option_points(rule.input) if isinstance(rule, Choice) else []
    return options or [indicator.max_points]


def _step(indicator: Indicator, now: Decimal | None, then: Decimal, band: Band | None) -> Step:
    current = Decimal(0) if now is None else now
    threshold, direction = (None, None) if band is None else _threshold(indicator, band)
    return Step(indicator.no, current, then, then - current, threshold, direction)


def _threshold(indicator: Indicator, band: Band) -> tuple[Decimal | None, Direction]:
    """Return the edge at which a band begins, coming from the worse side."""
    edges = closed(edges_of(band), indicator.precision)
    if indicator.higher_is_better:
        return edges.lower, Direction.ABOVE if edges.lower_open else Direction.AT_LEAST
    return edges.upper, Direction.BELOW if edges.upper_open else Direction.AT_MOST
