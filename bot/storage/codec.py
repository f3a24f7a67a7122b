"""Answers, flags and instruments as the database keeps them: JSON with figures as plain decimal text."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, assert_never

import orjson

from flows.model.marks import Mark
from scoring import Absence, Anomaly, Answer, Given, Indicator, InputKind, Instrument
from scoring.load import load_texts


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Write figures as plain decimal text, so that nothing passes through binary floating point."""
    if answer.absence is not None:
        body: dict[str, Any] = {"absence": str(answer.absence)}
        return body | ({"accepted": True} if answer.accepted else {})
    if answer.value is not None:
        return {"value": format(answer.value, "f")}
    inputs = answer.inputs or {}
    return {
        "inputs": {
            code: format(value, "f") if isinstance(value, Decimal) else value
            for code, value in inputs.items()
        }
    }


def answer_from_json(body: dict[str, Any], choices: frozenset[str]) -> Answer:
    """Undo `answer_to_json`; `choices` are the inputs whose value is an option's code."""
    if "absence" in body:
        return Answer(absence=Absence(body["absence"]), accepted=body.get("accepted", False))
    if "value" in body:
        return Answer(value=Decimal(body["value"]))
    return Answer(
        inputs={
            code: _value(value, is_code=code in choices) for code, value in body["inputs"].items()
        }
    )


def _value(value: str | bool | list[str], *, is_code: bool) -> Given:
    """Return what was given for one input from its stored form."""
    if isinstance(value, list):
        return tuple(value)
    return value if isinstance(value, bool) or is_code else Decimal(value)


def _is_code(kind: InputKind) -> bool:
    """Tell whether the stored text of an input is a code, and not the text of a number."""
    match kind:
        case InputKind.CHOICE:
            return True
        case InputKind.CHOICES:  # a list tells itself
            return False
        case InputKind.COUNT | InputKind.AMOUNT | InputKind.YES_NO | InputKind.DOCUMENT:
            return False
        case _:
            assert_never(kind)


def answer_of(indicator: Indicator, body: dict[str, Any]) -> Answer:
    """Return an answer to this indicator from its stored form."""
    choices = frozenset(question.code for question in indicator.inputs if _is_code(question.kind))
    return answer_from_json(body, choices)


def flags_to_json(flags: Iterable[Anomaly]) -> list[dict[str, Any]]:
    """Return what was odd about an answer, as its revision keeps it, by the keys that are hashed there."""
    return [
        {
            "code": flag.code,
            "name": flag.name,
            "unit": flag.unit,
            "now": format(flag.current, "f"),
            "then": format(flag.reference, "f"),
            "input": flag.input,
            "by": None if flag.magnitude is None else format(flag.magnitude, "f"),
            "where": flag.origin,
        }
        for flag in flags
    ]


def flags_from_json(bodies: Iterable[dict[str, Any]]) -> tuple[Anomaly, ...]:
    """Undo `flags_to_json`."""
    return tuple(
        Anomaly(
            code=body["code"],
            name=body["name"],
            unit=body["unit"],
            current=Decimal(body["now"]),
            reference=Decimal(body["then"]),
            input=body["input"],
            magnitude=None if body["by"] is None else Decimal(body["by"]),
            origin=body["where"],
        )
        for body in bodies
    )


def marks_to_json(marks: Iterable[Mark]) -> list[dict[str, str]]:
    """Return what to know of an answer's figures, as its revision keeps it."""
    return [
        {"input": mark.input, "code": mark.code} | ({"typed": mark.typed} if mark.typed else {})
        for mark in marks
    ]


def marks_from_json(bodies: Iterable[dict[str, str]]) -> tuple[Mark, ...]:
    """Undo `marks_to_json`."""
    return tuple(Mark(body["input"], body["code"], body.get("typed", "")) for body in bodies)


@lru_cache(maxsize=16)
def instrument(texts: str) -> Instrument:
    """Return the instrument that a period has frozen."""
    return load_texts(orjson.loads(texts))
