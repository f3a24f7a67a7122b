"""Which indicators wait for which others: that they are there, and that none waits for itself."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.conditioning import check_test, read_condition
from scoring.errors import nearest
from scoring.fields import Problems
from scoring.model import Earlier, Indicator, Instrument, Right
from scoring.replacing import replace
from scoring.source import Node, inside


def check(instrument: Instrument, places: Mapping[str, Node], problems: Problems) -> None:
    """Check the conditions of all indicators; `places` has the file of each right."""
    nodes = {
        one.no: inside(places[right.code], "indicators", index)
        for right in instrument.rights
        for index, one in enumerate(right.indicators)
    }
    for indicator in instrument:
        _check_tests(instrument, indicator, nodes[indicator.no], problems)
        _check_after(instrument, indicator, nodes[indicator.no], problems)
    for right in instrument.rights:
        for index, component in enumerate(right.components):
            node = inside(places[right.code], "components", index)
            _check_earlier(instrument, right, component.after, inside(node, "after"), problems)
    earlier = {
        one.no: _earlier(one, right) for right in instrument.rights for one in right.indicators
    }
    for circle in _circles(earlier):
        numbers = ", ".join(map(str, circle))
        problems.add("condition_circle", nodes[circle[0]], numbers=numbers)


def _check_tests(
    instrument: Instrument, indicator: Indicator, node: Node, problems: Problems
) -> None:
    if indicator.relevant is None:
        return
    _, placed = read_condition(inside(node, "relevant"), Problems(), elsewhere=True)
    for test, place in placed:
        no = test.indicator or 0
        known = [str(one.no) for one in instrument]
        codes = (
            {question.code: question for question in instrument.indicator(no).inputs}
            if instrument.has(no)
            else {}
        )
        if not instrument.has(no):
            params = {"text": str(no), "what": "the indicators", "allowed": ", ".join(known)}
            problems.add("unknown_reference", place, None, **params)
        elif test.input not in codes:
            params = {
                "text": test.input,
                "what": f"the inputs of {no}",
                "allowed": ", ".join(codes),
            }
            problems.add("unknown_reference", place, nearest(test.input, codes), **params)
        else:
            check_test(test, codes[test.input], place, problems)


def named(rights: tuple[Right, ...]) -> tuple[Right, ...]:
    """Return the rights, each indicator with what it and its component wait for, by name."""
    names = {indicator.no: indicator.name for right in rights for indicator in right.indicators}
    return tuple(
        replace(
            right,
            indicators=tuple(
                replace(indicator, after=_all_earlier(indicator, right, names))
                for indicator in right.indicators
            ),
        )
        for right in rights
    )


def _all_earlier(
    indicator: Indicator, right: Right, names: Mapping[int, str]
) -> tuple[Earlier, ...]:
    parts = {component.code: component for component in right.components}
    mine = parts.get(indicator.component or "")
    both = (*indicator.after, *((mine.after,) if mine is not None and mine.after else ()))
    return tuple(
        replace(
            earlier,
            name=parts[earlier.component].name
            if earlier.component in parts
            else names.get(earlier.indicator or 0, ""),
        )
        for earlier in both
    )


def _check_after(
    instrument: Instrument, indicator: Indicator, node: Node, problems: Problems
) -> None:
    """Check what an indicator itself waits for; what its component does is checked there."""
    right = instrument.right(indicator.right)
    of_component = {
        component.after for component in right.components if component.code == indicator.component
    }
    for earlier in indicator.after:
        if replace(earlier, name="") not in of_component:
            _check_earlier(instrument, right, earlier, inside(node, "after"), problems)


def _check_earlier(
    instrument: Instrument, right: Right, earlier: Earlier | None, node: Node, problems: Problems
) -> None:
    if earlier is None:
        return
    text, what = earlier.component or str(earlier.indicator), "the components"
    known = [component.code for component in right.components]
    if earlier.indicator is not None:
        what, known = "the indicators", [str(indicator.no) for indicator in instrument]
    if text not in known:
        params = {"text": text, "what": what, "allowed": ", ".join(known)}
        problems.add("unknown_reference", node, nearest(text, known), **params)


def _earlier(indicator: Indicator, right: Right) -> set[int]:
    """Return the numbers of the indicators that one waits for."""
    before = {earlier.indicator for earlier in indicator.after if earlier.indicator is not None}
    parts = {earlier.component for earlier in indicator.after if earlier.component is not None}
    before |= {one.no for one in right.indicators if one.component in parts}
    condition = indicator.relevant
    return before | {test.indicator or 0 for test in (condition.tests if condition else ())}


def _circles(earlier: Mapping[int, set[int]]) -> list[tuple[int, ...]]:
    """Return what waits for itself, each circle once, its lowest number first."""
    reached = {no: before & earlier.keys() for no, before in earlier.items()}
    for middle in reached:
        for before in reached.values():
            if middle in before:
                before |= reached[middle]
    inside_one = [no for no, before in reached.items() if no in before]
    circles: list[tuple[int, ...]] = []
    for no in inside_one:
        mine = tuple(other for other in inside_one if other in reached[no] and no in reached[other])
        if mine not in circles:
            circles.append(mine)
    return circles
