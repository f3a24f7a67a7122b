"""HTTP: `/bot<token>/<method>`, file downloads, and the road to `/sim` and the page."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from bot.demo.botapi import control, control_outside, faults
from bot.demo.botapi.errors import ApiError, bad
from bot.demo.botapi.faults import NETWORK, Fault
from bot.demo.botapi.guard import guarded
from bot.demo.botapi.limits import DOWNLOAD, UPLOAD
from bot.demo.botapi.methods import KNOWN, METHODS, Params, number
from bot.demo.botapi.methods_settings import allow, described
from bot.demo.botapi.params import read_params
from bot.demo.botapi.state import BotState, Call
from bot.demo.botapi.updates import LIMIT, TIMEOUT
from bot.demo.botapi.watching import Watch

if TYPE_CHECKING:
    from bot.demo.botapi.sandbox import Sandbox

JSON = "application/json"
POLL = frozenset({"offset", "limit", "timeout", "allowed_updates"})
CONFLICT_PAUSE = 3.0
BEFORE = ("reset", "drop_before", "bad_gateway", "says", "silent")
SHUTDOWN_SECONDS = 0.4
RESTART = "Internal Server Error: restart"
BUSY_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)
Answer = tuple[int, dict[str, Any]]


@contextlib.asynccontextmanager
async def serve(box: Sandbox, port: int, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Listen; yields the root address."""
    app = web.Application(middlewares=[guarded(host)], client_max_size=UPLOAD + 2**20)
    control.routes(box, app)
    control_outside.routes(box, app)
    for more in box.more_routes:
        more(app)

    async def call(request: web.Request) -> web.StreamResponse:
        return await _call(box, request)

    async def download(request: web.Request) -> web.StreamResponse:
        return await _downloaded(box, request)

    async def nothing(request: web.Request) -> web.Response:
        return _response((404, ApiError(404, "Not Found").body()))

    app.router.add_route("GET", "/file/bot{token}/{path:.+}", download)
    app.router.add_route("*", "/bot{token}/{method:[^/]+}{slash:/?}", call)
    app.router.add_route("*", "/bot{rest:.*}", nothing)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        box.closing.set()
        for bot in box.bots.values():
            bot.queue.interrupt(RESTART, 500)
        await runner.cleanup()


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer[0], body=orjson.dumps(answer[1]), content_type=JSON)


async def _call(box: Sandbox, request: web.Request) -> web.StreamResponse:
    bot = box.bots.get(request.match_info["token"])
    name = request.match_info["method"].lower()
    is_poll = name == "getupdates"
    loop = asyncio.get_running_loop()
    if not is_poll:
        box.in_flight += 1
        box.last_activity = loop.time()
    try:
        params = await read_params(request)
        trouble = box.faults.draw(name, params, NETWORK) if box.faults.orders else None
        if trouble:
            box.watch.struck(trouble, name)
        if trouble and trouble.kind in BEFORE:
            return await _broken_before(box, request, trouble)
        if trouble and trouble.kind == "delay":
            await box.pause(trouble.seconds)
        if not is_poll and not await box.watch.before(name, params):
            return _broken(request, Fault("drop_before"))
        answer = await answered(box, bot, name, params)
        if trouble and trouble.kind == "drop_after":
            return _broken(request, trouble)
        if trouble and trouble.kind in ("half", "trickle"):
            return await _slowly(box, request, answer[0], orjson.dumps(answer[1]), trouble)
        return _response(answer)
    except ApiError as error:
        return _response((error.code, error.body()))
    finally:
        if not is_poll:
            box.in_flight -= 1
            box.last_activity = loop.time()


def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind == "bad_gateway":
        page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n"
        return web.Response(status=502, text=page, content_type="text/html")
    if request.transport is not None and fault.kind == "reset":
        _reset(request.transport)
    elif request.transport is not None:
        request.transport.close()
    return web.Response(status=500)  # the transport is closed: it goes nowhere


async def _broken_before(box: Sandbox, request: web.Request, fault: Fault) -> web.StreamResponse:
    """What is answered instead of carrying a call out."""
    if fault.kind == "says":
        return web.Response(status=fault.code, body=fault.body.encode(), content_type=JSON)
    if fault.kind == "silent":
        await box.pause(fault.seconds)
        return _broken(request, Fault("drop_before"))
    return _broken(request, fault)


async def _slowly(
    box: Sandbox, request: web.Request, status: int, whole: bytes, fault: Fault
) -> web.StreamResponse:
    """The head promises the whole answer; half of it comes at once, or a byte at a time."""
    response = web.StreamResponse(status=status, headers={"Content-Type": JSON})
    response.content_length = len(whole)
    await response.prepare(request)
    if fault.kind == "half":
        await response.write(whole[: len(whole) // 2])
        if request.transport is not None:
            request.transport.close()
        return response
    for place in range(len(whole)):
        if request.transport is None or request.transport.is_closing() or box.closing.is_set():
            break
        await response.write(whole[place : place + 1])
        await box.pause(fault.seconds)
    return response


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST, which asyncio's own abort does not promise."""
    descriptor = os.dup(transport.get_extra_info("socket").fileno())
    with socket.socket(fileno=descriptor) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def answered(box: Sandbox, bot: BotState | None, name: str, params: Params) -> Answer:
    """Carry a call out: status and body."""
    before = bool(bot and bot.webhook)
    status = 200
    try:
        if bot is None:
            raise ApiError(401, "Unauthorized")
        if bot.logged_out:
            raise ApiError(400, "Logged out")
        if box.faults.orders:
            box.faults.refuse(name, params)
        if name == "getupdates":
            result: Any = await _get_updates(box, bot, params)
        else:
            method = METHODS.get(name)
            if method is None:
                raise ApiError(404, "Not Found: method not found")
            result = method(box, bot, params)
        body: dict[str, Any] = {"ok": True, "result": result}
        if text := described(name, params, before):
            body["description"] = text
    except ApiError as error:
        status, body = error.code, error.body()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        refused = bad(f"wrong parameters of {name}: {error!r}")
        status, body = refused.code, refused.body()
    _note(box, name, params, status, body)
    return status, body


def _note(box: Sandbox, name: str, params: Params, status: int, body: dict[str, Any]) -> None:
    box.counts[name] += 1
    watched = type(box.watch) is not Watch
    if not (box.keep_calls or watched) or (name == "getupdates" and status == 200):
        return
    known = POLL if name == "getupdates" else KNOWN.get(name)
    unknown = tuple(sorted(params.keys() - known)) if known is not None else ()
    unknown = tuple(one for one in unknown if not isinstance(params[one], tuple))  # attached files
    light = {
        key: {"file": value[0], "size": len(value[1])} if isinstance(value, tuple) else value
        for key, value in params.items()
    }
    result = body.get("result", body)
    call = Call(box.now(), name, light, result, status, unknown, number(params, "chat_id"))
    if box.keep_calls:
        box.calls.append(call)
    box.watch.called(call)


async def _get_updates(box: Sandbox, bot: BotState, params: Params) -> list[dict[str, Any]]:
    loop = asyncio.get_running_loop()
    try:
        if bot.webhook:
            raise ApiError(409, BUSY_WEBHOOK)
        allow(bot, params)
        box.watch.polled()
        offset, limit = number(params, "offset") or 0, number(params, "limit")
        timeout = max(0, min(number(params, "timeout") or 0, TIMEOUT))
        return await bot.queue.poll(offset, LIMIT if limit is None else limit, timeout)
    except ApiError as error:
        if error.code == 409:  # the first at once, others not oftener than every 3 s
            if loop.time() < bot.next_conflict:
                await box.pause(CONFLICT_PAUSE)
            else:
                bot.next_conflict = loop.time() + CONFLICT_PAUSE
        raise


async def _downloaded(box: Sandbox, request: web.Request) -> web.StreamResponse:
    trouble = None
    if box.faults.orders:
        trouble = box.faults.draw(faults.DOWNLOAD, {}, (*NETWORK, "refuse"))
    if trouble and trouble.kind == "refuse":
        refused = ApiError(trouble.code, trouble.description)
        return _response((refused.code, refused.body()))
    if trouble and trouble.kind in BEFORE:
        return await _broken_before(box, request, trouble)
    found = _download(box, request)
    if trouble and trouble.kind in ("half", "trickle") and isinstance(found.body, bytes):
        return await _slowly(box, request, found.status, found.body, trouble)
    return found


def _download(box: Sandbox, request: web.Request) -> web.Response:
    bot = box.bots.get(request.match_info["token"])
    path = request.match_info["path"]
    one = next((f for f in bot.files.values() if f.path == path), None) if bot else None
    if one is None or one.size > DOWNLOAD:
        refused = ApiError(404, "Not Found") if bot else ApiError(401, "Unauthorized")
        return _response((refused.code, refused.body()))
    return web.Response(body=one.content, content_type="application/octet-stream")
