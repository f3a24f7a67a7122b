"""Which indicators wait for which others: that they are there, and that none waits for itself."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.conditioning import check_test, read_condition
from scoring.errors import nearest
from scoring.fields import Problems
from scoring.model import Indicator, Instrument
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
    earlier = {one.no: _earlier(one) for one in instrument}
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
            {one.code: one for one in instrument.indicator(no).inputs} if instrument.has(no) else {}
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


def _earlier(indicator: Indicator) -> set[int]:
    """Return the numbers of the indicators that one waits for."""
    return (
        {test.indicator or 0 for test in indicator.relevant.tests} if indicator.relevant else set()
    )


def _circles(earlier: Mapping[int, set[int]]) -> list[tuple[int, ...]]:
    """Return what waits for itself, each circle once, its lowest number first."""
    reached = {no: set(before) for no, before in earlier.items()}
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
