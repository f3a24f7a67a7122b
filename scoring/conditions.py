"""What a question or an indicator hangs on: comparisons with earlier answers, joined by all or any.

Three answers are possible: it holds, it does not, or nobody can tell yet (None). No expression language:
two levels, and every comparison is one of four.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from msgspec import Struct

Given = Decimal | str | bool | tuple[str, ...]
"""What stands in an answer for one question, by its kind."""


class Operator(StrEnum):
    """How an answer is compared. Of several choices, one must be among the values, or their number counts."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Comparison(Struct, frozen=True):
    """One comparison; `indicator` None: with an answer to the same indicator."""

    input: str
    operator: Operator
    values: tuple[Decimal | str | bool, ...]
    indicator: int | None = None


class Condition(Struct, frozen=True):
    """Groups of tests. `needs_all`: every group must hold, by any of its tests; else the other way."""

    needs_all: bool
    groups: tuple[tuple[Comparison, ...], ...]

    @property
    def tests(self) -> tuple[Comparison, ...]:
        """Return all comparisons, in their order."""
        return tuple(test for group in self.groups for test in group)


Look = Callable[[Comparison], Sequence[Given | None] | None]
"""What was given for the input of a test, by each office that owes it (None: not yet); None where the
question itself is not asked."""


def holds(condition: Condition, look: Look) -> bool | None:
    """Return whether a condition holds; None while what was not given yet decides."""
    inner, outer = (_any, _all) if condition.needs_all else (_all, _any)
    return outer(inner(_test(test, look(test)) for test in group) for group in condition.groups)


def _all(truths: Iterable[bool | None]) -> bool | None:
    known = tuple(truths)
    return False if False in known else None if None in known else True


def _any(truths: Iterable[bool | None]) -> bool | None:
    known = tuple(truths)
    return True if True in known else None if None in known else False


def _test(test: Comparison, given: Sequence[Given | None] | None) -> bool | None:
    """Return what one comparison says; of several offices it is enough that it holds for one."""
    if given is None:
        return False
    if not given:
        return None
    return _any(None if value is None else _compared(test, value) for value in given)


def _compared(test: Comparison, value: Given) -> bool:
    match test.operator:
        case Operator.EQUALS | Operator.ONE_OF:
            given = value if isinstance(value, tuple) else (value,)
            return any(
                type(one) is type(wanted) and one == wanted
                for one in given
                for wanted in test.values
            )
        case Operator.AT_LEAST:
            return (figure := _figure(value)) is not None and figure >= _edge(test)
        case Operator.AT_MOST:
            return (figure := _figure(value)) is not None and figure <= _edge(test)
        case _:
            assert_never(test.operator)


def _figure(value: Given) -> Decimal | None:
    if isinstance(value, tuple):
        return Decimal(len(value))
    return value if isinstance(value, Decimal) else None


def _edge(test: Comparison) -> Decimal:
    return Decimal(test.values[0])
