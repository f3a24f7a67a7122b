"""A question that an office forwarded to whoever owns the figure, and the proposal that comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from flows.model.marks import Mark
from scoring import Answer

NEWEST = 3
"""So many links of one question live at once: the newest ones."""


class RequestState(StrEnum):
    """What a one-question link stands for, seen by the person who uses it now."""

    OPEN = "open"
    ANSWERED = "answered"
    TAKEN = "taken"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REVOKED = "revoked"
    LOCKED = "locked"
    UNKNOWN = "unknown"


class Request(Struct, frozen=True):
    """One forwarded question. `by` is the office that asks, `person` who opened the link.

    `settled`: the office has taken the proposal up, or dropped it. `document`: the file that came
    with the figures, as `events.Upload` has it.
    """

    id: int
    state: RequestState
    indicator: int
    by: str
    until: datetime
    person: str = ""
    answer: Answer | None = None
    reason: str | None = None
    settled: bool = False
    marks: tuple[Mark, ...] = ()
    document: Mapping[str, Any] | None = None
