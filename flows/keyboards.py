"""The buttons under an open question: answers, absences, ways out; fewer of them for a guest."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flows.buttons import Button, Verb, data
from flows.facts import Focus, Task
from flows.outcome import Keyboard
from scoring import Absence, Input, InputKind

ABSENCES = (Absence.NOT_AVAILABLE, Absence.NOT_APPLICABLE, Absence.NOT_OUR_AUTHORITY)


def letter(index: int) -> str:
    """The letter of an option, as the body and its button name it."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[index]


def asking(task: Task, focus: Focus, field: Input) -> Keyboard:
    """Under a question that is answered by typing, or with yes and no."""
    seat = focus.seat_id or 0
    rows: list[tuple[Button, ...]] = []
    if field.kind == InputKind.YES_NO:
        rows.append(
            (
                write(focus, Verb.OPTION, "yes", "1", style="success"),
                write(focus, Verb.OPTION, "no", "0", style="danger"),
            )
        )
    info = Button("info", data(Verb.INFO, seat, task.indicator.no))
    if focus.inputs:
        return (*rows, (info, write(focus, Verb.CHANGE, "start_over")))
    return (*rows, *_absences(task, focus, info))


def _absences(task: Task, focus: Focus, info: Button) -> Keyboard:
    if focus.request is not None:  # a guest gives the figures, or says that they are another's
        return ((info,), (write(focus, Verb.DECLINE, "decline"),))
    first = [info]
    if task.indicator.accepts_value and not task.others:
        first.append(write(focus, Verb.READY, "ready_value"))
    buttons = [
        write(focus, Verb.ABSENCE, f"absence_{kind}", str(i)) for i, kind in enumerate(ABSENCES)
    ]
    forward = write(focus, Verb.FORWARD, "forward")
    return (tuple(first), (buttons[0], buttons[1]), (buttons[2], forward))


def options(task: Task, focus: Focus, field: Input) -> Keyboard:
    """Under a choice: its options by letter."""
    seat = focus.seat_id or 0
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
    return (
        *rows,
        *_absences(task, focus, Button("info", data(Verb.INFO, seat, task.indicator.no))),
    )


def readings(focus: Focus) -> Keyboard:
    """The numbers that a figure may stand for."""
    offered = tuple(
        (write(focus, Verb.READING, "reading", str(i), view={"value": Decimal(reading)}),)
        for i, reading in enumerate(focus.readings)
    )
    return (*offered, (write(focus, Verb.CANCEL, "retype"),))


def zero(focus: Focus) -> Keyboard:
    """Whether it is 0 indeed, or not known yet."""
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
    """Whether what looks odd is right."""
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
    """One value or the other, where two people answered."""
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
    """A button that writes: it carries the turn of the chat."""
    return Button(label, data(verb, focus.turn, focus.indicator or 0, *rest), view or {}, style)
