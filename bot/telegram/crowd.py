"""Letters that strangers caused: sent while nobody known waits, a few a second, the oldest dropped.

They never fill more than half of what the limits of Telegram allow, so that a reply finds a place at once.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from msgspec import Struct, field

from bot.storage.outbox import OutboxMessage
from bot.telegram.pacing import Window

MOST = 300
A_SECOND = 10
SENDERS = 4
LOOK = 0.05


class Crowd(Struct):
    """`attempt` sends one letter and returns the seconds until the next try, None where it is done."""

    attempt: Callable[[OutboxMessage], Awaitable[float | None]]
    drop: Callable[[OutboxMessage, str], None]
    is_idle: Callable[[], bool]
    window: Window | None
    _waiting: OrderedDict[int, OutboxMessage] = field(default_factory=OrderedDict)
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    _next: float = 0.0

    def add(self, letter: OutboxMessage) -> None:
        """Queue a letter; where too many wait, drop the oldest."""
        self._waiting[letter.id] = letter
        if len(self._waiting) > MOST:
            self.drop(self._waiting.popitem(last=False)[1], "too many strangers")
        self._came.set()

    def is_known(self, chat_id: int) -> None:
        """Drop what waits here for a chat that is now answered with higher rank: it would come too late."""
        for letter in [one for one in self._waiting.values() if one.chat_id == chat_id]:
            self.drop(self._waiting.pop(letter.id), "known meanwhile")

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(SENDERS):
                group.create_task(self._sender())

    async def _sender(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while not self._waiting:
                self._came.clear()
                await self._came.wait()
            pause = self._next - loop.time()
            if pause > 0 or not self._has_room():
                await asyncio.sleep(max(pause, LOOK))
                continue
            self._next = loop.time() + 1 / A_SECOND
            await self._send(self._waiting.popitem(last=False)[1])

    def _has_room(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self.is_idle() and (self.window is None or self.window.is_half_empty(now))

    async def _send(self, letter: OutboxMessage) -> None:
        loop = asyncio.get_running_loop()
        counts = letter.chat_id != 0 and self.window is not None
        began = loop.time()
        if self.window and counts:
            self.window.started()
        delay = await self.attempt(letter)
        if self.window and counts:
            self.window.ended(began, loop.time())
        if delay is not None:
            loop.call_later(delay, self.add, letter)
