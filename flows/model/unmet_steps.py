"""Which of an office's answers bring nothing yet, because an earlier step is not fulfilled in the region.

An earlier step may be another office's: its desk is looked at as well.
"""

from __future__ import annotations

from msgspec import Struct

from flows.model import responses
from flows.model.responses import Owing
from flows.model.tasks import Task
from scoring import Instrument, held
from scoring.replacing import replace


class Steps(Struct, frozen=True):
    """What is needed to tell: the criteria, and the desks of the offices whose steps come before."""

    instrument: Instrument
    others: tuple[Owing, ...]

    def held(self, desk: Owing, *, verified: bool) -> frozenset[int]:
        """Return the indicators of an office that wait, as given or as verified."""
        given = responses.of_desks((desk, *self.others), verified=verified)
        own = (task.indicator.no for task in (*desk.tasks, *desk.unasked))
        return held(self.instrument, given, own)


def marked(
    tasks: tuple[Task, ...], given: frozenset[int], verified: frozenset[int]
) -> tuple[Task, ...]:
    """Return the tasks, those that wait marked so."""
    return tuple(
        replace(
            task,
            is_held=task.indicator.no in given,
            is_held_verified=task.indicator.no in verified,
        )
        for task in tasks
    )
