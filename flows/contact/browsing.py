"""Looking round: the index of rights, one right's questions, explanations, the summary. Writes nothing."""

from __future__ import annotations

from typing import Any

from flows.contact import answering, choosing_period, drafts, keyboards, mending, stored, summary
from flows.contact.prompts import evidence_view, question_text
from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.criteria import Criterion, Sort
from flows.model.events import Tap
from flows.model.facts import AnswererFacts, ContactFacts, Stage, Task
from flows.model.outcome import Keyboard, Notice, Outcome, Say, not_yours
from flows.policy import season_policy

VERBS = (Verb.GO, Verb.EDIT, Verb.INFO, Verb.NEXT, Verb.RIGHTS, Verb.RIGHT)


def rights(facts: ContactFacts) -> Outcome:
    """`/kategori`: the rights with done, total and points; one right alone is opened at once."""
    view = summary.of_desk(facts, facts.desk)
    if len(view["rights"]) == 1:
        return one_right(facts, view["rights"][0]["code"])
    seat = facts.focus.seat_id or 0
    rows = tuple(
        (Button("right", data(Verb.RIGHT, seat, index), right),)
        for index, right in enumerate(view["rights"])
    )
    return Outcome((), (Say("browsing/rights", view, rows),))


def one_right(facts: ContactFacts, code: str) -> Outcome:
    """Return the questions of one right; a tap opens any of them."""
    tasks = summary.by_right(facts.desk)[code]
    view = next(r for r in summary.of_desk(facts, facts.desk)["rights"] if r["code"] == code)
    seat = facts.focus.seat_id or 0
    rows = tuple((Button("question", data(Verb.GO, seat, t.indicator.no), _row(t)),) for t in tasks)
    index = list(summary.by_right(facts.desk)).index(code)
    if season_policy.may_go_on(facts, facts.desk) and any(
        t.is_lacking or t.is_unsent for t in tasks
    ):
        rows = (*rows, (Button("check_right", data(Verb.CHECK, seat, index)),))
    return Outcome((), (Say("browsing/right", {**view, "rows": [_row(t) for t in tasks]}, rows),))


def summary_message(facts: ContactFacts) -> Outcome:
    """`/ringkasan`."""
    view = summary.of_desk(facts, facts.desk) | choosing_period.beside(facts)
    return Outcome((), (Say("summary/desk", view, summary.keyboard(facts, facts.desk)),))


def on_tap(facts: ContactFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Answer a button that shows something."""
    indicator_no = pressed.number()
    if pressed.verb == Verb.NEXT:
        return answering.go_on(facts)
    if pressed.verb == Verb.RIGHTS:
        return rights(facts)
    if pressed.verb == Verb.RIGHT:
        codes = list(summary.by_right(facts.desk))
        if indicator_no is not None and indicator_no < len(codes):
            return one_right(facts, codes[indicator_no])
    task = facts.desk.task(indicator_no) if indicator_no is not None else None
    if task is None or pressed.verb == Verb.RIGHT:
        return not_yours(event)
    if pressed.verb == Verb.INFO:
        return Outcome((), (explained(facts, event, pressed, task, "answering/info"),))
    if pressed.verb == Verb.GO and task.mine is not None:
        return Outcome((), (stored.shown(facts, task),))
    return _opened(facts, event, task, pressed.rest[1] if len(pressed.rest) > 1 else "")


def _opened(facts: ContactFacts, event: Tap, task: Task, part: str) -> Outcome:
    focus = facts.focus
    if focus.indicator == task.indicator.no and focus.stage != Stage.EVIDENCE and not part:
        # It is open already: no second prompt, no new turn.
        notice = Notice(event.query_id, "notice/already_open", {"indicator": task.indicator.short})
        question = drafts.live(facts)
        return Outcome((), (notice, *((question,) if question else ())))
    return mending.open_task(facts, task, part=part)


def explained(facts: AnswererFacts, event: Tap, pressed: Pressed, task: Task, name: str) -> Say:
    """Return the explanation in the place of the live question, with the way back; below it any other."""
    focus, view = facts.focus, info_view(facts, task)
    is_open = focus.indicator == task.indicator.no and focus.stage == Stage.ASK
    if is_open and pressed.number(1) == focus.turn:
        back = keyboards.write(focus, Verb.UNABLE, "back_to_question", str(keyboards.Page.QUESTION))
        return Say(name, view, ((back,), *_criterion(facts, task)), edit=event.message_id)
    seat = focus.seat_id or 0
    back = Button("back_to_question", data(Verb.NEXT, seat))
    first = ((back,),) if is_open and focus.request is None else ()
    return Say(name, view, (*first, *_criterion(facts, task)))


def _criterion(facts: AnswererFacts, task: Task) -> Keyboard:
    """Return the way to the criterion with its sources, for whoever holds a seat."""
    if not isinstance(facts, ContactFacts):
        return ()
    code = Criterion(Sort.INDICATOR, str(task.indicator.no)).code
    return ((Button("criterion_of_question", data(Verb.CRITERIA, facts.seat.id, code)),),)


def info_view(facts: AnswererFacts, task: Task) -> dict[str, Any]:
    """Return what an indicator means, and what proves its answer."""
    indicator = task.indicator
    focus = facts.focus
    here = focus.indicator == indicator.no
    field = next((question for question in indicator.inputs if question.code == focus.input), None)
    return {
        "indicator": indicator.name,
        "unit": indicator.unit,
        "owner": indicator.owner,
        "meaning": indicator.guidance.meaning,
        "example": indicator.guidance.example,
        "article": indicator.guidance.law,
        "confirmed": indicator.is_confirmed,
        "evidence": evidence_view(facts, facts.desk, task),
        "bands": [{"printed": band.printed, "points": band.points} for band in indicator.bands],
        "question": question_text(facts, facts.desk, field) if field and here else None,
    }


def _row(task: Task) -> dict[str, Any]:
    return {
        "no": task.indicator.no,
        "short": task.indicator.short,
        "name": task.indicator.name,
        "state": summary.state_of(task),
        "points": summary.points(task),
    }


__all__ = ["on_tap", "one_right", "rights", "summary_message"]


ROUTES = (
    walks.contact.command("kategori", walks.plain(rights), place=20),
    walks.contact.command("ringkasan", walks.plain(summary_message), place=30),
    *(walks.contact.button(verb, on_tap) for verb in VERBS),
)
