"""Calls that belong to no chat's order: answers to taps and to inline queries, and menus.

Each method has senders of its own, so that one which hangs holds up no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from msgspec import Struct, field

from bot.storage.outbox import OutboxMessage

SENDERS = {"answerCallbackQuery": 16, "answerInlineQuery": 8}
OTHERS = 4
REPEATED = frozenset({"setMyCommands"})
"""A spinner ends by itself and an inline query is asked again, so their answers are not repeated."""


class RetryLane(Struct):
    """`attempt` sends one letter and returns the seconds until the next try, None where it is done."""

    attempt: Callable[[OutboxMessage], Awaitable[float | None]]
    drop: Callable[[OutboxMessage, str], None]
    _queues: dict[str, asyncio.Queue[OutboxMessage]] = field(
        default_factory=lambda: {name: asyncio.Queue() for name in ("", *SENDERS)}
    )

    def add(self, letter: OutboxMessage) -> None:
        """Queue a letter."""
        self._queues.get(letter.method, self._queues[""]).put_nowait(letter)

    def is_empty(self) -> bool:
        """Tell whether no letter waits for a sender."""
        return all(queue.empty() for queue in self._queues.values())

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, queue in self._queues.items():
                for _ in range(SENDERS.get(name, OTHERS)):
                    group.create_task(self._sender(queue))

    async def _sender(self, queue: asyncio.Queue[OutboxMessage]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            letter = await queue.get()
            delay = await self.attempt(letter)
            if delay is None:
                continue
            if letter.method in REPEATED:
                loop.call_later(delay, self.add, letter)
            else:
                self.drop(letter, "not repeated")
