"""The demo from start to an orderly end: the server, the stage, and the bot's process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from bot.demo.botapi import Sandbox
from bot.demo.demo_clock import MovedClock
from bot.demo.rehearsal.recorder_session import RecorderSession
from bot.demo.rehearsal.rehearsal_routes import routes as rehearsal_routes
from bot.demo.stage import DemoStage, opened
from bot.demo.stage_routes import routes
from bot.roster import ParsedRoster

DEFAULT = "mid"
PAGE = Path(__file__).parent / "page"


class Demo(Struct, frozen=True):
    """What runs: the page's address, the server, and the stage with the bot."""

    url: str
    server: Sandbox
    stage: DemoStage
    recorder: RecorderSession


@contextlib.asynccontextmanager
async def running(
    path: Path,
    port: int = 0,
    state: str = DEFAULT,
    start: datetime | None = None,
    limits: str = "telegram",
    roster: ParsedRoster | None = None,
) -> AsyncIterator[Demo]:
    """Run server, stage and bot; a database with people goes on. `start`: the time it is in the demo.

    `roster`: one's own, for the state `own`. `limits`: how fast the bot may send, `telegram` or `off`.
    """
    clock = MovedClock()
    if start is not None:
        clock.set(start)
    server = Sandbox(port=port, clock=clock, page_folder=PAGE)
    async with opened(server, path, clock) as stage:
        stage.bot.limits, stage.roster = limits, roster
        recorder = RecorderSession(stage)
        server.routes += [routes(stage), rehearsal_routes(recorder)]
        async with server:
            try:
                await stage.begin(state)
                yield Demo(server.url, server, stage, recorder)
            finally:
                await stage.bot.stop()  # before the server that it asks is gone
        recorder.close()


async def play(
    path: Path,
    port: int,
    shown: Callable[[str], None],
    stop: asyncio.Event,
    state: str = DEFAULT,
    start: datetime | None = None,
    roster: ParsedRoster | None = None,
) -> None:
    """Run until `stop`; `shown` is told the page's address once people can play."""
    async with running(path, port, state, start, roster=roster) as demo:
        shown(demo.url)
        await stop.wait()
