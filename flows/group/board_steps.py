"""What the board (papan) of a group goes through: what a letter's fate makes of it, and what comes next.

A board ends in steps: it is unpinned, drawn a last time as ended, then off.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class BoardState(StrEnum):
    """Whether a board is kept current, or how far it has ended."""

    ON = "on"
    UNPIN = "unpin"
    END = "end"
    OFF = "off"


class Pin(StrEnum):
    """Whether the board's message is pinned, is to be, or may not be."""

    WANTED = "wanted"
    PINNED = "pinned"
    REFUSED = "refused"


class Fate(StrEnum):
    """What became of a board's last letter."""

    SENT = "sent"
    """The message is there."""
    PINNED = "pinned"
    NOT_PINNED = "not_pinned"
    DELETED = "deleted"
    """Somebody took the message away that was to be edited or pinned."""
    SHUT_OUT = "shut_out"
    """The bot was removed, or may not write."""
    NOTHING = "nothing"
    """Edited or unpinned, or not; or the group has moved, and the message that it was about is not there."""


class BoardStep(StrEnum):
    """What is done for a board."""

    UNPIN = "unpin"
    PIN = "pin"
    DRAW = "draw"
    OVER = "over"


DELETED = ("message to edit not found", "message to pin not found", "message_id_invalid")
"""What Telegram says of a message that is gone."""
AFTER: Mapping[Fate, Mapping[str, Any]] = {
    # It does not try again until somebody asks.
    Fate.SHUT_OUT: {"state": BoardState.OFF},
    # A new one is sent and pinned, without the pause between two edits.
    Fate.DELETED: {"message_id": None, "pin": Pin.WANTED, "edited_at": None},
    Fate.PINNED: {"pin": Pin.PINNED},
    Fate.NOT_PINNED: {"pin": Pin.REFUSED},
    Fate.SENT: {},
    Fate.NOTHING: {},
}
"""What each fate changes of a board; of a message that was sent also the id is kept."""


def fate(method: str, state: str, error: str, *, moved: bool) -> Fate:
    """Return what became of a letter, by its method and its state in the outbox; `moved`: the group has."""
    failed = state == "failed"
    if moved:  # what is heard of the old chat says nothing of the new one
        return Fate.NOTHING
    # Only a message of its own shows that the bot may not write: an edit fails for other reasons too.
    if state == "unreachable" or (failed and method == "sendMessage"):
        return Fate.SHUT_OUT
    if method == "sendMessage":
        return Fate.SENT
    # Before the pin is looked at: a pin that fails as the message is gone was not refused.
    if failed and any(text in error.casefold() for text in DELETED):
        return Fate.DELETED
    if method == "pinChatMessage":
        return Fate.PINNED if state == "sent" else Fate.NOT_PINNED
    return Fate.NOTHING


def next_step(state: BoardState, pin: Pin, *, is_there: bool) -> BoardStep:
    """Return what comes next for a board that is not off; `is_there`: it has a message in the group."""
    match state, pin, is_there:
        case BoardState.UNPIN, Pin.PINNED, True:
            return BoardStep.UNPIN
        case BoardState.UNPIN | BoardState.END, _, False:
            return BoardStep.OVER
        case BoardState.ON, Pin.WANTED, True:
            return BoardStep.PIN
        case _:
            return BoardStep.DRAW
