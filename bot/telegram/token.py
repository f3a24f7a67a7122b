"""Is it the token, or only this one call? `getMe` decides, asked once for all who doubt at that moment."""

from __future__ import annotations

import asyncio
import logging

from msgspec import Struct, field
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.telegram import calls

log = logging.getLogger(__name__)
FRESH = 5.0
"""Seconds for which an answer stands."""


class BotToken(Struct):
    """What the Bot API thinks of the token."""

    bot: Bot
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _asked_at: float | None = None
    _is_good: bool = False

    async def is_good(self) -> bool:
        """Return True where getMe answers, so the call itself is at fault; False where nothing is known now.

        Raises InvalidToken where the token is refused, which nothing but getMe can say.
        """
        loop = asyncio.get_running_loop()
        async with self._lock:
            if self._asked_at is not None and loop.time() - self._asked_at < FRESH:
                return self._is_good
            self._is_good = await self._ask()
            self._asked_at = loop.time()
            return self._is_good

    async def _ask(self) -> bool:
        try:
            await calls.me(self.bot)
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("getMe is not answered: %s", error.message)
            return False
        return True
