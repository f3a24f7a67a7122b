"""How an indicator is scored, as plain figures: what a workbook needs to work its preview out by itself."""

from __future__ import annotations

from typing import Any, assert_never

from scoring import Indicator
from scoring.model import (
    Choice,
    Choices,
    ChoicesCount,
    Count,
    Document,
    Number,
    Ratio,
    ShareLost,
    Sum,
    YesNo,
)


def rule_of(indicator: Indicator) -> dict[str, Any]:
    """Return kind, inputs, rounding and ranges; figures as plain texts, which no number rounds."""
    return {
        **_rule(indicator),
        "precision": None if indicator.precision is None else str(indicator.precision),
        "higher": indicator.higher_is_better,
        "bands": [
            {
                "points": f"{band.points:f}",
                "edge": f"{edge:f}" if edge is not None else None,
                "open": band.lower_open if indicator.higher_is_better else band.upper_open,
            }
            for band in indicator.bands
            for edge in (band.lower if indicator.higher_is_better else band.upper,)
        ],
    }


def _rule(indicator: Indicator) -> dict[str, Any]:
    rule = indicator.rule
    match rule:
        case Ratio():
            inputs = [rule.numerator, rule.denominator]
            return {"kind": rule.kind, "inputs": inputs, "factor": f"{rule.factor:f}"}
        case ShareLost():
            inputs = [rule.before, rule.after]
            return {"kind": rule.kind, "inputs": inputs, "factor": f"{rule.factor:f}"}
        case Count() | Number():
            return {"kind": rule.kind, "inputs": [rule.input]}
        case Sum():
            return {"kind": rule.kind, "inputs": list(rule.inputs)}
        case YesNo() | Document():
            points = [f"{rule.points_yes:f}", f"{rule.points_no:f}"]
            return {"kind": rule.kind, "inputs": [rule.input], "points": points}
        case Choice():
            field = next(question for question in indicator.inputs if question.code == rule.input)
            points = [f"{option.points:f}" for option in field.options]
            return {"kind": rule.kind, "inputs": [rule.input], "points": points}
        case Choices() | ChoicesCount():
            return {"kind": rule.kind, "inputs": [rule.input]}
        case _:
            assert_never(rule)
