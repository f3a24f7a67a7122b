"""Conditions in chains, and what is wrong with one, at its place."""

from __future__ import annotations

from scoring import Answer, Response
from scoring.conditioning import read_condition
from scoring.conditions import Comparison, Condition, Operator
from scoring.fields import Fields, Problems
from scoring.hanging import read_earlier
from scoring.relevance import relevance
from scoring.replacing import replace
from scoring.source import parse_yaml
from tests.scoring.test_kinds import KINDS


def condition(text: str) -> tuple[Condition | None, list[str]]:
    problems = Problems()
    read, _ = read_condition(parse_yaml(text, "a.yaml"), problems, elsewhere=False)
    return read, [problem.code for problem in problems.noted]


def test_a_condition_without_a_test_is_none() -> None:
    read, faults = condition("input: jam\n")
    assert read is None
    assert faults


def test_a_single_group_of_several_is_joined_from_outside() -> None:
    text = "any:\n  - all:\n    - {input: a, equals: true}\n    - {input: b, equals: true}\n"
    read, faults = condition(text)
    assert faults == []
    assert read is not None
    assert (read.needs_all, [len(group) for group in read.groups]) == (True, [1, 1])


def test_points_that_must_be_reached_before_are_not_below_nothing() -> None:
    problems = Problems()
    node = parse_yaml("after: {indicator: 1, least: -1}\n", "a.yaml")
    read_earlier(Fields(node, problems, ("after",), "an indicator"))
    assert [problem.code for problem in problems.noted] == ["negative_points"]


def test_what_hangs_on_something_put_aside_is_put_aside() -> None:
    hanging = next(one for one in KINDS if one.relevant is not None and one.no == 6)
    asked = hanging.inputs[0].code
    test = Comparison(asked, Operator.EQUALS, (True,), 6)
    rights = tuple(
        replace(
            right,
            indicators=tuple(
                replace(one, relevant=Condition(needs_all=True, groups=((test,),)))
                if one.no in (7, 8)
                else one
                for one in right.indicators
            ),
        )
        for right in KINDS.rights
    )
    chained = replace(KINDS, rights=rights)
    judged = relevance(chained, {5: Response((Answer(inputs={"ada": False}),))})
    assert judged[6] is False
    assert judged[7] is not True
