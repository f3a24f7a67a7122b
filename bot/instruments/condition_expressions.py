"""Conditions as rows of a workbook and as expressions of a form.

Each comparison is a row; rows of one group are joined the other way round than the groups are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from scoring.conditions import Comparison, Condition, Operator
from scoring.model import Instrument
from scoring.question_kinds import takes_several

Row = dict[str, str]
THERE = "ada"
"""The question of a form whether there is an answer at all."""
OTHER = {"all": "any", "any": "all"}
SIGNS = {Operator.AT_LEAST: ">=", Operator.AT_MOST: "<="}


def rows_of(tree: Mapping[str, Any], indicator_no: str, asked: str) -> Iterator[Row]:
    """Yield the rows of a condition; `asked`: the question that hangs on it, "" for the whole indicator."""
    mine = {"indicator": indicator_no, "input": asked}
    joint = next((word for word in OTHER if word in tree), "all")
    mine |= {"joint": joint}
    for place, part in enumerate(tree.get(joint, (tree,)), 1):
        inner = part.get(OTHER[joint])
        for test in inner or (part,):
            yield mine | _row(test) | ({"group": str(place)} if inner else {})


def _row(test: Mapping[str, Any]) -> Row:
    operator = next(word for word in Operator if word in test)
    value = test[operator]
    return {
        "other": test.get("indicator", ""),
        "code": test["input"],
        "operator": operator,
        "value": "; ".join(value) if isinstance(value, list) else value,
    }


def expression(instrument: Instrument, condition: Condition, here: int) -> str:
    """Return a condition in the language of forms; "" where it is about what the form does not ask."""
    if any(instrument.indicator(_no(test, here)).left_out for test in condition.tests):
        return ""
    inner, outer = (" or ", " and ") if condition.needs_all else (" and ", " or ")
    groups = [
        _bracketed([_compared(instrument, test, here) for test in group], inner)
        for group in condition.groups
    ]
    return _bracketed(groups, outer)


def input_name(indicator_no: int, code: str) -> str:
    """Return the name of a question in a form, which has questions of its own beside it."""
    name = code.replace("-", "_")
    is_taken = name in (THERE, "alasan") or name.startswith("data_dukung")
    return f"i{indicator_no}_{name}{'_isian' if is_taken else ''}"


def _bracketed(parts: Sequence[str], joint: str) -> str:
    return parts[0] if len(parts) == 1 else f"({joint.join(parts)})"


def _no(test: Comparison, here: int) -> int:
    return here if test.indicator is None else test.indicator


def _compared(instrument: Instrument, test: Comparison, here: int) -> str:
    no = _no(test, here)
    name = f"${{{input_name(no, test.input)}}}"
    is_several = takes_several(instrument.indicator(no).input(test.input).kind)
    if test.operator in SIGNS:
        counted = f"count-selected({name})" if is_several else name
        return f"{counted} {SIGNS[test.operator]} {test.values[0]}"
    compared = [
        f"selected({name}, '{value}')" if is_several else f"{name} = {_written(value)}"
        for value in test.values
    ]
    return _bracketed(compared, " or ")


def _written(value: Decimal | str | bool) -> str:
    if isinstance(value, bool):
        return "'ya'" if value else "'tidak'"
    return f"{value:f}" if isinstance(value, Decimal) else f"'{value}'"
