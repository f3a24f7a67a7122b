"""A bot's updates: offsets, redelivery until acknowledged, lifetimes, one poll (telegram.md 4.6)."""

from __future__ import annotations

import asyncio
import heapq
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import Any

import orjson
from msgspec import Struct

from bot.demo.botapi.api_errors import ApiError

LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
DAY = 86_400.0
HISTORY = 20_000
FIRST = 100_000_001
LIMIT, TIMEOUT = 100, 50
AHEAD = 10
"""An offset further than this beyond the newest id is taken for none."""
ANSWER_BYTES = 4 * 2**20
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds that come only where allowed_updates names them."""
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
TAKEN_OVER = "Conflict: terminated by setWebhook request"


class Pending(Struct):
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
    """`clock` gives the sandbox's time in seconds; `added` is told of each new update.

    `pending` is in the order of the ids; `repeats` holds those that come once more, by their old ids.
    """

    clock: Callable[[], float]
    next_id: int = FIRST
    pending: OrderedDict[int, Pending] = field(default_factory=OrderedDict)
    repeats: OrderedDict[int, Pending] = field(default_factory=OrderedDict)
    history: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=HISTORY))
    too_old: deque[int] = field(default_factory=lambda: deque(maxlen=HISTORY))
    """By id: what the bot never fetched before it expired."""
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
        """Queue an update and return it; None where the bot does not want this kind."""
        wanted = kind not in ON_REQUEST if self.allowed is None else kind in self.allowed
        if not wanted:
            return None
        update = {"update_id": self.next_id, kind: body}
        self.next_id += 1
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
        waiting = Pending(self._serial, update["update_id"], update, expires, key, is_repeat)
        (self.repeats if is_repeat else self.pending)[waiting.serial] = waiting
        self._first_end = min(self._first_end, expires)
        self.arrived.set()
        if self.added is not None:
            self.added(waiting)

    def taken(self, update: Pending) -> None:
        """Acknowledge an update for which a webhook answered 2xx."""
        place = self.repeats if update.is_repeat else self.pending
        if place.pop(update.serial, None) is not None:
            self._confirm(1)

    def _confirm(self, count: int) -> None:
        if count:
            self.confirmed += count
            self.confirmed_at = asyncio.get_running_loop().time()

    def clear(self) -> None:
        self.pending.clear()
        self.repeats.clear()

    @property
    def waiting(self) -> int:
        """How many are not acknowledged."""
        return len(self.pending) + len(self.repeats)

    def holds(self, update: Pending) -> bool:
        return update.serial in (self.repeats if update.is_repeat else self.pending)

    def everything(self) -> Iterator[Pending]:
        """Yield all that waits, by ids."""
        again = sorted(self.repeats.values(), key=attrgetter("id"))
        return heapq.merge(again, self.pending.values(), key=attrgetter("id"))

    def expire(self) -> None:
        """Forget what grew too old: a tap after 150 s, a message after a day."""
        now = self.clock()
        if now < self._first_end:
            return
        for place in (self.pending, self.repeats):
            for update in [pending for pending in place.values() if pending.expires <= now]:
                del place[update.serial]
                self.expired += 1
                self.too_old.append(update.id)
        self._first_end = min(
            (pending.expires for pending in self.everything()), default=float("inf")
        )

    def interrupt(self, reason: str = CONFLICT, code: int = 409) -> None:
        """End a waiting poll."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(ApiError(code, reason))

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """Answer getUpdates: forget below `offset`, wait up to `timeout` real seconds, give the oldest."""
        self.expire()
        limit, timeout = self._braked(offset, max(1, min(limit, LIMIT)), timeout)
        if offset < 0:
            self.repeats.clear()
            while len(self.pending) > -offset:
                self.pending.popitem(last=False)
        elif offset <= self.next_id + AHEAD:
            self._forget(offset)
        if not self.waiting and timeout > 0:
            self.interrupt()
            await self._wait(timeout)
            self.expire()
        updates = self._answer(limit)
        self.delivered += len(updates)
        return updates

    def _answer(self, limit: int) -> list[dict[str, Any]]:
        """Return the oldest updates, as many as go into 4 MB."""
        updates: list[dict[str, Any]] = []
        left = ANSWER_BYTES
        for update in islice(self.everything(), limit):
            left -= 50 + len(orjson.dumps(update.body))
            if left <= 0:
                break
            update.was_sent = True
            updates.append(update.body)
        return updates

    def _braked(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        """Slow down who asks again from the same place: a wait within 3 s, one update only within 0.5 s."""
        now = asyncio.get_running_loop().time()
        since = now - self._last_start if offset == self._last_offset else float("inf")
        self._last_offset, self._last_start = offset, now
        if not self.brake:
            return limit, timeout
        return (1 if since < 0.5 else limit), (3.0 if since < 3.0 and timeout < 3.0 else timeout)

    def _forget(self, offset: int) -> None:
        """Drop what the offset acknowledges; a repeat, whose id is old, only once it was sent."""
        before = self.waiting
        while self.pending and next(iter(self.pending.values())).id < offset:
            self.pending.popitem(last=False)
        for update in [
            repeat for repeat in self.repeats.values() if repeat.was_sent and repeat.id < offset
        ]:
            del self.repeats[update.serial]
        self._confirm(before - self.waiting)

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
