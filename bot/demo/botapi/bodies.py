"""Bodies of `/sim`: an object comes in as JSON, whatever follows from it goes out as JSON."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web
from msgspec import Struct, structs


async def read_object(request: web.Request) -> dict[str, Any]:
    """Return the object in a request's body; an empty body is an empty one.

    Raises orjson.JSONDecodeError, and TypeError where it is something else than an object.
    """
    body = orjson.loads(await request.read() or b"{}")
    if not isinstance(body, dict):
        raise TypeError("an object is expected")
    return body


def json_response(body: Any, status: int = 200) -> web.Response:
    """Return a response with JSON: a record as an object, what JSON does not know as text."""
    content = orjson.dumps(body, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    return web.Response(body=content, status=status, content_type="application/json")


def _plain(value: object) -> object:
    return structs.asdict(value) if isinstance(value, Struct) else str(value)
