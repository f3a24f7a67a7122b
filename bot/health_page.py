"""Whether the bot is well, as an address for probes (HEALTH_LISTEN): 200, or 503 with what is wrong.

No names, no figures. Numbers over time are those of `metrics`; for people there is `peduli-ham doctor`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta

from aiohttp import web

from bot.clock import Clock, parse
from bot.counters import Counters
from bot.storage.database import Database
from bot.storage.health_counts import figures
from bot.telegram.door import serving

SILENT, UNSENT = timedelta(seconds=120), timedelta(minutes=5)
"""As in `doctor`: how old the last answer of Telegram, and the oldest unsent message, may be."""


@contextlib.asynccontextmanager
async def answering(
    listen: str, counters: Counters, database: Database, clock: Clock, *, polls: bool
) -> AsyncIterator[None]:
    """Serve /health at `listen`; `polls`: Telegram's silence means something. Raises ConfigError."""

    async def asked(_: web.Request) -> web.Response:
        try:
            counted = await database.read(figures)
        except sqlite3.Error:
            return _response(["database"])
        now, wrong = clock(), []
        since = counters.heard or counters.started
        if polls and since and now - since > SILENT:
            wrong.append("telegram")
        if counted.oldest_queued and now - parse(counted.oldest_queued) > UNSENT:
            wrong.append("unsent")
        return _response(wrong)

    application = web.Application()
    application.router.add_get("/health", asked)
    async with serving(application, listen, "HEALTH_LISTEN"):
        yield


def _response(wrong: list[str]) -> web.Response:
    body = {"status": "wrong" if wrong else "ok", "wrong": wrong}
    return web.json_response(body, status=503 if wrong else 200)
