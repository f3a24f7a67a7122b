"""HTTP: `/bot<token>/<method>`, file downloads, and the road to `/sim` and the page."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web
from aiohttp.multipart import BodyPartReader

from bot.sandbox import control
from bot.sandbox.errors import ApiError, bad
from bot.sandbox.faults import NETWORK, Fault
from bot.sandbox.limits import DOWNLOAD, UPLOAD
from bot.sandbox.methods import METHODS, Params, number
from bot.sandbox.methods_settings import allow
from bot.sandbox.state import BotState

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

NESTED = ("{", "[")
PLAIN_TEXT = {"text", "caption", "question", "description", "name", "short_description"}
BUSY_WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@contextlib.asynccontextmanager
async def serve(box: Sandbox, port: int) -> AsyncIterator[str]:
    """Listen on loopback; yields the root address."""
    app = web.Application(client_max_size=UPLOAD + 2**20)
    control.routes(box, app)

    async def call(request: web.Request) -> web.StreamResponse:
        return await _call(box, request)

    async def download(request: web.Request) -> web.Response:
        return _download(box, request)

    app.router.add_route("GET", "/file/bot{token}/{path:.+}", download)
    app.router.add_route("*", "/bot{token}/{method}", call)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        for bot in box.bots.values():
            bot.queue.interrupt()
        await runner.cleanup()


async def _call(box: Sandbox, request: web.Request) -> web.StreamResponse:
    bot = box.bots.get(request.match_info["token"])
    name = request.match_info["method"].lower()
    polling = name == "getupdates"
    if not polling:
        box.in_flight += 1
        box.last_activity = asyncio.get_running_loop().time()
    try:
        try:
            params = await _params(request)
        except (ApiError, ValueError) as error:
            refused = error if isinstance(error, ApiError) else bad("can't parse the request")
            return web.json_response(refused.body(), status=400)
        trouble = box.faults.draw(name, params, NETWORK) if box.faults.orders else None
        if trouble and trouble.kind in ("reset", "drop_before", "bad_gateway"):
            return await _broken(request, trouble)
        if trouble and trouble.kind == "delay":
            await asyncio.sleep(trouble.seconds)
        status, body = await _answer(box, bot, name, params)
        if trouble and trouble.kind == "drop_after":
            return await _broken(request, trouble)
        return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
    finally:
        if not polling:
            box.in_flight -= 1
            box.last_activity = asyncio.get_running_loop().time()


async def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind == "bad_gateway":
        page = "<html><h1>502 Bad Gateway</h1></html>"
        return web.Response(status=502, text=page, content_type="text/html")
    if request.transport is not None:
        request.transport.abort() if fault.kind == "reset" else request.transport.close()
    return web.Response(status=500)


async def _answer(
    box: Sandbox, bot: BotState | None, name: str, params: Params
) -> tuple[int, dict[str, Any]]:
    try:
        if bot is None:
            raise ApiError(401, "Unauthorized")
        if box.faults.orders:
            box.faults.refuse(name, params)
        if name == "getupdates":
            result: Any = await _get_updates(bot, params)
        else:
            call = METHODS.get(name)
            if call is None:
                raise ApiError(404, "Not Found: method not found")
            result = call(box, bot, params)
    except ApiError as error:
        _note(box, name, params, error.body())
        return error.code, error.body()
    if name != "getupdates":
        _note(box, name, params, result)
    return 200, {"ok": True, "result": result}


def _note(box: Sandbox, name: str, params: Params, result: Any) -> None:
    box.counts[name] += 1
    if box.keep_calls:
        box.calls.append((name, params, result))


async def _get_updates(bot: BotState, params: Params) -> list[dict[str, Any]]:
    if bot.webhook:
        raise ApiError(409, BUSY_WEBHOOK)
    allow(bot, params)
    timeout = max(0, min(number(params, "timeout") or 0, 50))
    return await bot.queue.poll(
        number(params, "offset") or 0, number(params, "limit") or 100, timeout
    )


async def _params(request: web.Request) -> Params:
    found: Params = dict(request.query)
    kind = request.content_type
    if kind == "application/json":
        raw = await request.read()
        found |= orjson.loads(raw) if raw else {}
    elif kind == "multipart/form-data":
        found |= await _multipart(request)
    elif kind == "application/x-www-form-urlencoded":
        found |= dict(await request.post())
    return {name: _nested(name, value) for name, value in found.items()}


async def _multipart(request: web.Request) -> Params:
    found: Params = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read())
        found[part.name] = (part.filename, content) if part.filename else content.decode()
    return {
        name: found.get(value.removeprefix("attach://"), value)
        if isinstance(value, str) and value.startswith("attach://")
        else value
        for name, value in found.items()
    }


def _nested(name: str, value: Any) -> Any:
    """Objects and lists come as JSON texts in a form; what a person wrote stays a text."""
    if name in PLAIN_TEXT or not isinstance(value, str) or not value.startswith(NESTED):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise bad(f"can't parse {name} JSON object") from None


def _download(box: Sandbox, request: web.Request) -> web.Response:
    bot = box.bots.get(request.match_info["token"])
    path = request.match_info["path"]
    one = next((f for f in bot.files.values() if f.path == path), None) if bot else None
    if one is None or len(one.content) > DOWNLOAD:
        return web.json_response(ApiError(404, "Not Found").body(), status=404)
    return web.Response(body=one.content, content_type="application/octet-stream")
