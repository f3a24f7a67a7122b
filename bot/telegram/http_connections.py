"""HTTP/1.1 for calls with a finished body: connections that stay open, one call at a time on each.

A client for everything spends most of a call on what these calls have not: cookies, redirects, streams,
compression (measured: `docs/decisions/0018-where-a-tap-goes.md`). Files still go through aiohttp.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from functools import lru_cache
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import httptools
from aiohappyeyeballs import start_connection

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 15.0
"""A connection that nobody used for longer is not used again: the server may be closing it."""
EYEBALLS_DELAY = 0.25
"""Seconds after which the next address is tried beside one that does not answer."""
FRAMES = frozenset((b"content-length", b"transfer-encoding"))
"""Headers that say where a body ends; without one it ends with the connection."""
PORTS = {"http": 80, "https": 443}


class Target(NamedTuple):
    """Where a call goes, and how its request begins."""

    host: str
    port: int
    secure: bool
    head: bytes


class TooLongError(Exception):
    """An answer longer than any honest one; its status."""


@lru_cache(maxsize=64)
def target_of(url: str) -> Target:
    """Return where calls of a method go. Raises ValueError for what is no URL."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {path or '/'} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    )
    return Target(host, parts.port or PORTS[parts.scheme], secure, head.encode("ascii"))


class HttpConnection(asyncio.Protocol):
    """One connection. Its parser calls the methods named `on_…`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[tuple[int, bytes]] | None = None
        self._body: list[bytes] = []
        self._size = 0
        self._framed = self._headed = False
        self.free_since = 0.0

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes, seconds: float) -> tuple[int, bytes]:
        """Send a request; return status and body of its answer. Raises as `HttpConnections.post`."""
        if self._transport is None:
            raise ConnectionResetError
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        expiry = loop.call_later(seconds, self._fail, TimeoutError())
        try:
            self._transport.write(request)
            return await self._waiter
        except (
            BaseException
        ):  # whatever ends the waiting: what comes now would be taken for the next answer
            self.close()
            raise
        finally:
            expiry.cancel()
            self._waiter = None

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._waiter is None:  # nobody asked
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(ConnectionResetError("no HTTP"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._headed and not self._framed and exc is None:
            self.on_message_complete()
        else:
            self._fail(exc if isinstance(exc, OSError) else ConnectionResetError())

    def on_message_begin(self) -> None:
        self._body.clear()
        self._size, self._framed, self._headed = 0, False, False

    def on_header(self, name: bytes, value: bytes) -> None:  # noqa: ARG002 - the parser gives both
        if name.lower() in FRAMES:
            self._framed = True

    def on_headers_complete(self) -> None:
        self._headed = True

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > self._most:
            self._fail(TooLongError(self._parser.get_status_code()))
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        status, self._headed = self._parser.get_status_code(), False
        if status < 200:  # a notice before the answer itself
            return
        if self._transport is not None and not self._parser.should_keep_alive():
            self._transport.close()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result((status, b"".join(self._body)))

    def _fail(self, error: Exception) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        self.close()


class HttpConnections:
    """The connections of one process. How many calls are under way is bounded by those who make them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._idle: dict[tuple[str, int, bool], list[HttpConnection]] = {}
        self._context: ssl.SSLContext | None = None

    async def post(self, url: str, content: bytes, seconds: float) -> tuple[int, bytes]:
        """Post a JSON body; return status and body of the answer.

        Raises TimeoutError, OSError and TooLongError.
        """
        target = target_of(url)
        idle = self._idle.setdefault(target[:3], [])
        loop = asyncio.get_running_loop()
        began = loop.time()
        line = self._taken(idle, began)
        if line is None:
            async with asyncio.timeout(min(CONNECT_SECONDS, seconds)):
                line = await self._connected(target)
            seconds = max(0.0, seconds - (loop.time() - began))
        request = b"%b%d\r\n\r\n%b" % (target.head, len(content), content)
        answer = await line.ask(request, seconds)
        if line.is_open:
            line.free_since = loop.time()
            idle.append(line)
        return answer

    def close(self) -> None:
        """Close every connection that is not in use; those in use end with their calls."""
        for idle in self._idle.values():
            for line in idle:
                line.close()
            idle.clear()

    def _taken(self, idle: list[HttpConnection], now: float) -> HttpConnection | None:
        """Return the connection that was used last; those that lay too long are closed."""
        while idle and (now - idle[0].free_since > IDLE_SECONDS or not idle[0].is_open):
            idle.pop(0).close()
        while idle:
            line = idle.pop()
            if line.is_open:
                return line
        return None

    async def _connected(self, target: Target) -> HttpConnection:
        loop = asyncio.get_running_loop()
        addresses = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        place = await start_connection(addresses, happy_eyeballs_delay=EYEBALLS_DELAY, interleave=1)
        try:
            if target.secure:
                self._context = self._context or ssl.create_default_context()
            _, line = await loop.create_connection(
                self._line,
                sock=place,
                ssl=self._context if target.secure else None,
                server_hostname=target.host if target.secure else None,
            )
        except BaseException:
            place.close()
            raise
        return line

    def _line(self) -> HttpConnection:
        return HttpConnection(self._most)
