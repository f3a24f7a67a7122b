"""What a person sees at the phone: the chat, its buttons, notices above it; and waiting for more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from bot.demo.botapi.methods_settings import commands_for
from bot.demo.botapi.state import Account, BotState, Chat, ChatMessage
from bot.demo.botapi.world import World

PATIENCE = 60.0
"""Seconds of waiting for what should come at once: a bound for what is lost, also on a busy machine."""
T = TypeVar("T")


class Seeing:
    """The reading half of a person."""

    def __init__(self, server: World, account: Account) -> None:
        self.server = server
        self.account = account

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def bot(self) -> BotState:
        return self.server.bot

    @property
    def chat(self) -> Chat:
        return self.server.chats[self.id]

    @property
    def messages(self) -> list[ChatMessage]:
        """The chat as it stands, oldest first."""
        return [message for message in self.chat.messages.values() if not message.deleted]

    @property
    def replies(self) -> list[ChatMessage]:
        """What the bot has said."""
        return list(self.newer(0))[::-1]

    def newer(self, after: int) -> Iterator[ChatMessage]:
        """Yield what the bot has said since a message, newest first."""
        for message in reversed(self.chat.messages.values()):
            if message.id <= after:
                return
            if message.from_bot and not message.deleted:
                yield message

    @property
    def last(self) -> ChatMessage:
        """The bot's newest message."""
        return self.replies[-1]

    @property
    def text(self) -> str:
        """Text of the bot's newest message."""
        return self.last.text

    @property
    def notices(self) -> list[dict[str, Any]]:
        """Answers to this person's taps, with and without text."""
        return self.server.notices.get(self.id, [])

    @property
    def toasts(self) -> list[str]:
        """The texts of the notices, those that were silent left out."""
        return [str(notice["text"]) for notice in self.notices if notice.get("text")]

    @property
    def commands(self) -> list[dict[str, Any]]:
        """The command menu of this private chat."""
        return self.commands_in(self.id)

    def commands_in(self, chat: int) -> list[dict[str, Any]]:
        """Return the command menu that this person sees in a chat."""
        return commands_for(self.bot, chat, self.id, self.account.language)

    @property
    def is_being_written_to(self) -> bool:
        """The bot's typing shows."""
        return self.chat.action_until > self.server.now()

    def buttons(self, message: ChatMessage | None = None) -> list[dict[str, Any]]:
        """Return the buttons of a message (the newest with a keyboard, by default)."""
        if message is None:
            message = next((m for m in reversed(self.replies) if "reply_markup" in m.body), None)
        return [button for row in message.rows for button in row] if message else []

    def every_button(self) -> list[tuple[int, str]]:
        """Return every button there ever was in the chat: (message id, data), oldest first, each once."""
        buttons = [
            (message.id, str(button["callback_data"]))
            for message in self.chat.messages.values()
            for markup in message.keyboards
            for row in markup.get("inline_keyboard", [])
            for button in row
            if "callback_data" in button
        ]
        return list(dict.fromkeys(buttons))

    async def wait_for(
        self,
        wanted: str | Callable[[ChatMessage], bool],
        *,
        after: int = 0,
        timeout: float = PATIENCE,
    ) -> ChatMessage:
        """Wait for the bot's message (newer than id `after`) that holds a text or passes a test."""

        def matching_reply() -> ChatMessage | None:
            return next((message for message in self.newer(after) if _fits(message, wanted)), None)

        return await self.until(matching_reply, wanted, timeout)

    async def wait_edit(
        self,
        message_id: int,
        wanted: str | Callable[[ChatMessage], bool],
        *,
        timeout: float = PATIENCE,
    ) -> ChatMessage:
        """Wait until this message was changed so that it holds a text or passes a test."""

        def edited_message() -> ChatMessage | None:
            message = self.chat.messages.get(message_id)
            return message if message and message.edited and _fits(message, wanted) else None

        return await self.until(edited_message, wanted, timeout)

    async def wait_notice(self, query_id: str, *, timeout: float = PATIENCE) -> dict[str, Any]:
        """Wait for the answer to one tap."""

        def answer_to_tap() -> dict[str, Any] | None:
            return next((notice for notice in self.notices if notice["query_id"] == query_id), None)

        return await self.until(answer_to_tap, f"answer to {query_id}", timeout)

    async def until(
        self, look: Callable[[], T | None], wanted: object, timeout: float = PATIENCE
    ) -> T:
        """Wait until there is something to see; looks again whenever something happens in the chat."""
        bell = self.server.bell(self.id)
        try:
            async with asyncio.timeout(timeout):
                while (result := look()) is None:
                    bell.clear()
                    await bell.wait()
                return result
        except TimeoutError:
            seen = self.text if self.replies else "nothing"
            message = f"{self.account.first_name} waited for {wanted!r}, has {seen!r}"
            raise TimeoutError(message) from None


def _fits(message: ChatMessage, wanted: str | Callable[[ChatMessage], bool]) -> bool:
    return wanted(message) if callable(wanted) else wanted in message.text
