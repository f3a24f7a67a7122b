"""`replace` does what the standard library's does, for records of every make."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import pytest

from flows.model.facts import Focus, Stage
from flows.model.replacing import replace
from scoring import load_bundled


@dataclass(frozen=True)
class Loose:
    """Without slots."""

    name: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Worked:
    """With a field that follows from another."""

    number: int
    double: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", 2 * self.number)


@dataclass(frozen=True, slots=True)
class Grown(Loose):
    """With slots of its own, and a base without."""

    more: str = ""


@pytest.mark.parametrize(
    ("one", "changes"),
    [
        (Focus(turn=3, inputs={"a": "1"}), {}),
        (Focus(turn=3, inputs={"a": "1"}), {"turn": 4, "stage": Stage.CONFIRM, "marks": ()}),
        (Loose("a"), {"number": 2}),
        (Worked(2), {"number": 5}),
        (Grown("a", 1, "b"), {"name": "c"}),
        (load_bundled("permenkumham-25-2013").indicator(1), {"unit": "orang"}),
    ],
)
def test_a_copy_differs_in_what_was_changed(one: object, changes: dict[str, object]) -> None:
    before = repr(one)
    made = replace(one, **changes)
    wanted = dataclasses.replace(one, **changes)  # type: ignore[type-var]
    assert (type(made), repr(made), made) == (type(wanted), repr(wanted), wanted)
    assert repr(one) == before


def test_a_field_that_is_not_there_is_refused() -> None:
    for one in (Focus(), Loose("a")):
        with pytest.raises((AttributeError, TypeError)):
            replace(one, turns=1)
