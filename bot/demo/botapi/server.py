"""HTTP: `/bot<token>/<method>`, file downloads, and what is hung beside them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable

import orjson
from aiohttp import web

from bot.demo.botapi import faults
from bot.demo.botapi.api_errors import ApiError
from bot.demo.botapi.execution import ApiAnswer, answered
from bot.demo.botapi.faults import NETWORK, Fault
from bot.demo.botapi.guard import guarded
from bot.demo.botapi.params import read_params
from bot.demo.botapi.size_limits import DOWNLOAD, UPLOAD
from bot.demo.botapi.world import World

JSON = "application/json"
BEFORE = ("reset", "drop_before", "bad_gateway", "says", "silent")
SHUTDOWN_SECONDS = 0.4
RESTART = "Internal Server Error: restart"
Hang = Callable[[web.Application], None]
"""What hangs further addresses into the server."""


@contextlib.asynccontextmanager
async def serve(
    world: World, port: int, host: str = "127.0.0.1", routes: Iterable[Hang] = ()
) -> AsyncIterator[str]:
    """Listen; yields the root address."""
    app = web.Application(middlewares=[guarded(host)], client_max_size=UPLOAD + 2**20)
    for hang in routes:
        hang(app)

    async def call(request: web.Request) -> web.StreamResponse:
        return await _call(world, request)

    async def download(request: web.Request) -> web.StreamResponse:
        return await _downloaded(world, request)

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
        world.closing.set()
        for bot in world.bots.values():
            bot.queue.interrupt(RESTART, 500)
        await runner.cleanup()


def _response(answer: ApiAnswer) -> web.Response:
    return web.Response(status=answer[0], body=orjson.dumps(answer[1]), content_type=JSON)


async def _call(world: World, request: web.Request) -> web.StreamResponse:
    bot = world.bots.get(request.match_info["token"])
    name = request.match_info["method"].lower()
    is_poll = name == "getupdates"
    loop = asyncio.get_running_loop()
    if not is_poll:
        world.in_flight += 1
        world.last_activity = loop.time()
    try:
        params = await read_params(request)
        trouble = world.faults.draw(name, params, NETWORK) if world.faults.orders else None
        if trouble:
            world.watch.struck(trouble, name)
        if trouble and trouble.kind in BEFORE:
            return await _broken_before(world, request, trouble)
        if trouble and trouble.kind == "delay":
            await world.pause(trouble.seconds)
        if not is_poll and not await world.watch.before(name, params):
            return _broken(request, Fault("drop_before"))
        answer = await answered(world, bot, name, params)
        if trouble and trouble.kind == "drop_after":
            return _broken(request, trouble)
        if trouble and trouble.kind in ("half", "trickle"):
            return await _slowly(world, request, answer[0], orjson.dumps(answer[1]), trouble)
        return _response(answer)
    except ApiError as error:
        return _response((error.code, error.body()))
    finally:
        if not is_poll:
            world.in_flight -= 1
            world.last_activity = loop.time()


def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind == "bad_gateway":
        page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n"
        return web.Response(status=502, text=page, content_type="text/html")
    if request.transport is not None and fault.kind == "reset":
        _reset(request.transport)
    elif request.transport is not None:
        request.transport.close()
    return web.Response(status=500)  # the transport is closed: it goes nowhere


async def _broken_before(world: World, request: web.Request, fault: Fault) -> web.StreamResponse:
    """Answer what a fault says instead of carrying a call out."""
    if fault.kind == "says":
        return web.Response(status=fault.code, body=fault.body.encode(), content_type=JSON)
    if fault.kind == "silent":
        await world.pause(fault.seconds)
        return _broken(request, Fault("drop_before"))
    return _broken(request, fault)


async def _slowly(
    world: World, request: web.Request, status: int, whole: bytes, fault: Fault
) -> web.StreamResponse:
    """Promise the whole answer in the head; send half of it at once, or a byte at a time."""
    response = web.StreamResponse(status=status, headers={"Content-Type": JSON})
    response.content_length = len(whole)
    await response.prepare(request)
    if fault.kind == "half":
        await response.write(whole[: len(whole) // 2])
        if request.transport is not None:
            request.transport.close()
        return response
    for place in range(len(whole)):
        if request.transport is None or request.transport.is_closing() or world.closing.is_set():
            break
        await response.write(whole[place : place + 1])
        await world.pause(fault.seconds)
    return response


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST, which asyncio's own abort does not promise."""
    descriptor = os.dup(transport.get_extra_info("socket").fileno())
    with socket.socket(fileno=descriptor) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _downloaded(world: World, request: web.Request) -> web.StreamResponse:
    trouble = None
    if world.faults.orders:
        trouble = world.faults.draw(faults.DOWNLOAD, {}, (*NETWORK, "refuse"))
    if trouble and trouble.kind == "refuse":
        refused = ApiError(trouble.code, trouble.description)
        return _response((refused.code, refused.body()))
    if trouble and trouble.kind in BEFORE:
        return await _broken_before(world, request, trouble)
    response = _download(world, request)
    if trouble and trouble.kind in ("half", "trickle") and isinstance(response.body, bytes):
        return await _slowly(world, request, response.status, response.body, trouble)
    return response


def _download(world: World, request: web.Request) -> web.Response:
    bot = world.bots.get(request.match_info["token"])
    path = request.match_info["path"]
    stored = next((f for f in bot.files.values() if f.path == path), None) if bot else None
    if stored is None or stored.size > DOWNLOAD:
        refused = ApiError(404, "Not Found") if bot else ApiError(401, "Unauthorized")
        return _response((refused.code, refused.body()))
    return web.Response(body=stored.content, content_type="application/octet-stream")
