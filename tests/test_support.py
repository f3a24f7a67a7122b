"""What tests share does what it says."""

from __future__ import annotations

import pytest

from tests.support.tables import each_row


def test_a_table_fails_with_every_row_that_does_not_pass() -> None:
    tried = []

    @each_row(("number", "half"), [(2, 1), (4, 3), (6, 3), (8, 5), (9, 0)])
    def is_half(number: int, half: int) -> None:
        tried.append(number)
        if number % 2:
            with pytest.raises(ZeroDivisionError):
                assert number
        assert number == 2 * half

    with pytest.raises(ExceptionGroup, match="3 of 5 rows") as caught:
        is_half()
    assert tried == [2, 4, 6, 8, 9]
    assert [one.__notes__ for one in caught.value.exceptions] == [
        ["with {'number': 4, 'half': 3}"],
        ["with {'number': 8, 'half': 5}"],
        ["with {'number': 9, 'half': 0}"],
    ]


def test_a_table_is_not_empty() -> None:
    with pytest.raises(AssertionError):
        each_row("number", [])
