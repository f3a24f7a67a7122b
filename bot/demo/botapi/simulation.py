"""A world to be played with: its people and groups, trouble on order, waiting, and figures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.demo.botapi.faults import Fault
from bot.demo.botapi.simulated_people import CALLBACKS, SimulatedPerson
from bot.demo.botapi.state import MESSAGES_KEPT, Account, BotState, Call, Chat
from bot.demo.botapi.update_queue import UpdateQueue
from bot.demo.botapi.world import World

FIRST_PERSON = 5_000_001


class Simulation(World):
    """A `World` with what tests, the demo and `/sim` do in it; nothing here needs a network."""

    def __init__(
        self,
        clock: Callable[[], float | datetime] = time.time,
        *,
        flood: bool = False,
        keep_calls: bool = True,
        keep_messages: int = MESSAGES_KEPT,
    ) -> None:
        super().__init__(clock, keep_calls=keep_calls)
        self.flood = flood
        self.next_person = FIRST_PERSON
        self.keep_messages = keep_messages

    # People

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

    def person(
        self,
        name: str,
        *,
        language: str = "id",
        label: str = "",
        person_id: int | None = None,
        started: bool = False,
        username: str | None = None,
    ) -> SimulatedPerson:
        """Add a person, by default with a private chat that is not started yet."""
        if person_id is None:
            while self.next_person in self.accounts:  # people of a world that was adopted
                self.next_person += 1
            person_id = self.next_person
        self.next_person = max(self.next_person, person_id + 1)
        account = Account(
            person_id, name, language=language, label=label or name, username=username
        )
        self.accounts[person_id] = account
        chat = Chat(person_id, "private", members={person_id: "member"}, started=started)
        chat.kept = self.keep_messages
        self.chats[person_id] = chat
        self.changed("person", None, None)
        return SimulatedPerson(self, account)

    def known(self, person_id: int) -> SimulatedPerson:
        """Return the person with this id. Raises LookupError."""
        account = self.accounts.get(person_id)
        if account is None or account.is_bot:
            raise LookupError(f"there is no person {person_id}")
        return SimulatedPerson(self, account)

    def people(self) -> list[SimulatedPerson]:
        return [
            SimulatedPerson(self, account)
            for account in self.accounts.values()
            if not account.is_bot
        ]

    def group(
        self, title: str, *members: SimulatedPerson, kind: str = "supergroup", with_bot: bool = True
    ) -> Chat:
        """Add a group with these people, the first its creator; the bot is in it from the start, or not."""
        base = -1_000_000_000_000 if kind == "supergroup" else -4_000_000
        roles = {one.id: "creator" if i == 0 else "member" for i, one in enumerate(members)}
        chat = Chat(base - len(self.chats) - 1, kind, title, roles, started=True)
        chat.kept = self.keep_messages
        if with_bot and self.bots:
            chat.members[self.bot.account.id] = "member"
        self.chats[chat.id] = chat
        self.changed("person", None, None)
        return chat

    # What tests order and ask

    def fault(self, kind: str, **order: Any) -> Fault:
        """Order trouble: see `Fault`."""
        fault = Fault(kind, **order)
        self.faults.orders.append(fault)
        return fault

    def clear_faults(self) -> None:
        self.faults.orders.clear()

    def redeliver(self, *ids: int) -> int:
        """Deliver every update there ever was (or these ids) once more; returns how many."""
        updates = [one for one in self.bot.queue.history if not ids or one["update_id"] in ids]
        for update in updates:
            self.bot.queue.again(update)
            self.watch.queued(update, again=True)
        return len(updates)

    def preload(self, updates: list[dict[str, Any]]) -> None:
        """Queue updates made elsewhere (without ids), for load tests; their people become known.

        TypeError, before any is queued, for what is no list of updates.
        """
        if not isinstance(updates, list) or not all(_is_update(body) for body in updates):
            raise TypeError("updates: a list of objects, each with one update in it, is expected")
        for body in updates:
            kind = next(iter(body))
            chat = body[kind].get("chat") or body[kind].get("message", {}).get("chat") or {}
            account_id = int(chat.get("id", 0))
            if account_id > 0 and account_id not in self.chats:
                self.person(
                    str(chat.get("first_name", account_id)), person_id=account_id, started=True
                )
            lane = account_id
            if kind == "callback_query":
                lane = int(body[kind]["from"]["id"]) + CALLBACKS
            self.bot.queue.add(kind, body[kind], str(lane))

    def called(self, method: str, chat_id: int | None = None) -> list[Call]:
        """Return the calls of a method that the log holds, oldest first."""
        wanted = method.lower()
        return [
            call for call in self.calls if call.method == wanted and chat_id in (None, call.chat_id)
        ]

    @property
    def is_quiet(self) -> bool:
        return not self.in_flight and all(not bot.queue.waiting for bot in self.bots.values())

    async def idle(self, quiet: float = 0.15, timeout: float = 30.0) -> None:
        """Wait until every update is acknowledged and nothing happened for `quiet` real seconds."""
        loop = asyncio.get_running_loop()

        def reached() -> bool:
            last = max([self.last_activity, *(b.queue.confirmed_at for b in self.bots.values())])
            return self.is_quiet and loop.time() - last >= quiet

        await self.until(reached, timeout, "idle")

    async def wait_calls(self, count: int, method: str, timeout: float = 30.0) -> None:
        """Wait until a method was called so many times in all."""
        name = method.lower()
        await self.until(lambda: self.counts[name] >= count, timeout, f"{count} × {method}")

    def reset(self) -> None:
        """Forget chats' contents, updates, calls, faults; bots, people and update ids stay."""
        for chat in self.chats.values():
            chat.messages.clear()
            chat.pinned.clear()
            chat.reply_keyboard = None
        for bot in self.bots.values():
            bot.queue.clear()
            bot.queue.history.clear()
            bot.queries.clear()
            bot.sent = 0
        self.calls.clear()
        self.counts.clear()
        self.notices.clear()
        self.clear_faults()


def _is_update(body: object) -> bool:
    """Tell whether a body is shaped like an update: one kind, its object, whole numbers for its people."""
    if not isinstance(body, dict) or len(body) != 1:
        return False
    ((kind, content),) = body.items()
    if not isinstance(content, dict):
        return False
    message = content.get("message", {})
    chat = content.get("chat") or (message.get("chat") if isinstance(message, dict) else None) or {}
    people = [chat.get("id", 0)] if isinstance(chat, dict) else [None]
    if kind == "callback_query":
        sender = content.get("from")
        people.append(sender.get("id") if isinstance(sender, dict) else None)
    return all(type(number) is int for number in people)
