"""Looking round: the index of rights, one right's questions, explanations, the summary. Writes nothing."""

from __future__ import annotations

from typing import Any

from flows import answering, drafts, evidence, summary
from flows.buttons import Button, Pressed, Verb, data
from flows.events import Tap
from flows.facts import Facts, Stage, Task, known
from flows.outcome import Notice, Outcome, Say
from flows.prompts import evidence_view, question_text, return_view, stored_view
from flows.standing import State


def rights(facts: Facts) -> Outcome:
    """`/kategori`: the rights with done, total and points; one right alone is opened at once."""
    view = summary.of_desk(facts, facts.the_desk)
    if len(view["rights"]) == 1:
        return one_right(facts, view["rights"][0]["code"])
    seat = facts.focus.seat_id or 0
    rows = tuple(
        (Button("right", data(Verb.RIGHT, seat, index), right),)
        for index, right in enumerate(view["rights"])
    )
    return Outcome((), (Say("browsing/rights", view, rows),))


def one_right(facts: Facts, code: str) -> Outcome:
    """The questions of one right; a tap opens any of them."""
    tasks = summary.by_right(facts.the_desk)[code]
    view = next(r for r in summary.of_desk(facts, facts.the_desk)["rights"] if r["code"] == code)
    seat = facts.focus.seat_id or 0
    rows = tuple((Button("question", data(Verb.GO, seat, t.indicator.no), _row(t)),) for t in tasks)
    index = list(summary.by_right(facts.the_desk)).index(code)
    rows = (*rows, (Button("check_right", data(Verb.CHECK, seat, index)),))
    return Outcome((), (Say("browsing/right", {**view, "rows": [_row(t) for t in tasks]}, rows),))


def summary_message(facts: Facts) -> Outcome:
    """`/ringkasan`."""
    view = summary.of_desk(facts, facts.the_desk)
    return Outcome((), (Say("summary/desk", view, summary.keyboard(facts, facts.the_desk)),))


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """A button that shows something."""
    number = pressed.number()
    if pressed.verb == Verb.NEXT:
        return answering.go_on(facts)
    if pressed.verb == Verb.RIGHTS:
        return rights(facts)
    if pressed.verb == Verb.RIGHT:
        codes = list(summary.by_right(facts.the_desk))
        if number is not None and number < len(codes):
            return one_right(facts, codes[number])
    task = facts.the_desk.task(number) if number is not None else None
    if task is None:
        return Outcome((), (Notice(event.query_id, "notice/not_yours", alert=True),))
    if pressed.verb == Verb.INFO:
        return Outcome((), (Say("answering/info", info_view(facts, task)),))
    if pressed.verb == Verb.GO and task.mine is not None:
        return Outcome((), (_answered(facts, task),))
    if pressed.verb in (Verb.GO, Verb.EDIT):
        return _opened(facts, event, task)
    return Outcome((), (Notice(event.query_id, "notice/unknown"),))


def _opened(facts: Facts, event: Tap, task: Task) -> Outcome:
    focus = facts.focus
    if focus.indicator == task.indicator.no and focus.stage != Stage.EVIDENCE:
        # It is open already: no second prompt, no new turn.
        notice = Notice(event.query_id, "notice/already_open", {"indicator": task.indicator.short})
        question = drafts.live(facts)
        return Outcome((), (notice, *((question,) if question else ())))
    return drafts.open_task(facts, task)


def _answered(facts: Facts, task: Task) -> Say:
    seat = facts.focus.seat_id or 0
    shown = stored_view(task, known(task.mine))
    view = {
        "indicator": task.indicator.name,
        "given": shown["own_given"],
        "state": str(task.state),
        "late": task.standing is not None and task.standing.late,
        "verified_points": summary.verified_points(task),
        "notes": summary.notes(task) if task.has_open_thread else [],
        "returned": return_view(facts, task),
        "files": [evidence.file_view(proof) for proof in task.kept],
        **shown,
    }
    edit = (
        Button("proof", data(Verb.PROOF, seat, task.indicator.no)),
        Button("edit", data(Verb.EDIT, seat, task.indicator.no)),
    )
    first = edit if drafts.may_answer(task) else ()
    more = (
        Button("ask", data(Verb.NOTE, seat, task.indicator.no)),
        Button("history", data(Verb.HISTORY, seat, task.indicator.no)),
    )
    rows = (first, more, (Button("next", data(Verb.NEXT, seat)),))
    return Say("answering/stored", view, tuple(row for row in rows if row))


def info_view(facts: Facts, task: Task) -> dict[str, Any]:
    """What an indicator means, and what proves its answer."""
    indicator = task.indicator
    focus = facts.focus
    here = focus.indicator == indicator.no
    field = next((one for one in indicator.inputs if one.code == focus.input), None)
    return {
        "indicator": indicator.name,
        "unit": indicator.unit,
        "owner": indicator.owner,
        "meaning": indicator.guidance.meaning,
        "example": indicator.guidance.example,
        "article": indicator.guidance.article,
        "evidence": evidence_view(facts, facts.the_desk, task),
        "bands": [{"printed": band.printed, "points": band.points} for band in indicator.bands],
        "question": question_text(facts, facts.the_desk, field) if field and here else None,
    }


def _row(task: Task) -> dict[str, Any]:
    state = "open" if task.is_open else "deferred" if task.is_deferred else "done"
    if task.state != State.DRAFT and not task.is_open:
        state = str(task.state)
    return {
        "no": task.indicator.no,
        "short": task.indicator.short,
        "name": task.indicator.name,
        "state": state,
        "points": summary.points(task),
    }


__all__ = ["one_right", "rights", "summary_message", "tapped"]
