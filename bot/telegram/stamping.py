"""Puts into buttons which period they act in, where there are several side by side."""

from __future__ import annotations

from flows.model.buttons import Button, within
from flows.model.outcome import Message, Outcome, Say
from scoring.replacing import replace


def stamped(outcome: Outcome, period_id: int) -> Outcome:
    """Return an outcome whose buttons act in a period, but for those that name another."""
    messages = tuple(stamped_message(message, period_id) for message in outcome.messages)
    return replace(outcome, messages=messages)


def stamped_message(message: Message, period_id: int) -> Message:
    """Return a message whose buttons act in a period, but for those that name another."""
    if not isinstance(message, Say) or not message.keyboard:
        return message
    rows = tuple(tuple(_stamped(button, period_id) for button in row) for row in message.keyboard)
    return replace(message, keyboard=rows)


def _stamped(button: Button, period_id: int) -> Button:
    if not button.data:
        return button
    return replace(button, data=within(button.data, button.period or period_id))
