"""What an indicator or a question hangs on, as it is written: conditions, weights, steps."""

from __future__ import annotations

from decimal import Decimal

from scoring.conditioning import check_test, read_condition
from scoring.conditions import Condition
from scoring.errors import nearest
from scoring.fields import Fields
from scoring.model import Earlier, Input

EARLIER = ("indicator", "component", "least")


def read_relevant(fields: Fields, before: tuple[Input, ...]) -> Condition | None:
    """Read on which of the questions before it an input hangs."""
    if "relevant" not in fields:
        return None
    condition, placed = read_condition(fields.at("relevant"), fields.problems, elsewhere=False)
    known = {question.code: question for question in before}
    for test, node in placed:
        if test.input in known:
            check_test(test, known[test.input], node, fields.problems)
            continue
        close, allowed = nearest(test.input, known), ", ".join(known)
        params = {"text": test.input, "what": "the inputs before it", "allowed": allowed}
        fields.problems.add("unknown_reference", node, close, **params)
    return condition


def read_hangs_on(fields: Fields) -> Condition | None:
    """Read on which answers to other indicators this one hangs; `validate` compares them."""
    if "relevant" not in fields:
        return None
    return read_condition(fields.at("relevant"), fields.problems, elsewhere=True)[0]


def read_weight(fields: Fields) -> Decimal | None:
    """Read the weight of an indicator; None where its points are its weight."""
    if "weight" not in fields:
        return None
    weight = fields.decimal("weight")
    if weight <= 0:
        wanted = "a number above 0"
        fields.problems.add("bad_number", fields.at("weight"), text=str(weight), wanted=wanted)
    return weight


def read_earlier(fields: Fields) -> Earlier | None:
    """Read what must be fulfilled before an indicator or a component counts."""
    if "after" not in fields:
        return None
    inner = Fields(fields.at("after"), fields.problems, EARLIER, "`after`")
    subjects = [key for key in EARLIER[:2] if key in inner]
    if len(subjects) != 1:
        inner.problems.add("after_what", inner.node)
        return None
    least = inner.decimal("least") if "least" in inner else None
    if least is not None and least < 0:
        fields.problems.add("negative_points", inner.at("least"), points=least)
    if subjects == ["indicator"]:
        return Earlier(inner.whole("indicator"), None, least)
    return Earlier(None, inner.code("component"), least)
