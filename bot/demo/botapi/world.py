"""Everybody and everything the server knows, and how news of it reaches bots and pages."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.demo.botapi.faults import Faults
from bot.demo.botapi.members import chat_member
from bot.demo.botapi.state import CALLS_KEPT, Account, BotState, Call, Chat, ChatMessage, Query
from bot.demo.botapi.watching import Watch

NEWS_KEPT = 1_000
NOTICES_KEPT = 1_000
SERVICE = ("new_chat_members", "left_chat_member", "pinned_message", "migrate_to_chat_id")


class World:
    """State and emission; `Simulation` adds people and trouble, `Sandbox` the life cycle."""

    def __init__(self, clock: Callable[[], float | datetime], *, keep_calls: bool) -> None:
        self.keep_calls = keep_calls
        self.faults = Faults()
        self.watch = Watch()
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.bots: dict[str, BotState] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.counts: Counter[str] = Counter()
        self.notices: dict[int, list[dict[str, Any]]] = {}
        self.news: list[asyncio.Queue[dict[str, Any]]] = []
        self.next_file = 0
        self.next_query = 0
        self.in_flight = 0
        self.last_activity = 0.0
        self.closing = asyncio.Event()
        self._clock = clock
        self._ahead = 0.0
        self._bells: dict[int, asyncio.Event] = {}
        self.webhook_changed: Callable[[BotState], None] = lambda bot: None
        """Told when a bot's webhook was set, changed or deleted; whoever pushes updates puts itself here."""

    @property
    def bot(self) -> BotState:
        """The first bot; most runs have one. LookupError: there is none yet."""
        for bot in self.bots.values():
            return bot
        raise LookupError("there is no bot yet")

    def now(self) -> float:
        """Return seconds since the epoch, on the server's clock."""
        if self._clock is time.time:
            return time.time() + self._ahead
        instant = self._clock()
        seconds = instant.timestamp() if isinstance(instant, datetime) else instant
        return seconds + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the server's time; updates and taps grow old by it."""
        self._ahead += seconds
        for bot in self.bots.values():
            bot.queue.expire()

    async def pause(self, seconds: float) -> None:
        """Wait for real seconds, cut short by the end of the server."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), seconds)

    def adopt(self, other: World) -> None:
        """Become what another, idle server knows: bots, people, chats; nothing is pending."""
        for bot in self.bots.values():
            bot.queue.interrupt()
        self.accounts, self.chats, self.bots = other.accounts, other.chats, other.bots
        self.notices, self.next_file = other.notices, other.next_file
        self.next_query = other.next_query
        for bot in self.bots.values():
            bot.queue.clock, bot.queue.brake = self.now, True
            bot.queue.clear()
        self.calls.clear()
        self.counts.clear()
        self.changed("person", None, None)

    def next_number(self) -> int:
        self.next_query += 1
        return self.next_query

    def chat_view(self, chat: Chat) -> dict[str, Any]:
        """Return a Chat of the Bot API."""
        if chat.type == "private":
            user = self.accounts[chat.id].user()
            names = ("id", "first_name", "last_name", "username")
            return {key: user[key] for key in names if key in user} | {"type": "private"}
        return {"id": chat.id, "type": chat.type, "title": chat.title}

    def met(self, bot: BotState, person: int) -> bool:
        """Tell whether the bot has seen this person in some group."""
        return any(
            person in chat.members and bot.account.id in chat.members
            for chat in self.chats.values()
            if chat.type != "private"
        )

    # Waiting

    async def until(
        self, reached: Callable[[], bool], timeout: float = 30.0, what: str = "a condition"
    ) -> None:
        """Wait for something to become true. Raises TimeoutError with the state of things."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not reached():
            if loop.time() > end:
                raise TimeoutError(f"waited for {what}: {self.stats()}")
            await asyncio.sleep(0.005)

    def stats(self) -> dict[str, Any]:
        queues = [bot.queue for bot in self.bots.values()]
        return {
            "pending": sum(queue.waiting for queue in queues),
            "delivered": sum(queue.delivered for queue in queues),
            "confirmed": sum(queue.confirmed for queue in queues),
            "expired": sum(queue.expired for queue in queues),
            "sent": sum(bot.sent for bot in self.bots.values()),
            "in_flight": self.in_flight,
            "calls": dict(self.counts),
            "faults": self.faults.struck,
            "refused_for_speed": sum(bot.flood.refused for bot in self.bots.values()),
        }

    # News

    def emit(self, bot: BotState, kind: str, body: dict[str, Any], key: str) -> None:
        """Queue an update for a bot, twice where that was ordered."""
        update = bot.queue.add(kind, body, key)
        if update is None:
            self.watch.unwanted(kind, body)
            return
        self.watch.queued(update, again=False)
        trouble = self.faults.draw("", {}, ("duplicate",)) if self.faults.orders else None
        if trouble:
            bot.queue.again(update, key)
            self.watch.struck(trouble, kind)
            self.watch.queued(update, again=True)

    def changed(self, kind: str, chat: Chat | None, message: ChatMessage | None) -> None:
        """Tell whoever waits in the chat, and the pages that listen."""
        for bell in [self.bell(chat.id)] if chat else self._bells.values():
            bell.set()
        if not self.news:
            return
        event: dict[str, Any] = {"kind": kind, "chat_id": chat.id if chat else None}
        if message:
            event["message_id"] = message.id
        self.tell(event)

    def notice(self, query: Query) -> None:
        """Note the answer to a tap, which its person sees above the chat."""
        answer = {**(query.answer or {}), "chat_id": query.chat_id, "query_id": query.id}
        kept = self.notices.setdefault(query.user_id, [])
        kept.append(answer)
        del kept[:-NOTICES_KEPT]
        self.bell(query.user_id).set()
        self.tell({"kind": "notice", "user_id": query.user_id, **answer})

    def bell(self, chat_id: int) -> asyncio.Event:
        """Return what is set when something happens in a chat, or above it."""
        return self._bells.setdefault(chat_id, asyncio.Event())

    def tell(self, event: dict[str, Any]) -> None:
        """Send news to every page that listens."""
        for queue in self.news:
            if queue.qsize() < NEWS_KEPT:
                queue.put_nowait(event)
            elif queue.qsize() == NEWS_KEPT:  # a page that does not read has to connect anew
                queue.put_nowait({})

    # Groups

    def groups(self) -> list[Chat]:
        """Return the groups that are still in use, oldest first."""
        return [
            chat for chat in self.chats.values() if chat.type != "private" and chat.moved_to is None
        ]

    def sees(self, bot: BotState, chat: Chat, message: ChatMessage) -> bool:
        """Tell whether a bot sees it; privacy mode: commands, replies to it, service messages only."""
        if chat.type == "private" or bot.reads_all:
            return True
        role = chat.members.get(bot.account.id)
        if role is None or role in ("creator", "administrator"):
            return role is not None
        if any(one in message.body for one in SERVICE):
            return True
        answered = message.body.get("reply_to_message", {}).get("from", {})
        text = message.text
        named = text.split(maxsplit=1)[0].partition("@")[2] if text.startswith("/") else None
        ours = named is not None and (
            not named or named.lower() == str(bot.account.username).lower()
        )
        return ours or answered.get("id") == bot.account.id

    def set_member(self, chat: Chat, who: Account, status: str, *, by: Account) -> None:
        """Let somebody join, leave, be made administrator or thrown out."""
        before = chat.members.get(who.id, "left")
        if status in ("left", "kicked"):
            chat.members.pop(who.id, None)
        else:
            chat.members[who.id] = status
        chat.banned = (chat.banned - {who.id}) | ({who.id} if status == "kicked" else set())
        if who.is_bot:
            chat.blocked, chat.left = status in ("left", "kicked"), status == "left"
        self.tell_membership(chat, who, before, status, by=by)
        came, went = before in ("left", "kicked"), status in ("left", "kicked")
        if came and not went:
            self.service(chat, by, {"new_chat_members": [who.user()]})
        elif went and not came:
            self.service(chat, by, {"left_chat_member": who.user()})

    def tell_membership(self, chat: Chat, who: Account, old: str, new: str, *, by: Account) -> None:
        """Send my_chat_member to the bot itself, else chat_member to bots that are administrators."""
        body = {
            "chat": self.chat_view(chat),
            "from": by.user(),
            "date": int(self.now()),
            "old_chat_member": chat_member(who, old),
            "new_chat_member": chat_member(who, new),
        }
        for bot in self.bots.values():
            if who.id == bot.account.id:
                self.emit(bot, "my_chat_member", body, str(chat.id))
            elif not who.is_bot and chat.members.get(bot.account.id) == "administrator":
                self.emit(bot, "chat_member", body, str(chat.id))
        self.changed("block" if chat.type == "private" else "person", chat, None)

    def service(self, chat: Chat, by: Account, content: dict[str, Any]) -> ChatMessage:
        """Post a service message in a chat, which every bot in it hears."""
        body = {"from": by.user(), "chat": self.chat_view(chat), "date": int(self.now()), **content}
        message = chat.add(body, from_bot=by.is_bot)
        for bot in self.bots.values():
            if bot.account.id in chat.members and bot.account.id != by.id:
                self.emit(bot, "message", message.body, str(chat.id))
        self.changed("message", chat, message)
        return message

    def upgrade(self, chat: Chat) -> Chat:
        """Turn a group into a supergroup under a new id; the old id answers with it from now on."""
        new = Chat(-1_000_000_000_000 - len(self.chats) - 1, "supergroup", chat.title)
        new.members, new.started = dict(chat.members), True
        self.chats[new.id] = new
        owner = next(self.accounts[one] for one, role in chat.members.items() if role == "creator")
        self.service(chat, owner, {"migrate_to_chat_id": new.id})
        self.service(new, owner, {"migrate_from_chat_id": chat.id})
        chat.moved_to = new.id
        return new
