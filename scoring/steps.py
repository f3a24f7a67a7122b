"""Steps that count only after another: struktur, then proses, then hasil.

Until the earlier one is fulfilled, what follows brings 0 points and says for what it waits. What does not
count holds nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

from scoring.model import Earlier, Indicator, Instrument, Right
from scoring.replacing import replace
from scoring.results import Basis, Explanation, IndicatorScore, Later

RightShare = Callable[[Right, list[IndicatorScore]], Fraction | None]


def held_back(
    instrument: Instrument, scores: tuple[IndicatorScore, ...], share: RightShare
) -> tuple[IndicatorScore, ...]:
    """Return the scores with 0 points for what waits; `share` is that of some scores of one right."""
    if not any(indicator.after for indicator in instrument):
        return scores
    judge = _Judge(instrument, scores, share)
    return tuple(judge.final(scored.no) for scored in scores)


def earlier(instrument: Instrument, numbers: Iterable[int]) -> frozenset[int]:
    """Return the indicators that must be fulfilled before these count, over any number of steps."""
    before: set[int] = set()
    open_ones = list(numbers)
    while open_ones:
        indicator = instrument.indicator(open_ones.pop())
        for step in indicator.after:
            owing = _fulfilling(instrument, indicator, step)
            open_ones += owing - before
            before |= owing
    return frozenset(before)


def _fulfilling(instrument: Instrument, indicator: Indicator, step: Earlier) -> set[int]:
    """Return the indicators that fulfil a step of an indicator."""
    if step.indicator is not None:
        return {step.indicator}
    right = instrument.right(indicator.right)
    return {one.no for one in right.indicators if one.component == step.component}


class _Judge:
    """What counts in the end; an instrument that loads has no circle."""

    def __init__(
        self, instrument: Instrument, scores: Iterable[IndicatorScore], share: RightShare
    ) -> None:
        self._instrument = instrument
        self._share = share
        self._own = {scored.no: scored for scored in scores}
        self._final: dict[int, IndicatorScore] = {}

    def final(self, no: int) -> IndicatorScore:
        """Return the score of an indicator as it counts."""
        if no not in self._final:
            indicator = self._instrument.indicator(no)
            missing = [one for one in indicator.after if not self._is_fulfilled(indicator, one)]
            own = self._own[no]
            self._final[no] = _held(own, missing) if missing and own.points is not None else own
        return self._final[no]

    def _is_fulfilled(self, indicator: Indicator, earlier: Earlier) -> bool:
        if earlier.indicator is not None:
            scored = self.final(earlier.indicator)
            points = scored.points if scored.answered and scored.points is not None else Decimal(0)
            return not scored.counts or _is_enough(Fraction(points), earlier)
        right = self._instrument.right(indicator.right)
        ceiling = next(
            component.ceiling
            for component in right.components
            if component.code == earlier.component
        )
        mine = [
            self.final(one.no) for one in right.indicators if one.component == earlier.component
        ]
        share = self._share(right, mine)
        return share is None or _is_enough(share * Fraction(ceiling), earlier)


def _is_enough(points: Fraction, earlier: Earlier) -> bool:
    return points > 0 if earlier.least is None else points >= Fraction(earlier.least)


def _held(scored: IndicatorScore, missing: list[Earlier]) -> IndicatorScore:
    """Return the score with 0 points, and what it would bring."""

    def params() -> dict[str, object]:
        names = tuple(one.name for one in missing)
        return {
            **scored.explanation.worked_out(),
            "points": Decimal(0),
            "would": scored.points,
            "waiting_for": names,
        }

    return replace(
        scored,
        points=Decimal(0),
        held_points=scored.points,
        basis=Basis.HELD if scored.answered else scored.basis,
        explanation=Explanation("held", Later(params)),
    )
