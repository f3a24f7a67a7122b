"""What a seat is offered: the buttons that it may press, where a message is also for others; and what a seat
that the period does without still may.

What a button would do is decided by its route again; this only keeps from view what would be refused.
"""

from __future__ import annotations

from flows.contact import joining
from flows.model.buttons import Button, Verb, read
from flows.model.facts import Seated, require
from flows.model.outcome import Message, Outcome, Say
from flows.model.roles import EVERYBODY, SWITCHED
from flows.model.routes import Route
from flows.route_table import TABLE
from scoring.replacing import replace


def offered(facts: Seated, outcome: Outcome) -> Outcome:
    """Return the outcome without the buttons that a seat of a level, or a reader's, may not press."""
    role = facts.seat.role
    if role not in SWITCHED:
        return outcome
    messages = tuple(_pruned(facts, message) for message in outcome.messages)
    return replace(outcome, messages=messages)


def is_shut(facts: Seated, route: Route | None) -> bool:
    """Tell whether a route is shut to a seat that the period does without: it keeps what is for everybody."""
    return facts.is_seat_off and route is not None and route.roles != EVERYBODY


def off(facts: Seated) -> Outcome:
    """Say why nothing is shown to such a seat, and where to turn to."""
    return Outcome((joining.menu(facts),), (joining.seat_off(facts, facts.seat),))


def _pruned(facts: Seated, message: Message) -> Message:
    if not isinstance(message, Say) or message.chat_id is not None:
        return message
    rows = (
        tuple(button for button in row if _may_press(facts, button)) for row in message.keyboard
    )
    return replace(message, keyboard=tuple(row for row in rows if row))


def _may_press(facts: Seated, button: Button) -> bool:
    role = facts.seat.role
    if button.way is not None:  # tells the bot nothing
        return True
    pressed = require(read(button.data))
    if pressed.verb == Verb.CALLED:
        name = pressed.rest[0] if pressed.rest else ""
        is_known = name in TABLE.menu(role, several=True)
        return is_known and not is_shut(facts, TABLE.command(name, role))
    route = TABLE.button(pressed.verb, role)
    return route is not None and not is_shut(facts, route)
