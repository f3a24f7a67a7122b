"""What must hold across an instrument: bands without overlap or undeclared gap, codes unique, sums
right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from scoring import bands as ranges
from scoring import waiting
from scoring.errors import nearest
from scoring.fields import Problems
from scoring.indicators import BANDED
from scoring.model import (
    Choice,
    Choices,
    ChoicesCount,
    Document,
    Indicator,
    Instrument,
    Method,
    Ratio,
    Right,
    ShareLost,
    YesNo,
)
from scoring.source import Node, inside


class _Row(NamedTuple):
    """A band with its place in the file."""

    printed: str
    edges: ranges.Edges
    node: Node


def check_indicator(indicator: Indicator, node: Node, problems: Problems) -> None:
    """Check the points and the bands of one indicator that reads well by itself."""
    rule = indicator.rule
    if isinstance(rule, Ratio | ShareLost) and rule.factor <= 0:
        place = inside(node, "rule", "factor")
        problems.add("bad_number", place, text=str(rule.factor), wanted="a factor above 0")
    inputs = inside(node, "inputs")
    _unique([question.code for question in indicator.inputs], "the inputs", inputs, problems)
    for index, asked in enumerate(indicator.inputs):
        options = inside(inputs, index, "options")
        _unique([option.code for option in asked.options], f"`{asked.code}`", options, problems)
        points = {option.points for option in asked.options}
        is_scored = isinstance(rule, Choice) and rule.input == asked.code
        if is_scored and len(points) == 1:
            problems.add("points_equal", options)
        brings_nothing = points == {Decimal(0)} or getattr(rule, "most", 1) == 0
        if isinstance(rule, Choices) and rule.input == asked.code and brings_nothing:
            problems.add("points_equal", options)
        if isinstance(rule, ChoicesCount) and rule.input == asked.code and any(points):
            problems.add("points_unwanted", options)
    if isinstance(rule, YesNo | Document) and rule.points_yes == rule.points_no:
        problems.add("points_equal", inside(node, "rule"))
    if isinstance(rule, Document) and not indicator.evidence:
        problems.add("evidence_needed", inside(node, "evidence"))
    if rule.kind in BANDED:
        _check_bands(indicator, node, problems)


def _check_bands(indicator: Indicator, node: Node, problems: Problems) -> None:
    table = inside(node, "bands", "rows")
    rows = [
        _Row(band.printed, ranges.edges_of(band), inside(table, index))
        for index, band in enumerate(indicator.bands)
    ]
    if len(rows) < 2:
        problems.add("bands_needed", table, rule=indicator.rule.kind)
        return
    for before, band, row in zip(indicator.bands, indicator.bands[1:], rows[1:], strict=False):
        if band.points >= before.points:
            details = {"range": band.printed, "points": band.points, "before": before.points}
            problems.add("points_not_falling", row.node, None, **details)
    if indicator.higher_is_better:
        rows.reverse()
    starts = [
        (row.edges.lower is not None, row.edges.lower or 0, row.edges.lower_open) for row in rows
    ]
    if starts != sorted(starts):
        better = "higher" if indicator.higher_is_better else "lower"
        problems.add("bands_wrong_way", inside(node, "better"), better=better)
        return
    _check_gaps(indicator, rows, node, problems)
    first, last = rows[0], rows[-1]
    if first.edges.lower is not None and (first.edges.lower > 0 or first.edges.lower_open):
        problems.add("band_open_end", first.node, hole=f"below “{first.printed}”")
    if last.edges.upper is not None:
        problems.add("band_open_end", last.node, hole=f"above “{last.printed}”")


def _check_gaps(indicator: Indicator, rows: list[_Row], node: Node, problems: Problems) -> None:
    """Check neighbours, lowest first: they touch, or the gap between them is declared."""
    precision = indicator.precision
    holes = {ranges.closed(ranges.edges_of(one), precision): one.printed for one in indicator.gaps}
    for low, high in pairwise(rows):
        gap = ranges.between(low.edges, high.edges, precision)
        if gap is None or holes.pop(gap, ""):
            continue
        details = {"range": low.printed, "other": high.printed}
        if ranges.is_backwards(gap):
            problems.add("band_overlap", high.node, None, **details)
        else:
            problems.add("band_hole", high.node, None, hole=f"“{ranges.show(gap)}”", **details)
    for printed in holes.values():
        problems.add("hole_unfounded", inside(node, "holes"), range=printed)


def check_right(right: Right, node: Node, problems: Problems) -> None:
    """Check that components and indicators of a right fit together."""
    components = inside(node, "components")
    _unique(
        [component.code for component in right.components], "the components", components, problems
    )
    total = sum((component.ceiling for component in right.components), Decimal(0))
    if right.components and total != 100:
        problems.add("ceilings_sum", components, sum=total)
    known = {component.code for component in right.components}
    weighted = {one.component for one in right.indicators if one.weight is not None}
    for index, indicator in enumerate(right.indicators):
        place = inside(node, "indicators", index)
        if indicator.weight is None and indicator.component in weighted:
            problems.add("weight_missing", place, None, code=indicator.code)
        if indicator.component is not None and not known:
            problems.add("component_unwanted", inside(place, "component"))
        elif known and indicator.component not in known:
            close = nearest(indicator.component or "", known)
            problems.add(
                "component_missing", inside(place, "component"), close, code=indicator.code
            )


def check_instrument(
    instrument: Instrument, wanted: int, node: Node, places: Mapping[str, Node], problems: Problems
) -> None:
    """Check numbers, ratings and completeness of the whole; `places` has the file of each right."""
    codes: set[str] = set()
    numbers: set[int] = set()
    for right in instrument.rights:
        for index, indicator in enumerate(right.indicators):
            place = inside(places[right.code], "indicators", index)
            if indicator.code in codes:
                problems.add(
                    "duplicate_code", place, None, code=indicator.code, what="the indicators"
                )
            if indicator.no in numbers:
                problems.add("duplicate_number", place, number=indicator.no)
            codes.add(indicator.code)
            numbers.add(indicator.no)
    waiting.check(instrument, places, problems)
    by_points = instrument.aggregation.method is Method.SHARE_OF_POINTS
    if by_points and any(right.components for right in instrument.rights):
        problems.add("components_without_mean", inside(node, "aggregation"))
    if by_points and any(one.weight is not None for one in instrument):
        problems.add("weight_unwanted", inside(node, "aggregation"))
    _check_ratings(instrument, inside(node, "ratings"), problems)
    _check_complete(instrument, wanted, node, problems)


def _check_ratings(instrument: Instrument, node: Node, problems: Problems) -> None:
    for before, rating in pairwise(instrument.ratings):
        if rating.minimum >= before.minimum:
            problems.add("ratings_order", node, code=rating.code, minimum=rating.minimum)
    lowest = instrument.ratings[-1].minimum if instrument.ratings else 100
    if lowest != 0:
        problems.add("ratings_bottom", node, lowest=lowest)
    _unique([one.code for one in instrument.ratings], "the ratings", node, problems)


def _check_complete(instrument: Instrument, wanted: int, node: Node, problems: Problems) -> None:
    count = len(instrument.indicators)
    if not instrument.complete:
        if not instrument.missing:
            problems.add("missing_unsaid", inside(node, "complete"))
            return
        missing = "; ".join(instrument.missing)
        problems.add(
            "incomplete", inside(node, "complete"), found=count, wanted=wanted, missing=missing
        )
        return
    if instrument.missing:
        problems.add("missing_but_complete", inside(node, "missing"))
    if count != wanted:
        problems.add("count_differs", inside(node, "indicators"), found=count, wanted=wanted)
    for right in instrument.rights:
        if not right.indicators:
            problems.add("no_indicators", inside(node, "rights"), code=right.code)


def _unique(codes: Iterable[str], what: str, node: Node, problems: Problems) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            problems.add("duplicate_code", node, code=code, what=what)
        seen.add(code)
