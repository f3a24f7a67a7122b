"""A call's parameters out of whatever form the request has; files of a multipart body as (name, bytes)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web
from aiohttp.multipart import BodyPartReader

from bot.demo.botapi.api_errors import bad
from bot.demo.botapi.size_limits import UPLOAD, too_large

Params = dict[str, Any]
PIECE = 2**18
NESTED = {
    "reply_markup": "reply keyboard markup", "reply_parameters": "reply parameters",
    "scope": "BotCommandScope",
    "entities": "entities", "caption_entities": "caption entities", "commands": "commands", "media": "media",
    "link_preview_options": "link preview options", "allowed_updates": "allowed updates", "button": "button",
    "reaction": "reaction", "message_ids": "message ids", "results": "inline query results",
    "menu_button": "menu button", "rights": "rights", "permissions": "permissions", "options": "options",
    "rich_message": "rich message",
}  # fmt: skip
"""Parameters that are objects or lists; in a form they come as JSON texts."""


async def read_params(request: web.Request) -> Params:
    """Read parameters from query, form, multipart or JSON. Raises ApiError."""
    params: Params = dict(request.query) if request.query_string else {}
    if not request.body_exists:
        return _unfolded(params)
    kind = request.content_type
    if (request.content_length or 0) > UPLOAD + 2**20:
        async for _ in request.content.iter_any():
            pass  # read to the end, so that the client hears the answer
        raise too_large()
    if kind == "multipart/form-data":
        return _unfolded(params | await _multipart(request))
    raw = await request.content.read()
    if kind == "application/json":
        params |= _object(raw)
    elif raw:
        try:
            params.update(parse_qsl(raw.decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            raise bad("strings must be encoded in UTF-8") from None
    return _unfolded(params)


def _object(raw: bytes) -> Params:
    if not raw:
        return {}
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise bad("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad("can't parse JSON object")
    return body


async def _multipart(request: web.Request) -> Params:
    params: Params = {}
    total = 0
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            content = bytearray()
            while piece := await part.read_chunk(PIECE):
                total += len(piece)
                if total > UPLOAD + 2**20:
                    raise too_large()
                content += piece
            name = part.filename
            params[part.name] = (name, bytes(content)) if name else content.decode()
    except (AssertionError, ValueError) as error:
        raise bad(f"can't read the multipart body: {error}") from None
    return {name: _attached(params, value) for name, value in params.items()}


def _attached(parts: Params, value: Any) -> Any:
    """Replace `attach://name` by the part of that name."""
    if isinstance(value, str) and value.startswith("attach://"):
        return parts.get(value.removeprefix("attach://"), value)
    return value


def _unfolded(params: Params) -> Params:
    for name in NESTED.keys() & params.keys():
        value = params[name]
        if not isinstance(value, str):
            continue
        if not value:
            del params[name]
            continue
        try:
            params[name] = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad(f"can't parse {NESTED[name]} JSON object") from None
    return params
