"""JSON as it comes over the wire. Halves of characters, which no text can hold, become question marks."""

from __future__ import annotations

import json
from typing import Any

import orjson


def loads(content: bytes | str) -> Any:
    """Parse JSON. Raises ValueError where it is none.

    orjson refuses a whole answer for one lone surrogate in it; that must not hold up all the others.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        try:
            return _whole(content)
        except (ValueError, RecursionError):
            raise error from None


def _whole(content: bytes | str) -> Any:
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    again = json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False)
    return orjson.loads(again.encode("utf-8", "replace"))
