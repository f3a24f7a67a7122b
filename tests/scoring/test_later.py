"""Parameters of an explanation are gathered when somebody looks, and once."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring import load_bundled
from scoring.exact import portion, total
from scoring.results import Later


def test_gathered_once_and_then_like_any_mapping() -> None:
    calls: list[int] = []

    def gather() -> dict[str, object]:
        calls.append(1)
        return {"a": 1, "b": None}

    params = Later(gather)
    assert calls == []
    assert dict(params) == {"a": 1, "b": None}
    assert (len(params), params["a"], list(params)) == (2, 1, ["a", "b"])
    assert calls == [1]
    assert params == Later(lambda: {"a": 1, "b": None})


def test_sums_are_exact_however_far_apart_their_digits_are() -> None:
    assert total([]) == 0
    far = total([Decimal("1E+40"), Decimal("1E-40")])
    assert Fraction(far) == 10**40 + Fraction(1, 10**40)
    assert portion(far, Decimal(3), Decimal("0.5")) == Fraction(far) / 6


def test_an_indicator_is_found_by_its_number() -> None:
    instrument = load_bundled("permenkumham-25-2013")
    assert [instrument.indicator(one.no) for one in instrument] == list(instrument.indicators)
    assert instrument.has(17)
    assert not instrument.has(18)
    with pytest.raises(KeyError):
        instrument.indicator(18)
