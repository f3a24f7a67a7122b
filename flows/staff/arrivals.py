"""What has come to a reviewer's desk since they last looked: told quietly, merged, and rarely.

Policy and text only: when a row is due, and who holds the seat, the shell knows. `/jeda` is its switch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from flows.model import walks
from flows.model.answer_state import State
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Office, Overseer, Seat, StaffFacts, Task
from flows.model.needs import Muted
from flows.model.outcome import Change, MuteArrivals, Outcome, RecordMove, Say
from flows.model.roles import LEVELS, Role
from flows.model.workdays import DAY, OPENS, Calendar
from flows.model.workflow import BEHIND_CITY, PASSED, Action, turn_of
from flows.policy.schedule import Postpone, Send, Withhold
from flows.staff import progress_views, review_queue

HOUR = timedelta(hours=1)
"""So long what comes is gathered, and so long at least lies between two messages to one person."""
A_DAY = 6
SHOWN = 6
MUTE, UNMUTE = 1, 0
"""Behind a button of `/jeda`."""
HEARING = frozenset(role for role, states in review_queue.WAITS.items() if states)


class ReviewerNotices(Struct, frozen=True):
    """What is known of one reviewer: the last message of this kind, how many today, and whether it is off."""

    last: datetime | None = None
    today: int = 0
    muted: bool = False


def hour_of(moment: datetime) -> datetime:
    """Return the full hour in which something came; what comes in one hour is told together behind it."""
    return moment.replace(minute=0, second=0, microsecond=0)


def brought(
    changes: Iterable[Change], mover: Role, levels: Collection[Role] = ()
) -> list[tuple[int, Role]]:
    """Return which office has brought work to whose desk; what one put there oneself is no news."""
    arrivals = {
        (change.unit_id, role): None
        for change in changes
        if isinstance(change, RecordMove)
        for role, states in review_queue.WAITS.items()
        if change.next in states and role != mover
        if change.next not in BEHIND_CITY
        or role == turn_of(levels, change.next, change.action, mover)
    }
    return list(arrivals)


def decision(
    heard: ReviewerNotices, now: datetime, calendar: Calendar
) -> Send | Withhold | Postpone:
    """Decide whether this reviewer is told now; `now` is local time."""
    if heard.muted:
        return Withhold("muted")
    slot = calendar.slot(now)
    if slot == now and heard.today >= A_DAY:
        slot = calendar.slot(datetime.combine(now.date() + DAY, OPENS, now.tzinfo))
    if slot == now and heard.last is not None and now - heard.last < HOUR:
        slot = calendar.slot((heard.last + HOUR).astimezone(now.tzinfo))
    return Send() if slot == now else Postpone(slot)


def message(desk: Overseer, seats: Sequence[Seat], since: datetime) -> Say | None:
    """Return what came since then and still waits, by office; None where all is settled, or one's own."""
    offices = progress_views.owing(desk.board.offices)
    role = desk.seat.role
    waiting = [
        one for one in review_queue.waiting(role, offices) if not review_queue.owns(seats, one[0])
    ]
    piles: dict[int, list[tuple[Office, Task]]] = {}
    for office, task in waiting:
        if _is_news(role, task, since):
            piles.setdefault(office.unit.id, []).append((office, task))
    if not piles:
        return None
    rows = [_row(pile) for pile in piles.values()]
    view = {
        "rows": rows[:SHOWN],
        "more": len(rows[SHOWN:]),
        "count": sum(len(pile) for pile in piles.values()),
        "late": sum(1 for pile in piles.values() for _, one in pile if _is_late(one)),
        "waiting": len(waiting),
        "regions": len(desk.board.regions) > 1,
    }
    label, verb = ("open_queue", Verb.QUEUE)
    if role in LEVELS:
        label, verb = ("submission_open", Verb.SUBMISSION)
    way = Button(label, data(verb, desk.seat.id), style="primary")
    return Say("staff/arrived", view, ((way,),), quiet=True)


def _is_news(role: Role, task: Task, since: datetime) -> bool:
    moved = task.standing
    return moved is not None and moved.at >= since and moved.role != role


def _is_late(task: Task) -> bool:
    return task.standing is not None and task.standing.late


def _row(pile: list[tuple[Office, Task]]) -> dict[str, Any]:
    """Return one office: what it sent, what it mended, and what Bagian Hukum passed on."""
    office = pile[0][0]
    moved = [task.standing for _, task in pile if task.standing]
    mended = sum(
        1 for standing in moved if standing.action == Action.RESEND or standing.state == State.FIXED
    )
    approved = sum(1 for standing in moved if standing.state == State.APPROVED)
    back = sum(1 for standing in moved if standing.action == Action.SEND_BACK)
    return {
        "short": office.unit.short,
        "region": office.desk.region.name,
        "sent": len(pile) - mended - approved - back,
        "back": back,
        "passed": next(
            (PASSED[standing.action] for standing in moved if standing.action in PASSED), None
        ),
        "mended": mended,
        "approved": approved,
    }


def command(facts: StaffFacts, _: str, muted: Muted) -> Outcome:
    """`/jeda` of a reviewer: whether news of work arrives, and a button for the other way."""
    return Outcome((), (_asked(facts, muted=muted.is_muted),))


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Switch the news off or on."""
    muted = pressed.number() == MUTE
    message = _asked(facts, muted=muted, edit=event.message_id)
    return Outcome((MuteArrivals(facts.seat.id, muted),), (message,))


def _asked(facts: StaffFacts, *, muted: bool, edit: int | None = None) -> Say:
    seat = facts.seat.id
    button = (
        Button("arrivals_on", data(Verb.PAUSE, seat, UNMUTE), style="primary")
        if muted
        else Button("arrivals_off", data(Verb.PAUSE, seat, MUTE))
    )
    return Say("staff/arrivals", {"muted": muted, "most": A_DAY}, ((button,),), edit=edit)


ROUTES = (
    walks.acting.command("jeda", command, Muted, roles=HEARING, place=170),
    walks.acting.button(Verb.PAUSE, on_tap),
)
