"""A local server and a bot, each a process of its own for as long as something is measured.

The server is a module of this folder. It is asked by its argument, and tells what happens, a line each.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.machine import ROOT

LONGEST = 330
LINE = 2**26
"""Bytes of a line: the milliseconds of each tap of a long evening."""


@dataclass
class Pair:
    """Both processes; the bot from `start` on. `url`: where the server serves."""

    server: asyncio.subprocess.Process
    url: str = ""
    bot: asyncio.subprocess.Process | None = None

    async def start(
        self, command: Sequence[str], folder: Path, settings: Mapping[str, str]
    ) -> asyncio.subprocess.Process:
        """Start the bot in a folder, where its log goes."""
        with (folder / "bot.log").open("wb") as log:
            self.bot = await asyncio.create_subprocess_exec(
                *command, cwd=folder, env=settings, stderr=log, stdout=log
            )
        return self.bot

    async def next_event(self, what: str, seconds: float = LONGEST) -> dict[str, Any]:
        """Return the next line of the server. Raises RuntimeError where it is of another kind."""
        assert self.server.stdout is not None
        line = await asyncio.wait_for(self.server.stdout.readline(), seconds)
        event: dict[str, Any] = orjson.loads(line or b'{"is": "gone"}')
        if event["is"] != what:
            raise RuntimeError(f"the server says {event}, not {what}")
        return event

    async def order(self, what: dict[str, Any]) -> None:
        """Give the server an order."""
        assert self.server.stdin is not None
        self.server.stdin.write(orjson.dumps(what) + b"\n")
        await self.server.stdin.drain()


@asynccontextmanager
async def beside_server(module: str, asked: dict[str, Any]) -> AsyncIterator[Pair]:
    """Run a server for as long as this lasts, and end both: the bot in order, the server need not."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"benchmarks.{module}", orjson.dumps(asked).decode(),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.PIPE, limit=LINE,
    )  # fmt: skip
    pair = Pair(server)
    try:
        pair.url = (await pair.next_event("serving"))["url"]
        yield pair
    finally:
        if pair.bot is not None and pair.bot.returncode is None:
            pair.bot.terminate()
            await pair.bot.wait()
        if server.returncode is None:
            server.kill()
            await server.wait()
