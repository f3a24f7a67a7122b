"""What an indicator hangs on, for people: when it is asked, its weight, and what must be fulfilled before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scoring import Indicator, Instrument
from scoring.conditions import Comparison, Condition
from scoring.question_kinds import takes_several


def view(instrument: Instrument, indicator: Indicator) -> dict[str, Any]:
    """Return on what an indicator and its questions hang; a condition that is not there is None."""
    components = {
        component.code: component.name for component in instrument.right(indicator.right).components
    }
    own = indicator.relevant
    return {
        "relevant": condition_view(instrument, own, indicator) if own else None,
        "inputs": [
            {
                "name": question.name,
                "relevant": condition_view(instrument, question.relevant, indicator),
            }
            for question in indicator.inputs
            if question.relevant is not None
        ],
        "weight": indicator.weight,
        "component": components.get(indicator.component or ""),
        "after": [{"name": earlier.name, "least": earlier.least} for earlier in indicator.after],
    }


def condition_view(instrument: Instrument, condition: Condition, here: Indicator) -> dict[str, Any]:
    """Return a condition as groups of comparisons; `all`: every group must hold, each by any of its own."""
    groups = [[_test(instrument, test, here) for test in group] for group in condition.groups]
    return {"all": condition.needs_all, "groups": groups}


def _test(instrument: Instrument, test: Comparison, here: Indicator) -> dict[str, Any]:
    """Return one comparison; `no` is that of another indicator, else None."""
    elsewhere = test.indicator is not None
    indicator = instrument.indicator(test.indicator) if test.indicator is not None else here
    asked = indicator.input(test.input)
    labels = {option.code: option.label for option in asked.options}
    return {
        "no": indicator.no if elsewhere else None,
        "input": asked.name,
        "operator": str(test.operator),
        "several": takes_several(asked.kind),
        "values": [_value(value, labels) for value in test.values],
    }


def _value(value: Decimal | str | bool, labels: dict[str, str]) -> Decimal | str:
    """Return a value as people read it: yes and no as these words, an option by its label."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return labels.get(value, value) if isinstance(value, str) else value
