"""A bot's updates: offsets, redelivery until acknowledged, lifetimes, one poll at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bot.sandbox.errors import ApiError

LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
DAY = 86_400.0
HISTORY = 20_000
FIRST = 100_000_001
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
TAKEN_OVER = "Conflict: terminated by setWebhook request"


@dataclass(slots=True)
class Pending:
    """One update that is not acknowledged yet. `key` is what a webhook keeps in order."""

    id: int
    body: dict[str, Any]
    expires: float
    key: str
    is_repeat: bool = False
    was_sent: bool = False


@dataclass
class UpdateQueue:
    """Server-side rules: telegram.md 4.6. `clock` gives the sandbox's time in seconds."""

    clock: Callable[[], float]
    next_id: int = FIRST
    pending: deque[Pending] = field(default_factory=deque)
    history: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=HISTORY))
    allowed: list[str] | None = None
    confirmed: int = 0
    delivered: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: asyncio.Future[None] | None = None

    def add(self, kind: str, body: dict[str, Any], key: str) -> int:
        """Queue an update; kinds the bot does not want are dropped. Returns its id."""
        number = self.next_id
        self.next_id += 1
        if self.allowed and kind not in self.allowed:
            return number
        update = {"update_id": number, kind: body}
        self.history.append(update)
        self._put(update, key, kind)
        return number

    def again(self, update: dict[str, Any]) -> None:
        """Deliver an update once more, by its old id, as Telegram does when an answer got lost."""
        kind = next(name for name in update if name != "update_id")
        self._put(update, f"again{update['update_id']}", kind, is_repeat=True)

    def _put(self, update: dict[str, Any], key: str, kind: str, *, is_repeat: bool = False) -> None:
        expires = self.clock() + LIFETIMES.get(kind, DAY)
        self.pending.append(Pending(update["update_id"], update, expires, key, is_repeat))
        self.arrived.set()

    def expire(self) -> None:
        now = self.clock()
        if any(one.expires <= now for one in self.pending):
            self.pending = deque(one for one in self.pending if one.expires > now)

    def interrupt(self, reason: str = CONFLICT) -> None:
        """End a waiting poll with 409."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(ApiError(409, reason))

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """getUpdates: forget below `offset`, wait up to `timeout` real seconds, answer the oldest."""
        self.interrupt()
        self.expire()
        if offset < 0:
            self.pending = deque(list(self.pending)[offset:])
        else:
            self._forget(offset)
        if not self.pending and timeout > 0:
            await self._wait(timeout)
            self.expire()
        found = list(islice(self.pending, max(1, min(limit, 100))))
        for one in found:
            one.was_sent = True
        self.delivered += len(found)
        return [one.body for one in found]

    def _forget(self, offset: int) -> None:
        """Drop what the offset acknowledges; a repeat, whose id is old, goes once it was sent."""
        while self.pending:
            first = self.pending[0]
            if not (first.was_sent if first.is_repeat else first.id < offset):
                break
            self.pending.popleft()
            self.confirmed += 1

    async def _wait(self, timeout: float) -> None:
        loop = asyncio.get_running_loop()
        self._poll = poll = loop.create_future()
        self.arrived.clear()
        waiting = asyncio.ensure_future(self.arrived.wait())
        try:
            await asyncio.wait(
                {waiting, poll}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if poll.done():
                poll.result()
            if waiting.done():
                await asyncio.sleep(0.001)  # collects a burst, as the real server does
        finally:
            waiting.cancel()
            if self._poll is poll:
                self._poll = None
