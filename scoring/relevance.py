"""Which questions of an indicator are asked, and which indicators count, by what was answered before.

What is not asked any more is kept where it stands, does not count, and counts again once the condition
holds again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scoring.conditions import Comparison, Given, holds
from scoring.model import Answer, Indicator, Input, Instrument, Response


def relevant_inputs(indicator: Indicator, inputs: Mapping[str, Given]) -> tuple[Input, ...]:
    """Return the questions that are asked beside these answers; what hangs on an open one waits."""
    if not indicator.is_branched:
        return indicator.inputs
    asked: dict[str, Input] = {}

    def look(test: Comparison) -> tuple[Given | None, ...] | None:
        return (inputs.get(test.input),) if test.input in asked else None

    for question in indicator.inputs:
        if question.relevant is None or holds(question.relevant, look):
            asked[question.code] = question
    return tuple(asked.values())


def relevance(instrument: Instrument, responses: Mapping[int, Response]) -> dict[int, bool | None]:
    """Return for each indicator that hangs on others whether it counts; None while that is open.

    Several offices: it is enough that one of them fulfils the condition.
    """
    known: dict[int, bool | None] = {}

    def look(test: Comparison) -> tuple[Given | None, ...] | None:
        return _answers(instrument, responses, test, judged)

    def judged(indicator: Indicator) -> bool | None:
        if indicator.relevant is None:
            return True
        if indicator.no not in known:
            known[indicator.no] = holds(indicator.relevant, look)
        return known[indicator.no]

    for indicator in instrument:
        judged(indicator)
    return known


def _answers(
    instrument: Instrument,
    responses: Mapping[int, Response],
    test: Comparison,
    judged: Callable[[Indicator], bool | None],
) -> tuple[Given | None, ...] | None:
    """Return what each office gave for the question of a test; None where none of them is asked it."""
    earlier = instrument.indicator(test.indicator or 0)
    if judged(earlier) is False:
        return None
    response = responses.get(earlier.no)
    if response is None:
        return ()
    open_parts = max(response.expected - len(response.parts), 0)
    given = [value for part in response.parts for value in answers_of(earlier, test.input, part)]
    if response.parts and not given and not open_parts:
        return None
    return (*given, *(None for _ in range(open_parts)))


def answers_of(indicator: Indicator, code: str, answer: Answer) -> tuple[Given | None, ...]:
    """Return what an answer says to one question: (None,) for an absence, () where it was not asked."""
    if answer.inputs is None:
        return (None,)
    asked = {question.code for question in relevant_inputs(indicator, answer.inputs)}
    return (answer.inputs.get(code),) if code in asked else ()
