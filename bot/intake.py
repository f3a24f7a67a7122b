"""Where updates come in: long polling, or a webhook. Nothing is acknowledged before it is committed."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot import calls
from bot.reading import received
from bot.updates import WANTED, Incoming
from bot.wire import loads

log = logging.getLogger(__name__)
BATCH = 100
POLL_SECONDS = 25
ASKED = {"limit": BATCH, "timeout": POLL_SECONDS, "allowed_updates": list(WANTED)}
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
OF_DISK = 4
"""So many of these where it is our own disk that refuses: nobody else is spared by waiting longer."""
BODY_LIMIT = 4 * 1024 * 1024

Heard = Callable[[], Awaitable[None]]
Handler = Callable[[Sequence[Incoming]], Awaitable[None]]
"""Commits a batch and passes its letters on; raises sqlite3.Error where nothing was committed."""


@dataclass(slots=True)
class Polling:
    """Asks for updates; the next request, which acknowledges the last batch, follows its commit."""

    bot: Bot
    handle: Handler
    heard: Heard

    async def run(self) -> None:
        """Until cancelled. Raises InvalidToken where the token is refused (401, 404)."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                updates = await calls.updates(self.bot, offset, BATCH, POLL_SECONDS, WANTED)
                if updates:
                    batch = [one for said in updates if (one := received(said))]
                    if not batch:
                        raise TelegramError("no update of the answer has an id")
                    await self.handle(batch)
                    offset = batch[-1].update_id + 1
                await self.heard()
                failures = 0
            except InvalidToken:
                raise
            except Conflict as error:
                await self._cleared(error)
            except RetryAfter as error:
                after = error.retry_after
                await asyncio.sleep(after if isinstance(after, int) else after.total_seconds())
            except (TelegramError, sqlite3.OperationalError) as error:
                pause = pause_after(error, failures)
                failures += 1
                _complain(error, pause)
                await asyncio.sleep(pause)

    async def _cleared(self, error: Conflict) -> None:
        """A webhook of a former set-up goes; another poller is reported, and given a moment."""
        if "webhook is active" in error.message:
            with contextlib.suppress(NetworkError):
                await self.bot.delete_webhook()
            return
        log.error("another process polls with this token; only one may run")
        await asyncio.sleep(PAUSES[2])


def pause_after(error: Exception, failures: int) -> float:
    """Seconds until the next try, after so many others that failed."""
    pauses = PAUSES[:OF_DISK] if isinstance(error, sqlite3.Error) else PAUSES
    return pauses[min(failures, len(pauses) - 1)]


def _complain(error: Exception, pause: float) -> None:
    if isinstance(error, sqlite3.Error):
        log.error("the batch was not committed, the database says: %s. Again in %s s", error, pause)
    elif isinstance(error, NetworkError):
        log.warning("no answer from the Bot API: %s. Again in %s s", error.message, pause)
    else:
        log.error("the Bot API refused getUpdates: %s. Again in %s s", error, pause)


@dataclass(slots=True)
class Webhook:
    """Takes posts; those that arrive while a batch is written make the next one; 200 after the commit."""

    bot: Bot
    handle: Handler
    secret: str
    heard: Heard
    _waiting: list[tuple[Incoming, asyncio.Future[None]]] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def application(self, path: str) -> web.Application:
        """The aiohttp application that receives posts at `path`."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_post(path, self._post)
        return app

    async def run(self) -> None:
        """Commit batches until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            if self._waiting:
                self._arrived.set()
            batch = [(one, future) for one, future in batch if not future.done()]
            try:
                await self.handle([one for one, _ in batch])
            except sqlite3.Error as error:
                log.error("the batch was not committed, the database says: %s", error)
                for _, future in batch:
                    _settle(future, error)
                continue
            await self.heard()
            for _, future in batch:
                _settle(future, None)

    async def _post(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            return web.Response(status=403)
        try:
            one = received(loads(await request.read()))
        except ValueError:
            one = None
        if one is None:
            log.warning("a webhook post was no update")
            return web.Response(status=400)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, future))
        self._arrived.set()
        try:
            await future
        except sqlite3.Error:
            return web.Response(status=500)
        return web.Response()


def _settle(future: asyncio.Future[None], error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
