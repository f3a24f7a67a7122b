"""What an HTTP answer of the Bot API means: its result, or one of PTB's errors.

An answer that is not the Bot API's own (a page of a proxy, half a JSON) is `Foreign`: it says nothing about
the call. A `retry_after` is bounded here, so that no number of anybody's silences a chat for good.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.telegram.wire import loads

LONGEST_HOLD = 300
"""Seconds. Whoever is told to wait longer asks again after these, and is told again."""
UNSAID_HOLD = 5
"""Seconds, where a 429 does not say how many."""
SHOWN = 300
REFUSALS = range(400, 500)


class Foreign(NetworkError):
    """An answer with this status that the Bot API did not write."""

    def __init__(self, status: int) -> None:
        super().__init__(f"an answer with status {status} that is not the Bot API's")
        self.status = status


def result_of(status: int, payload: bytes) -> Any:
    """Return the `result` of an answer. Raises TelegramError where there is none."""
    answer = _object(payload)
    if status == HTTPStatus.OK and answer is not None and answer.get("ok") is True:
        if "result" not in answer:
            raise Foreign(status)
        return answer["result"]
    raise refusal(status, payload)


def refusal(status: int, payload: bytes) -> TelegramError:
    """Return the error that an answer without a result stands for."""
    answer = _object(payload)
    if answer is None or answer.get("ok") is not False:
        return _foreign(status)
    code = answer.get("error_code")
    if status < 300 and isinstance(code, int) and 400 <= code < 600:
        status = code
    text = answer.get("description")
    message = text[:SHOWN] if isinstance(text, str) else f"status {status}"
    given = answer.get("parameters")
    parameters = given if isinstance(given, dict) else {}
    moved = parameters.get("migrate_to_chat_id")
    if isinstance(moved, int) and not isinstance(moved, bool) and moved:
        return ChatMigrated(moved)
    if status == HTTPStatus.TOO_MANY_REQUESTS or parameters.get("retry_after"):
        return RetryAfter(_hold(parameters.get("retry_after")))
    return _by_status(status, message)


def _by_status(status: int, message: str) -> TelegramError:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        return InvalidToken(message)
    if status == HTTPStatus.FORBIDDEN:
        return Forbidden(message)
    if status == HTTPStatus.CONFLICT:
        return Conflict(message)
    return BadRequest(message) if status in REFUSALS else NetworkError(message)


def _foreign(status: int) -> TelegramError:
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:  # a proxy says it in its own way
        return BadRequest("Request Entity Too Large")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RetryAfter(UNSAID_HOLD)
    return Foreign(status)


def _hold(seconds: Any) -> int:
    """Return the seconds to wait: what Telegram asks for, within reason."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        return UNSAID_HOLD
    return math.ceil(min(seconds, LONGEST_HOLD))


def _object(payload: bytes) -> dict[str, Any] | None:
    try:
        body = loads(payload)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def seconds_of(error: RetryAfter) -> float:
    """Return for how many seconds a 429 asks to wait."""
    after = error.retry_after
    return float(after if isinstance(after, int) else after.total_seconds())
