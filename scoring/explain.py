"""The ready parameters of an explanation: calculation steps and what they rest on, no sentence.

The code is the rule's kind, or ready_value; without points whole_is_zero or the basis. All have the keys of
`explain`; ratio adds factor, numerator, denominator, share_lost factor, before, after, gain (figures with
_name, _unit); count, number input_name; sum addends; choice, yes_no, document chosen, label; choices labels,
together, is_cut; choices_count count, of.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from scoring.exact import as_decimal, total
from scoring.model import (
    Absence,
    Band,
    Choices,
    ChoicesCount,
    Indicator,
    Ratio,
    ShareLost,
    Source,
    Status,
    Sum,
)
from scoring.results import Explanation, Later

SURENESS = (Status.PROPOSED, Status.REPORTED, Status.AGREED, Status.CONFIRMED)


def weakest(sources: tuple[Source, ...]) -> Status | None:
    """Return the least sure status among sources; None when there are none."""
    return min((source.status for source in sources), key=SURENESS.index, default=None)


def explain(
    indicator: Indicator,
    code: str,
    *,
    points: Decimal | None = None,
    value: Fraction | None = None,
    rounded: Decimal | None = None,
    band: Band | None = None,
    in_hole: bool = False,
    sums: Mapping[str, Fraction] | None = None,
    chosen: object = None,
    rests_on: tuple[Source, ...] = (),
    parts: tuple[int, int] = (0, 1),
    absences: tuple[Absence, ...] = (),
) -> Explanation:
    """Gather the parameters; `value` is given as a decimal, exact where `value_is_exact` says so.

    `status` is the least sure of the figures behind it; `doubts` are the texts of those
    neither confirmed nor agreed.
    """

    def worked_out() -> dict[str, object]:
        shown, is_exact = (None, True) if value is None else as_decimal(value)
        params: dict[str, object] = {
            "unit": indicator.unit,
            "value": shown,
            "value_is_exact": is_exact,
            "rounded": rounded,
            "precision": indicator.precision,
            "band": None if band is None else band.printed,
            "points": points,
            "max_points": indicator.max_points,
            "in_hole": in_hole,
            "source": indicator.guidance.law,
            "status": weakest(rests_on),
            "doubts": tuple(rest.text for rest in rests_on if not rest.status.is_settled),
            "parts_given": parts[0],
            "parts_expected": parts[1],
            "provisional": points is not None and parts[0] < parts[1],
            "absences": absences,
            "steps_before": tuple(earlier.name for earlier in indicator.after),
        }
        return params | _steps(indicator, sums) | _choice(indicator, chosen)

    return Explanation(code, Later(worked_out))


def _steps(indicator: Indicator, sums: Mapping[str, Fraction] | None) -> dict[str, object]:
    rule = indicator.rule
    if isinstance(rule, Sum) and sums is not None:
        return {"addends": _addends(indicator, rule, sums)}
    if not sums:
        return {}
    figures = {code: as_decimal(figure)[0] for code, figure in sums.items()}
    if isinstance(rule, Ratio):
        roles = {"numerator": rule.numerator, "denominator": rule.denominator}
    elif isinstance(rule, ShareLost):
        roles = {"before": rule.before, "after": rule.after}
    elif isinstance(rule, ChoicesCount):
        asked_for = indicator.input(rule.input)
        return {"count": figures[rule.input], "of": len(asked_for.options)}
    else:
        return {"input_name": indicator.inputs[0].name}
    steps: dict[str, object] = {"factor": rule.factor}
    for role, code in roles.items():
        steps |= {
            role: figures[code],
            f"{role}_name": indicator.input(code).name,
            f"{role}_unit": indicator.input(code).unit,
        }
    if isinstance(rule, ShareLost):
        steps["gain"] = sums[rule.after] > sums[rule.before]
    return steps


def _addends(
    indicator: Indicator, rule: Sum, sums: Mapping[str, Fraction]
) -> tuple[dict[str, object], ...]:
    """Return the figures that were added; what hung on another answer and was not asked is missing."""
    asked = [indicator.input(code) for code in rule.inputs if code in sums]
    return tuple(
        {"name": question.name, "unit": question.unit, "figure": as_decimal(sums[question.code])[0]}
        for question in asked
    )


def _choice(indicator: Indicator, chosen: object) -> dict[str, object]:
    if chosen is None:
        return {}
    rule = indicator.rule
    first = indicator.input(getattr(rule, "input", ""))
    if isinstance(rule, Choices) and isinstance(chosen, tuple):
        options = [option for option in first.options if option.code in chosen]
        together = total(option.points for option in options)
        return {
            "labels": tuple(option.label for option in options),
            "together": together,
            "is_cut": together > rule.most,
            "input_name": first.name,
        }
    labels = {option.code: option.label for option in first.options}
    return {"chosen": chosen, "label": labels.get(str(chosen)), "input_name": first.name}
