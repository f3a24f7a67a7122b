"""Long polling. Nothing is acknowledged before it is committed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.telegram import calls
from bot.telegram.api_responses import seconds_of
from bot.telegram.token import BotToken
from bot.telegram.update_guard import received
from bot.telegram.updates import WANTED, Incoming
from bot.trouble import is_of_machine

log = logging.getLogger(__name__)
BATCH = 100
POLL_SECONDS = 25
ASKED = {"limit": BATCH, "timeout": POLL_SECONDS, "allowed_updates": list(WANTED)}
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
DISK_RETRY_STEPS = 4
"""Only the first pauses where our own disk refuses: waiting longer spares nobody."""
LONGEST_PAUSE = 60.0
"""Seconds of deafness, whatever a 429 says: taps live for 150."""

Heard = Callable[[], Awaitable[None]]
Handler = Callable[[Sequence[Incoming]], Awaitable[None]]
"""Commits a batch and passes its letters on; raises sqlite3.Error where nothing was committed."""


class Polling(Struct):
    """Asks for updates; the next request, which acknowledges the last batch, follows its commit."""

    bot: Bot
    handle: Handler
    heard: Heard
    token: BotToken

    async def run(self) -> None:
        """Poll until cancelled. Raises InvalidToken where getMe is refused."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                updates = await calls.updates(self.bot, offset, BATCH, POLL_SECONDS, WANTED)
                if updates:
                    batch = [update for body in updates if (update := received(body))]
                    if not batch:
                        raise TelegramError("no update of the answer has an id")
                    await self.handle(batch)
                    offset = batch[-1].update_id + 1
                await self.heard()
                failures = 0
            except Conflict as error:
                await self._cleared(error)
            except RetryAfter as error:
                await asyncio.sleep(min(seconds_of(error), LONGEST_PAUSE))
            except Exception as error:
                if isinstance(error, InvalidToken):
                    await self.token.is_good()
                elif not isinstance(error, TelegramError) and not is_of_machine(error):
                    log.exception("a batch could not be handled")
                pause = pause_after(error, failures)
                failures += 1
                _complain(error, pause)
                await asyncio.sleep(pause)

    async def _cleared(self, error: Conflict) -> None:
        """Remove a webhook of a former set-up; report another poller, and give it a moment."""
        if "webhook is active" in error.message:
            try:
                await calls.delete_webhook(self.bot)
            except TelegramError as refused:
                log.error("the webhook cannot be removed: %s", refused.message)
                await asyncio.sleep(PAUSES[2])
            return
        log.error("another process polls with this token; only one may run")
        await asyncio.sleep(PAUSES[2])


def pause_after(error: Exception, failures: int) -> float:
    """Return the seconds until the next try, after so many that failed."""
    pauses = PAUSES if isinstance(error, TelegramError) else PAUSES[:DISK_RETRY_STEPS]
    return pauses[min(failures, len(pauses) - 1)]


def _complain(error: Exception, pause: float) -> None:
    if not isinstance(error, TelegramError):
        log.error("the batch was not committed, the database says: %s. Again in %s s", error, pause)
    elif isinstance(error, NetworkError):
        log.warning("no answer from the Bot API: %s. Again in %s s", error.message, pause)
    else:
        log.error("the Bot API refused getUpdates: %s. Again in %s s", error, pause)
