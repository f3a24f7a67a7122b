"""Calls over kept connections: whatever a server answers, and however it ends, one call has one outcome."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest
import trustme
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData

from bot.telegram import http_connections, request
from bot.telegram.api_responses import Foreign
from bot.telegram.http_connections import HttpConnections, target_of
from bot.telegram.request import AiohttpRequest

OK = b'{"ok":true,"result":7}'
FRAMED = b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n" + OK


@dataclass
class Server:
    """Answers the requests of each connection by the next of `pieces`; None ends the connection."""

    pieces: Sequence[bytes | None]
    url: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    ends: list[asyncio.Event] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                for piece in self.pieces:
                    if piece is None:
                        return
                    writer.write(piece)
                    await writer.drain()

    async def served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.ends.append(asyncio.Event())
        end = self.ends[-1]
        try:
            await self.serve(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()
            end.set()


@contextlib.asynccontextmanager
async def serving(
    *pieces: bytes | None, context: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[Server, AiohttpRequest]]:
    server = Server(pieces)
    listening = await asyncio.start_server(server.served, "127.0.0.1", 0, ssl=context)
    scheme = "https" if context else "http"
    server.url = f"{scheme}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot1:geheim/getMe"
    calling = AiohttpRequest(read_timeout=20.0)
    await calling.initialize()
    try:
        yield server, calling
    finally:
        await calling.shutdown()
        listening.close()
        for end in server.ends:
            await end.wait()


@pytest.mark.parametrize(
    "pieces",
    [
        (FRAMED,),
        tuple(bytes([one]) for one in FRAMED),
        (b"HTTP/1.1 100 Continue\r\n\r\n", FRAMED),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + OK[:5],
            b"\r\n11\r\n" + OK[5:] + b"\r\n0\r\n\r\n",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\n", OK, None),
        (FRAMED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), None),
    ],
)
async def test_an_answer_may_come_in_any_form(pieces: tuple[bytes | None, ...]) -> None:
    async with serving(*pieces) as (server, calling):
        assert [await calling.call(server.url, {"a": "é"}) for _ in range(3)] == [7, 7, 7]
        assert server.connections == (3 if None in pieces else 1)
        head, _, body = server.requests[-1].partition(b"\r\n\r\n")
        assert body.decode() == '{"a":"é"}'
        assert head.startswith(b"POST /bot1:geheim/getMe HTTP/1.1\r\nHost: 127.0.0.1:")


@pytest.mark.parametrize(
    "pieces",
    [
        (None,),
        (FRAMED[:-3], None),
        (b"HTTP/1.1 200 OK\r\nContent-Le", None),
        (b"not HTTP at all\r\n\r\n", None),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n", None),
    ],
)
async def test_an_answer_that_is_none_says_nothing_of_the_url(
    pieces: tuple[bytes | None, ...],
) -> None:
    async with serving(*pieces) as (server, calling):
        for _ in range(2):
            with pytest.raises(NetworkError) as caught:
                await calling.call(server.url, {})
            assert "geheim" not in str(caught.value)
            assert caught.value.__cause__ is None


async def test_an_answer_that_does_not_come_is_given_up_with_its_connection() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n") as (server, calling):
        # On a busy machine the time may be over before anything was sent.
        while len(server.requests) < 2:
            with pytest.raises(TimedOut):
                await calling.do_request(server.url, "POST", _body(), 0.05)
        assert server.connections >= 2


async def test_whoever_stops_waiting_leaves_no_answer_to_the_next() -> None:
    async with serving(FRAMED[:-1]) as (server, calling):
        waiting = asyncio.ensure_future(calling.call(server.url, {}))
        while not server.requests:
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        server.pieces = (FRAMED,)
        assert await calling.call(server.url, {}) == 7
        assert server.connections == 2


@pytest.mark.parametrize("head", [b"Content-Length: 30", b"X: y"])
async def test_an_answer_longer_than_any_honest_one_is_not_kept(
    head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "LARGEST_ANSWER", 10)
    async with serving(b"HTTP/1.1 200 OK\r\n%b\r\n\r\n" % head, OK + b"  ", None) as made:
        server, calling = made
        with pytest.raises(Foreign) as caught:
            await calling.call(server.url, {})
        assert caught.value.status == 200


async def test_what_nobody_asked_for_ends_the_connection() -> None:
    async with serving(FRAMED + FRAMED) as (server, calling):
        assert [await calling.call(server.url, {}) for _ in range(2)] == [7, 7]
    async with serving(FRAMED, FRAMED) as (server, calling):
        assert [await calling.call(server.url, {}) for _ in range(2)] == [7, 7]


async def test_a_connection_that_lay_idle_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(FRAMED) as (server, calling):
        await calling.call(server.url, {})
        monkeypatch.setattr(http_connections, "IDLE_SECONDS", -1.0)
        await calling.call(server.url, {})
        assert server.connections == 2


async def test_calls_at_once_have_a_connection_each_and_share_them_later() -> None:
    async with serving(FRAMED) as (server, calling):
        calls = [calling.call(server.url, {"no": no}) for no in range(5)]
        assert await asyncio.gather(*calls) == [7] * 5
        assert await asyncio.gather(*[calling.call(server.url, {}) for _ in range(5)]) == [7] * 5
        assert server.connections == 5


async def test_a_secure_call_goes_to_whom_a_trusted_authority_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = trustme.CA()
    offered = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(offered)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with serving(FRAMED, context=offered) as (server, calling):
        named = server.url.replace("127.0.0.1", "localhost")
        with pytest.raises(NetworkError, match=ssl.SSLCertVerificationError.__name__):
            await calling.call(named, {})
        monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
        calling = AiohttpRequest()
        await calling.initialize()
        assert [await calling.call(named, {}) for _ in range(2)] == [7, 7]
        with pytest.raises(NetworkError, match=ssl.SSLCertVerificationError.__name__):
            await calling.call(server.url, {})
        await calling.shutdown()


def test_where_a_call_goes() -> None:
    official = target_of("https://api.telegram.org/bot1:x/sendMessage")
    assert official[:3] == ("api.telegram.org", 443, True)
    assert b"POST /bot1:x/sendMessage HTTP/1.1\r\nHost: api.telegram.org\r\n" in official.head
    assert target_of("http://[::1]:8081/a?b=1")[:3] == ("::1", 8081, False)
    assert (
        b"POST /a?b=1 HTTP/1.1\r\nHost: [::1]:8081\r\n" in target_of("http://[::1]:8081/a?b=1").head
    )


async def test_closing_closes_what_is_idle() -> None:
    async with serving(FRAMED) as (server, _):
        own = HttpConnections(100)
        assert (await own.post(server.url, b"{}", 5.0))[0] == 200
        own.close()
        assert (await own.post(server.url, b"{}", 5.0))[0] == 200
        assert server.connections == 2
        own.close()


def _body() -> RequestData:
    return cast("RequestData", request.Body(b"{}"))
