"""The demo from start to an orderly end: the server, the stage, and the bot's process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.demo.botapi import Sandbox
from bot.demo.clock import MovedClock
from bot.demo.rehearsal.recorder_session import Keeping
from bot.demo.rehearsal.routes import routes as rehearsal_routes
from bot.demo.routes import routes
from bot.demo.stage import Stage, opened

DEFAULT = "mid"
PAGE = Path(__file__).parent / "page"


@dataclass(frozen=True, slots=True)
class Demo:
    """What runs: the page's address, the server, and the stage with the bot."""

    url: str
    box: Sandbox
    stage: Stage
    keeping: Keeping


@contextlib.asynccontextmanager
async def running(
    path: Path,
    port: int = 0,
    state: str = DEFAULT,
    start: datetime | None = None,
    limits: str = "telegram",
) -> AsyncIterator[Demo]:
    """Server, stage and bot. A database with people in it goes on; `start`: the time it is in the demo.

    `limits`: how fast the bot may send, `telegram` or `off`.
    """
    clock = MovedClock()
    if start is not None:
        clock.set(start)
    box = Sandbox(port=port, clock=clock, page_folder=PAGE)
    async with opened(box, path, clock) as stage:
        stage.limits = limits
        keeping = Keeping(stage)
        box.routes += [routes(stage), rehearsal_routes(keeping)]
        async with box:
            try:
                await stage.begin(state)
                yield Demo(box.url, box, stage, keeping)
            finally:
                await stage.stop()  # before the server that it asks is gone
        keeping.close()


async def play(
    path: Path,
    port: int,
    shown: Callable[[str], None],
    stop: asyncio.Event,
    state: str = DEFAULT,
    start: datetime | None = None,
) -> None:
    """Run until `stop`; `shown` is told the page's address once people can play."""
    async with running(path, port, state, start) as demo:
        shown(demo.url)
        await stop.wait()
