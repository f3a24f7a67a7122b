"""Where an office is on its way, in one word for every list: what is filled is not sent by that."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from flows.model.answer_state import State
from flows.model.facts import Desk, Task


class OfficeState(StrEnum):
    """The stations of an office, in the order in which lists show them; the last two need nobody's call."""

    NOT_BEGUN = "not_begun"
    PARTIAL = "partial"
    RETURNED = "returned"
    UNSENT = "unsent"
    SENT = "sent"
    VERIFIED = "verified"


def office_state(desk: Desk) -> OfficeState:
    """Return what an office has to do next, the most pressing first."""
    return state_of(desk.tasks)


def state_of(tasks: Sequence[Task]) -> OfficeState:
    """Return the same for some of its tasks, those of one right."""
    if any(task.is_returned and task.is_to_do for task in tasks):
        return OfficeState.RETURNED
    if any(task.is_open for task in tasks):
        begun = any(not task.is_open for task in tasks)
        return OfficeState.PARTIAL if begun else OfficeState.NOT_BEGUN
    if any(task.is_unsent for task in tasks):
        return OfficeState.UNSENT
    return OfficeState.VERIFIED if all_verified(tasks) else OfficeState.SENT


def all_verified(tasks: Sequence[Task]) -> bool:
    """Tell whether nothing is left to verify."""
    return bool(tasks) and all(task.state == State.VERIFIED for task in tasks)
