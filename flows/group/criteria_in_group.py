"""Criteria in a coordination group: read there, and a meeting held there, before everybody's eyes.

Whoever holds a seat of the province says there that they are present; only the Kanwil decides.
"""

from __future__ import annotations

from flows.contact import criteria_walk
from flows.contact.criteria_views import author
from flows.model import criteria as model
from flows.model.buttons import Pressed, Verb, read
from flows.model.criteria import Coordination
from flows.model.criteria_changes import AttendMeeting, OpenMeeting
from flows.model.events import Event, GroupCommand, GroupTap, Tap
from flows.model.facts import Board, GroupFacts, Seat
from flows.model.needs import Holders
from flows.model.outcome import Notice, Outcome, Say
from flows.model.roles import SPEAKING
from flows.reading.sentences import tidy
from flows.staff import agreeing, meeting, meeting_floor
from flows.staff.meeting_floor import Floor, is_kanwil
from scoring.replacing import replace

COMMANDS = frozenset({"kriteria", "rakor"})
VERBS = frozenset({Verb.ITEM, Verb.ATTEND, Verb.DECIDE, Verb.CLOSING, Verb.AGREE, Verb.MEETING})


def concerns_criteria(event: Event) -> bool:
    """Tell whether an event of a group needs what was said of the criteria."""
    if isinstance(event, GroupCommand):
        return event.name in COMMANDS
    pressed = read(event.data) if isinstance(event, GroupTap) else None
    return pressed is not None and pressed.verb in VERBS


def commanded(facts: GroupFacts, event: GroupCommand, talk: Coordination) -> Outcome:
    """`/kriteria [words]` and `/rakor [place]` in a group."""
    if event.name == "kriteria":
        shown = criteria_walk.asked(facts.period.instrument, 0, event.args, talk)
        return _answer(event, Say(shown.name, shown.view))
    floor = _floor(facts, talk)
    if talk.meeting is not None:
        return _answer(event, meeting_floor.overview(floor))
    if not floor.may_decide or facts.staff is None:
        return _answer(event, meeting.none_open(facts, talk))
    place = tidy(event.args)
    if len(place) not in meeting.PLACE:
        return _answer(event, Say("meeting/place_needed", {"most": meeting.PLACE[-1]}))
    by = author(facts.name, facts.staff.seat, facts.period.institution)
    opened = model.Meeting(facts.next_receipt, place, facts.now, facts.chat_id, (), (by,))
    opening = OpenMeeting(talk.province, place, facts.chat_id)
    attending = AttendMeeting(talk.province, opened.id, by)
    there = replace(floor, talk=replace(talk, meeting=opened))
    return Outcome((opening, attending), _answer(event, meeting_floor.overview(there)).messages)


def _floor(facts: GroupFacts, talk: Coordination) -> Floor:
    """Return the meeting as the group sees it: all cities of the Kanwil's, where one of its seats acts."""
    staff = facts.staff
    may_decide = staff is not None and is_kanwil(staff.seat)
    board = staff.board if staff and may_decide else facts.group.board if facts.group else None
    shown = frozenset(region.id for region in facts.group.board.regions) if facts.group else None
    return Floor(facts.period.instrument, board or Board((), ()), talk, 0, may_decide, shown)


def on_tap(facts: GroupFacts, event: GroupTap, pressed: Pressed) -> Outcome | None:
    """Answer a button of a meeting; None where it is no matter of one."""
    talk = facts.coordination
    if pressed.verb not in VERBS or talk is None:
        return None
    floor = _floor(facts, talk)
    tap = Tap(event.data, event.message_id, event.query_id)
    if talk.meeting is None:
        return Outcome((), (Notice(event.query_id, "notice/meeting_over", alert=True),))
    if pressed.verb == Verb.ATTEND:
        seats = [seat for seat in facts.seats if seat.role in SPEAKING]
        if not seats:
            return Outcome((), (Notice(event.query_id, "notice/no_seat", alert=True),))
        by = author(facts.name, seats[0], facts.period.institution)
        return meeting.attendance(talk, event.query_id, by)
    if not floor.may_decide or facts.staff is None:
        return Outcome((), (Notice(event.query_id, "notice/kanwil_only", alert=True),))
    return _threaded(_decided(facts, floor, tap, pressed), event)


def _decided(facts: GroupFacts, floor: Floor, tap: Tap, pressed: Pressed) -> Outcome:
    """Do what the Kanwil taps."""
    criterion = model.find(floor.instrument, pressed.rest[0] if pressed.rest else "")
    match pressed.verb:
        case Verb.DECIDE:
            return meeting.decision(floor, facts.name, tap, pressed)
        case Verb.ITEM if criterion is not None:
            return Outcome((), (meeting_floor.item(floor, criterion, tap.message_id),))
        case Verb.CLOSING:
            closing = meeting_floor.closing(floor, facts.now)
            return Outcome((), (meeting_floor.preview(floor, closing),))
        case Verb.AGREE:
            own = (
                holder.contact.chat_id for holder in facts.holders if holder.seat == _seat(facts)
            )
            private = next(own, None)  # minutes name persons, which a group's chat does not
            occasion = agreeing.AgreementTime(
                facts.now, facts.name, facts.chat_id, facts.next_receipt, private
            )
            return meeting.conclusion(floor, occasion, tap, pressed, Holders(facts.holders))
        case _:
            return Outcome((), (meeting_floor.overview(floor),))


def _seat(facts: GroupFacts) -> Seat | None:
    return facts.staff.seat if facts.staff else None


def _answer(event: GroupCommand, message: Say) -> Outcome:
    return Outcome((), (Say(message.name, message.view, message.keyboard, thread=event.thread),))


def _threaded(outcome: Outcome, event: GroupTap) -> Outcome:
    """Return the outcome with a notice that ends the spinner, and what is said here in the same topic."""
    threaded = tuple(
        Say(
            message.name,
            message.view,
            message.keyboard,
            message.edit,
            message.chat_id,
            thread=event.thread,
        )
        if isinstance(message, Say) and message.chat_id is None
        else message
        for message in outcome.messages
    )
    has_notice = any(isinstance(one, Notice) for one in threaded)
    return Outcome(outcome.changes, threaded if has_notice else (Notice(event.query_id), *threaded))
