"""When an office is reminded, and whether it is, once the hour has come: policy only, no sending.

Who and what is worked out when a reminder is due. Each one that is due ends in a line of the log: sent, or
withheld or lapsed with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, assert_never

from msgspec import Struct, field

from flows.model import reminder_kinds
from flows.model.facts import Contact, Office, Task
from flows.model.outreach import Recent
from flows.model.reminder_kinds import NUDGE, PROMISE, Occasion, ReminderKind
from flows.model.workdays import DAY, MORNING, Calendar

A_DAY, A_WEEK = 1, 3
NOTHING = Recent()
CAPS = frozenset({"cap_day", "cap_week"})
Withheld = Literal["done", "not_joined", "unreachable", "paused", "cap_day", "cap_week", "muted"]
Lapsed = Literal["superseded", "deadline_passed", "answered", "promise_kept", "season_over"]
WEEK = timedelta(days=7)
HOLD = timedelta(minutes=30)
"""For so long after a person's last step in an open question nothing interrupts them."""


class Send(Struct, frozen=True):
    """It goes out now."""


SEND = Send()


class Withhold(Struct, frozen=True):
    """It does not go out, and why."""

    reason: Withheld


class Postpone(Struct, frozen=True):
    """Asked again at `until`."""

    until: datetime


class Lapse(Struct, frozen=True):
    """What it would say is no longer true, and why."""

    reason: Lapsed


class Due(Struct, frozen=True):
    """A reminder whose hour has come. `day` is the local day it was planned for.

    `is_over`: the office may do nothing of it any more. `promised` are the figures that should be there by
    now, of a reminder that asks for them.
    """

    kind: ReminderKind
    day: date
    office: Office
    deadline: date
    superseded: bool = False
    is_over: bool = False
    promised: tuple[Task, ...] = ()
    recent: Mapping[int, Recent] = field(default_factory=dict)

    def of(self, contact: Contact) -> Recent:
        return self.recent.get(contact.seat_id, NOTHING)


def planned(deadline: date, offsets: Sequence[int], calendar: Calendar) -> dict[ReminderKind, date]:
    """Return the working day of each reminder: before the deadline never later, behind it never earlier.

    Of two that fall on one day only the one nearer to the deadline stays.
    """
    plans: dict[date, ReminderKind] = {}
    for offset in sorted(offsets, key=abs, reverse=True):
        day = deadline + timedelta(days=offset)
        day = calendar.on_or_before(day) if offset <= 0 else calendar.on_or_after(day)
        plans[day] = reminder_kinds.planned(offset)
    return {kind: day for day, kind in plans.items()}


def nudge_day(last_step: date, calendar: Calendar) -> date:
    """Return the next working day after a question was left open."""
    return calendar.on_or_after(last_step + DAY)


def whole(due: Due, now: datetime, calendar: Calendar) -> Withhold | Postpone | Lapse | None:
    """Return what holds for the whole office; None where each contact is decided on. `now` is local."""
    office = due.office
    match due.kind.occasion:
        case Occasion.PROMISE:
            if not due.promised:
                return Lapse("promise_kept")
        case Occasion.PLAN | Occasion.NUDGE | Occasion.MANUAL:
            if office.desk.is_done:
                return Withhold("done")
        case _:
            assert_never(due.kind.occasion)
    if due.is_over:
        return Lapse("season_over")
    if due.superseded:
        return Lapse("superseded")
    if due.kind.is_before_deadline and now.date() > due.deadline:
        return Lapse("deadline_passed")
    if not office.contacts:
        return Withhold("not_joined")
    slot = calendar.slot(now)
    if slot > now:
        return Postpone(slot)
    steps = (due.of(contact).answering_since for contact in office.contacts)
    last = max((step for step in steps if step is not None), default=None)
    if last is not None and now - last < HOLD:
        return Postpone(calendar.slot(last + HOLD))
    if due.kind == PROMISE and _is_capped(due, now):
        return Postpone(
            datetime.combine(calendar.on_or_after(now.date() + DAY), MORNING, now.tzinfo)
        )
    return None


def _is_capped(due: Due, now: datetime) -> bool:
    """Tell whether everybody who could be asked has had as many reminders as anybody gets."""
    decided = [decide(due, contact, now) for contact in due.office.contacts]
    reasons = {found.reason for found in decided if isinstance(found, Withhold)}
    return bool(reasons & CAPS) and not any(isinstance(found, Send) for found in decided)


def decide(due: Due, contact: Contact, now: datetime) -> Send | Withhold | Lapse:
    """Decide whether this contact is reminded now."""
    known = due.of(contact)
    if not contact.reachable:
        return Withhold("unreachable")
    if known.paused_until is not None and now.date() <= known.paused_until:
        return Withhold("paused")
    if due.kind == NUDGE and known.left_open is None:
        return Lapse("answered")
    if known.today >= A_DAY:
        return Withhold("cap_day")
    if known.week >= A_WEEK:
        return Withhold("cap_week")
    return SEND
