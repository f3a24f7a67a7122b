"""From what was typed or tapped to the next state of a draft, or a refusal with its reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, assert_never

from msgspec import Struct, field

from flows.contact import prompts
from flows.contact.draft_answers import asked_of, draft_answer, draft_inputs, together
from flows.contact.prompts import input_of
from flows.model import marks
from flows.model.facts import VALUE, Focus, Stage, Task
from flows.model.vocabulary import Vocabulary
from flows.reading import numbers
from flows.reading.asked import Asked
from scoring import Answer, Indicator, Input, InputKind, Sum, problems, relevant_inputs
from scoring.question_kinds import is_whole
from scoring.replacing import replace

AMONG = re.compile(r"[\s,;.&]+(?:dan\s+)?")
"""What stands between the letters of several options."""


class Taken(Struct, frozen=True):
    """The draft after it; the turn is the caller's to raise."""

    focus: Focus


class RefusedInput(Struct, frozen=True):
    """Why it was not taken; the draft stays as it was."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def at_next_input(indicator: Indicator, focus: Focus) -> Focus:
    """Return the focus at the first input that the draft lacks, or at the confirmation."""
    missing = next(
        (
            question.code
            for question in asked_of(indicator, focus)
            if question.code not in focus.inputs
        ),
        None,
    )
    focus = replace(focus, readings=(), absence=None, ticked=())
    if missing is None or focus.value is not None:
        return replace(focus, stage=Stage.CONFIRM, input=None)
    return replace(focus, stage=Stage.ASK, input=missing)


def _advanced(task: Task, focus: Focus) -> Focus:
    """Return the same; what was put aside in the stored answer and is asked again comes back first."""
    stored = task.mine.answer.inputs if task.mine else None
    if stored is not None and any(question.relevant for question in task.indicator.inputs):
        counted = {question.code for question in relevant_inputs(task.indicator, stored)}
        before = draft_inputs(Answer(inputs={k: v for k, v in stored.items() if k not in counted}))
        again = {question.code for question in asked_of(task.indicator, focus)} & before.keys()
        focus = replace(focus, inputs={**{code: before[code] for code in again}, **focus.inputs})
    return at_next_input(task.indicator, focus)


def reopened(focus: Focus, codes: Collection[str]) -> Focus:
    """Return the draft as it was before the figures `codes` were given, for the message that gave them."""
    if VALUE in codes:
        return replace(focus, stage=Stage.ASK, input=VALUE, value=None, readings=(), marks=())
    kept = {name: value for name, value in focus.inputs.items() if name not in codes}
    first = next(iter(codes))
    marked = tuple(mark for mark in focus.marks if mark.input not in codes)
    focus = replace(focus, marks=marked, value=None, readings=())
    return replace(focus, stage=Stage.ASK, input=first, inputs=kept)


def typed(
    task: Task, focus: Focus, text: str, message_id: int, asked: Asked, words: Vocabulary
) -> Taken | RefusedInput:
    """Read what was typed for the input in focus, which asks for what `asked` says.

    `words` are those that stand for a yes or a no.
    """
    code = focus.input
    if code is None:  # at the stages that only offer buttons
        return RefusedInput("use_buttons")
    result = _read(task, focus, text, asked, words)
    if isinstance(result, Taken):
        given = {name: message_id for name in result.focus.inputs if name not in focus.inputs}
        remembered = {**result.focus.typed, **given, code: message_id}
        return Taken(replace(result.focus, typed=remembered))
    return result


def _read(
    task: Task, focus: Focus, text: str, asked: Asked, words: Vocabulary
) -> Taken | RefusedInput:
    """Return a figure, or a choice by letter, label or text; yes and no by word."""
    question, word = input_of(task.indicator, focus), text.strip().casefold().rstrip(".)")
    if question is None:
        return _figure(task, focus, None, numbers.parse(text, asked), asked.label)
    match question.kind:
        case InputKind.COUNT | InputKind.AMOUNT:
            return _figure(task, focus, question, numbers.parse(text, asked), asked.label)
        case InputKind.CHOICES:
            return _several(task, focus, question, text, words)
        case InputKind.YES_NO | InputKind.DOCUMENT:
            has, has_not = (word in words.choice(name) for name in ("has", "has_not"))
            choice = 1 if has else 0 if has_not else None
        case InputKind.CHOICE:
            choice = _lettered(question, word)
        case _:
            assert_never(question.kind)
    chosen = None if choice is None else option(task, focus, choice)
    return Taken(chosen) if chosen else RefusedInput("unknown_option")


def _figure(
    task: Task, focus: Focus, question: Input | None, reading: numbers.FigureReading, unit: str
) -> Taken | RefusedInput:
    if isinstance(reading, numbers.NoNumber):
        return RefusedInput(f"number_{reading.reason}", {"word": reading.word, "unit": unit})
    if isinstance(reading, numbers.Pair):
        return _pair(task, focus, reading)
    if reading.percent and question is not None:
        return _percent(task, focus, reading, unit)
    focus = _marked(focus, focus.input or "", reading.marks, reading.typed)
    if isinstance(reading, numbers.Ambiguous):
        whole_only = question is not None and is_whole(question.kind)
        fitting = [r for r in reading.readings if not whole_only or r == r.to_integral_value()]
        readings = tuple(numbers.plain(reading) for reading in fitting or reading.readings)
        return Taken(replace(focus, stage=Stage.CLARIFY, readings=readings))
    return take_figure(task, focus, reading.value)


def _pair(task: Task, focus: Focus, pair: numbers.Pair) -> Taken | RefusedInput:
    """Read "12 dari 14.250", which fills both inputs of a ratio at once."""
    fields = task.indicator.inputs
    is_sum = isinstance(task.indicator.rule, Sum)  # "12 dari 14.250" is no two addends
    if focus.wants_value or len(fields) != 2 or focus.inputs or is_sum:
        return RefusedInput("number_pair")
    codes = [one.code for one in fields]
    both = dict(zip(codes, map(numbers.plain, (pair.part, pair.whole)), strict=True))
    for code, codes_of, typed_as in zip(codes, pair.marks, pair.typed, strict=True):
        focus = _marked(focus, code, codes_of, typed_as)
    return _checked(task, replace(focus, inputs=both))


def _marked(focus: Focus, code: str, codes: tuple[str, ...], typed: str) -> Focus:
    """Return the focus with the marks of what was just typed for one input, and no older ones of it."""
    mine = marks.of(code, codes, typed)
    return replace(focus, marks=(*marks.without(focus.marks, code), *mine))


def forwarded(before: Focus, after: Focus) -> Focus:
    """Return the focus after a message that was forwarded, with a mark at each figure that it gave."""
    given = [code for code in after.inputs if code not in before.inputs]
    if after.value is not None and after.value != before.value:
        given.append(VALUE)
    if not given and after.input is not None:  # to be confirmed first
        given.append(after.input)
    marked = tuple(marks.Mark(code, "forwarded") for code in given)
    return replace(after, marks=(*after.marks, *marked))


def _percent(
    task: Task, focus: Focus, reading: numbers.TypedNumber | numbers.Ambiguous, unit: str
) -> Taken | RefusedInput:
    """Return a percentage where a count is due: taken as the ready figure where that is allowed."""
    allowed = task.indicator.accepts_value and not task.others and "%" in task.indicator.unit
    if not allowed or focus.inputs:
        return RefusedInput("number_percent")
    return _figure(task, replace(focus, input=VALUE), None, replace(reading, percent=False), unit)


def take_figure(
    task: Task, focus: Focus, value: Decimal, confirmed: bool = False
) -> Taken | RefusedInput:
    """Take a figure for the input in focus; a zero is asked back once."""
    text = numbers.plain(value)
    if focus.wants_value:
        trial = replace(focus, value=text, inputs={})
    else:
        trial = replace(focus, inputs={**focus.inputs, focus.input or "": text})
    result = _checked(task, trial)
    if isinstance(result, Taken) and value == 0 and not confirmed:
        return Taken(replace(focus, stage=Stage.ZERO, readings=()))
    return result


def _checked(task: Task, focus: Focus) -> Taken | RefusedInput:
    answer = draft_answer(task.indicator, focus)
    refusals = problems(task.indicator, answer, partial=True, parts=1 + len(task.others))
    if refusals:
        return RefusedInput(refusals[0].code, refusals[0].params)
    return Taken(_advanced(task, focus))


def _lettered(question: Input, word: str) -> int | None:
    """Return the option that a letter, a label or a text names."""
    names = [
        {"abcdefghijklmnopqrstuvwxyz"[i], o.label.casefold(), o.text.casefold()}
        for i, o in enumerate(question.options)
    ]
    return next((i for i, known in enumerate(names) if word in known), None)


def _several(
    task: Task, focus: Focus, question: Input, text: str, words: Vocabulary
) -> Taken | RefusedInput:
    """Return what was typed where several may be chosen: letters, one name, none, or that it is all."""
    word = text.strip().casefold().rstrip(".)")
    if word in words.choice("finished"):
        return Taken(chosen(task, focus, question))
    if word in words.choice("has_not"):
        return Taken(chosen(task, replace(focus, ticked=()), question))
    named = _lettered(question, word)
    parts = [word] if named is not None else AMONG.split(word)
    letters = [_lettered(question, part) for part in parts]
    codes = [question.options[place].code for place in letters if place is not None]
    if len(codes) < len(letters):
        return RefusedInput("unknown_option")
    return Taken(chosen(task, replace(focus, ticked=tuple(codes)), question))


def chosen(task: Task, focus: Focus, question: Input) -> Focus:
    """Return the draft with all options taken that are ticked, in their order."""
    codes = [option.code for option in question.options if option.code in focus.ticked]
    inputs = {**focus.inputs, question.code: together(codes)}
    return _advanced(task, replace(focus, inputs=inputs))


def ticked(focus: Focus, question: Input, choice: int, *, on: bool) -> Focus | None:
    """Return the focus with an option ticked or not; None where there is no such option."""
    if choice >= len(question.options):
        return None
    code = question.options[choice].code
    rest = tuple(other for other in focus.ticked if other != code)
    return replace(focus, ticked=(*rest, code) if on else rest)


def same(task: Task, focus: Focus) -> Taken | RefusedInput | None:
    """Take for the input in focus what was carried over from the year before; None where nothing was."""
    question = input_of(task.indicator, focus)
    value = prompts.carried(task, focus, question)
    if question is None or value is None:
        return None
    focus = _marked(focus, question.code, (marks.SAME,), "")  # nobody has typed it
    if isinstance(value, Decimal):
        return take_figure(task, focus, value)
    if isinstance(value, tuple):
        return Taken(chosen(task, replace(focus, ticked=value), question))
    code = value if isinstance(value, str) else "ya" if value else "tidak"
    return Taken(_advanced(task, replace(focus, inputs={**focus.inputs, question.code: code})))


def option(task: Task, focus: Focus, choice: int) -> Focus | None:
    """Return the draft with option number `choice` taken; None where there is no such option."""
    question = input_of(task.indicator, focus)
    if question is None:
        return None
    match question.kind:
        case InputKind.YES_NO | InputKind.DOCUMENT:
            code = {1: "ya", 0: "tidak"}.get(choice)
        case InputKind.CHOICE:
            code = question.options[choice].code if choice < len(question.options) else None
        case InputKind.COUNT | InputKind.AMOUNT | InputKind.CHOICES:
            code = None
        case _:
            assert_never(question.kind)
    if code is None:
        return None
    return _advanced(task, replace(focus, inputs={**focus.inputs, question.code: code}))
