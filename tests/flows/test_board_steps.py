"""The states of a group's board: what a letter's fate makes of them, and what comes next."""

from __future__ import annotations

import pytest

from flows.group.board_steps import AFTER, BoardState, BoardStep, Fate, Pin, fate, next_step


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
        (BoardState.ON, Pin.WANTED, False, BoardStep.DRAW),
        (BoardState.ON, Pin.WANTED, True, BoardStep.PIN),
        (BoardState.ON, Pin.PINNED, True, BoardStep.DRAW),
        (BoardState.ON, Pin.REFUSED, True, BoardStep.DRAW),
        (BoardState.UNPIN, Pin.PINNED, True, BoardStep.UNPIN),
        (BoardState.UNPIN, Pin.REFUSED, True, BoardStep.DRAW),
        (BoardState.UNPIN, Pin.WANTED, False, BoardStep.OVER),
        (BoardState.END, Pin.PINNED, True, BoardStep.DRAW),
        (BoardState.END, Pin.WANTED, True, BoardStep.DRAW),
        (BoardState.END, Pin.PINNED, False, BoardStep.OVER),
    ],
)
def test_what_comes_next(state: BoardState, pin: Pin, is_there: bool, expected: BoardStep) -> None:
    assert next_step(state, pin, is_there=is_there) == expected
