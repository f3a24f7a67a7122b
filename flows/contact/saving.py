"""From a confirmed draft to a stored revision, and what follows: the next question, or thanks."""

from __future__ import annotations

from flows.contact import drafts, evidence, mending, plausibility, summary
from flows.contact.draft_answers import kept
from flows.contact.promises import promised_day
from flows.contact.prompts import calculation, draft_answer, evidence_view, prompt
from flows.model import recorded_move
from flows.model.answer_state import Standing, Stored
from flows.model.buttons import Button, Verb, data
from flows.model.events import Tap
from flows.model.facts import VALUE, ContactFacts, Desk, Focus, Stage, Task, require
from flows.model.marks import Mark
from flows.model.outcome import (
    Keyboard,
    Message,
    Notice,
    Outcome,
    RecordMove,
    SaveAnswer,
    Say,
    SetFocus,
)
from flows.model.roles import Role
from flows.model.workflow import Action, Refusal, find_transition
from scoring import Anomaly, Answer, problems
from scoring.replacing import replace


def save(facts: ContactFacts, task: Task, event: Tap | None) -> Outcome:
    """Store the draft, unless it is incomplete, changes nothing, or meets a newer revision."""
    focus = facts.focus
    stored = task.mine
    if not facts.desk.is_asked(task):
        return Outcome(
            (SetFocus(_done(focus)),), (*_spinner(event), drafts.put_aside(facts.desk, task))
        )
    before = stored.answer if stored else None
    answer = kept(task.indicator, draft_answer(task.indicator, focus), before)
    if focus.absence is None and problems(task.indicator, answer, parts=1 + len(task.others)):
        return drafts.open_task(facts, task)
    if stored is not None and not drafts.may_answer(task):
        focus = _done(focus)
        return Outcome((SetFocus(focus),), (*_spinner(event), drafts.locked(facts, task)))
    if (stored.revision if stored else 0) != focus.base:
        conflict = replace(focus, stage=Stage.CONFLICT, turn=focus.turn + 1)
        return Outcome((SetFocus(conflict),), (*_spinner(event), prompt(facts, conflict)))
    flags = plausibility.flags(facts.desk, task, answer)
    weighed = drafts.doubting(replace(focus, turn=focus.turn + 1), flags)
    if weighed.stage == Stage.DOUBT:  # another office or contact has stored something meanwhile
        return Outcome((SetFocus(weighed),), (*_spinner(event), prompt(facts, weighed)))
    given = (answer, focus.reason, _marks(facts, answer))
    if stored and (stored.answer, stored.reason, stored.marks) == given:
        return _unchanged(facts, task, stored, event)
    return _stored(facts, task, answer, flags, event)


def _marks(facts: ContactFacts, answer: Answer) -> tuple[Mark, ...]:
    """Return the draft's marks of the figures that are in the answer."""
    given = {VALUE} if answer.value is not None else set(answer.inputs or {})
    return tuple(mark for mark in facts.focus.marks if mark.input in given)


def settle(facts: ContactFacts, task: Task, event: Tap, keep_mine: bool) -> Outcome:
    """Settle which of two people's answers stands: one's own as a new revision, or the stored one."""
    stored = require(task.mine)
    if not keep_mine:
        return _unchanged(facts, task, stored, event)
    mine = replace(facts.focus, base=stored.revision, stage=Stage.CONFIRM)
    return save(
        replace(facts, focus=mine), task, event
    )  # it may have been sent or returned meanwhile


def _stored(
    facts: ContactFacts, task: Task, answer: Answer, flags: tuple[Anomaly, ...], event: Tap | None
) -> Outcome:
    indicator_no, reason = task.indicator.no, facts.focus.reason
    revision, name = (task.mine.revision if task.mine else 0) + 1, facts.person.name
    marked, source = _marks(facts, answer), facts.focus.source
    stored = Stored(
        revision, facts.next_receipt, answer, reason, name, facts.now, flags, source, marked
    )
    move = reopening(facts, task, revision)
    standing = task.standing if move is None else _standing(facts, move)
    desk = facts.desk.with_answer(indicator_no, stored, standing)
    change = SaveAnswer(desk.unit.id, indicator_no, revision, answer, reason, flags, source, marked)
    is_last = task.is_open or len(desk.tasks) < len(facts.desk.tasks)  # others were put aside
    after = _after(facts, desk, indicator_no, finished=is_last)
    message = _saved(facts, desk, indicator_no, stored, event)
    notice = (Notice(event.query_id, "notice/saved", {"receipt": stored.receipt}),) if event else ()
    moved = (move,) if move else ()
    return Outcome((change, *moved, *after.changes), (*notice, message, *after.messages))


def reopening(facts: ContactFacts, task: Task, revision: int) -> RecordMove | None:
    """Return the move that figures make in place of an absence that was sent already: back to a draft."""
    move = find_transition(task.state, Role.CONTACT, Action.FILL, subject=task.subject)
    if isinstance(move, Refusal) or task.standing is None or move.next == task.state:
        return None
    return recorded_move.record(facts.desk.unit.id, task, move, revision=revision)


def _standing(facts: ContactFacts, move: RecordMove) -> Standing:
    name = facts.person.name
    return Standing(
        move.next,
        move.action,
        Role.CONTACT,
        move.revision,
        name,
        facts.now,
        move.reason,
        late=move.late,
    )


def _unchanged(facts: ContactFacts, task: Task, stored: Stored, event: Tap | None) -> Outcome:
    after = _after(facts, facts.desk, task.indicator.no, finished=False)
    if task.is_returned:  # the way on is under the message: back as it is, or something else
        after = Outcome((SetFocus(_done(facts.focus)),))
    seat, indicator_no = facts.focus.seat_id or 0, task.indicator.no
    view = {"indicator": task.indicator.name, "receipt": stored.receipt}
    view["returned"] = task.is_returned
    back = Button("resend", data(Verb.RESEND, seat, indicator_no, stored.revision))
    message = Say("answering/unchanged", view, ((back,),) if task.is_returned else ())
    return Outcome(after.changes, (*_spinner(event), message, *after.messages))


def _after(facts: ContactFacts, desk: Desk, indicator_no: int, finished: bool) -> Outcome:
    """Return the next open question; the closing message where this answer was the last one missing."""
    focus = _done(facts.focus)
    facts = replace(facts, desk=desk, focus=focus)
    if desk.the_task(indicator_no).lacks_document:
        return evidence.begin(facts, desk.the_task(indicator_no))
    task = desk.next_open(after=indicator_no)
    if task is not None and not desk.the_task(indicator_no).is_mended:
        return mending.open_task(facts, task)
    messages = (closing(facts, desk),) if finished else ()
    return Outcome((SetFocus(focus),), messages)


def _done(focus: Focus) -> Focus:
    """Return the focus without its question and without the draft that has just been stored."""
    kept = {key: value for key, value in focus.kept.items() if key != drafts.kept_key(focus)}
    return Focus(
        seat_id=focus.seat_id, turn=focus.turn, kept=kept, held=focus.held, heard=focus.heard
    )


def _saved(
    facts: ContactFacts, desk: Desk, indicator_no: int, stored: Stored, event: Tap | None
) -> Say:
    task = desk.the_task(indicator_no)
    worked = calculation(task, stored.answer, stored.marks)
    view = {
        "indicator": task.indicator.name,
        "receipt": stored.receipt,
        "reason": stored.reason,
        "revision": stored.revision,
        "state": str(task.state),
        "returned": task.is_returned,
        "held": len(facts.focus.held),
        "files": len(task.kept),
        "older": task.has_older_proof,
        "promised": promised_day(stored),
        "given": worked["own_given"],
        **_turned(facts.desk, desk),
        "year": facts.period.data_year,
        "evidence": evidence_view(facts, desk, task),
        **worked,
        **summary.progress(desk),
    }
    edit = event.message_id if event else None
    return Say("answering/saved", view, _saved_keyboard(facts, task), edit=edit)


def _turned(before: Desk, after: Desk) -> dict[str, list[str]]:
    """Return the answers that stopped counting by this one, and those that count again."""
    was = {task.indicator.no for task in before.tasks}
    now = {task.indicator.no for task in after.tasks}
    stopped = [task for task in after.unasked if task.mine and task.indicator.no in was]
    back = [task for task in after.tasks if task.mine and task.indicator.no in now - was]
    return {
        "stopped": [task.indicator.name for task in stopped],
        "resumed": [task.indicator.name for task in back],
    }


def _saved_keyboard(facts: ContactFacts, task: Task) -> Keyboard:
    """Return proof and correction, files that wait for an answer, and the way back of what was returned."""
    seat, indicator_no = facts.focus.seat_id or 0, task.indicator.no
    proof = Button("proof", data(Verb.PROOF, seat, indicator_no))
    row = (proof, Button("edit", data(Verb.EDIT, seat, indicator_no)))
    if facts.focus.held:
        place = data(Verb.PLACE, seat, indicator_no)
        held = Button("attach_held", place, {"count": len(facts.focus.held)}, style="primary")
        return ((held,), row)
    if not task.is_returned:
        return (row,)
    target = data(Verb.RESEND, seat, indicator_no, require(task.mine).revision)
    back = Button("resend", target, style="success")
    return ((back,), (replace(proof, label="replace_proof"), row[1]))


def closing(facts: ContactFacts, desk: Desk) -> Say:
    """Thank, with the summary, when the unit's list is done."""
    return Say("summary/closing", summary.of_desk(facts, desk), summary.keyboard(facts, desk))


def _spinner(event: Tap | None) -> tuple[Message, ...]:
    return (Notice(event.query_id),) if event else ()
