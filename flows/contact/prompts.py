"""The message that belongs to where a chat stands: focus in, question with its buttons out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, assert_never

from flows.contact import keyboards, plausibility
from flows.contact.draft_answers import asked_of, codes_of
from flows.contact.draft_answers import draft_answer as draft_answer
from flows.contact.draft_answers import draft_inputs as draft_inputs
from flows.contact.promises import promised_day
from flows.model import marks
from flows.model.answer_state import Previous, Stored
from flows.model.buttons import Verb
from flows.model.facts import VALUE, AnswererFacts, Desk, Focus, Setting, Stage, Task
from flows.model.marks import Mark
from flows.model.outcome import Say
from flows.model.scores import score_of
from flows.policy import timing
from scoring import (
    Answer,
    Given,
    Indicator,
    Input,
    InputKind,
    Ratio,
    ReturnReason,
    part_score,
    relevant_inputs,
)
from scoring.replacing import replace

COUNTS = re.compile(r"([\d.,]+) ÷ ([\d.,]+)")
"""The two counts that a worked example begins with."""


def prompt(facts: AnswererFacts, focus: Focus, problem: Mapping[str, Any] | None = None) -> Say:
    """Return the live question of `focus`; with `problem` the reason why what came was not taken."""
    task = facts.desk.the_task(focus.indicator)
    view = _base_view(facts, facts.desk, task, focus) | {"problem": problem}
    cancel = ((keyboards.write(focus, Verb.CANCEL, "cancel"),),)
    match focus.stage:
        case Stage.ASK:
            return _ask(task, focus, view)
        case Stage.CLARIFY:
            view["readings"] = [Decimal(reading) for reading in focus.readings]
            return Say("answering/clarify", view, keyboards.readings(focus))
        case Stage.ZERO:
            return Say("answering/zero", view, keyboards.zero(focus))
        case Stage.REASON:
            view |= {"absence": focus.absence, "ready": _soon(facts)}
            return Say("answering/reason", view, cancel)
        case Stage.DOUBT:
            flags = plausibility.flags(facts.desk, task, draft_answer(task.indicator, focus))
            view["flags"] = plausibility.views(facts, flags)
            return Say("answering/doubt", view, keyboards.doubt(focus))
        case Stage.EXPLAIN:
            return Say("answering/explain", view | _explained(facts, task, focus), cancel)
        case Stage.CONFLICT:
            view |= _calculated(task, focus)
            view["stored"] = stored_view(task, task.mine) if task.mine else None
            return Say("answering/conflict", view, keyboards.conflict(focus))
        case (
            Stage.CONFIRM | Stage.NOTE | Stage.IDLE | Stage.EVIDENCE | Stage.JUDGE | Stage.EXTEND
            | Stage.COMMENT | Stage.PROPOSE | Stage.MEETING | Stage.REOPEN_SEASON
            | Stage.LETTERHEAD | Stage.SUBMISSION | Stage.ANNOUNCE | Stage.NOTICE
        ):  # fmt: skip
            # a guest who was to say why may send it all the same; no question is open at the others
            return _confirm(task, focus, view)
        case _:
            assert_never(focus.stage)


def _confirm(task: Task, focus: Focus, view: dict[str, Any]) -> Say:
    """Return the draft before it is saved; a guest's before it goes to the office, without what it scores."""
    if focus.request is None:
        return Say("answering/confirm", view | _calculated(task, focus), keyboards.confirm(focus))
    answer = draft_answer(task.indicator, focus)
    view |= {"value": answer.value, "value_marks": marks.view(focus.marks, VALUE)}
    view["document"] = focus.document
    return Say("forwarding/confirm", view, keyboards.confirm(focus))


def _calculated(task: Task, focus: Focus) -> dict[str, Any]:
    answer = draft_answer(task.indicator, focus)
    return calculation(task, answer, focus.marks) | {"past": past_view(task)}


def _explained(facts: AnswererFacts, task: Task, focus: Focus) -> dict[str, Any]:
    """Return what is sent back as it is: the stored answer, where there is one."""
    mine = task.mine
    answer = mine.answer if mine else draft_answer(task.indicator, focus)
    marked = mine.marks if mine else focus.marks
    return {
        **calculation(task, answer, marked),
        "past": past_view(task),
        "returned": return_view(facts, task),
        "given": own_given(task.indicator, answer, marked),
    }


def unfolded(
    facts: AnswererFacts, focus: Focus, page: int, problem: Mapping[str, Any] | None = None
) -> Say:
    """Return the live question with the reasons why it cannot be answered in place of answers."""
    task = facts.desk.the_task(focus.indicator)
    message = prompt(facts, focus, problem)
    if page == keyboards.Page.REASONS:
        return replace(message, keyboard=keyboards.unable(task, focus))
    if page == keyboards.Page.ELSEWHERE:
        return replace(message, keyboard=keyboards.elsewhere(focus))
    return message


def _short_form(desk: Desk, task: Task, focus: Focus) -> str | None:
    """Return both counts of a ratio in one line, as the example has them; None once one is stored."""
    if focus.inputs or not isinstance(task.indicator.rule, Ratio):
        return None
    if any(one.mine and isinstance(one.indicator.rule, Ratio) for one in desk.tasks):
        return None
    counts = COUNTS.match(task.indicator.guidance.example)
    return f"{counts[1]} dari {counts[2]}" if counts else None


def _soon(facts: AnswererFacts) -> date:
    """Return a day before the deadline, for an example of when data will be there."""
    left = max(timing.days_left(facts, facts.desk), 2)
    return timing.local_day(facts, facts.desk.region) + timedelta(days=left // 2)


def _ask(task: Task, focus: Focus, view: dict[str, Any]) -> Say:
    """Return the question that is open; above its buttons, what an earlier instrument's answer offers."""
    field = input_of(task.indicator, focus)
    message = _asked(task, focus, view)
    if carried(task, focus, field) is None:
        return message
    same = keyboards.write(focus, Verb.SAME, "same_as_before", view={"year": view["past"]["year"]})
    return replace(message, keyboard=((same,), *message.keyboard))


def _asked(task: Task, focus: Focus, view: dict[str, Any]) -> Say:
    indicator = task.indicator
    field = input_of(indicator, focus)
    view["first"] = not focus.inputs and not focus.wants_value
    view["previous"] = _previous(task, focus)
    view["past"] = _past(task, focus, field)
    if focus.wants_value or field is None:
        return Say(
            "answering/ask_value", view, ((keyboards.write(focus, Verb.CANCEL, "back_to_counts"),),)
        )
    match field.kind:
        case InputKind.CHOICE:
            view["options"] = [
                {"letter": keyboards.letter(i), "text": option.text}
                for i, option in enumerate(field.options)
            ]
            return Say("answering/ask_choice", view, keyboards.options(task, focus, field))
        case InputKind.CHOICES:
            view["options"] = [
                {
                    "letter": keyboards.letter(i),
                    "text": option.text,
                    "on": option.code in focus.ticked,
                }
                for i, option in enumerate(field.options)
            ]
            return Say("answering/ask_choices", view, keyboards.several(task, focus, field))
        case InputKind.YES_NO:
            return Say("answering/ask_yes_no", view, keyboards.asking(task, focus, field))
        case InputKind.DOCUMENT:
            return Say("answering/ask_document", view, keyboards.asking(task, focus, field))
        case InputKind.COUNT | InputKind.AMOUNT:
            return Say("answering/ask", view, keyboards.asking(task, focus, field))
        case _:
            assert_never(field.kind)


def _base_view(facts: AnswererFacts, desk: Desk, task: Task, focus: Focus) -> dict[str, Any]:
    indicator = task.indicator
    field = input_of(indicator, focus)
    right = facts.period.instrument.right(indicator.right)
    places = [one.indicator.no for one in desk.tasks if one.indicator.right == indicator.right]
    return {
        "right": right.name,
        "position": places.index(indicator.no) + 1 if indicator.no in places else len(places),
        "of": len(places),
        "indicator": indicator.name,
        "unit": indicator.unit,
        "figure": indicator.name[:1].lower() + indicator.name[1:],
        "year": facts.period.data_year,
        "question": question_text(facts, desk, field) if field else None,
        "input": field.name if field else None,
        "input_unit": field.unit if field else indicator.unit,
        "kind": str(field.kind) if field else "value",
        "given": given(indicator, focus),
        "others": [part.unit for part in task.others],
        "returned": return_view(facts, task),
        "guest": focus.request is not None,
        "office": desk.unit.name,
        "short_form": _short_form(desk, task, focus),  # a refusal at any stage may show it
    }


def question_text(setting: Setting, desk: Desk, field: Input) -> str:
    return filled(setting, desk, field.question)


def filled(setting: Setting, desk: Desk, text: str) -> str:
    """Return a text of the instrument for this region and year."""
    text = text.replace("{daerah}", desk.region.name)
    return text.replace("{tahun}", str(setting.period.data_year))


def evidence_view(setting: Setting, desk: Desk, task: Task) -> list[dict[str, Any]]:
    """Return the documents that prove an answer, as messages name them."""
    return [
        {
            "title": filled(setting, desk, evidence.title),
            "signer": evidence.signer,
            "period": filled(setting, desk, evidence.period),
            "signature": evidence.signature,
            "stamp": evidence.stamp,
        }
        for evidence in task.indicator.evidence
    ]


def input_of(indicator: Indicator, focus: Focus) -> Input | None:
    """Return the input that the chat waits for; None where it is the ready figure."""
    return next((field for field in indicator.inputs if field.code == focus.input), None)


def given(indicator: Indicator, focus: Focus) -> list[dict[str, Any]]:
    """Return what the draft holds so far."""
    return [
        {
            "name": field.name,
            "unit": field.unit,
            "value": shown(field, focus.inputs[field.code]),
            **marks.view(focus.marks, field.code),
        }
        for field in asked_of(indicator, focus)
        if field.code in focus.inputs
    ]


def shown(field: Input, value: object) -> object:
    """Return a stored input as a template prints it: a figure, an option's text, or yes and no."""
    match field.kind:
        case InputKind.CHOICE:
            return next((option.text for option in field.options if option.code == value), value)
        case InputKind.CHOICES:
            codes = value if isinstance(value, tuple) else codes_of(str(value))
            return [option.text for option in field.options if option.code in codes]
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return value in (True, "ya")
        case InputKind.COUNT | InputKind.AMOUNT:
            return Decimal(str(value))
        case _:
            assert_never(field.kind)


def _previous(task: Task, focus: Focus) -> object:
    """Return what is stored for the input that is asked, so that a correction sees it."""
    if task.mine is None:
        return None
    if focus.wants_value:
        return task.mine.answer.value
    if task.mine.answer.inputs is None or focus.input is None:
        return None
    field = input_of(task.indicator, focus)
    value = task.mine.answer.inputs.get(focus.input)
    return None if field is None or value is None else shown(field, value)


def _past(task: Task, focus: Focus, field: Input | None) -> dict[str, Any] | None:
    """Return last year's figure for the input that is asked; at the first, a ready one or an absence too."""
    if task.previous is None:
        return None
    inputs = task.previous.answer.inputs
    if inputs is None or field is None:
        return past_view(task) if focus.wants_value or not focus.inputs else None
    if field.code not in inputs:
        return None
    return _offered(task.previous, value=shown(field, inputs[field.code]), unit=field.unit)


def carried(task: Task, focus: Focus, field: Input | None) -> Given | None:
    """Return what an earlier instrument's answer offers for the input in focus; nothing to a guest."""
    previous = task.previous
    if previous is None or not previous.carried or focus.request is not None:
        return None
    inputs = previous.answer.inputs
    return None if inputs is None or field is None else inputs.get(field.code)


def past_view(task: Task) -> dict[str, Any] | None:
    """Return what the unit answered last year, by this year's table; None where nothing is known."""
    if task.previous is None or task.previous.partial:
        return None
    answer, score = task.previous.answer, part_score(task.indicator, task.previous.answer)
    points = None if task.others else score.points
    if score.rounded is not None:
        return _offered(task.previous, value=score.rounded, unit=task.indicator.unit, points=points)
    if answer.absence:
        return _offered(task.previous)
    chosen = [] if task.indicator.accepts_value else own_given(task.indicator, answer)
    return _offered(task.previous, value=chosen[0]["value"], points=points) if chosen else None


def _offered(previous: Previous, **more: Any) -> dict[str, Any]:
    absence = previous.answer.absence
    known = {
        "year": previous.year,
        "note": previous.note,
        "absence": absence and str(absence),
        "carried": list(previous.carried),
    }
    return {"value": None, "unit": "", "points": None} | known | more


def calculation(task: Task, mine: Answer, marked: Iterable[Mark] = ()) -> dict[str, Any]:
    """Return the worked calculation, value and points, as the confirming message shows them."""
    score = score_of(task.indicator, task.response(mine))
    return {
        "explanation": {"code": score.explanation.code, "params": score.explanation.worked_out()},
        "points": score.points,
        "max_points": score.max_points,
        "unconfirmed": score.unconfirmed,
        "in_hole": score.in_hole,
        "basis": str(score.basis),
        "shared": bool(task.others),
        "waiting_for": [part.unit for part in task.others if part.stored is None],
        "ready_value": mine.value is not None,
        "absence": str(mine.absence) if mine.absence else None,
        "own_given": own_given(task.indicator, mine, marked),
        "value_marks": marks.view(marked, VALUE),
    }


def own_given(
    indicator: Indicator, answer: Answer, marked: Iterable[Mark] = ()
) -> list[dict[str, Any]]:
    """Return the figures of an answer by name, for messages that repeat them."""
    return [
        {
            "name": field.name,
            "unit": field.unit,
            "value": shown(field, (answer.inputs or {})[field.code]),
            **marks.view(marked, field.code),
        }
        for field in relevant_inputs(indicator, answer.inputs or {})
        if field.code in (answer.inputs or {})
    ]


def stored_view(task: Task, stored: Stored) -> dict[str, Any]:
    """Return a stored answer as messages show it."""
    return {
        **calculation(task, stored.answer, stored.marks),
        "receipt": stored.receipt,
        "promised": promised_day(stored),
        "source": stored.source,
        "imported": marks.imported_from(stored.marks),
        "revision": stored.revision,
        "reason": stored.reason,
        "by": stored.by,
        "at": stored.at,
    }


def return_view(facts: AnswererFacts, task: Task) -> dict[str, Any] | None:
    """Return why an answer came back: the instrument's reason, the reviewer's words, what would satisfy."""
    standing = task.standing
    if standing is None or not task.is_returned:
        return None
    code = facts.period.instrument.return_reason(standing.code)
    return {
        "label": code.text if code else None,
        "satisfies": return_text(facts, facts.desk, code),
        "reason": standing.reason,
        "role": str(standing.role),
    }


def return_text(setting: Setting, desk: Desk, code: ReturnReason | None) -> str | None:
    """Return what would satisfy the reviewer, for this region and year."""
    return None if code is None else filled(setting, desk, code.satisfies)
