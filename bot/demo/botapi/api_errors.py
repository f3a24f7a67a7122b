"""Refusals: of the Bot API in Telegram's own words, and of phones."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class PhoneRefusal(StrEnum):
    """What a phone does not do, with places for words."""

    NO_TEXT = "Telegram sends no empty text"
    NO_PAYLOAD = "Telegram opens no such payload: {payload}"
    NOT_OWN = "message {number} is not {who}'s"
    DELETED = "{who}'s account is deleted"
    NOT_IN = "{who} is not in {place}"


class PhoneError(ValueError):
    """A phone refuses: what, and of whom."""

    def __init__(self, refusal: PhoneRefusal, **words: object) -> None:
        super().__init__(refusal.format(**words))
        self.refusal = refusal
        self.words = words


class ApiError(Exception):
    """What a method answers instead of a result: HTTP status, description, parameters."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(text: str) -> ApiError:
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")
