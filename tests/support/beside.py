"""A server that knows when the bot in the test's own process has nothing left to do.

The bot's parts say so themselves. A pause in which the server hears nothing says it only on a quiet machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.app import App
from bot.demo.botapi import Sandbox
from bot.storage.database import Database, connect
from bot.telegram.delivery import Delivery
from tests.support import PATIENCE

T = TypeVar("T")


class CountingDatabase(Database):
    """Counts what is under way on the database's thread."""

    at_work = 0

    async def _run(self, work: Callable[..., T], *args: object) -> T:
        self.at_work += 1
        try:
            return await super()._run(work, *args)
        finally:
            self.at_work -= 1


def counting(path: Path) -> Database:
    """Return the database that `bot.app.built` opens, with a count."""
    return CountingDatabase(lambda: connect(path), iter_chunk_size=64)


def resting(delivery: Delivery) -> int:
    """Return how many letters wait for a time of their own: a try failed, or Telegram asked to wait."""
    now = asyncio.get_running_loop().time()
    lanes = (lane for lane in delivery._lanes.values() if lane.ready_at > now and not lane.busy)
    return sum(len(lane.replies) + len(lane.bulk) for lane in lanes)


def is_at_work(app: App) -> bool:
    """Tell whether a part of the bot does something, or has been woken to do it."""
    assert isinstance(app.database, CountingDatabase)
    fetching = (app.files, app.rosters, app.sheets, app.answers)
    sleepers = (app.boards.wake, app.campaigns.wake, app.papers.wake)
    return bool(
        app.database.at_work
        or app.delivery.under_way > resting(app.delivery)
        or any(part.wake.is_set() or part._working for part in fetching)
        or any(wake.is_set() or not wake._waiters for wake in sleepers)
    )


class AttentiveSandbox(Sandbox):
    """The server of a test; `app` is the bot while one runs beside it."""

    app: App | None = None

    async def idle(self, quiet: float = 0.15, timeout: float = PATIENCE) -> None:
        """Wait until every update is dealt with, every letter is marked and every part of the bot sleeps.

        Where letters wait for a time of their own, or the bot is another process, a pause has to do.
        """

        def reached() -> bool:
            return self.is_quiet and (self.app is None or not is_at_work(self.app))

        await self.until(reached, timeout, "the bot to have done all")
        while self.app is None or self.app.delivery.under_way:
            await super().idle(quiet, timeout)
            if reached():
                return
            await self.until(reached, timeout, "the bot to have done all")
