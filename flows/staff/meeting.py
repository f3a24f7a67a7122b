"""`/rakor`: the Kanwil holds a coordination meeting on the criteria, one after the other.

Anybody with a seat may say that they are there; only the Kanwil decides, and only what was closed counts.
"""

from __future__ import annotations

from flows.contact.criteria_views import author
from flows.model import criteria as model
from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.criteria import Coordination, Criterion, MeetingVerdict
from flows.model.criteria_changes import AttendMeeting, DecideCriterion, DropMeeting, OpenMeeting
from flows.model.events import Tap, Text
from flows.model.facts import Board, ContactFacts, Seated, SpeakerFacts, StaffFacts, Stage
from flows.model.needs import Holders
from flows.model.outcome import Notice, Outcome, Say, SetFocus, not_yours
from flows.reading.sentences import tidy
from flows.staff import agreeing, meeting_floor
from flows.staff.meeting_floor import Floor, is_kanwil
from scoring.replacing import replace

PLACE = range(3, 121)
"""Characters of a meeting's place."""


def command(facts: StaffFacts, args: str, talk: Coordination) -> Outcome:
    """`/rakor [place]`: the meeting that is open; else the Kanwil opens one."""
    floor = _floor(facts, talk)
    if talk.meeting is not None:
        return Outcome((), (meeting_floor.overview(floor),))
    if not floor.may_decide:
        return Outcome((), (none_open(facts, talk),))
    if tidy(args):
        return _opened(facts, talk, tidy(args))
    focus = replace(facts.focus, stage=Stage.MEETING, review={}, turn=facts.focus.turn + 1)
    return Outcome((SetFocus(focus),), (_ask_place(facts, floor),))


def of_contact(facts: ContactFacts, args: str, talk: Coordination) -> Outcome:  # noqa: ARG001
    """`/rakor` of a contact: the meeting that is open, to say that one is there."""
    if talk.meeting is None:
        return Outcome((), (none_open(facts, talk),))
    return Outcome((), (meeting_floor.overview(_of_contact(facts, talk)),))


def _floor(facts: StaffFacts, talk: Coordination) -> Floor:
    return Floor(facts.period.instrument, facts.board, talk, facts.seat.id, is_kanwil(facts.seat))


def _floor_for(facts: Seated, talk: Coordination) -> Floor:
    return _floor(facts, talk) if isinstance(facts, StaffFacts) else _of_contact(facts, talk)


def _of_contact(facts: ContactFacts, talk: Coordination) -> Floor:
    board = Board((facts.desk.region,), ())
    return Floor(facts.period.instrument, board, talk, facts.seat.id, may_decide=False)


def none_open(facts: SpeakerFacts, talk: Coordination) -> Say:
    """Return that no meeting is open, and which criteria are in force."""
    last = talk.versions[-1]
    view = {"version": last.number, "at": last.at, "help_contact": facts.period.help_contact}
    return Say("meeting/none", view)


def _ask_place(facts: StaffFacts, floor: Floor, *, problem: bool = False) -> Say:
    items = meeting_floor.agenda(floor)
    view = {
        "problem": problem,
        "most": PLACE[-1],
        "total": len(items),
        "comments": len(floor.talk.news),
        "proposals": len(floor.talk.proposals),
    }
    back = Button("cancel", data(Verb.CRITERIA, facts.seat.id))
    return Say("meeting/ask_place", view, ((back,),))


def place_written(facts: StaffFacts, event: Text, talk: Coordination) -> Outcome | None:
    """Open the meeting at the place that was typed."""
    if talk.meeting is not None:
        message = meeting_floor.overview(_floor(facts, talk))
        return Outcome((SetFocus(facts.focus.at_rest()),), (message,))
    return _opened(facts, talk, tidy(event.text))


def _opened(facts: StaffFacts, talk: Coordination, place: str) -> Outcome:
    if len(place) not in PLACE:
        return Outcome((), (_ask_place(facts, _floor(facts, talk), problem=True),))
    change = OpenMeeting(talk.province, place, facts.chat_id)
    attend = AttendMeeting(
        talk.province,
        facts.next_receipt,
        author(facts.name, facts.seat, facts.period.institution),
    )
    meeting = model.Meeting(facts.next_receipt, place, facts.now, facts.chat_id, (), (attend.by,))
    floor = _floor(facts, replace(talk, meeting=meeting, attends=True))
    changes = (change, attend, SetFocus(facts.focus.at_rest()))
    return Outcome(changes, (meeting_floor.overview(floor),))


# Buttons


def on_overview_tap(facts: Seated, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """Return to the meeting as a whole."""
    del pressed
    if talk.meeting is None:
        return _over(event)
    return Outcome((), (meeting_floor.overview(_floor_for(facts, talk)),))


def on_item_tap(facts: Seated, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """Show one criterion of the agenda."""
    floor = _floor_for(facts, talk)
    criterion = _criterion(floor, pressed)
    if criterion is None:
        return not_yours(event)
    if talk.meeting is None:
        return _over(event)
    return Outcome((), (meeting_floor.item(floor, criterion, event.message_id),))


def _criterion(floor: Floor, pressed: Pressed) -> Criterion | None:
    return model.find(floor.instrument, pressed.rest[0] if pressed.rest else "")


def attended(facts: Seated, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """🙋 Hadir."""
    if talk.meeting is None or pressed.number() != talk.meeting.id:
        return _over(event)
    by = author(facts.name, facts.seat, facts.period.institution)
    return attendance(talk, event.query_id, by)


def attendance(talk: Coordination, query_id: str, by: model.Author) -> Outcome:
    """Note that somebody is there, once; a notice says so."""
    assert talk.meeting is not None, "asked for where a meeting is open"
    if talk.attends:
        return Outcome((), (Notice(query_id, "notice/attends_already"),))
    view = {"count": len(talk.meeting.attendants) + 1}
    change = AttendMeeting(talk.province, talk.meeting.id, by)
    return Outcome((change,), (Notice(query_id, "notice/attends", view),))


def decided(facts: StaffFacts, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """✅ Setuju apa adanya · ✏️ a proposal · ⏭ Tunda."""
    floor = _floor(facts, talk)
    if not floor.may_decide:
        return not_yours(event)
    return decision(floor, facts.name, event, pressed)


def decision(floor: Floor, by: str, event: Tap, pressed: Pressed) -> Outcome:
    """Take down what was decided of one criterion, and go on to the next."""
    talk, criterion = floor.talk, _criterion(floor, pressed)
    if talk.meeting is None:
        return _over(event)
    taken = _taken(floor, criterion, pressed) if criterion else None
    if criterion is None or taken is None:
        return not_yours(event)
    verdict, proposal_id = taken
    change = DecideCriterion(
        talk.province, talk.meeting.id, criterion.code, verdict, proposal_id, by
    )
    kept = tuple(one for one in talk.meeting.decisions if one.criterion != criterion.code)
    newest = model.Decision(criterion.code, verdict, proposal_id, by)
    meeting = replace(talk.meeting, decisions=(*kept, newest))
    after = replace(floor, talk=replace(talk, meeting=meeting))
    following = meeting_floor.following(after, criterion)
    notice = Notice(event.query_id, "notice/decided", {"verdict": str(verdict)})
    if following is None:
        message = replace(meeting_floor.overview(after), edit=event.message_id)
    else:
        message = meeting_floor.item(after, following, event.message_id)
    return Outcome((change,), (notice, message))


def _taken(
    floor: Floor, criterion: Criterion, pressed: Pressed
) -> tuple[MeetingVerdict, int | None] | None:
    """Return the verdict of a button with its proposal; None where it is none, or no longer open."""
    text = pressed.rest[1] if len(pressed.rest) > 1 else ""
    if text not in list(MeetingVerdict):
        return None
    verdict = MeetingVerdict(text)
    if verdict != MeetingVerdict.CHANGED:
        return verdict, None
    proposal = floor.talk.proposal(pressed.number(2))
    if proposal is None or proposal.criterion != criterion.code:
        return None
    return verdict, proposal.id


def on_closing_tap(facts: StaffFacts, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """🏁 Tutup rapat: what it would do, to be confirmed."""
    del pressed
    floor = _floor(facts, talk)
    if not floor.may_decide:
        return not_yours(event)
    if talk.meeting is None:
        return _over(event)
    closing = meeting_floor.closing(floor, facts.now)
    return Outcome((), (meeting_floor.preview(floor, closing),))


def agreed(
    facts: StaffFacts, event: Tap, pressed: Pressed, talk: Coordination, holders: Holders
) -> Outcome:
    """✅ Sahkan kesepakatan: from now on it counts. Or the meeting ends without one."""
    floor = _floor(facts, talk)
    if not floor.may_decide:
        return not_yours(event)
    occasion = agreeing.AgreementTime(
        facts.now, facts.name, facts.chat_id, facts.next_receipt, facts.chat_id
    )
    return conclusion(floor, occasion, event, pressed, holders)


def conclusion(
    floor: Floor, occasion: agreeing.AgreementTime, event: Tap, pressed: Pressed, holders: Holders
) -> Outcome:
    """End the meeting: with its agreement, or without one where nothing was agreed upon."""
    meeting = floor.talk.meeting
    if meeting is None or pressed.number() != meeting.id:
        return _over(event)
    closing = meeting_floor.closing(floor, occasion.now)
    if len(pressed.rest) > 1 or closing is None:
        change = DropMeeting(floor.talk.province, meeting.id)
        message = Say("meeting/dropped", {"place": meeting.place}, edit=event.message_id)
        return Outcome((change,), (message,))
    if closing.version.instrument is None:
        return Outcome((), (meeting_floor.preview(floor, closing, event.message_id),))
    view = meeting_floor.closing_view(floor, closing)
    view |= {"at": occasion.now, "version": floor.talk.versions[-1].number + 1}
    outcome = agreeing.agreed(floor, closing, occasion, holders.seats)
    message = Say("meeting/agreed", view, edit=event.message_id)
    return Outcome(outcome.changes, (message, *outcome.messages))


def _over(event: Tap) -> Outcome:
    return Outcome((), (Notice(event.query_id, "notice/meeting_over", alert=True),))


ROUTES = (
    walks.looking.command("rakor", command, Coordination, place=78, group=True),
    walks.contact.command("rakor", of_contact, Coordination),
    walks.everybody.button(Verb.MEETING, on_overview_tap, Coordination),
    walks.everybody.button(Verb.ITEM, on_item_tap, Coordination),
    walks.speaking.button(Verb.ATTEND, attended, Coordination),
    walks.staff.button(Verb.DECIDE, decided, Coordination),
    walks.staff.button(Verb.CLOSING, on_closing_tap, Coordination),
    walks.staff.button(Verb.AGREE, agreed, Coordination, Holders),
    walks.staff.words(Stage.MEETING, place_written, Coordination),
)
