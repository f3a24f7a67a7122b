"""ANSWERS.yaml into responses. Under `answers`, each indicator number has one of

{<input>: number}, {value: number} (of a share already reckoned, or of an indicator that is one
figure), {absence: …, accepted: true}, or, where several offices owe it,
{parts: [<one of these>, …], expected: 2}. Choices are codes, several of them a list; yes and no
are true and false. Nihil is 0.
"""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from scoring import fields
from scoring.errors import REFUSALS, AnswersError, InstrumentError, nearest
from scoring.fields import Fields, Problems, kind_of
from scoring.model import (
    Absence,
    Answer,
    Count,
    Given,
    Indicator,
    InputKind,
    Instrument,
    Number,
    Response,
)
from scoring.plausible import problems as refusals
from scoring.source import Mapping, Node, Scalar, parse_yaml, read_file


def read_answers(path: Path | str, instrument: Instrument) -> dict[int, Response]:
    """Read a file of answers; raise AnswersError with every problem, each with its line."""
    try:
        text = read_file(path)
    except InstrumentError as error:
        raise AnswersError(error.problems) from None
    return parse_answers(text, str(path), instrument)


def parse_answers(text: str, file: str, instrument: Instrument) -> dict[int, Response]:
    """Read the text of a file of answers; `file` names it in messages."""
    try:
        return _read(parse_yaml(text, file), instrument)
    except InstrumentError as error:
        raise AnswersError(error.problems) from None


def _read(tree: Node, instrument: Instrument) -> dict[int, Response]:
    problems = Problems()
    root = Fields(tree, problems, ("answers",), "the file of answers")
    responses: dict[int, Response] = {}
    node = root.take("answers")
    if isinstance(node, Mapping):
        for key, value in node.entries:
            if (indicator := _indicator(key, instrument, problems)) is not None:
                responses[indicator.no] = _response(value, indicator, problems)
    elif node is not None:
        wanted = "indicator numbers with answers"
        problems.add("wrong_type", node, key="answers", wanted=wanted, found=kind_of(node))
    if problems.errors:
        raise AnswersError(problems.errors)
    return responses


def read_answer(node: Node, indicator: Indicator, problems: Problems, *, parts: int = 1) -> Answer:
    """Read one office's answer; `parts`: how many offices owe the indicator."""
    before = len(problems.noted)
    given = _given(node, indicator, problems)
    answer = _answer(given, indicator, problems)
    if len(problems.noted) == before:
        _refuse(answer, given, indicator, parts)
    return answer


def _indicator(key: Scalar, instrument: Instrument, problems: Problems) -> Indicator | None:
    for indicator in instrument:
        if key.text == str(indicator.no):
            return indicator
    by_code = {one.code: one.no for one in instrument}
    close = nearest(key.text, by_code)
    numbers = ", ".join(str(one.no) for one in instrument)
    hint = str(by_code[close]) if close else None
    problems.add("unknown_indicator", key, hint, text=f"“{key.text}”", allowed=numbers)
    return None


def _response(node: Node, indicator: Indicator, problems: Problems) -> Response:
    if not isinstance(node, Mapping) or "parts" not in [key.text for key, _ in node.entries]:
        return Response((read_answer(node, indicator, problems),))
    before = len(problems.noted)
    items, expected = _parts(node, problems)
    given = [_given(item, indicator, problems) for item in items]
    parts = [_answer(one, indicator, problems) for one in given]
    accepted = sum(one.accepted for one in parts)
    if len(problems.noted) == before:
        for part, place in zip(parts, given, strict=True):
            _refuse(part, place, indicator, max(expected - accepted, 1))
    return Response(tuple(parts), expected)


def _parts(node: Node, problems: Problems) -> tuple[tuple[Node, ...], int]:
    """Return the answers of one indicator and how many are owed."""
    several = Fields(node, problems, ("parts", "expected"), "an answer in parts")
    items = several.items("parts")
    expected = several.whole("expected") if "expected" in several else len(items)
    if expected < max(len(items), 1):
        problems.add("parts_expected", node, given=len(items), expected=expected)
    return items, expected


def _given(node: Node, indicator: Indicator, problems: Problems) -> Fields:
    known = (*(question.code for question in indicator.inputs), "value", "absence", "accepted")
    return Fields(node, problems, known, f"the answer to indicator {indicator.no}")


def _answer(given: Fields, indicator: Indicator, problems: Problems) -> Answer:
    inputs = [question for question in indicator.inputs if question.code in given]
    if sum((bool(inputs), "value" in given, "absence" in given)) > 1:
        problems.add("answer_mixed", given.node)
    if "absence" in given:
        return _absent(given)
    if "accepted" in given:
        problems.add("accepted_unwanted", given.at("accepted"))
    if "value" in given:
        value = given.decimal("value")
        if isinstance(indicator.rule, Count | Number):  # one figure, which is the value
            return Answer(inputs={indicator.rule.input: value})
        return Answer(value=value)
    return Answer(
        inputs={question.code: _input(given, question.code, question.kind) for question in inputs}
    )


def _refuse(answer: Answer, given: Fields, indicator: Indicator, parts: int) -> None:
    for refusal in refusals(indicator, answer, parts=parts):
        reason = REFUSALS[refusal.code].format(**refusal.params)
        code = str(refusal.params.get("input", "value"))
        place = given.at(code if code in given else "value")
        given.problems.add("answer_refused", place, no=indicator.no, reason=reason, refusal=refusal)


def _absent(given: Fields) -> Answer:
    absence = given.choice("absence", Absence)
    accepted = given.truth("accepted") if "accepted" in given else False
    if accepted and absence is not Absence.NOT_APPLICABLE:
        given.problems.add("accepted_unwanted", given.at("accepted"))
    return Answer(absence=absence, accepted=accepted)


def _input(given: Fields, code: str, kind: InputKind) -> Given:
    match kind:
        case InputKind.CHOICE:
            return given.text(code)
        case InputKind.CHOICES:
            return given.texts(code)
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return given.truth(code)
        case InputKind.COUNT | InputKind.AMOUNT:
            return fields.decimal(given.at(code), given.problems)
        case _:
            assert_never(kind)
