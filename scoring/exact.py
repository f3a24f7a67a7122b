"""Exact arithmetic between Fraction and Decimal; no float, and no Decimal context that rounds
unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import reduce

MOST_DECIMALS = 12
_EXACT = Context(prec=200, traps=[Inexact])
"""A sum that would have to be rounded raises instead."""


def total(values: Iterable[Decimal]) -> Decimal:
    """Add decimals exactly; a sum of fractions would say the same, ten times as slowly."""
    return reduce(_EXACT.add, values, Decimal(0))


def portion(
    part: Fraction | Decimal, whole: Fraction | Decimal, factor: Decimal = Decimal(1)
) -> Fraction:
    """Return part ÷ whole × factor exactly, reduced once."""
    (a, b), (c, d) = part.as_integer_ratio(), whole.as_integer_ratio()
    e, f = factor.as_integer_ratio()
    return Fraction(a * d * e, b * c * f)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Round a number of 0 or more to so many decimals; 5 goes up (5,05 → 5,1)."""
    doubled = 2 * value.denominator
    return Decimal(
        f"{(2 * value.numerator * 10**decimals + value.denominator) // doubled}E-{decimals}"
    )


def as_decimal(value: Fraction, decimals: int = 6) -> tuple[Decimal, bool]:
    """Return the number as a decimal and whether it is exact; else it is rounded half up."""
    for places in range(MOST_DECIMALS + 1):
        if 10**places % value.denominator == 0:
            return half_up(value, places), True
    return half_up(value, decimals), False


def plain(value: Decimal) -> str:
    """Write a number in plain decimal, without exponent: 100, 0.05."""
    return f"{value:f}"
