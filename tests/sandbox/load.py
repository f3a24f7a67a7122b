"""How many sendMessage a second the server takes: `python -m tests.sandbox.load`.

Starts `python -m bot.demo.botapi` on one core and sends from this process, on the other core, with bare
sockets, so that the sender is not what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import urllib.request
from functools import partial
from typing import cast
from urllib.parse import urlencode, urlsplit

import uvloop

TOKEN = "123456:SANDBOX"


class Sender(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, request: bytes, count: int, done: asyncio.Future[int]) -> None:
        self.request, self.left, self.done = request, count, done
        self.buffer, self.good = b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(body) < length:
            return
        self.good += body.startswith(b'{"ok":true')
        self.buffer = b""
        self.left -= 1
        if self.left:
            self.transport.write(self.request)
        else:
            self.transport.close()
            self.done.set_result(self.good)


def post(url: str, body: object) -> object:
    data = json.dumps(body).encode()
    with urllib.request.urlopen(
        urllib.request.Request(url, data, {"Content-Type": "application/json"}), timeout=10
    ) as answer:
        return json.load(answer)


async def run(url: str, chats: list[int], connections: int, count: int) -> tuple[float, int]:
    """Return messages a second, and how many were accepted."""
    loop = asyncio.get_running_loop()
    place = urlsplit(url)
    each = count // connections
    waits = []
    started = loop.time()
    for i in range(connections):
        form = {
            "chat_id": chats[i % len(chats)],
            "text": "Hak hidup · 1 dari 3 — Angka kematian ibu\nBerapa <b>jumlah kematian ibu</b>?",
            "parse_mode": "HTML",
            "reply_markup": '{"inline_keyboard": [[{"text": "Belum ada data", "callback_data": "b.1"}]]}',
        }
        body = urlencode(form).encode()
        head = (
            f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: {place.netloc}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        done: asyncio.Future[int] = loop.create_future()
        waits.append(done)
        request = head.encode() + body
        await loop.create_connection(
            partial(Sender, request, each, done),
            place.hostname,
            place.port,
        )
    good = sum(await asyncio.gather(*waits))
    return good / (loop.time() - started), good


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--count", type=int, default=32_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.demo.botapi", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        url = (await server.stdout.readline()).decode().strip()
        os.sched_setaffinity(server.pid, {cores[0]})
        os.sched_setaffinity(0, {cores[-1]})
        chats = []
        for i in range(given.connections):
            person = post(f"{url}/sim/persons", {"name": f"Orang {i}"})
            assert isinstance(person, dict)
            chats.append(person["id"])
            post(f"{url}/sim/persons/{person['id']}/open_link", {})
        rates = []
        for _ in range(given.runs):
            rate, good = await run(url, chats, given.connections, given.count)
            rates.append(rate)
            sys.stdout.write(f"{rate:,.0f}/s, {good} accepted\n")
        sys.stdout.write(f"median {sorted(rates)[len(rates) // 2]:,.0f}/s\n")
    finally:
        server.send_signal(signal.SIGTERM)
        await server.wait()


if __name__ == "__main__":
    uvloop.run(main())
