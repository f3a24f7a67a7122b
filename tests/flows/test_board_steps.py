"""The states of a group's board: what a letter's fate makes of them, and what comes next."""

from __future__ import annotations

import pytest

from flows.group.board_steps import AFTER, BoardState, Fate, Pin, Step, fate, next_step


@pytest.mark.parametrize(
    ("method", "state", "error", "expected"),
    [
        ("sendMessage", "sent", "", Fate.SENT),
        ("sendMessage", "failed", "not enough rights", Fate.SHUT_OUT),
        ("editMessageText", "unreachable", "bot was kicked", Fate.SHUT_OUT),
        ("editMessageText", "failed", "Bad Request: message to edit not found", Fate.DELETED),
        ("editMessageText", "failed", "Too long", Fate.NOTHING),
        ("editMessageText", "sent", "", Fate.NOTHING),
        ("pinChatMessage", "sent", "", Fate.PINNED),
        ("pinChatMessage", "failed", "not enough rights", Fate.NOT_PINNED),
        ("pinChatMessage", "failed", "MESSAGE_ID_INVALID", Fate.DELETED),
        ("unpinChatMessage", "failed", "not enough rights", Fate.NOTHING),
    ],
)
def test_what_became_of_a_letter(method: str, state: str, error: str, expected: Fate) -> None:
    assert fate(method, state, error, moved=False) == expected
    assert fate(method, state, error, moved=True) == Fate.NOTHING
    assert expected in AFTER


@pytest.mark.parametrize(
    ("state", "pin", "is_there", "expected"),
    [
        (BoardState.ON, Pin.WANTED, False, Step.DRAW),
        (BoardState.ON, Pin.WANTED, True, Step.PIN),
        (BoardState.ON, Pin.PINNED, True, Step.DRAW),
        (BoardState.ON, Pin.REFUSED, True, Step.DRAW),
        (BoardState.UNPIN, Pin.PINNED, True, Step.UNPIN),
        (BoardState.UNPIN, Pin.REFUSED, True, Step.DRAW),
        (BoardState.UNPIN, Pin.WANTED, False, Step.OVER),
        (BoardState.END, Pin.PINNED, True, Step.DRAW),
        (BoardState.END, Pin.WANTED, True, Step.DRAW),
        (BoardState.END, Pin.PINNED, False, Step.OVER),
    ],
)
def test_what_comes_next(state: BoardState, pin: Pin, is_there: bool, expected: Step) -> None:
    assert next_step(state, pin, is_there=is_there) == expected
