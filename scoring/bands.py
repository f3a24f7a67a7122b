"""Bands as they are printed: reading “111–140”, finding the band of a value, finding gaps and
overlaps.

With a precision p only multiples of 10⁻ᵖ occur, so “> 9” with one decimal begins at 9,1. Without
one (`exact`) the edges count as printed: 0 and “> 0–1” touch, and nothing lies between them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from scoring.model import Band, Gap, Indicator

FIGURE = r"(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)"
ONE_SIDED = re.compile(rf"([≤<≥>]) {FIGURE}")
BETWEEN = re.compile(rf"(> )?{FIGURE}–(< )?{FIGURE}")
SINGLE = re.compile(FIGURE)


class Edges(NamedTuple):
    """A range: None is without end; an open edge does not belong to it."""

    lower: Decimal | None
    upper: Decimal | None
    lower_open: bool = False
    upper_open: bool = False


def figure(text: str) -> Decimal:
    """Read a number as the regulation prints it: 1.000 is a thousand, 5,1 has a decimal."""
    return Decimal(text.replace(".", "").replace(",", "."))


def parse_range(text: str) -> Edges | None:
    """Read a printed range (≤ 110, 111–140, > 0–1, ≥ 230, < 50, 0); None when it is not one."""
    if match := ONE_SIDED.fullmatch(text):
        sign, edge = match[1], figure(match[2])
        if sign in "≤<":
            return Edges(None, edge, upper_open=sign == "<")
        return Edges(edge, None, lower_open=sign == ">")
    if match := BETWEEN.fullmatch(text):
        return Edges(figure(match[2]), figure(match[4]), bool(match[1]), bool(match[3]))
    if match := SINGLE.fullmatch(text):
        return Edges(figure(match[1]), figure(match[1]))
    return None


def show(edges: Edges) -> str:
    """Write a range the way it is printed (the inverse of `parse_range`)."""
    low, high = (None if edge is None else f"{edge:f}".replace(".", ",") for edge in edges[:2])
    if low is None:
        return f"{'<' if edges.upper_open else '≤'} {high}"
    if high is None:
        return f"{'>' if edges.lower_open else '≥'} {low}"
    if low == high:
        return low
    return f"{'> ' if edges.lower_open else ''}{low}–{'< ' if edges.upper_open else ''}{high}"


def edges_of(band: Band | Gap) -> Edges:
    """Return the edges of a band or gap."""
    return Edges(band.lower, band.upper, band.lower_open, band.upper_open)


def step(precision: int) -> Decimal:
    """Return the smallest difference that `precision` decimals can show."""
    return Decimal((0, (1,), -precision))


def closed(edges: Edges, precision: int | None) -> Edges:
    """Return the same range with its edges included, where the precision allows to say so."""
    if precision is None:
        return edges
    lower, upper = edges.lower, edges.upper
    if lower is not None and edges.lower_open:
        lower += step(precision)
    if upper is not None and edges.upper_open:
        upper -= step(precision)
    return Edges(lower, upper)


def between(low: Edges, high: Edges, precision: int | None) -> Edges | None:
    """Return what lies between two ranges, `low` first: None if they touch; backwards if they overlap."""
    low, high = closed(low, precision), closed(high, precision)
    if low.upper is None or high.lower is None:
        return Edges(Decimal(1), Decimal(0))
    if precision is None:
        gap = Edges(low.upper, high.lower, not low.upper_open, not high.lower_open)
        touches = low.upper == high.lower and gap.lower_open != gap.upper_open
        shared = low.upper == high.lower and gap.lower_open and gap.upper_open
        return Edges(Decimal(1), Decimal(0)) if shared else None if touches else gap
    gap = Edges(low.upper + step(precision), high.lower - step(precision))
    return None if low.upper + step(precision) == high.lower else gap


def is_backwards(edges: Edges) -> bool:
    """Tell whether a range ends before it begins."""
    return edges.lower is not None and edges.upper is not None and edges.upper < edges.lower


def locate(indicator: Indicator, value: Fraction | Decimal) -> tuple[Band, bool]:
    """Return the band of a (rounded) value, and whether it fell into a gap of the print.

    In a gap the next lower band applies: the best of those on the worse side of the value.
    """
    for band in indicator.bands:  # best first
        if band.contains(value):
            return band, False
    worse = (band for band in indicator.bands if _is_worse(band, value, indicator.higher_is_better))
    return next(worse), True


def _is_worse(band: Band, value: Fraction | Decimal, higher_is_better: bool) -> bool:
    if higher_is_better:
        return band.upper is not None and band.upper <= value
    return band.lower is not None and band.lower >= value


def better(bands: Sequence[Band], points: Decimal) -> Band | None:
    """Return the next better band: the one with the fewest points above `points`."""
    above = [band for band in bands if band.points > points]
    return above[-1] if above else None
