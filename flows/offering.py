"""Which buttons a seat is shown: those that it may press, where a message is also for others.

What a button would do is decided by its route again; this only keeps from view what would be refused.
"""

from __future__ import annotations

from dataclasses import replace

from flows.model.buttons import Button, Verb, read
from flows.model.facts import Seated, known
from flows.model.outcome import Message, Outcome, Say
from flows.model.roles import SWITCHED, Role
from flows.table import TABLE


def offered(facts: Seated, outcome: Outcome) -> Outcome:
    """Return the outcome without the buttons that a seat of a level, or a reader's, may not press."""
    role = facts.seat.role
    if role not in SWITCHED:
        return outcome
    messages = tuple(_pruned(role, message) for message in outcome.messages)
    return replace(outcome, messages=messages)


def _pruned(role: Role, message: Message) -> Message:
    if not isinstance(message, Say) or message.chat_id is not None:
        return message
    rows = (tuple(one for one in row if _may_press(role, one)) for row in message.keyboard)
    return replace(message, keyboard=tuple(row for row in rows if row))


def _may_press(role: Role, button: Button) -> bool:
    if button.way is not None:  # tells the bot nothing
        return True
    pressed = known(read(button.data))
    if pressed.verb == Verb.CALLED:
        return bool(pressed.rest) and pressed.rest[0] in TABLE.menu(role, several=True)
    return TABLE.button(pressed.verb, role) is not None
