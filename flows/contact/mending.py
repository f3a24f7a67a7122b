"""A returned answer on its way back: opened where it hurts, mended, and sent back to whoever returned it.

The reason for the return says what opens: the document, the figures, or the reason for an absence.
"""

from __future__ import annotations

from typing import Any

from flows.contact import drafts, evidence, prompts, stored, summary
from flows.model import recorded_move, walks
from flows.model.buttons import Pressed, Verb
from flows.model.events import Tap
from flows.model.facts import ContactFacts, Stage, Task, require
from flows.model.levels import passing
from flows.model.outcome import Message, Notice, Outcome, Say, SetFocus, not_yours
from flows.model.roles import Role
from flows.model.workflow import Action, Subject, Transition, find_transition
from scoring import Mend
from scoring.replacing import replace

OPENS = {stored.FIGURES: Mend.FIGURES, stored.REASON: Mend.REASON}


def open_task(
    facts: ContactFacts, task: Task, lead: tuple[Message, ...] = (), part: str = ""
) -> Outcome:
    """Put a question before the person: a returned one at what is to be mended."""
    if part == stored.REASON and _may_reword(facts, task):
        return _reason(facts, task, lead)
    if not task.is_returned or not (task.is_to_do or part):
        return drafts.open_task(facts, task, lead)
    mend = OPENS.get(part) or stored.mend_of(facts.period.instrument, task)
    if mend is Mend.DOCUMENT:
        return evidence.begin(facts, task, lead)
    if mend is Mend.REASON and task.subject is Subject.ABSENCE:
        return _reason(facts, task, lead)
    return drafts.open_task(facts, task, lead)


def _may_reword(facts: ContactFacts, task: Task) -> bool:
    """Tell whether the reason for an absence may be written anew, as when a figure comes later."""
    is_absent = task.mine is not None and task.subject is Subject.ABSENCE
    return is_absent and drafts.may_answer(task) and facts.now.date() >= facts.period.opens


def _reason(facts: ContactFacts, task: Task, lead: tuple[Message, ...]) -> Outcome:
    """Return the same absence, with its reason to be written anew."""
    absence = str(require(task.mine).answer.absence)
    focus = drafts.open_question(facts.focus, task)
    focus = replace(focus, stage=Stage.REASON, absence=absence, inputs={}, value=None)
    return Outcome((SetFocus(focus),), (*lead, prompts.prompt(facts, focus)))


def sendable(task: Task) -> Transition | None:
    """Return the move that sends this answer: for the first time, or back; None where there is none."""
    if task.mine is None or not task.is_unsent:
        return None
    action = Action.RESEND if task.is_returned else Action.SUBMIT
    move = find_transition(task.state, Role.CONTACT, action)
    return move if isinstance(move, Transition) else None


def on_tap(facts: ContactFacts, event: Tap, pressed: Pressed) -> Outcome:
    """📤 Kirim kembali."""
    task = facts.desk.task(pressed.number() or 0)
    if task is None or task.mine is None:
        return not_yours(event)
    if not task.is_returned:
        return Outcome((), (Notice(event.query_id, "notice/already_sent", alert=True),))
    if not task.is_mended:
        return _unchanged(facts, task)
    if pressed.number(1) != task.mine.revision:
        notice = Notice(event.query_id, "notice/stale_card")
        return Outcome((), (notice, stored.shown(facts, task)))
    if drafts.unsaved(facts.focus, task):
        return drafts.not_sent(facts, task)
    return resend(facts, task, None)


def _unchanged(facts: ContactFacts, task: Task) -> Outcome:
    """Ask for a sentence that says why it is sent back as it is."""
    focus = drafts.open_question(facts.focus, task)
    focus = replace(focus, stage=Stage.EXPLAIN, inputs={}, value=None, absence=None)
    return Outcome((SetFocus(focus),), (prompts.prompt(facts, focus),))


def resend(facts: ContactFacts, task: Task, reason: str | None) -> Outcome:
    """Send an answer back to whoever returned it; `reason` is what the office says about it, if anything."""
    move = find_transition(task.state, Role.CONTACT, Action.RESEND)
    assert isinstance(move, Transition)
    mine, unit = require(task.mine), facts.desk.unit.id
    change = recorded_move.record(unit, task, move, revision=mine.revision, reason=reason)
    focus = drafts.shelve_draft(facts.focus)
    kept = {key: one for key, one in focus.kept.items() if key != drafts.kept_key(facts.focus)}
    focus = replace(focus, turn=focus.turn + 1, kept=kept)
    standing = replace(require(task.standing), state=move.next, revision=mine.revision)
    desk = facts.desk.with_answer(task.indicator.no, mine, standing)
    after = replace(facts, desk=desk, focus=focus)
    message = Say("answering/resent", _resent(facts, task), summary.keyboard(after, desk))
    return Outcome((change, SetFocus(focus)), (message,))


def _resent(facts: ContactFacts, task: Task) -> dict[str, Any]:
    others = [one for one in facts.desk.tasks if one.indicator.no != task.indicator.no]
    return {
        "indicator": task.indicator.name,
        "receipt": facts.next_receipt,
        "role": str(require(task.standing).role),
        "levels": [str(level) for level in passing(facts.period.levels)],
        "left": sum(1 for other in others if other.is_to_do),
        "unsent": sum(1 for other in others if other.is_unsent),
    }


ROUTES = (walks.contact.button(Verb.RESEND, on_tap),)
