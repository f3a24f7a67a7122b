"""From the YAML of a condition to `Condition`, and whether it fits the questions that it names."""

from __future__ import annotations

from collections.abc import Sequence as List
from decimal import Decimal
from typing import assert_never

from scoring.conditions import Comparison, Condition, Operator
from scoring.errors import nearest
from scoring.fields import NUMBER, Fields, Problems, kind_of
from scoring.model import Input, InputKind
from scoring.question_kinds import has_options, is_figure
from scoring.source import Node, Scalar, Sequence

JOINTS = ("all", "any")
TRUTHS = {"true": True, "false": False}
Placed = list[tuple[Comparison, Node]]
"""The comparisons of a condition, each with its place."""


def read_condition(
    node: Node, problems: Problems, *, elsewhere: bool
) -> tuple[Condition | None, Placed]:
    """Read a condition; `elsewhere`: on answers to other indicators, else to the same one."""
    placed: Placed = []
    joint, nodes = _joined(node, problems, elsewhere)
    groups = []
    for inner in nodes:
        inner_joint, tests = _joined(inner, problems, elsewhere)
        if joint and inner_joint == joint:
            problems.add("condition_nested", inner, joint=joint)
        read = [(_test(test, problems, elsewhere), test) for test in tests]
        kept = [(test, place) for test, place in read if test is not None]
        placed += kept
        groups.append(tuple(test for test, _ in kept))
    if not placed:
        return None, placed
    return _plain(joint != "any", tuple(groups)), placed


def _plain(needs_all: bool, groups: tuple[tuple[Comparison, ...], ...]) -> Condition:
    """Return the one form of a condition: what has a single group is joined from outside."""
    if len(groups) == 1 and len(groups[0]) > 1:
        return Condition(not needs_all, tuple((test,) for test in groups[0]))
    if len(groups) == 1:
        return Condition(needs_all=True, groups=groups)
    return Condition(needs_all, groups)


def _joined(node: Node, problems: Problems, elsewhere: bool) -> tuple[str, tuple[Node, ...]]:
    """Return how the parts of a node are joined, and those; a comparison is its own only part."""
    silent = Fields(node, Problems(), (*JOINTS, *_keys(elsewhere)), "a condition")
    joint = next((word for word in JOINTS if word in silent), "")
    if not joint:
        return "", (node,)
    parts = Fields(node, problems, (joint,), f"the condition `{joint}`").items(joint)
    if isinstance(silent.at(joint), Sequence) and not parts:
        problems.add("empty_text", silent.at(joint), key=joint)
    return joint, parts


def _keys(elsewhere: bool) -> tuple[str, ...]:
    return (*(("indicator",) if elsewhere else ()), "input", *Operator)


def _test(node: Node, problems: Problems, elsewhere: bool) -> Comparison | None:
    before = len(problems.errors)
    fields = Fields(node, problems, _keys(elsewhere), "a condition")
    indicator = fields.whole("indicator") if elsewhere else None
    code = fields.code("input")
    given = [operator for operator in Operator if operator in fields]
    if len(given) != 1 and len(problems.errors) == before:
        problems.add("condition_operators", node, allowed=", ".join(Operator), count=len(given))
    if len(problems.errors) > before:
        return None
    place = fields.at(given[0])
    nodes: List[Node] = fields.items(given[0]) if given[0] is Operator.ONE_OF else (place,)
    values = [_value(one, given[0], problems) for one in nodes]
    if not values and len(problems.errors) == before:
        problems.add("empty_text", place, key=str(given[0]))
    if len(problems.errors) > before:
        return None
    return Comparison(code, given[0], tuple(values), indicator)


def _value(node: Node, operator: Operator, problems: Problems) -> Decimal | str | bool:
    if not isinstance(node, Scalar) or not node.text:
        wanted = "a number, a code, or true or false"
        problems.add("wrong_type", node, key=str(operator), wanted=wanted, found=kind_of(node))
        return False
    if node.looks_like != "str" and NUMBER.fullmatch(node.text):
        return Decimal(node.text)
    return TRUTHS.get(node.text, node.text)


def check_test(test: Comparison, asked: Input, node: Node, problems: Problems) -> None:
    """Note where a comparison does not fit the kind of the question that it names."""
    fitting = _fitting(asked.kind)
    if test.operator not in fitting:
        allowed = ", ".join(fitting)
        params = {"input": asked.code, "kind": str(asked.kind), "allowed": allowed}
        problems.add("condition_operator", node, None, operator=str(test.operator), **params)
        return
    codes = [option.code for option in asked.options]
    for value in test.values:
        if is_figure(asked.kind) or test.operator in (Operator.AT_LEAST, Operator.AT_MOST):
            fits = isinstance(value, Decimal)
        elif has_options(asked.kind):
            fits = value in codes
        else:
            fits = isinstance(value, bool)
        if not fits:
            close = nearest(str(value), codes)
            params = {"input": asked.code, "kind": str(asked.kind), "text": _written(value)}
            problems.add("condition_value", node, close, **params)


def _fitting(kind: InputKind) -> tuple[Operator, ...]:
    """Return how an answer of this kind can be compared."""
    match kind:
        case InputKind.COUNT | InputKind.AMOUNT:
            return tuple(Operator)
        case InputKind.CHOICE:
            return (Operator.EQUALS, Operator.ONE_OF)
        case InputKind.CHOICES:  # one of them, or their number
            return (Operator.ONE_OF, Operator.AT_LEAST, Operator.AT_MOST)
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return (Operator.EQUALS,)
        case _:
            assert_never(kind)


def _written(value: Decimal | str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
