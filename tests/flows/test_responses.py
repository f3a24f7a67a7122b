"""What offices owe and are not asked: it waits, or another answer has put it aside."""

from __future__ import annotations

from flows.model import responses
from flows.model.answer_state import Stored
from flows.model.facts import Desk, Region, Task, Unit
from scoring import Answer
from tests.flows.ground import START
from tests.scoring.samples import instrument

KINDS = instrument("kinds")
REGION = Region(1, "31.71", "Jakarta Pusat")


def desk(unit_id: int, *, given: bool | None) -> Desk:
    """Return the desk of an office that is asked for indicator 6 where it has what 5 asks for."""
    unit = Unit(unit_id, 1, f"dinas-{unit_id}", "Dinas", "Dinas")
    stored = None
    if given is not None:
        stored = Stored(1, 1, Answer(inputs={"ada": given}), None, "Siti", START)
    return Desk.of(
        unit, REGION, (Task(KINDS.indicator(5), stored), Task(KINDS.indicator(6), None)), None
    )


def test_what_waits_is_owed_and_what_was_put_aside_is_not() -> None:
    waits, aside = desk(1, given=None), desk(2, given=False)
    assert [[task.indicator.no for task in one.unasked] for one in (waits, aside)] == [[6], [6]]
    by_no = responses.of_desks((waits, aside), verified=False)
    assert (by_no[5].expected, len(by_no[5].parts)) == (2, 1)
    assert (by_no[6].expected, by_no[6].parts) == (1, ())
    assert responses.of_desks((aside,), verified=False)[6].expected == 0
