"""A bot's updates: offsets, redelivery until acknowledged, lifetimes, one poll (telegram.md 4.6)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bot.sandbox.errors import ApiError

LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
DAY = 86_400.0
HISTORY = 20_000
FIRST = 100_000_001
LIMIT, TIMEOUT = 100, 50
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds that come only where allowed_updates names them."""
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
TAKEN_OVER = "Conflict: terminated by setWebhook request"


@dataclass(slots=True)
class Pending:
    """One update that is not acknowledged yet. `key` is what a webhook keeps in order."""

    serial: int
    id: int
    body: dict[str, Any]
    expires: float
    key: str
    is_repeat: bool = False
    was_sent: bool = False


@dataclass
class UpdateQueue:
    """`clock` gives the sandbox's time in seconds; `added` is told of each new update."""

    clock: Callable[[], float]
    next_id: int = FIRST
    pending: OrderedDict[int, Pending] = field(default_factory=OrderedDict)
    history: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=HISTORY))
    allowed: list[str] | None = None
    added: Callable[[Pending], None] | None = None
    brake: bool = True
    confirmed: int = 0
    delivered: int = 0
    expired: int = 0
    confirmed_at: float = 0.0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: asyncio.Future[None] | None = None
    _serial: int = 0
    _first_end: float = float("inf")
    _last_offset: int | None = None
    _last_start: float = 0.0

    def add(self, kind: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        """Queue an update and return it; None where the bot does not want this kind (the id is used up)."""
        number = self.next_id
        self.next_id += 1
        wanted = kind not in ON_REQUEST if self.allowed is None else kind in self.allowed
        if not wanted:
            return None
        update = {"update_id": number, kind: body}
        self.history.append(update)
        self._put(update, key, kind, is_repeat=False)
        return update

    def again(self, update: dict[str, Any], key: str | None = None) -> None:
        """Deliver an update once more, by its old id, as Telegram does when an answer got lost."""
        kind = next(name for name in update if name != "update_id")
        self._put(update, key or f"again{update['update_id']}", kind, is_repeat=True)

    def _put(self, update: dict[str, Any], key: str, kind: str, *, is_repeat: bool) -> None:
        expires = self.clock() + LIFETIMES.get(kind, DAY)
        self._serial += 1
        one = Pending(self._serial, update["update_id"], update, expires, key, is_repeat)
        self.pending[one.serial] = one
        self._first_end = min(self._first_end, expires)
        self.arrived.set()
        if self.added is not None:
            self.added(one)

    def taken(self, one: Pending) -> None:
        """A webhook answered 2xx: acknowledged."""
        if self.pending.pop(one.serial, None) is not None:
            self.confirmed += 1
            self.confirmed_at = asyncio.get_running_loop().time()

    def expire(self) -> None:
        """Forget what grew too old: a tap after 150 s, a message after a day."""
        now = self.clock()
        if now < self._first_end:
            return
        before = len(self.pending)
        self.pending = OrderedDict((n, one) for n, one in self.pending.items() if one.expires > now)
        self.expired += before - len(self.pending)
        self._first_end = min((one.expires for one in self.pending.values()), default=float("inf"))

    def interrupt(self, reason: str = CONFLICT) -> None:
        """End a waiting poll with 409."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(ApiError(409, reason))

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """getUpdates: forget below `offset`, wait up to `timeout` real seconds, answer the oldest."""
        self.interrupt()
        self.expire()
        limit = limit if 1 <= limit <= LIMIT else LIMIT
        limit, timeout = self._braked(offset, limit, timeout)
        if offset < 0:
            for serial in list(self.pending)[:offset]:
                del self.pending[serial]
        else:
            self._forget(offset)
        if not self.pending and timeout > 0:
            await self._wait(timeout)
            self.expire()
        found = list(islice(self.pending.values(), limit))
        for one in found:
            one.was_sent = True
        self.delivered += len(found)
        return [one.body for one in found]

    def _braked(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        """Asked again from the same place: within 3 s it waits, within 0.5 s it gets one update only."""
        now = asyncio.get_running_loop().time()
        since = now - self._last_start if offset == self._last_offset else float("inf")
        self._last_offset, self._last_start = offset, now
        if not self.brake:
            return limit, timeout
        return (1 if since < 0.5 else limit), (3.0 if since < 3.0 and timeout < 3.0 else timeout)

    def _forget(self, offset: int) -> None:
        """Drop what the offset acknowledges; a repeat, whose id is old, goes once it was sent."""
        while self.pending:
            first = next(iter(self.pending.values()))
            if not (first.was_sent if first.is_repeat else first.id < offset):
                break
            del self.pending[first.serial]
            self.confirmed += 1
            self.confirmed_at = asyncio.get_running_loop().time()

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
