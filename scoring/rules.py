"""Value and points of one indicator, with the steps that lead there.

Half up to the printed precision, then the band. Several offices: counts are added, and the value is
the ratio of the sums; while parts are missing the points are provisional. A choice that several
offices answer brings the lowest of their points: the region fulfils what all of its offices fulfil.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from msgspec import Struct

from scoring.bands import locate
from scoring.errors import AnswerError
from scoring.exact import half_up, portion, total
from scoring.explain import explain
from scoring.model import (
    Absence,
    Answer,
    Band,
    Choice,
    Choices,
    ChoicesCount,
    Count,
    Document,
    Indicator,
    Number,
    Ratio,
    Response,
    ShareLost,
    Source,
    Sum,
    YesNo,
)
from scoring.plausible import problems
from scoring.question_kinds import is_figure
from scoring.relevance import relevant_inputs
from scoring.results import Basis, IndicatorScore

__all__ = ["part_value", "problems", "score_indicator"]

BY_ABSENCE = {  # the order decides which reason is told when offices give several
    Absence.NOT_AVAILABLE: Basis.NOT_AVAILABLE,
    Absence.NOT_OUR_AUTHORITY: Basis.NOT_OUR_AUTHORITY,
    Absence.NOT_APPLICABLE: Basis.CLAIMED_NOT_APPLICABLE,
}
SHOWN_DECIMALS = 2  # of a value that is banded exactly; more where fewer would show another band


class _Parts(Struct, frozen=True):
    """The parts of a response, sorted by what they are."""

    given: tuple[Answer, ...]
    absences: tuple[Absence, ...]
    expected: int  # without those that do not apply

    @property
    def complete(self) -> bool:
        return len(self.given) >= self.expected


def score_indicator(
    indicator: Indicator, response: Response | None, *, is_irrelevant: bool = False
) -> IndicatorScore:
    """Score one indicator; None or no parts is unanswered. The source is the band's, else the row's.

    `is_irrelevant`: another answer has put it aside.

    Raises AnswerError for an answer that `problems` refuses. A whole that is 0 once all parts are
    added (each alone may be 0) cannot be scored: it is unanswered, and the explanation says
    `whole_is_zero`.
    """
    parts = _parts(indicator, response or Response(parts=()))
    if is_irrelevant:
        return _without_points(indicator, parts, Basis.IRRELEVANT)
    if indicator.left_out is not None:
        return _without_points(indicator, parts, Basis.LEFT_OUT)
    if not parts.given:
        return _without_points(indicator, parts, _reason(parts))
    rule = indicator.rule
    if isinstance(rule, Choice | YesNo | Document):
        return _by_option(indicator, rule, parts)
    if isinstance(rule, Choices):
        return _by_choices(indicator, rule, parts)
    computed = _computed(indicator, rule, parts.given)
    if computed is None:
        return _without_points(indicator, parts, Basis.UNANSWERED, "whole_is_zero")
    return _by_value(indicator, parts, *computed)


def part_value(indicator: Indicator, answer: Answer) -> Decimal | None:
    """Return the value of what one office gave, as its score by itself shows it; None where it has none.

    The answer is one that `problems` has let pass: nothing is weighed again, which tables of a nation's
    answers would wait for.
    """
    rule = indicator.rule
    if answer.absence is not None or indicator.left_out is not None:
        return None
    if isinstance(rule, Choice | YesNo | Document | Choices):
        return None
    computed = _computed(indicator, rule, (answer,))
    if computed is None:
        return None
    if indicator.precision is not None:
        return half_up(computed[0], indicator.precision)
    return _shown(computed[0], locate(indicator, computed[0])[0])


def _parts(indicator: Indicator, response: Response) -> _Parts:
    expected = max(response.expected, len(response.parts), 1)
    accepted = sum(
        part.absence is Absence.NOT_APPLICABLE and part.accepted for part in response.parts
    )
    for answer in response.parts:
        if refusals := problems(indicator, answer, parts=max(expected - accepted, 1)):
            raise AnswerError(indicator.no, refusals)
    absences = [part.absence for part in response.parts if part.absence is not None]
    return _Parts(
        given=tuple(part for part in response.parts if part.absence is None),
        absences=tuple(reason for reason in BY_ABSENCE if reason in absences),
        expected=expected - accepted,
    )


def _reason(parts: _Parts) -> Basis:
    if parts.expected == 0:
        return Basis.NOT_APPLICABLE
    return BY_ABSENCE[parts.absences[0]] if parts.absences else Basis.UNANSWERED


def _sums(indicator: Indicator, answers: Sequence[Answer]) -> dict[str, Fraction]:
    """Return the figures of all offices added, by input."""
    sums: dict[str, Fraction] = {}
    for answer in answers:
        inputs = answer.inputs or {}
        asked = relevant_inputs(indicator, inputs)
        for code in [question.code for question in asked if is_figure(question.kind)]:
            given = inputs[code]
            assert isinstance(given, Decimal)
            figure = Fraction(given)
            sums[code] = sums[code] + figure if code in sums else figure
    return sums


def _computed(
    indicator: Indicator,
    rule: Ratio | ShareLost | Count | Number | Sum | ChoicesCount,
    given: Sequence[Answer],
) -> tuple[Fraction, dict[str, Fraction], tuple[Source, ...]] | None:
    """Return the exact value, the sums it is made of and the settings it used; None for a whole of 0."""
    if isinstance(rule, ChoicesCount):
        count = Fraction(len(_chosen_by_all(indicator, rule.input, given)))
        return count, {rule.input: count}, ()
    ready = given[0].value
    if ready is not None:
        return Fraction(ready), {}, ()
    sums = _sums(indicator, given)
    computed = _value(rule, sums)
    return None if computed is None else (computed[0], sums, computed[1])


def _value(
    rule: Ratio | ShareLost | Count | Number | Sum, sums: dict[str, Fraction]
) -> tuple[Fraction, tuple[Source, ...]] | None:
    """Return the exact value in the indicator's unit and the settings it used; None for a whole of 0."""
    match rule:
        case Ratio():
            whole = sums[rule.denominator]
            return (portion(sums[rule.numerator], whole, rule.factor), ()) if whole else None
        case ShareLost():
            before, after = sums[rule.before], sums[rule.after]
            if not before:
                return None
            if after > before:
                return Fraction(0), (rule.gain_source,)
            return portion(before - after, before, rule.factor), ()
        case Count() | Number():
            return sums[rule.input], ()
        case Sum():
            return sum((sums.get(code, Fraction(0)) for code in rule.inputs), Fraction(0)), ()
        case _:
            assert_never(rule)


def _by_value(
    indicator: Indicator,
    parts: _Parts,
    value: Fraction,
    sums: dict[str, Fraction],
    used: tuple[Source, ...],
) -> IndicatorScore:
    rounded = None if indicator.precision is None else half_up(value, indicator.precision)
    band, in_hole = locate(indicator, value if rounded is None else rounded)
    rests_on = [band.source, *used, indicator.rule.source]
    if in_hole:
        rests_on.append(indicator.settings.hole)
    elif rounded is not None and not band.contains(value):
        rests_on.append(indicator.settings.rounding)
    basis = Basis.GAP if in_hole else Basis.BANDED
    is_ready = parts.given[0].value is not None
    return _scored(
        indicator,
        parts,
        basis if parts.complete else Basis.PROVISIONAL,
        "ready_value" if is_ready else indicator.rule.kind,
        rests_on,
        band.source,
        points=band.points,
        value=value,
        rounded=_shown(value, band) if rounded is None else rounded,
        band=band,
        in_hole=in_hole,
        ready_value=is_ready,
        sums=sums,
    )


def _shown(value: Fraction, band: Band) -> Decimal:
    """Round an exactly banded value as far as it still lies in its band: 1,0004 is not shown as 1,00."""
    decimals = SHOWN_DECIMALS
    while not band.contains(half_up(value, decimals)):
        decimals += 1
    return half_up(value, decimals)


def _by_option(
    indicator: Indicator, rule: Choice | YesNo | Document, parts: _Parts
) -> IndicatorScore:
    chosen = [(answer.inputs or {})[rule.input] for answer in parts.given]
    options: dict[object, tuple[Decimal, Source]]
    if isinstance(rule, YesNo | Document):
        options = {True: (rule.points_yes, rule.source), False: (rule.points_no, rule.source)}
    else:
        listed = indicator.input(rule.input).options
        options = {option.code: (option.points, option.source) for option in listed}
    lowest = min(chosen, key=lambda code: options[code][0])
    points, source = options[lowest]
    return _of_options(indicator, parts, points, (source, rule.source), lowest)


def _by_choices(indicator: Indicator, rule: Choices, parts: _Parts) -> IndicatorScore:
    """Add the points of what all offices chose, up to the ceiling."""
    chosen = _chosen_by_all(indicator, rule.input, parts.given)
    options = [option for option in indicator.input(rule.input).options if option.code in chosen]
    points = min(total(option.points for option in options), rule.most)
    return _of_options(
        indicator, parts, points, (rule.source, *(option.source for option in options)), chosen
    )


def _of_options(
    indicator: Indicator,
    parts: _Parts,
    points: Decimal,
    sources: tuple[Source, ...],
    chosen: object,
) -> IndicatorScore:
    """Return the points of what was chosen; the first of the sources is the one that stands for it."""
    basis = Basis.OPTION if parts.complete else Basis.PROVISIONAL
    kind = indicator.rule.kind
    return _scored(indicator, parts, basis, kind, sources, sources[0], points=points, chosen=chosen)


def _chosen_by_all(indicator: Indicator, code: str, given: Sequence[Answer]) -> tuple[str, ...]:
    """Return the options that every office chose: the region fulfils what all of them fulfil."""
    chosen = [(answer.inputs or {})[code] for answer in given]
    return tuple(
        option.code
        for option in indicator.input(code).options
        if all(isinstance(one, tuple) and option.code in one for one in chosen)
    )


def _without_points(
    indicator: Indicator, parts: _Parts, basis: Basis, code: str | None = None
) -> IndicatorScore:
    used = {
        Basis.NOT_APPLICABLE: indicator.settings.not_applicable,
        Basis.LEFT_OUT: indicator.left_out,
    }
    reason = used.get(basis)
    rests_on = () if reason is None else (reason,)
    return _scored(
        indicator, parts, basis, code or str(basis), rests_on, reason or indicator.source
    )


def _scored(
    indicator: Indicator,
    parts: _Parts,
    basis: Basis,
    code: str,
    sources: Iterable[Source],
    source: Source,
    *,
    points: Decimal | None = None,
    value: Fraction | None = None,
    rounded: Decimal | None = None,
    band: Band | None = None,
    in_hole: bool = False,
    ready_value: bool = False,
    sums: Mapping[str, Fraction] | None = None,
    chosen: object = None,
) -> IndicatorScore:
    """Return the score and its explanation, which say the same; each source is named once."""
    rests_on = tuple(dict.fromkeys(sources))
    return IndicatorScore(
        no=indicator.no,
        value=value,
        rounded=rounded,
        points=points,
        max_points=indicator.max_points,
        band=band,
        basis=basis,
        in_hole=in_hole,
        ready_value=ready_value,
        source=source,
        rests_on=rests_on,
        absences=parts.absences,
        parts_given=len(parts.given),
        parts_expected=parts.expected,
        explanation=explain(
            indicator,
            code,
            points=points,
            value=value,
            rounded=rounded,
            band=band,
            in_hole=in_hole,
            sums=sums,
            chosen=chosen,
            rests_on=rests_on,
            parts=(len(parts.given), parts.expected),
            absences=parts.absences,
        ),
    )
