"""The office's side of a one-question link: make it, and take up or drop the proposal that comes back.

A proposal is never saved by itself: it fills the draft, and the contact confirms as always.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flows.contact import drafts, inputs
from flows.contact.keyboards import Page
from flows.contact.prompts import draft_inputs, prompt, question_text, unfolded
from flows.model import walks
from flows.model.buttons import ASKED, Pressed, Verb, link_keys
from flows.model.events import Tap
from flows.model.facts import ContactFacts, Stage, Task
from flows.model.needs import NewToken, PressedProposal
from flows.model.outcome import (
    CreateRequest,
    Notice,
    Outcome,
    Say,
    SetFocus,
    SettleRequest,
    not_yours,
)
from flows.model.requests import NEWEST, Request
from flows.policy import timing
from flows.reading.numbers import plain
from scoring import Answer
from scoring.replacing import replace

GRACE = timedelta(days=3)
"""How long a link lives that is made once the deadline has passed."""
LONGEST = timedelta(days=14)
"""How long a link lives at most, however far the deadline is."""


def on_tap(facts: ContactFacts, event: Tap, pressed: Pressed, proposal: PressedProposal) -> Outcome:
    """Settle a proposal."""
    request = proposal.request
    task = facts.desk.task(request.indicator) if request else None
    if request is None or task is None or request.answer is None:
        return not_yours(event)
    if request.settled:
        return Outcome((), (Notice(event.query_id, "notice/proposal_settled", alert=True),))
    if pressed.verb == Verb.DROP:
        message = Say(
            "forwarding/dropped", {"indicator": task.indicator.name}, edit=event.message_id
        )
        return Outcome((SettleRequest(request.id, used=False),), (message,))
    if not drafts.may_answer(task):
        return Outcome((), (drafts.locked(facts, task),))
    return _take_up(facts, task, request, request.answer)


def tried_again(facts: ContactFacts, event: Tap, pressed: Pressed, token: NewToken) -> Outcome:
    """Make another link for the question, after an agency declined."""
    task = facts.desk.task(pressed.number() or 0)
    if task is None or not drafts.may_answer(task):
        return Outcome((), (drafts.locked(facts, task),)) if task else not_yours(event)
    focus = drafts.open_question(facts.focus, task)
    return link(replace(facts, focus=focus), task, token)


def given_up(facts: ContactFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Ask why the question cannot be answered, after an agency declined."""
    task = facts.desk.task(pressed.number() or 0)
    if task is None or not drafts.may_answer(task):
        return Outcome((), (drafts.locked(facts, task),)) if task else not_yours(event)
    focus = drafts.open_question(facts.focus, task)
    focus = replace(
        focus, stage=Stage.ASK, input=task.indicator.inputs[0].code, inputs={}, value=None
    )
    return Outcome((SetFocus(focus),), (unfolded(facts, focus, Page.REASONS),))


def until(facts: ContactFacts) -> datetime:
    """Return the end of the office's last day in its own zone, or of a link's longest life, if sooner.

    Three more days where the last day has passed.
    """
    zone = timing.zone_of(facts.desk.region)
    day, today = (
        timing.deadline(facts, facts.desk),
        timing.local_day(facts, facts.desk.region),
    )
    day = today + GRACE if day < today else min(day, today + LONGEST)
    return datetime.combine(day + timedelta(days=1), time(), zone)


def link(facts: ContactFacts, task: Task, token: NewToken) -> Outcome:
    """Return a text to be forwarded, with the link in it; then the question again, for those who wait no
    longer.
    """
    desk, ends = facts.desk, until(facts)
    view = {
        "unit": desk.unit.name,
        "region": desk.region.name,
        "name": facts.name,
        "indicator": task.indicator.name,
        "questions": [question_text(facts, desk, question) for question in task.indicator.inputs],
        "year": facts.period.data_year,
        "until": (ends - timedelta(seconds=1)).date(),
        "link": f"{facts.bot_link}?start={token.value}",
    }
    change = CreateRequest(token.value, desk.unit.id, task.indicator.no, ends)
    focus = replace(facts.focus, turn=facts.focus.turn + 1)
    keys = link_keys(str(view["link"]), ASKED, view)
    after = Say("forwarding/after", {"indicator": task.indicator.name, "newest": NEWEST}, keys)
    messages = (Say("forwarding/link", view), after, prompt(facts, focus))
    return Outcome((change, SetFocus(focus)), messages)


def _take_up(facts: ContactFacts, task: Task, request: Request, answer: Answer) -> Outcome:
    """Return the proposal as the draft of its question, before the confirmation."""
    focus = drafts.open_question(facts.focus, task)
    value = None if answer.value is None else plain(answer.value)
    focus = replace(focus, inputs=draft_inputs(answer), value=value, source=request.person)
    if request.document:
        focus = replace(focus, held=(*focus.held, request.document))
    focus = replace(focus, marks=request.marks)
    focus = drafts.with_doubts(facts, inputs.at_next_input(task.indicator, focus))
    settle = SettleRequest(request.id, used=True)
    return Outcome((settle, SetFocus(focus)), (prompt(facts, focus),))


ROUTES = (
    walks.contact.button(Verb.USE, on_tap, PressedProposal),
    walks.contact.button(Verb.DROP, on_tap, PressedProposal),
    walks.contact.button(Verb.ELSEWHERE, tried_again, NewToken),
    walks.contact.button(Verb.STUCK, given_up),
)
