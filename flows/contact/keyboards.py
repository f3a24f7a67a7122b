"""The buttons under an open question: answers, absences, ways out; fewer of them for a guest."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import IntEnum
from typing import Any, assert_never

from flows.model.buttons import Button, Verb, data
from flows.model.facts import Focus, Task
from flows.model.outcome import Keyboard
from scoring import Absence, Input, InputKind

ABSENCES = (Absence.NOT_AVAILABLE, Absence.NOT_APPLICABLE, Absence.NOT_OUR_AUTHORITY)


class Page(IntEnum):
    """What the buttons under a question show: the ways to answer, or why it cannot be answered."""

    QUESTION = 0
    REASONS = 1
    ELSEWHERE = 2


def letter(index: int) -> str:
    """Return the letter of an option, as the body and its button name it."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[index]


def asking(task: Task, focus: Focus, field: Input) -> Keyboard:
    """Return what stands under a question that is answered by typing, or with yes and no."""
    rows: Keyboard = ()
    match field.kind:
        case InputKind.YES_NO:
            yes = write(focus, Verb.OPTION, "yes", "1", style="success")
            rows = ((yes, write(focus, Verb.OPTION, "no", "0", style="danger")),)
        case InputKind.DOCUMENT:
            rows = (
                (write(focus, Verb.OPTION, "document_yes", "1", style="success"),),
                (write(focus, Verb.OPTION, "document_no", "0", style="danger"),),
            )
        case InputKind.COUNT | InputKind.AMOUNT | InputKind.CHOICE | InputKind.CHOICES:
            pass  # typed; choices have `options` and `several`
        case _:
            assert_never(field.kind)
    info = information(task, focus)
    if focus.inputs:
        return (*rows, (info, write(focus, Verb.CHANGE, "start_over")))
    return (*rows, *_ways_out(task, focus))


def information(task: Task, focus: Focus) -> Button:
    """Return what the question means; the turn tells its live message from an older one."""
    seat = focus.seat_id or 0
    return Button("info", data(Verb.INFO, seat, task.indicator.no, focus.turn))


def _ways_out(task: Task, focus: Focus) -> Keyboard:
    if focus.request is not None:  # a guest gives the figures, or says that they are another's
        return ((information(task, focus),), (write(focus, Verb.DECLINE, "decline"),))
    return ((information(task, focus), write(focus, Verb.UNABLE, "unable", str(Page.REASONS))),)


def unable(task: Task, focus: Focus) -> Keyboard:
    """Return the reasons why the question cannot be answered, each on a line of its own, and the way back."""
    lacking, inapplicable, _ = (
        write(focus, Verb.ABSENCE, f"absence_{kind}", str(i)) for i, kind in enumerate(ABSENCES)
    )
    rows = [(lacking,), (inapplicable,)]
    rows.append((write(focus, Verb.UNABLE, "elsewhere", str(Page.ELSEWHERE)),))
    if task.indicator.accepts_value and not task.others:
        view = {"unit": task.indicator.unit}
        rows.append((write(focus, Verb.READY, "ready_value", view=view),))
    return (*rows, (write(focus, Verb.UNABLE, "back_one", str(Page.QUESTION)),))


def elsewhere(focus: Focus) -> Keyboard:
    """Return the ways on where another agency holds the data: ask it, or state that it is theirs."""
    index = ABSENCES.index(Absence.NOT_OUR_AUTHORITY)
    return (
        (write(focus, Verb.FORWARD, "forward"),),
        (write(focus, Verb.ABSENCE, f"absence_{ABSENCES[index]}", str(index)),),
        (write(focus, Verb.UNABLE, "back_one", str(Page.REASONS)),),
    )


def options(task: Task, focus: Focus, field: Input) -> Keyboard:
    """Return what stands under a choice: its options by letter."""
    rows = tuple(
        (
            write(
                focus,
                Verb.OPTION,
                "option",
                str(i),
                view={"letter": letter(i), "text": option.label},
            ),
        )
        for i, option in enumerate(field.options)
    )
    return (*rows, *_ways_out(task, focus))


def several(task: Task, focus: Focus, field: Input) -> Keyboard:
    """Return what stands under a question with several options: each can be ticked, then all are taken.

    A button says whether the option is to be ticked, so that a second tap changes nothing.
    """
    rows = []
    for index, option in enumerate(field.options):
        on = option.code in focus.ticked
        view = {"letter": letter(index), "text": option.label, "on": on}
        rest = (str(index), "0" if on else "1")
        rows.append((write(focus, Verb.OPTION, "tick_option", *rest, view=view),))
    finish = write(focus, Verb.CHOSEN, "finish", style="success")
    return (*rows, (finish,), *_ways_out(task, focus))


def readings(focus: Focus) -> Keyboard:
    """Return the numbers that a figure may stand for."""
    offered = tuple(
        (write(focus, Verb.READING, "reading", str(i), view={"value": Decimal(reading)}),)
        for i, reading in enumerate(focus.readings)
    )
    return (*offered, (write(focus, Verb.CANCEL, "retype"),))


def zero(focus: Focus) -> Keyboard:
    """Return the buttons that ask whether it is 0 indeed, or not known yet."""
    lacking: Keyboard = ((write(focus, Verb.ABSENCE, f"absence_{ABSENCES[0]}", "0"),),)
    lacking = lacking if focus.request is None else ()
    return (
        (
            write(focus, Verb.ZERO, "zero_yes", style="success"),
            write(focus, Verb.CANCEL, "retype"),
        ),
        *lacking,
    )


def doubt(focus: Focus) -> Keyboard:
    """Return the buttons that ask whether what looks odd is right."""
    return (
        (
            write(focus, Verb.SURE, "doubt_yes", style="success"),
            write(focus, Verb.CHANGE, "retype"),
        ),
    )


def confirm(focus: Focus) -> Keyboard:
    """Save it, or send it as a proposal; or give other figures."""
    label = "save" if focus.request is None else "send_proposal"
    return (
        (
            write(focus, Verb.SAVE, label, style="success"),
            write(focus, Verb.CHANGE, "change"),
        ),
    )


def conflict(focus: Focus) -> Keyboard:
    """Settle a conflict by one value or the other, where two people answered."""
    return (
        (write(focus, Verb.MINE, "save_mine", "1"),),
        (write(focus, Verb.MINE, "keep_theirs", "0"),),
    )


def write(
    focus: Focus,
    verb: Verb,
    label: str,
    *rest: str,
    view: Mapping[str, Any] | None = None,
    style: str | None = None,
) -> Button:
    """Return a button that writes: it carries the turn of the chat."""
    return Button(label, data(verb, focus.turn, focus.indicator or 0, *rest), view or {}, style)
