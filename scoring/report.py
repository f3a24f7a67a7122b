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
        "rights": [_right(right) for right in score.rights],
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


def _right(scored: RightScore) -> dict[str, Any]:
    return {
        "code": scored.code,
        "points": plain(scored.points),
        "max": plain(scored.max),
        "answered": scored.answered,
        "provisional": scored.provisional,
        "counted": scored.counted,
        "total": _number(scored.total),
        "total_if_closed_now": plain(scored.total_if_closed_now),
        "components": [
            {
                "code": part.code,
                "ceiling": plain(part.ceiling),
                "total": _number(part.total),
                "total_if_closed_now": plain(part.total_if_closed_now),
            }
            for part in scored.components
        ],
    }


def _indicator(indicator: Indicator, scored: IndicatorScore, sentence: str) -> dict[str, Any]:
    status = weakest(scored.rests_on)
    return {
        "no": scored.no,
        "code": indicator.code,
        "right": indicator.right,
        "value": None if scored.value is None else plain(as_decimal(scored.value)[0]),
        "rounded": _number(scored.rounded),
        "unit": indicator.unit,
        "points": _number(scored.points),
        "max": plain(scored.max_points),
        "basis": str(scored.basis),
        "band": scored.band.printed if scored.band else None,
        "in_hole": scored.in_hole,
        "ready_value": scored.ready_value,
        "absences": [str(absence) for absence in scored.absences],
        "source": indicator.guidance.law,
        "status": str(status) if status else None,
        "explanation": sentence,
    }
