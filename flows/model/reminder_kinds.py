"""What a reminder comes for, with the text by which rows and the log name it: `d-14`, `d+1`, `nudge`."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

_BY_PLAN = re.compile(r"d([+-]\d+)")


class Occasion(StrEnum):
    """Why an office is reminded at all."""

    PLAN = "d"
    """A day of the period's plan, counted from the deadline."""
    NUDGE = "nudge"
    """A question was left half-way."""
    PROMISE = "promise"
    """A figure was promised for a day that is over."""
    MANUAL = "manual"
    """Staff sent it."""


class ReminderKind(Struct, frozen=True):
    """An occasion; of one by plan also its `days` from the deadline, -7 a week before."""

    occasion: Occasion
    days: int = 0

    def __str__(self) -> str:
        by_plan = self.occasion is Occasion.PLAN
        return f"{self.occasion}{self.days:+d}" if by_plan else self.occasion.value

    @property
    def is_before_deadline(self) -> bool:
        """Whether it announces a deadline that is still to come."""
        return self.occasion is Occasion.PLAN and self.days < 0


NUDGE, PROMISE, MANUAL = map(ReminderKind, (Occasion.NUDGE, Occasion.PROMISE, Occasion.MANUAL))


def planned(days: int) -> ReminderKind:
    """Return the kind of a reminder by plan, by its days from the deadline."""
    return ReminderKind(Occasion.PLAN, days)


def reminder_kind(text: str) -> ReminderKind:
    """Return the kind that is stored as `text`. Raises ValueError for what is none."""
    match = _BY_PLAN.fullmatch(text)
    kind = planned(int(match[1])) if match else ReminderKind(Occasion(text))
    if str(kind) != text:
        raise ValueError(text)
    return kind
