"""The server as an object: state, time, people and faults; started and ended by `async with`."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from bot.sandbox import methods_files, methods_settings
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.state import CALLS_KEPT, Account, BotState, Chat, Message, Query
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.webhook import push

FIRST_PERSON = 5_000_001
REGISTERED = (methods_files, methods_settings)
"""Imported for the methods that they register."""


class Sandbox:
    """One Bot API server on loopback. `clock` gives seconds since the epoch; `advance` moves it on."""

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        flood: bool = False,
        keep_calls: bool = True,
    ) -> None:
        self.port = port
        self.url = ""
        self.flood = flood
        self.keep_calls = keep_calls
        self.faults = Faults()
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.bots: dict[str, BotState] = {}
        self.calls: deque[tuple[str, dict[str, Any], Any]] = deque(maxlen=CALLS_KEPT)
        self.counts: Counter[str] = Counter()
        self.notices: dict[int, list[dict[str, Any]]] = {}
        self.next_file = 0
        self.next_query = 0
        self.webhooks_changed = asyncio.Event()
        self.news: list[asyncio.Queue[dict[str, Any]]] = []
        self.in_flight = 0
        self.last_activity = 0.0
        self._clock = clock
        self._ahead = 0.0
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Sandbox:
        self.url = await self._stack.enter_async_context(serve(self, self.port))
        await self._stack.enter_async_context(push(self))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def now(self) -> float:
        return self._clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the server's time; updates grow old by it."""
        self._ahead += seconds
        for bot in self.bots.values():
            bot.queue.expire()

    def add_bot(
        self, token: str, username: str = "PeduliHamBot", name: str = "Peduli HAM"
    ) -> BotState:
        """Make a bot known by its token."""
        account = Account(int(token.partition(":")[0]), name, is_bot=True, username=username)
        self.accounts[account.id] = account
        bot = BotState(token, account, UpdateQueue(self.now))
        bot.flood.enabled = self.flood
        self.bots[token] = bot
        return bot

    @property
    def bot(self) -> BotState:
        """The first bot; most runs have one."""
        return next(iter(self.bots.values()))

    def person(
        self,
        name: str,
        *,
        language: str = "id",
        label: str = "",
        number: int | None = None,
        started: bool = False,
    ) -> Person:
        """A new person, by default with a private chat that is not started yet."""
        if number is None:
            number = max([FIRST_PERSON, *(one + 1 for one in self.chats if one > 0)])
        account = Account(number, name, language=language, label=label or name)
        self.accounts[number] = account
        self.chats[number] = Chat(number, "private", members={number: "member"}, started=started)
        self.changed("person", None, None)
        return Person(self, account)

    def known(self, number: int) -> Person:
        """The person with this id; KeyError where there is none."""
        return Person(self, self.accounts[number])

    def people(self) -> list[Person]:
        return [Person(self, one) for one in self.accounts.values() if not one.is_bot]

    def group(self, title: str, *members: Person) -> Chat:
        """A supergroup with the bot and these people; the first is its creator."""
        number = -1_000_000_000_000 - len(self.chats) - 1
        roles = {one.id: "creator" if i == 0 else "member" for i, one in enumerate(members)}
        chat = Chat(
            number, "supergroup", title, {**roles, self.bot.account.id: "member"}, started=True
        )
        self.chats[number] = chat
        self.changed("person", None, None)
        return chat

    def chat_view(self, chat: Chat) -> dict[str, Any]:
        if chat.type == "private":
            account = self.accounts[chat.id]
            found = {"id": chat.id, "type": "private", "first_name": account.first_name}
            return found | ({"username": account.username} if account.username else {})
        return {"id": chat.id, "type": chat.type, "title": chat.title}

    def changed(self, kind: str, chat: Chat | None, message: Message | None) -> None:
        """Tell the pages that listen."""
        if not self.news:
            return
        event: dict[str, Any] = {"kind": kind, "chat_id": chat.id if chat else None}
        if message:
            event["message_id"] = message.id
        for queue in self.news:
            queue.put_nowait(event)

    def notice(self, query: Query) -> None:
        """A tap was answered: what its person sees above the chat."""
        found = {**(query.answer or {}), "chat_id": query.chat_id, "query_id": query.id}
        self.notices.setdefault(query.user_id, []).append(found)
        for queue in self.news:
            queue.put_nowait({"kind": "notice", "user_id": query.user_id, **found})

    def fault(self, kind: str, **order: Any) -> Fault:
        """Order trouble: see `Fault`."""
        found = Fault(kind, **order)
        self.faults.orders.append(found)
        return found

    def redeliver(self) -> int:
        """Deliver every update there ever was once more, by its old id; returns how many."""
        history = list(self.bot.queue.history)
        for update in history:
            self.bot.queue.again(update)
        self.webhooks_changed.set()
        return len(history)

    def preload(self, updates: list[dict[str, Any]]) -> None:
        """Queue updates that were made elsewhere (without ids), for load tests."""
        for body in updates:
            kind = next(iter(body))
            chat = (body[kind].get("chat") or body[kind].get("message", {}).get("chat") or {}).get(
                "id", 0
            )
            self.bot.queue.add(kind, body[kind], str(chat))

    @property
    def is_quiet(self) -> bool:
        return not self.in_flight and all(not bot.queue.pending for bot in self.bots.values())

    async def idle(self, quiet: float = 0.15, timeout: float = 30.0) -> None:
        """Wait until every update is acknowledged and no call came for `quiet` real seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not (self.is_quiet and loop.time() - self.last_activity >= quiet):
            if loop.time() > end:
                raise TimeoutError(f"not idle: {self.stats()}")
            await asyncio.sleep(0.005)

    def stats(self) -> dict[str, Any]:
        return {
            "pending": sum(len(bot.queue.pending) for bot in self.bots.values()),
            "delivered": sum(bot.queue.delivered for bot in self.bots.values()),
            "confirmed": sum(bot.queue.confirmed for bot in self.bots.values()),
            "sent": sum(bot.sent for bot in self.bots.values()),
            "in_flight": self.in_flight,
            "calls": dict(self.counts),
            "faults": self.faults.struck,
        }
