"""The door of a listening server: so many connections, heads within a deadline, the oldest idler goes first.

aiohttp has no deadline for the head of a request: whoever never finishes one would hold a descriptor.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from msgspec import Struct, field

from bot.config import ConfigError, is_local

log = logging.getLogger(__name__)
log.addFilter(lambda record: not _is_noise(record))

HEAD_SECONDS = 10.0
IDLE_SECONDS = 75.0
CONNECTIONS = 64
FEW_CONNECTIONS = 8
"""More than the 40 that Telegram opens, and far fewer than the 256 descriptors of a meagre machine."""
BACKLOG = 32
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DoorConnection(asyncio.Protocol):
    """One connection: what comes is passed on; it is closed where the head of a request is not finished."""

    def __init__(self, door: Door, inner: asyncio.Protocol) -> None:
        self.door = door
        self.inner = inner
        self.transport: asyncio.Transport | None = None
        self.busy = 0
        self.served = False
        self._timer: asyncio.TimerHandle | None = None
        self._is_reading = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the connection in, or turn it away at once."""
        self.transport = cast(
            "asyncio.Transport", transport
        )  # uvloop's is of no class of asyncio's
        self.inner.connection_made(transport)
        self._expect(HEAD_SECONDS)
        self.door.let_in(self)

    def data_received(self, data: bytes) -> None:
        if not self.busy and not self._is_reading:
            self._is_reading = True
            self._expect(HEAD_SECONDS)
        self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self.inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        self.door.guests.pop(self, None)
        self.inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        self.inner.resume_writing()

    def begun(self) -> None:
        """Note that a request's head is complete and its answer begins."""
        self.busy += 1
        self._is_reading = False
        self._expect(None)

    def ended(self) -> None:
        """Note that the answer is out; the next request may come on the same connection."""
        self.busy -= 1
        if not self.busy:
            self._expect(IDLE_SECONDS)

    def leave(self) -> None:
        """Close at once."""
        self._expect(None)
        if self.transport is not None:
            self.transport.abort()

    def _expect(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = None if seconds is None else loop.call_later(seconds, self.leave)


class Door(Struct):
    """At most `most` connections. One more makes the oldest go that has no request under way, and of these
    first one that never had a good one.
    """

    most: int = CONNECTIONS
    guests: dict[DoorConnection, None] = field(default_factory=dict)

    def let_in(self, guest: DoorConnection) -> None:
        """Make room for one more; where all are at work, it is turned away."""
        self.guests[guest] = None
        if len(self.guests) <= self.most:
            return
        idle = [one for one in self.guests if not one.busy]
        goes = next((one for one in idle if not one.served), idle[0] if idle else guest)
        self.guests.pop(goes, None)
        goes.leave()

    @web.middleware
    async def noted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tell the connection that its request is being answered."""
        transport = request.transport
        guest = transport.get_protocol() if transport is not None else None
        if not isinstance(guest, DoorConnection):
            return await handler(request)
        guest.begun()
        try:
            response = await handler(request)
            guest.served = guest.served or response.status == HTTPStatus.OK
            return response
        finally:
            guest.ended()


@asynccontextmanager
async def listening(
    application: web.Application, listen: str, door: Door | None = None, shutdown: float = 2.0
) -> AsyncIterator[None]:
    """Serve at `listen` (HOST:PORT; without a host the loopback one). Raises OSError where it is taken."""
    door = door or Door()
    application.middlewares.append(door.noted)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=shutdown, logger=log)
    await runner.setup()
    host, _, port = listen.rpartition(":")
    serving = runner.server
    assert serving is not None

    def guest() -> DoorConnection:
        return DoorConnection(door, serving())

    try:
        server = await asyncio.get_running_loop().create_server(
            guest, host.strip("[]") or "127.0.0.1", int(port), backlog=BACKLOG
        )
        try:
            yield
        finally:
            server.close()
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serving(application: web.Application, listen: str, setting: str) -> AsyncIterator[None]:
    """Serve what programs of this machine ask for, at the address of a setting.

    Raises ConfigError, which names the setting, where the address is taken.
    """
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(
                listening(application, listen, Door(FEW_CONNECTIONS), shutdown=1.0)
            )
        except OSError:
            raise ConfigError([f"{setting} {listen} is taken or not ours"]) from None
        yield


def may_ask(listen: str, host: str) -> bool:
    """Tell whether a Host may ask: on loopback only a local name (a web page can point its own here)."""
    return not is_local(listen) or is_local(host)


def _is_noise(record: logging.LogRecord) -> bool:
    """Tell whether a log record is about a peer that does not speak HTTP: it got its 400, no more is due."""
    return bool(record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
