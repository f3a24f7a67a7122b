"""What the running bot shows to other programs, where settings want it: numbers, health, the record."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from bot.clock import Clock
from bot.config import Config
from bot.counters import Counters
from bot.storage.database import Database
from bot.storage.roster import RosterCache


@contextlib.asynccontextmanager
async def watched(
    config: Config,
    counters: Counters,
    database: Database,
    clock: Clock,
    roster: RosterCache,
) -> AsyncIterator[None]:
    """Serve /metrics, /health and the record at their addresses. Raises ConfigError where one is taken."""
    shown = (counters, database, clock)
    async with contextlib.AsyncExitStack() as stack:
        if config.metrics_listen is not None:
            from bot.metrics import measured

            await stack.enter_async_context(measured(config.metrics_listen, *shown))
        if config.health_listen is not None:
            from bot.health_page import answering

            polls = config.webhook_url is None
            await stack.enter_async_context(answering(config.health_listen, *shown, polls=polls))
        if config.feed_listen is not None:
            from bot.feed import feeding

            await stack.enter_async_context(feeding(config, database, roster))
        yield
