"""Drafts: taking up a question, leaving it half-way without losing what was typed, showing it again."""

from __future__ import annotations

from collections.abc import Iterable

from flows.contact import inputs, plausibility, season_over
from flows.contact.draft_answers import draft_answer, draft_inputs
from flows.contact.prompts import prompt
from flows.contact.summary import station
from flows.model import marks
from flows.model.answer_state import State
from flows.model.buttons import Button, Verb, data
from flows.model.facts import AnswererFacts, ContactFacts, Desk, Focus, Stage, Task
from flows.model.focus import SOURCE, VALUE
from flows.model.outcome import Message, Outcome, Say, SetFocus
from flows.model.roles import Role
from flows.model.workflow import Action, Refusal, find_transition
from flows.reading.numbers import plain
from scoring import Anomaly
from scoring.replacing import replace


def kept_key(focus: Focus) -> str:
    """Return the key of a draft: whose it is (a seat's, or that of a guest's link), and of which question."""
    owner = focus.seat_id if focus.request is None else f"r{focus.request}"
    return f"{owner}.{focus.indicator}"


def shelve_draft(focus: Focus) -> Focus:
    """Return the focus without its open question; a draft with figures is kept for the next visit."""
    kept = dict(focus.kept)
    if focus.stage != Stage.EVIDENCE:  # that mode has no draft of its own to put in the place
        kept.pop(kept_key(focus), None)
    ready = {} if focus.value is None else {VALUE: focus.value}
    if focus.indicator is not None and (focus.inputs or ready):
        source = {} if focus.source is None else {SOURCE: focus.source}
        kept[kept_key(focus)] = {**focus.inputs, **ready, **source, **marks.kept(focus.marks)}
    return Focus(
        seat_id=focus.seat_id, turn=focus.turn, kept=kept, held=focus.held, heard=focus.heard
    )


def restore_draft(focus: Focus) -> Focus:
    """Return the focus with the draft that was kept for its question."""
    draft = dict(focus.kept.get(kept_key(focus), {}))
    value, source, marked = draft.pop(VALUE, None), draft.pop(SOURCE, None), marks.taken_out(draft)
    return replace(focus, inputs=draft, value=value, source=source, marks=marked)


def open_question(focus: Focus, task: Task) -> Focus:
    """Return the focus on `task`, at the first input that its draft lacks."""
    focus = shelve_draft(focus)
    focus = replace(
        focus,
        turn=focus.turn + 1,
        indicator=task.indicator.no,
        base=task.mine.revision if task.mine else 0,
    )
    return _ticked_before(inputs.at_next_input(task.indicator, restore_draft(focus)), task)


def _ticked_before(focus: Focus, task: Task) -> Focus:
    """Return the focus with those options ticked that are stored for its question."""
    stored = (task.mine.answer.inputs or {}).get(focus.input or "") if task.mine else None
    return replace(focus, ticked=stored) if isinstance(stored, tuple) else focus


def with_doubts(facts: AnswererFacts, focus: Focus) -> Focus:
    """Return the focus itself, or before its confirmation the doubt about what was not asked back yet."""
    if focus.stage != Stage.CONFIRM:
        return focus
    task = facts.desk.the_task(focus.indicator)
    flags = plausibility.flags(facts.desk, task, draft_answer(task.indicator, focus))
    return doubting(focus, flags)


def doubting(focus: Focus, flags: Iterable[Anomaly]) -> Focus:
    """Return the focus itself, or before its confirmation the doubt, where a flag was not asked back yet."""
    keys = tuple(map(plausibility.key, flags))
    if focus.stage != Stage.CONFIRM or set(keys) <= set(focus.doubted):
        return focus
    return replace(focus, stage=Stage.DOUBT, doubted=keys)


def live(facts: AnswererFacts) -> Say | None:
    """Return the open question again, without a new turn; None where nothing is open."""
    focus = facts.focus
    is_open = focus.indicator is not None and focus.stage != Stage.EVIDENCE
    return prompt(facts, facts.focus) if is_open else None


def unsaved(focus: Focus, task: Task) -> bool:
    """Tell whether other figures than the stored ones were typed for an answer and not saved."""
    draft = shelve_draft(focus).kept.get(f"{focus.seat_id}.{task.indicator.no}", {})
    if task.mine is None or not draft:
        return False
    answer = task.mine.answer
    stored = draft_inputs(answer) | ({} if answer.value is None else {VALUE: plain(answer.value)})
    asked = {VALUE, *(question.code for question in task.indicator.inputs)}
    return any(stored.get(code) != text for code, text in draft.items() if code in asked)


def not_sent(facts: ContactFacts, task: Task) -> Outcome:
    """Put figures that were typed and not saved before the person, in place of sending the stored ones."""
    view = {"indicator": task.indicator.name, "returned": task.is_returned}
    return open_task(facts, task, (Say("answering/unsaved", view),))


def open_task(facts: ContactFacts, task: Task, lead: tuple[Message, ...] = ()) -> Outcome:
    """Put `task` before the person, behind the messages in `lead`."""
    if facts.now.date() < facts.period.opens:
        message = Say("joining/not_yet", {"opens": facts.period.opens})
        return Outcome((SetFocus(facts.focus),), (*lead, message))
    if not season_over.may_write(facts, task.indicator.no):
        return Outcome(
            (SetFocus(shelve_draft(facts.focus)),), (*lead, season_over.end_notice(facts))
        )
    if not facts.desk.is_asked(task):
        return Outcome((SetFocus(shelve_draft(facts.focus)),), (*lead, put_aside(facts.desk, task)))
    if task.mine is not None and not may_answer(task):
        return Outcome((SetFocus(facts.focus),), (*lead, locked(facts, task)))
    focus = with_doubts(facts, open_question(facts.focus, task))
    return Outcome((SetFocus(focus),), (*lead, prompt(facts, focus)))


def put_aside(desk: Desk, task: Task) -> Say:
    """Return that a question is not asked now, by what the office answered to another."""
    view: dict[str, object] = {"indicator": task.indicator.name, "filled": task.mine is not None}
    view["waits"] = task.indicator.no not in desk.resting
    return Say("answering/put_aside", view)


def may_answer(task: Task) -> bool:
    """Tell whether the office may still change this answer by itself."""
    move = find_transition(task.state, Role.CONTACT, Action.FILL, subject=task.subject)
    return not isinstance(move, Refusal)


def may_prove(task: Task) -> bool:
    """Tell whether files may come: while the office has the answer, not once it was sent."""
    return task.mine is not None and (task.state == State.DRAFT or task.is_returned)


def locked(facts: ContactFacts, task: Task) -> Say:
    """Return where an answer is that the office has sent, and how it is opened again."""
    view = {
        "indicator": task.indicator.name,
        "state": station(task) or str(task.state),
        "help_contact": facts.period.help_contact,
    }
    seat, indicator_no = facts.seat.id, task.indicator.no
    ask = Button("ask_reopen", data(Verb.NOTE, seat, indicator_no))
    history = Button("history", data(Verb.HISTORY, seat, indicator_no))
    return Say("answering/locked", view, ((ask, history),))
