"""What is known around reminders: the calendar, who was reminded when, what that brought, campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

from flows.model.reminder_kinds import ReminderKind
from flows.model.roles import Role
from flows.model.scope import Scope
from flows.model.workdays import Calendar


class Recent(Struct, frozen=True):
    """What is known of one contact: reminders sent today and in the last seven days, pause, last step.

    `left_open` is the indicator whose question waits half-way, `has_draft` whether something was typed there.
    """

    today: int = 0
    week: int = 0
    paused_until: date | None = None
    answering_since: datetime | None = None
    left_open: int | None = None
    has_draft: bool = False


class Sender(Struct, frozen=True):
    """Who signs a reminder by hand; `region` is that of a Bagian Hukum."""

    name: str
    role: Role
    region: str | None = None


class Unanswered(Struct, frozen=True):
    """Reminders to one office since its last step: on how many days, and the first of them."""

    count: int
    since: datetime


class ReminderEffect(Struct, frozen=True):
    """Reminders of one kind, and how many of them were followed by a step within a day."""

    kind: ReminderKind
    sent: int
    answered: int


class Outreach(Struct, frozen=True):
    """`recent` is by seat, `unanswered` by unit."""

    calendar: Calendar = field(default_factory=Calendar)
    recent: Mapping[int, Recent] = field(default_factory=dict)
    unanswered: Mapping[int, Unanswered] = field(default_factory=dict)


class Campaign(Struct, frozen=True):
    """A reminder by hand, from preview to result; `counts` are its recipients by what became of them.

    With `words` of somebody's own it is an announcement.
    """

    id: int
    scope: Scope | None
    started: bool
    expired: bool
    state: str = "planned"
    counts: Mapping[str, int] = field(default_factory=dict)
    words: str | None = None
