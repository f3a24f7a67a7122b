"""What is odd about an answer, beside last year's, the partners' and the unit's other answers.

It is asked back once, with the reason; what a person says is right is kept as flags for the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flows.model.facts import VALUE, Desk, Focus, Setting, Task, require
from scoring import Anomaly, Answer, References, find_anomalies


def flags(desk: Desk, task: Task, answer: Answer) -> tuple[Anomaly, ...]:
    """Return everything odd about `answer` as this unit's answer to `task`."""
    partners = tuple((part.unit, part.stored.answer) for part in task.others if part.stored)
    elsewhere = tuple(
        (other.indicator.name, other.mine.answer)
        for other in desk.tasks
        if other.mine and other.indicator.no != task.indicator.no and _alike(other, task)
    )
    past = task.previous
    previous = None if past is None or past.partial else past.answer
    return find_anomalies(task.indicator, answer, References(previous, partners, elsewhere))


def standing(desk: Desk, task: Task) -> tuple[Anomaly, ...]:
    """Return the flags kept with an answer, without those whose other figure was put right since."""
    stored = require(task.mine)
    if not any(flag.origin for flag in stored.flags):
        return stored.flags
    still = {(flag.code, flag.input, flag.origin) for flag in flags(desk, task, stored.answer)}
    return tuple(
        flag
        for flag in stored.flags
        if not flag.origin or (flag.code, flag.input, flag.origin) in still
    )


def _alike(task: Task, other: Task) -> bool:
    """Tell whether the same units share both: a part of the region's figure is not the figure."""
    return {part.unit for part in task.others} == {part.unit for part in other.others}


def key(flag: Anomaly) -> str:
    """Tells one oddity from the next; another figure is another one."""
    return (
        f"{flag.code} {flag.input or VALUE} {flag.current:f} {flag.reference:f} {flag.origin or ''}"
    )


def target(task: Task, focus: Focus, flags: Iterable[Anomaly]) -> str | None:
    """Return the input that a figure typed in reply is for; None where several come into question."""
    if focus.value is not None:
        return VALUE
    codes = {flag.input for flag in flags}
    if codes == {None}:
        codes = {question.code for question in task.indicator.inputs}
    return codes.pop() if len(codes) == 1 else None


def views(setting: Setting, flags: Iterable[Anomaly]) -> list[dict[str, Any]]:
    """Return the flags as messages word them."""
    return [
        {
            "code": flag.code,
            "name": flag.name,
            "unit": flag.unit,
            "now": flag.current,
            "then": flag.reference,
            "by": flag.magnitude,
            "where": flag.origin,
            "year": setting.period.data_year - 1,
        }
        for flag in flags
    ]
