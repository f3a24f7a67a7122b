"""A draft, whose figures are texts, as an answer of the scoring, and back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import assert_never

from flows.model.facts import Focus
from flows.reading.numbers import plain
from scoring import Absence, Answer, Given, Indicator, Input, InputKind, relevant_inputs
from scoring.replacing import replace


def draft_answer(indicator: Indicator, focus: Focus) -> Answer:
    """Return the draft as an answer of the scoring module."""
    if focus.absence is not None:
        return Answer(inputs=None, value=None, absence=Absence(focus.absence))
    if focus.value is not None:
        return Answer(inputs=None, value=Decimal(focus.value), absence=None)
    inputs: dict[str, Given] = {}
    for field in indicator.inputs:
        text = focus.inputs.get(field.code)
        if text is None:
            continue
        match field.kind:
            case InputKind.CHOICE:
                inputs[field.code] = text
            case InputKind.CHOICES:
                inputs[field.code] = codes_of(text)
            case InputKind.YES_NO | InputKind.DOCUMENT:
                inputs[field.code] = text == "ya"
            case InputKind.COUNT | InputKind.AMOUNT:
                inputs[field.code] = Decimal(text)
            case _:
                assert_never(field.kind)
    return Answer(inputs=inputs, value=None, absence=None)


def asked_of(indicator: Indicator, focus: Focus) -> tuple[Input, ...]:
    """Return the questions that are asked beside what the draft holds so far."""
    if not indicator.is_branched:
        return indicator.inputs
    draft = draft_answer(indicator, replace(focus, value=None, absence=None))
    return relevant_inputs(indicator, draft.inputs or {})


def kept(indicator: Indicator, answer: Answer, stored: Answer | None) -> Answer:
    """Return an answer with what is stored for the questions that it leaves unasked: it may come back."""
    if answer.inputs is None or stored is None or stored.inputs is None:
        return answer
    asked = {question.code for question in relevant_inputs(indicator, answer.inputs)}
    left = {code: value for code, value in stored.inputs.items() if code not in asked}
    return replace(answer, inputs={**left, **answer.inputs}) if left else answer


def draft_inputs(answer: Answer) -> dict[str, str]:
    """Return the figures of an answer as a draft holds them; undoes `draft_answer`."""
    figures = {}
    for code, value in (answer.inputs or {}).items():
        if isinstance(value, bool):
            figures[code] = "ya" if value else "tidak"
        elif isinstance(value, tuple):
            figures[code] = together(value)
        else:
            figures[code] = plain(value) if isinstance(value, Decimal) else value
    return figures


def together(codes: Iterable[str]) -> str:
    """Return the options that were chosen as a draft holds them."""
    return ",".join(codes)


def codes_of(text: str) -> tuple[str, ...]:
    """Return the options that a draft holds; undoes `together`."""
    return tuple(text.split(",")) if text else ()
