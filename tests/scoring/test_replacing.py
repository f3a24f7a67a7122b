"""`replace` makes another record, of whatever make it is, and leaves the one it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from msgspec import Struct, structs

from flows.model.facts import Focus, Stage
from scoring import Answer, load_bundled
from scoring.replacing import replace


@dataclass(frozen=True)
class Loose:
    """A dataclass, as machinery is."""

    name: str
    number: int = 0


def fields(record: object) -> dict[str, object]:
    """Return what a record holds, by name."""
    return structs.asdict(record) if isinstance(record, Struct) else dict(vars(record))


@pytest.mark.parametrize(
    ("record", "changes"),
    [
        (Focus(turn=3, inputs={"a": "1"}), {}),
        (Focus(turn=3, inputs={"a": "1"}), {"turn": 4, "stage": Stage.CONFIRM, "marks": ()}),
        (Loose("a"), {"number": 2}),
        (load_bundled("permenkumham-25-2013").indicator(1), {"unit": "orang"}),
    ],
)
def test_a_copy_differs_in_what_was_changed(record: object, changes: dict[str, object]) -> None:
    before = fields(record)
    copy = replace(record, **changes)  # type: ignore[type-var]
    assert (type(copy), fields(copy)) == (type(record), before | changes)
    assert fields(record) == before


def test_what_is_worked_out_of_fields_is_worked_out_anew() -> None:
    indicator = load_bundled("permenkumham-25-2013").indicator(1)
    assert indicator.max_points
    assert replace(indicator, bands=indicator.bands[-1:]).max_points != indicator.max_points


def test_a_copy_is_held_to_what_a_record_is_held_to() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        replace(Answer(inputs={}), inputs=None)


def test_a_field_that_is_not_there_is_refused() -> None:
    records: tuple[Any, ...] = (Focus(), Loose("a"))
    for record in records:
        with pytest.raises(TypeError):
            replace(record, turns=1)
