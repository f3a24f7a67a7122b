"""The JSON of `peduli-ham score`: numbers as strings in plain decimal, sentences by the caller."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from scoring.exact import as_decimal, plain
from scoring.explain import weakest
from scoring.model import Indicator, Instrument
from scoring.results import IndicatorScore, RightScore, Score


def report(
    instrument: Instrument, score: Score, sentence: Callable[[Indicator, IndicatorScore], str]
) -> dict[str, Any]:
    """Return the score as JSON values; `sentence` words the explanation of one indicator.

    `value` is exact, or has six decimals where it does not end; `rounded` is what was banded.
    """
    pairs = zip(instrument, score.indicators, strict=True)
    return {
        "instrument": instrument.code,
        "hash": instrument.hash,
        "rights": [_right(one) for one in score.rights],
        "indicators": [_indicator(one, of, sentence(one, of)) for one, of in pairs],
        "total": _number(score.total),
        "total_if_closed_now": _number(score.total_if_closed_now),
        "rating": score.rating.code if score.rating else None,
        "rating_if_closed_now": score.rating_if_closed_now.code
        if score.rating_if_closed_now
        else None,
        "simulation": score.simulation,
        "unconfirmed": score.unconfirmed,
        "answered": score.answered,
        "provisional": score.provisional,
        "counted": score.counted,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _right(one: RightScore) -> dict[str, Any]:
    return {
        "code": one.code,
        "points": plain(one.points),
        "max": plain(one.max),
        "answered": one.answered,
        "provisional": one.provisional,
        "counted": one.counted,
        "total": _number(one.total),
        "total_if_closed_now": plain(one.total_if_closed_now),
        "components": [
            {
                "code": part.code,
                "ceiling": plain(part.ceiling),
                "total": _number(part.total),
                "total_if_closed_now": plain(part.total_if_closed_now),
            }
            for part in one.components
        ],
    }


def _indicator(indicator: Indicator, one: IndicatorScore, sentence: str) -> dict[str, Any]:
    status = weakest(one.rests_on)
    return {
        "no": one.no,
        "code": indicator.code,
        "right": indicator.right,
        "value": None if one.value is None else plain(as_decimal(one.value)[0]),
        "rounded": _number(one.rounded),
        "unit": indicator.unit,
        "points": _number(one.points),
        "max": plain(one.max_points),
        "basis": str(one.basis),
        "band": one.band.printed if one.band else None,
        "in_hole": one.in_hole,
        "ready_value": one.ready_value,
        "absences": [str(absence) for absence in one.absences],
        "source": indicator.guidance.law,
        "status": str(status) if status else None,
        "explanation": sentence,
    }
