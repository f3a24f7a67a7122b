"""What is odd about an answer that can be taken: nothing refused, but asked back with the reason.

Codes: unit_slip (a figure is about ten times last year's), year_on_year (the value differs from last
year's beyond the limit), same_whole (another office gave the same whole; their figures are added),
shared_input (the same input has another figure in another indicator). Limits are the indicator's.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from msgspec import Struct

from scoring.exact import as_decimal, half_up
from scoring.limits import UnitSlip
from scoring.model import (
    Answer,
    Choice,
    Choices,
    ChoicesCount,
    Count,
    Document,
    Indicator,
    Input,
    Number,
    Ratio,
    Response,
    ShareLost,
    Sum,
    YesNo,
)
from scoring.question_kinds import is_figure
from scoring.relevance import relevant_inputs
from scoring.results import IndicatorScore
from scoring.rules import score_indicator

InputFigures = dict[str, Decimal]


class Anomaly(Struct, frozen=True):
    """One oddity. `current` beside `reference` of an input (`input` None: of the indicator's value).

    `magnitude`: the factor of a slip, the per cent of a change. `origin`: the office or the indicator
    that `reference` is from, where it is not last year's.
    """

    code: str
    name: str
    unit: str
    current: Decimal
    reference: Decimal
    input: str | None = None
    magnitude: Decimal | None = None
    origin: str | None = None


class References(Struct, frozen=True):
    """What an office's answer is compared with.

    `previous`: its own of last year. `partners`: what other offices gave for the same indicator.
    `elsewhere`: its own answers to other indicators. Each with the name that an anomaly tells.
    """

    previous: Answer | None = None
    partners: tuple[tuple[str, Answer], ...] = ()
    elsewhere: tuple[tuple[str, Answer], ...] = ()


def find_anomalies(
    indicator: Indicator, answer: Answer, references: References
) -> tuple[Anomaly, ...]:
    """Return what is odd about a complete answer of one office; () when nothing is."""
    flags = [*_since(indicator, answer, references.previous)]
    flags += _same_whole(indicator, answer, references)
    flags += _differing(indicator, answer, references)
    return tuple(flags)


def part_score(indicator: Indicator, answer: Answer) -> IndicatorScore:
    """Score what one office gave by itself, as if the rest of its indicator were still to come."""
    return score_indicator(indicator, Response((answer,), 1 if answer.value is not None else 2))


def _since(indicator: Indicator, answer: Answer, previous: Answer | None) -> Iterator[Anomaly]:
    """Yield a slip of a unit as the better explanation; only without one a change is told."""
    if previous is None:
        return
    slips = [*_input_slips(indicator, answer, previous)]
    yield from slips or _changes(indicator, answer, previous)


def _input_slips(indicator: Indicator, answer: Answer, previous: Answer) -> Iterator[Anomaly]:
    limit, before = indicator.limits.unit_slip, _figures(indicator, previous)
    if limit is None:
        return
    for code, now in _figures(indicator, answer).items():
        factor = _slip(limit, Fraction(now), Fraction(before.get(code, Decimal(0))))
        if factor is not None:
            yield _of_input(indicator.input(code), "unit_slip", now, before[code], magnitude=factor)


def _changes(indicator: Indicator, answer: Answer, previous: Answer) -> Iterator[Anomaly]:
    now, then = part_score(indicator, answer), part_score(indicator, previous)
    if now.value is None or not then.value:  # nothing is a per cent of 0
        return
    limits = indicator.limits
    slip = _slip(limits.unit_slip, now.value, then.value) if limits.unit_slip else None
    percent = abs(now.value - then.value) / then.value * 100
    if slip is not None:
        yield _of_value(indicator, "unit_slip", now, then, slip)
    elif limits.year_on_year and percent > limits.year_on_year.percent:
        yield _of_value(indicator, "year_on_year", now, then, half_up(percent, 0))


def _slip(limit: UnitSlip, now: Fraction, then: Fraction) -> Decimal | None:
    """Return the factor that lies between the two figures, whichever is the larger."""
    if not now or not then:
        return None
    times = max(now / then, then / now)
    for factor in limit.factors:
        margin = Fraction(factor) * Fraction(limit.tolerance_percent) / 100
        if abs(times - Fraction(factor)) <= margin:
            return factor
    return None


def _same_whole(indicator: Indicator, answer: Answer, references: References) -> Iterator[Anomaly]:
    limit, code = indicator.limits.same_whole, _whole(indicator)
    now = _figures(indicator, answer).get(code or "")
    if limit is None or now is None or now < limit.minimum:
        return
    for where, other in references.partners:
        if _figures(indicator, other).get(code or "") == now:
            yield _of_input(indicator.input(code or ""), "same_whole", now, now, origin=where)


def _whole(indicator: Indicator) -> str | None:
    rule = indicator.rule
    match rule:
        case Ratio():
            return rule.denominator
        case ShareLost():
            return rule.before
        case Count() | Number() | Sum() | YesNo() | Document():
            return None
        case Choice() | Choices() | ChoicesCount():
            return None
        case _:
            assert_never(rule)


def _differing(indicator: Indicator, answer: Answer, references: References) -> Iterator[Anomaly]:
    limit = indicator.limits.shared_input
    if limit is None:
        return
    for code, now in _figures(indicator, answer).items():
        for where, other in references.elsewhere:
            then = (other.inputs or {}).get(code)
            if not isinstance(then, Decimal):
                continue
            if abs(Fraction(now) - Fraction(then)) * 100 > Fraction(then) * Fraction(
                limit.tolerance_percent
            ):
                yield _of_input(indicator.input(code), "shared_input", now, then, origin=where)


def _figures(indicator: Indicator, answer: Answer) -> InputFigures:
    """Return the inputs of an answer that are figures, in the indicator's order."""
    given = answer.inputs or {}
    figures = {
        question.code: given.get(question.code)
        for question in relevant_inputs(indicator, given)
        if is_figure(question.kind)
    }
    return {code: value for code, value in figures.items() if isinstance(value, Decimal)}


def _of_input(
    asked: Input,
    code: str,
    now: Decimal,
    then: Decimal,
    *,
    magnitude: Decimal | None = None,
    origin: str | None = None,
) -> Anomaly:
    return Anomaly(code, asked.name, asked.unit, now, then, asked.code, magnitude, origin)


def _of_value(
    indicator: Indicator, code: str, now: IndicatorScore, then: IndicatorScore, by: Decimal
) -> Anomaly:
    shown = _shown(now), _shown(then)
    if shown[0] == shown[1]:  # the print is too coarse to tell them apart
        shown = _exact(now), _exact(then)
    return Anomaly(code, indicator.name, indicator.unit, *shown, None, by)


def _shown(score: IndicatorScore) -> Decimal:
    return score.rounded or Decimal(0)


def _exact(score: IndicatorScore) -> Decimal:
    return as_decimal(score.value or Fraction(0), 4)[0]
