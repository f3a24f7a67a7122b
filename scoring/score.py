"""Totals: per right and over all, *sementara* and *bila ditutup sekarang*, with the rating of each.

*Sementara* runs over what is answered, provisional parts included. *Bila ditutup sekarang* runs
over all that counts, with 0 for what is unanswered or provisional. Accepted *tidak berlaku* leaves
both. Components and rights without anything that counts leave with their ceiling; the rest makes up
the 100.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from scoring.errors import ScoringError
from scoring.exact import half_up, portion, total
from scoring.model import Component, Indicator, Instrument, Method, Response, Right
from scoring.relevance import relevance
from scoring.results import ComponentScore, IndicatorScore, RightScore, Score
from scoring.rules import score_indicator
from scoring.steps import earlier, held_back

DECIMALS = 2  # of every total that is shown; ratings follow the total as shown
NOTHING = Decimal("0.00")
NO_WEIGHTS: Mapping[int, Decimal] = {}
PointsOf = Callable[[IndicatorScore], Decimal | None]


def so_far(scored: IndicatorScore) -> Decimal | None:
    """Score *sementara*: what is not answered stays outside."""
    return scored.points


def if_closed(scored: IndicatorScore) -> Decimal | None:
    """Score *bila ditutup sekarang*: unanswered and provisional are 0; not applicable stays outside."""
    if not scored.counts:
        return None
    return scored.points if scored.answered else Decimal(0)


def at_best(scored: IndicatorScore) -> Decimal | None:
    """Return what is answered stays, and is no longer held back; all that is open brings its most."""
    if not scored.counts:
        return None
    if scored.held_points is not None and scored.answered:
        return scored.held_points
    return scored.points if scored.answered else scored.max_points


def score(
    instrument: Instrument,
    responses: Mapping[int, Response],
    known: Mapping[int, IndicatorScore] | None = None,
) -> Score:
    """Score all answers by indicator number; raises ScoringError (unknown_indicator) and AnswerError.

    `known` are scores of the very same responses by the very same figures (`unchanged`), taken over.
    `unconfirmed` counts the indicators whose points, or whose absence from the divisor, rest on a
    figure that is not confirmed. Ratings carry their own source.
    """
    for no in responses:
        if not instrument.has(no):
            raise ScoringError("unknown_indicator", no=no)
    asked = relevance(instrument, responses)
    own = tuple(
        (known or {}).get(indicator.no) or _scored(indicator, responses.get(indicator.no), asked)
        for indicator in instrument
    )
    scores = held_back(instrument, own, _closed_share)
    by_no = {one.no: one for one in scores}
    reached, closed = total_of(instrument, scores, so_far), total_of(instrument, scores, if_closed)
    unconfirmed = sum(one.unconfirmed for one in scores)
    shown = closed if closed is not None else NOTHING
    return Score(
        rights=tuple(_right(right, by_no) for right in instrument.rights),
        indicators=scores,
        total=reached,
        total_if_closed_now=shown,
        rating=None if reached is None else instrument.rating(reached),
        rating_if_closed_now=None if closed is None else instrument.rating(closed),
        simulation=unconfirmed > 0,
        unconfirmed=unconfirmed,
        answered=sum(one.answered for one in scores),
        provisional=sum(one.provisional for one in scores),
        counted=sum(one.counts for one in scores),
    )


def held(
    instrument: Instrument, responses: Mapping[int, Response], numbers: Iterable[int]
) -> frozenset[int]:
    """Return which of these indicators an earlier step holds back, as `score` does.

    Nothing is scored but these and what they wait for: it is asked with every message of an office.
    """
    wanted = frozenset(numbers)
    needed = wanted | earlier(instrument, wanted)
    asked = relevance(instrument, responses)
    own = tuple(
        _scored(indicator, responses.get(indicator.no), asked)
        for indicator in instrument
        if indicator.no in needed
    )
    scores = held_back(instrument, own, _closed_share)
    return frozenset(one.no for one in scores if one.held_points is not None) & wanted


def unchanged(before: Instrument, after: Instrument) -> frozenset[int]:
    """Return the indicators that two versions score alike, whatever is answered elsewhere.

    What hangs on other answers, or waits for another step, is left out.
    """
    return frozenset(
        indicator.no
        for indicator in after
        if indicator.relevant is None
        and not indicator.after
        and indicator == before.indicator(indicator.no)
    )


def _scored(
    indicator: Indicator, response: Response | None, asked: Mapping[int, bool | None]
) -> IndicatorScore:
    """Score one indicator, unless another answer has put it aside (for all who owe it: `expected` 0)."""
    is_aside = response is not None and response.expected == 0 and not response.parts
    if indicator.relevant is not None and (is_aside or asked[indicator.no] is False):
        return score_indicator(indicator, Response(()), is_irrelevant=True)
    return score_indicator(indicator, response)


def total_of(
    instrument: Instrument, scores: Iterable[IndicatorScore], points_of: PointsOf
) -> Decimal | None:
    """Return the total (0–100, two decimals half up) under one way of counting; None if nothing counts."""
    by_no = {one.no: one for one in scores}
    if instrument.aggregation.method is Method.SHARE_OF_POINTS:
        return _percent(_share(by_no.values(), points_of))
    shares = [_right_share(right, by_no, points_of) for right in instrument.rights]
    counting = [share for share in shares if share is not None]
    return _percent(sum(counting, Fraction(0)) / len(counting)) if counting else None


def _percent(share: Fraction | None) -> Decimal | None:
    return None if share is None else half_up(share * 100, DECIMALS)


def _closed_share(right: Right, scores: list[IndicatorScore]) -> Fraction | None:
    return _share(scores, if_closed, right.weights)


def _share(
    scores: Iterable[IndicatorScore],
    points_of: PointsOf,
    weights: Mapping[int, Decimal] = NO_WEIGHTS,
) -> Fraction | None:
    """Return points ÷ highest points over what counts, each by its weight if any; None if nothing does."""
    counting = [(brought, one) for one in scores if (brought := points_of(one)) is not None]
    if weights and counting and counting[0][1].no in weights:
        whole = total(weights[one.no] for _, one in counting)
        parts = (portion(points, one.max_points, weights[one.no]) for points, one in counting)
        return sum(parts, Fraction(0)) / Fraction(whole)
    most = total(one.max_points for _, one in counting)
    return portion(total(brought for brought, _ in counting), most) if most else None


def _right_share(
    right: Right, by_no: Mapping[int, IndicatorScore], points_of: PointsOf
) -> Fraction | None:
    if not right.components:
        return _share(
            (by_no[indicator.no] for indicator in right.indicators), points_of, right.weights
        )
    reached, ceilings, weights = Fraction(0), Fraction(0), right.weights
    for code, ceiling in (
        (component.code, Fraction(component.ceiling)) for component in right.components
    ):
        share = _share(_of_component(right, code, by_no), points_of, weights)
        if share is not None:
            reached += ceiling * share
            ceilings += ceiling
    return reached / ceilings if ceilings else None


def _of_component(
    right: Right, code: str, by_no: Mapping[int, IndicatorScore]
) -> list[IndicatorScore]:
    return [by_no[indicator.no] for indicator in right.indicators if indicator.component == code]


def _right(right: Right, by_no: Mapping[int, IndicatorScore]) -> RightScore:
    scores = [by_no[indicator.no] for indicator in right.indicators]
    closed = _percent(_right_share(right, by_no, if_closed))
    return RightScore(
        code=right.code,
        points=sum((one.points for one in scores if one.points is not None), Decimal(0)),
        max=sum((one.max_points for one in scores if one.counts), Decimal(0)),
        answered=sum(one.answered for one in scores),
        provisional=sum(one.provisional for one in scores),
        counted=sum(one.counts for one in scores),
        total=_percent(_right_share(right, by_no, so_far)),
        total_if_closed_now=closed if closed is not None else NOTHING,
        components=tuple(
            _component(component, _of_component(right, component.code, by_no), right.weights)
            for component in right.components
        ),
    )


def _component(
    component: Component, scores: list[IndicatorScore], weights: Mapping[int, Decimal]
) -> ComponentScore:
    ceiling = component.ceiling
    reached, closed = _share(scores, so_far, weights), _share(scores, if_closed, weights)
    return ComponentScore(
        code=component.code,
        ceiling=ceiling,
        total=None if reached is None else half_up(reached * Fraction(ceiling), DECIMALS),
        total_if_closed_now=NOTHING
        if closed is None
        else half_up(closed * Fraction(ceiling), DECIMALS),
    )
