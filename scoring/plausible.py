"""Why an answer cannot be taken: a part above its whole, a whole of 0, a negative number, text for
a number.

Codes: negative, not_whole, not_a_number, too_large, missing_input, unknown_input, unknown_option,
not_yes_no, whole_is_zero, part_above_whole, ready_value_unwanted, ready_value_in_parts,
value_out_of_range. Parameters: input, name, unit, value, and part/whole or most where they matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import assert_never

from scoring.errors import AnswerProblem, RefusalCode
from scoring.model import Answer, Given, Indicator, Input, InputKind, Ratio, ShareLost
from scoring.relevance import relevant_inputs

TOO_LARGE = Decimal(10) ** 15


def problems(
    indicator: Indicator, answer: Answer, *, partial: bool = False, parts: int = 1
) -> tuple[AnswerProblem, ...]:
    """Return what keeps one office's answer from being taken; () when nothing does.

    `partial`: inputs may still be missing. `parts`: how many offices owe this indicator; with
    several, a whole of 0 is fine for one of them, and a ready value is not, as it cannot be added.
    """
    if answer.value is not None:
        return tuple(_of_value(indicator, answer.value, parts))
    if answer.inputs is None:
        return ()
    result = list(_of_inputs(indicator, answer.inputs, partial))
    return tuple(result or _of_relation(indicator, answer.inputs, parts))


def _of_value(indicator: Indicator, value: Decimal, parts: int) -> Iterator[AnswerProblem]:
    rule = indicator.rule
    params = {"value": value, "unit": indicator.unit}
    if not isinstance(rule, Ratio | ShareLost):
        yield AnswerProblem("ready_value_unwanted", params)
    elif parts > 1:
        yield AnswerProblem("ready_value_in_parts", params)
    elif code := _bad_figure(value):
        yield AnswerProblem(code, params)
    elif (isinstance(rule, ShareLost) or rule.whole) and value > rule.factor:
        yield AnswerProblem("value_out_of_range", params | {"most": rule.factor})


def _of_inputs(
    indicator: Indicator, inputs: Mapping[str, Given], partial: bool
) -> Iterator[AnswerProblem]:
    known = {question.code for question in indicator.inputs}
    for code in inputs:
        if code not in known:
            yield AnswerProblem("unknown_input", {"input": code})
    needed = () if partial else relevant_inputs(indicator, inputs)
    for asked in indicator.inputs:
        if asked.code not in inputs:
            if asked in needed:
                yield AnswerProblem("missing_input", _named(asked))
            continue
        value = inputs[asked.code]
        if wrong := _bad_input(asked, value):
            yield AnswerProblem(wrong, _named(asked) | {"value": value})


def _named(asked: Input) -> dict[str, object]:
    return {"input": asked.code, "name": asked.name, "unit": asked.unit}


def _bad_input(asked: Input, value: Given) -> RefusalCode | None:
    match asked.kind:
        case InputKind.CHOICE:
            return None if value in [option.code for option in asked.options] else "unknown_option"
        case InputKind.CHOICES:
            listed = [option.code for option in asked.options]
            if not isinstance(value, tuple) or len(set(value)) < len(value):
                return "unknown_option"
            return None if set(value) <= set(listed) else "unknown_option"
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return None if isinstance(value, bool) else "not_yes_no"
        case InputKind.AMOUNT:
            return _bad_figure(value)
        case InputKind.COUNT:
            wrong = _bad_figure(value)
            is_part = wrong is None and isinstance(value, Decimal) and value % 1
            return "not_whole" if is_part else wrong
        case _:
            assert_never(asked.kind)


def _bad_figure(value: Given) -> RefusalCode | None:
    if not isinstance(value, Decimal) or not value.is_finite():
        return "not_a_number"
    if value < 0:
        return "negative"
    return "too_large" if value >= TOO_LARGE else None


def _of_relation(
    indicator: Indicator, inputs: Mapping[str, Given], parts: int
) -> Iterator[AnswerProblem]:
    rule = indicator.rule
    if not isinstance(rule, Ratio | ShareLost):
        return
    base = rule.denominator if isinstance(rule, Ratio) else rule.before
    whole = inputs.get(base)
    if not isinstance(whole, Decimal):
        return
    of_whole = indicator.input(base)
    if whole == 0 and parts == 1:
        yield AnswerProblem("whole_is_zero", _named(of_whole) | {"value": whole})
        return
    part = inputs.get(rule.numerator) if isinstance(rule, Ratio) and rule.whole else None
    if isinstance(rule, Ratio) and isinstance(part, Decimal) and part > whole:
        names = {
            "part": part,
            "whole": whole,
            "whole_name": of_whole.name,
            "whole_unit": of_whole.unit,
        }
        of_part = indicator.input(rule.numerator)
        details = _named(of_part) | {"value": part}
        yield AnswerProblem("part_above_whole", details | names)
