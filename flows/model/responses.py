"""What offices of one region have answered, added up by indicator: halves of one are its parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from flows.model.tasks import Task
from scoring import Response


class Owing(Protocol):
    """What an office has before it, as far as adding up needs it: a desk."""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is asked of it now."""

    @property
    def unasked(self) -> tuple[Task, ...]:
        """What is owed and not asked now."""

    @property
    def resting(self) -> frozenset[int]:
        """What another answer put aside."""


def of_desks(desks: Iterable[Owing], *, verified: bool) -> dict[int, Response]:
    """Return the responses by indicator; `verified`: what was verified alone, with its corrections."""
    responses: dict[int, Response] = {}
    for desk in desks:
        for task in desk.tasks:
            before = responses.get(task.indicator.no, Response(parts=(), expected=0))
            answer = task.verified if verified else task.claimed
            own = (answer,) if answer else ()
            responses[task.indicator.no] = Response(before.parts + own, before.expected + 1)
        for task in desk.unasked:  # what waits is owed; what was put aside is not
            no, owed = task.indicator.no, int(task.indicator.no not in desk.resting)
            before = responses.get(no, Response(parts=(), expected=0))
            responses[no] = Response(before.parts, before.expected + owed)
    return responses
