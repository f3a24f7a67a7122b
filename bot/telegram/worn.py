"""Prompts whose moment is over: their buttons are taken away, so that nobody presses what does nothing.

Only for show, and so kept in memory: after a restart an old button is still answered with the live question.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram import Bot
from telegram.error import RetryAfter

from bot.storage.outbox import Letter
from bot.telegram.answers import seconds_of
from bot.telegram.calls import call
from bot.telegram.pacing import Window

log = logging.getLogger(__name__)
CHATS = 20_000
WAITING = 200
METHOD = "editMessageReplyMarkup"
LOOK = 0.2
"""Seconds until it is looked again whether the replies leave room."""


@dataclass(slots=True)
class Worn:
    """`sent` notes each letter that arrived; `run` takes buttons away while nothing else waits."""

    bot: Bot
    window: Window | None
    is_idle: Callable[[], bool]
    _live: OrderedDict[int, int] = field(default_factory=OrderedDict)
    _worn: asyncio.Queue[tuple[int, int]] = field(
        default_factory=lambda: asyncio.Queue(maxsize=WAITING)
    )

    def sent(self, letter: Letter, message_id: int | None) -> None:
        """Note a letter that arrived: it may end its chat's prompt, and be the next one."""
        if not (letter.prompt or letter.supersedes) or message_id is None:
            return
        before = self._live.pop(letter.chat_id, None)
        if before not in (None, message_id) and not self._worn.full():
            self._worn.put_nowait((letter.chat_id, before))
        if letter.prompt:
            self._live[letter.chat_id] = message_id
            if len(self._live) > CHATS:
                self._live.popitem(last=False)

    async def run(self) -> None:
        """Remove worn buttons until cancelled; a call that fails is let go, for the message may be gone."""
        loop = asyncio.get_running_loop()
        while True:
            chat, message = await self._worn.get()
            while not self.is_idle() or (self.window and self.window.wait(loop.time()) > 0):
                await asyncio.sleep(LOOK)
            began = loop.time()
            if self.window:
                self.window.started()
            try:
                await call(self.bot, Letter(0, chat, METHOD, {"message_id": message}))
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except Exception as error:  # buttons are not worth more
                log.debug("buttons of message %s stay: %s", message, error)
            finally:
                if self.window:
                    self.window.ended(began, loop.time())
