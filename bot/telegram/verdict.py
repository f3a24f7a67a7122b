"""What a call that failed means for its row: it is over, or it is tried again, and when.

Whatever is wrong with one call settles that call's row, at once or after some tries; it ends nothing else.
A failure counts against the row only while `getMe` is answered: a road that is cut is nobody's fault.
"""

from __future__ import annotations

import logging

from msgspec import Struct
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.telegram.api_responses import REFUSALS, Foreign, seconds_of
from bot.telegram.previews import NoPreview
from bot.telegram.token import BotToken

log = logging.getLogger(__name__)
BACKOFF = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
ODD_TRIES = 3
"""So often an answer may make no sense before the row is settled."""
HARD_TRIES = 20
"""So often a call may fail, or be cut off, while others are answered: about a quarter of an hour."""
DOUBTED = 2
"""From this failure on it is asked whether others are answered."""
HARMLESS = (
    "message is not modified", "query is too old", "query id is invalid", "message to unpin not found",
)  # fmt: skip
"""What was wanted is so already, or is wanted no more."""


class Tries(Struct):
    """How often a row has failed, and how often of these it alone was to blame."""

    count: int = 0
    blamed: int = 0


class Again(Struct, frozen=True):
    """Try again after so many seconds; `held`: Telegram said so (429)."""

    seconds: float
    held: bool = False


class Over(Struct, frozen=True):
    """Nothing more to try. `state`: sent, failed or unreachable; `moved_to`: the group has a new id."""

    state: str
    error: str | None = None
    moved_to: int | None = None


async def verdict(error: Exception, tries: Tries, token: BotToken) -> Again | Over:
    """Decide what becomes of a row whose call raised this. Raises InvalidToken where getMe is refused."""
    match error:
        case RetryAfter():
            return Again(seconds_of(error) + 0.1, held=True)
        case Forbidden():
            return Over("unreachable", error.message)
        case ChatMigrated():  # the ids of messages do not move with the group
            return Over("failed", error.message, error.new_chat_id)
        case BadRequest():
            return _refused(error)
        case Conflict():
            return Over("failed", error.message)
        case TelegramError() | OSError() | MemoryError():
            return await _failed(error, tries, token)
        case NoPreview():
            return Over("dropped", f"no preview: {error}")
        case _:  # ours: trying again changes nothing
            return Over("failed", repr(error))


def _refused(error: BadRequest) -> Over:
    reason = error.message.casefold()
    if any(text in reason for text in HARMLESS):
        return Over("sent")
    return Over("unreachable" if "chat not found" in reason else "failed", error.message)


async def _failed(error: Exception, tries: Tries, token: BotToken) -> Again | Over:
    tries.count += 1
    why = error.message if isinstance(error, TelegramError) else type(error).__name__
    if isinstance(error, OSError | MemoryError):  # our machine's trouble
        return _again(tries)
    at_once = isinstance(error, InvalidToken) or _refuses(error)
    if (at_once or tries.count >= DOUBTED) and await token.is_good():
        tries.blamed += 1
        most = ODD_TRIES if isinstance(error, Foreign) and error.status < 500 else HARD_TRIES
        if at_once or tries.blamed > most - DOUBTED:
            return Over("failed", why)
    return _again(tries)


def _refuses(error: Exception) -> bool:
    """Tell whether an odd answer (a proxy's page, say) means that the request itself is wrong."""
    return isinstance(error, Foreign) and error.status in REFUSALS


def _again(tries: Tries) -> Again:
    return Again(BACKOFF[min(tries.count, len(BACKOFF)) - 1])


def holds(error: BaseException, kind: type[Exception]) -> bool:
    """Tell whether an error, or one of a group of them, is of this kind."""
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(kind) is not None
    return isinstance(error, kind)
