"""The agency's side of a one-question link: that question and nothing else, back as a proposal.

A guest holds no seat. No stored answer, score, name or status is shown, and nothing but the proposal written.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import asdict

from flows.contact import answering, browsing, drafts, inputs
from flows.contact.keyboards import Page
from flows.contact.prompts import draft_answer, given, prompt
from flows.model import marks
from flows.model.buttons import WRITING, Button, Pressed, Verb, data, read
from flows.model.events import Command, Edited, Event, Other, Returned, Tap, Text, Upload
from flows.model.facts import VALUE, Focus, GuestFacts, Part, Seat, Stage, Task
from flows.model.outcome import (
    BindRequest,
    Notice,
    Outcome,
    ProposeAnswer,
    Say,
    SetFocus,
    not_yours,
)
from flows.model.requests import RequestState
from flows.model.uploads import refusal, shown_name
from flows.reading.sentences import LENGTHS, is_reason, tidy
from scoring.replacing import replace

GUEST_VERBS = frozenset(
    {
        Verb.SAVE,
        Verb.CHANGE,
        Verb.READING,
        Verb.ZERO,
        Verb.OPTION,
        Verb.CHOSEN,
        Verb.CANCEL,
        Verb.DECLINE,
        Verb.UNABLE,
    }
)


def is_guest(focus: Focus, seats: tuple[Seat, ...], event: Event) -> bool:
    """Tell whether this event is about the forwarded question that the chat has open.

    Somebody who also holds a seat leaves the question with any command or button of that seat.
    """
    if focus.request is None:
        return False
    if not seats:
        return True
    if isinstance(event, Tap):
        pressed = read(event.data)
        return pressed is not None and (pressed.verb in WRITING or pressed.first == 0)
    return isinstance(event, Text | Edited | Upload | Other | Returned)


def bare(task: Task) -> Task:
    """Return all that a guest's question is made of: how many share it, but not who, nor any answer."""
    return Task(task.indicator, None, tuple(Part("", None) for _ in task.others))


def opened(facts: GuestFacts) -> Outcome:
    """Open the link: the question, or why there is none any more."""
    request = facts.request
    if request.state != RequestState.OPEN:
        return Outcome((), (Say(f"forwarding/link_{request.state}", {"by": request.by}),))
    if facts.focus.request == request.id:
        return _again(facts)
    task = facts.task
    left = drafts.shelve_draft(facts.focus)
    focus = replace(
        left,
        seat_id=None,
        request=request.id,
        indicator=request.indicator,
        turn=left.turn + 1,
    )
    focus = inputs.at_next_input(task.indicator, drafts.restore_draft(focus))
    welcome = Say(
        "forwarding/welcome",
        {"by": request.by, "until": (request.until - timedelta(seconds=1)).date()},
    )
    return Outcome((BindRequest(request.id), SetFocus(focus)), (welcome, prompt(facts, focus)))


def step(facts: GuestFacts, event: Event) -> Outcome:
    """Answer one event of a guest."""
    if facts.request.state != RequestState.OPEN:
        gone = Say(f"forwarding/link_{facts.request.state}", {"by": facts.request.by})
        spinner = (Notice(event.query_id),) if isinstance(event, Tap) else ()
        return Outcome((SetFocus(drafts.shelve_draft(facts.focus)),), (*spinner, gone))
    if isinstance(event, Tap):
        return _on_tap(facts, event)
    if isinstance(event, Text):
        return _typed(facts, event)
    if isinstance(event, Edited):
        return answering.edited(facts, event)
    if isinstance(event, Upload):
        return _attached(facts, event)
    if isinstance(event, Command) and event.name in ("mulai", "start", "lanjut"):
        return _again(facts)
    return _only(facts)


def _again(facts: GuestFacts) -> Outcome:
    return Outcome((), (_live(facts),))


def _live(facts: GuestFacts) -> Say:
    waits = facts.focus.stage == Stage.NOTE
    return _why(facts) if waits else prompt(facts, facts.focus)


def _only(facts: GuestFacts) -> Outcome:
    """Reject anything but an answer; a guest has a single question."""
    return Outcome((), (Say("forwarding/only", {"by": facts.request.by}), _live(facts)))


def _attached(facts: GuestFacts, event: Upload) -> Outcome:
    """Keep a document to go with the figures; another one takes its place."""
    refused = refusal(event)
    if refused:
        return Outcome((), (refused,))
    focus = replace(facts.focus, document=asdict(event), turn=facts.focus.turn + 1)
    view = {"name": shown_name(event), "again": facts.focus.document is not None}
    view["by"] = facts.request.by
    message = Say("forwarding/document", view)
    return Outcome((SetFocus(focus),), (message, _live(replace(facts, focus=focus))))


def _typed(facts: GuestFacts, event: Text) -> Outcome:
    words, word = facts.words, event.text.strip().casefold().rstrip(".!")
    if facts.focus.stage == Stage.NOTE:
        return _declined(facts, event.text)
    if event.is_forwarded:
        word = ""
    if facts.focus.stage == Stage.CONFIRM and word in (*words.choice("yes"), *words.choice("send")):
        return _propose(facts)
    if facts.focus.stage == Stage.CONFIRM and word not in words.choice("no"):
        return Outcome((), (Say("forwarding/confirm_first"), _live(facts)))
    return answering.drafted(facts, event)


def _on_tap(facts: GuestFacts, event: Tap) -> Outcome:
    pressed = read(event.data)
    if pressed is not None and pressed.verb == Verb.INFO and pressed.first == 0:
        task = facts.task
        explained = browsing.explained(facts, event, pressed, task, "forwarding/info")
        return Outcome((), (Notice(event.query_id), explained))
    if pressed is None or pressed.verb not in GUEST_VERBS:
        return not_yours(event)
    is_live = pressed.first == facts.focus.turn and pressed.number() == facts.focus.indicator
    if is_live and (outcome := _own(facts, pressed)):
        return replace(outcome, messages=(Notice(event.query_id), *outcome.messages))
    if pressed.verb == Verb.UNABLE and pressed.number(1) != Page.QUESTION:
        return not_yours(event)
    return answering.on_draft_tap(facts, event, pressed)


def _own(facts: GuestFacts, pressed: Pressed) -> Outcome | None:
    """Return what a button does that only a guest has, or that means something else for a guest."""
    stage, verb = facts.focus.stage, pressed.verb
    if verb == Verb.SAVE and stage == Stage.CONFIRM:
        return _propose(facts)
    if verb == Verb.DECLINE and stage == Stage.ASK:
        focus = replace(facts.focus, stage=Stage.NOTE, turn=facts.focus.turn + 1)
        return Outcome((SetFocus(focus),), (_why(replace(facts, focus=focus)),))
    if verb == Verb.CANCEL and stage == Stage.NOTE:
        task = facts.task
        back = replace(facts.focus, turn=facts.focus.turn + 1)
        back = inputs.at_next_input(task.indicator, back)
        return Outcome((SetFocus(back),), (prompt(facts, back),))
    return None


def _why(facts: GuestFacts, problem: bool = False) -> Say:
    focus = facts.focus
    cancel = Button("cancel", data(Verb.CANCEL, focus.turn, focus.indicator or 0))
    view = {"by": facts.request.by, "problem": problem, "most": LENGTHS[-1]}
    return Say("forwarding/why", view, ((cancel,),))


def _declined(facts: GuestFacts, text: str) -> Outcome:
    reason = tidy(text)
    if not is_reason(reason, facts.words):
        return Outcome((), (_why(facts, problem=True),))
    task = facts.task
    view = {"indicator": task.indicator.name, "person": facts.name, "reason": reason}
    notifications = tuple(
        Say(
            "forwarding/declined",
            view,
            (
                (Button("forward", data(Verb.ELSEWHERE, colleague.seat_id, task.indicator.no)),),
                (Button("unable", data(Verb.STUCK, colleague.seat_id, task.indicator.no)),),
            ),
            chat_id=colleague.chat_id,
        )
        for colleague in facts.colleagues
        if colleague.reachable
    )
    return _sent(facts, ProposeAnswer(facts.request.id, None, reason), notifications)


def _propose(facts: GuestFacts) -> Outcome:
    """Send the figures to the office's contacts, each with buttons of their own seat."""
    request = facts.request
    task = facts.task
    answer = draft_answer(task.indicator, facts.focus)
    view = {
        "indicator": task.indicator.name,
        "person": facts.name,
        "given": given(task.indicator, facts.focus),
        "value": answer.value,
        "value_marks": marks.view(facts.focus.marks, VALUE),
        "unit": task.indicator.unit,
        "document": facts.focus.document,
    }
    notifications = tuple(
        Say(
            "forwarding/proposal",
            view,
            (
                (
                    Button("use", data(Verb.USE, colleague.seat_id, request.id), style="success"),
                    Button("drop_proposal", data(Verb.DROP, colleague.seat_id, request.id)),
                ),
            ),
            chat_id=colleague.chat_id,
        )
        for colleague in facts.colleagues
        if colleague.reachable
    )
    document = facts.focus.document
    return _sent(
        facts, ProposeAnswer(request.id, answer, None, facts.focus.marks, document), notifications
    )


def _sent(facts: GuestFacts, change: ProposeAnswer, notifications: tuple[Say, ...]) -> Outcome:
    kept = {k: v for k, v in facts.focus.kept.items() if k != drafts.kept_key(facts.focus)}
    focus = Focus(turn=facts.focus.turn + 1, kept=kept)
    thanks = Say("forwarding/thanks", {"by": facts.request.by})
    return Outcome((change, SetFocus(focus)), (thanks, *notifications))
