"""What a person does at the phone: write, tap, open links, send files, block; and what they see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.sandbox.entities import automatic
from bot.sandbox.methods_files import store, view
from bot.sandbox.methods_settings import member
from bot.sandbox.state import Account, BotState, Chat, Message, Query

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

CALLBACKS = 3 * 2**33
TAP_LIFE = 150.0


class NoSuchButton(LookupError):
    """There is no such button on any message of the chat."""


class Person:
    """One person with a private chat with the (first) bot; groups by `chat`."""

    def __init__(self, box: Sandbox, account: Account) -> None:
        self.box = box
        self.account = account

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def bot(self) -> BotState:
        return self.box.bot

    @property
    def chat(self) -> Chat:
        return self.box.chats[self.id]

    @property
    def messages(self) -> list[Message]:
        """The chat as it stands, oldest first."""
        return [one for one in self.chat.messages.values() if not one.deleted]

    @property
    def replies(self) -> list[Message]:
        """What the bot has said."""
        return [one for one in self.messages if one.from_bot]

    @property
    def last(self) -> Message:
        """The bot's newest message."""
        return self.replies[-1]

    @property
    def text(self) -> str:
        """Text of the bot's newest message."""
        return str(self.last.body.get("text") or self.last.body.get("caption") or "")

    @property
    def notices(self) -> list[dict[str, Any]]:
        """Answers to this person's taps, with and without text."""
        return self.box.notices.get(self.id, [])

    def buttons(self, message: Message | None = None) -> list[dict[str, Any]]:
        """The buttons of a message (the newest with a keyboard, by default)."""
        if message is None:
            message = next((m for m in reversed(self.replies) if "reply_markup" in m.body), None)
        rows = message.body.get("reply_markup", {}).get("inline_keyboard", []) if message else []
        return [button for row in rows for button in row]

    # Doing

    def send(self, text: str, *, chat: Chat | None = None, reply_to: int | None = None) -> Message:
        """Write a text; the first one starts the chat."""
        content: dict[str, Any] = {"text": text}
        if found := automatic(text):
            content["entities"] = found
        return self._say(content, chat, reply_to)

    def open_link(self, payload: str = "") -> Message:
        """Open t.me/<bot>?start=payload and press START."""
        return self.send(f"/start {payload}".strip())

    def contact(self, phone: str) -> Message:
        given = {"phone_number": phone, "first_name": self.account.first_name, "user_id": self.id}
        return self._say({"contact": given})

    def location(self, latitude: float, longitude: float) -> Message:
        return self._say({"location": {"latitude": latitude, "longitude": longitude}})

    def file(
        self,
        kind: str,
        content: bytes,
        name: str | None = None,
        *,
        caption: str = "",
        group: str = "",
    ) -> Message:
        """Send a photo, document or voice; `group` makes it part of an album."""
        body: dict[str, Any] = {kind: view(kind, store(self.box, self.bot, kind, content, name))}
        body |= {"caption": caption} if caption else {}
        return self._say(body | ({"media_group_id": group} if group else {}))

    def album(self, *files: tuple[str, bytes, str | None]) -> list[Message]:
        """Several files as one album: they arrive as separate updates."""
        self.box.next_file += 1
        group = str(self.box.next_file)
        return [self.file(kind, content, name, group=group) for kind, content, name in files]

    def edit(self, message_id: int, text: str) -> None:
        """Change an own message."""
        message = self.chat.messages[message_id]
        assert not message.from_bot
        message.body = {**message.body, "text": text, "edit_date": int(self.box.now())}
        self._emit("edited_message", message.body, str(self.id))
        self.box.changed("edit", self.chat, message)

    def tap(
        self,
        label: str = "",
        *,
        data: str = "",
        message_id: int | None = None,
        chat: Chat | None = None,
    ) -> str:
        """Press a button, by its label (newest first) or data; also one that is no longer there.

        Returns the query's id. Raises NoSuchButton.
        """
        place = chat or self.chat
        message, pressed = self._find(place, label, data, message_id)
        self.box.next_query += 1
        number = str(4_000_000_000 + self.box.next_query)
        self.bot.queries[number] = Query(
            number, self.id, place.id, message.id, self.box.now() + TAP_LIFE
        )
        body = {
            "id": number,
            "from": self.account.user(),
            "message": message.body,
            "chat_instance": str(place.id),
            "data": pressed,
        }
        self._emit("callback_query", body, str(self.id + CALLBACKS))
        return number

    def _find(
        self, chat: Chat, label: str, data: str, message_id: int | None
    ) -> tuple[Message, str]:
        for message in reversed(chat.messages.values()):
            if message_id is not None and message.id != message_id:
                continue
            if data and message_id is not None:
                return message, data
            shown = [message.body["reply_markup"]] if "reply_markup" in message.body else []
            for markup in shown:
                for row in markup["inline_keyboard"]:
                    for button in row:
                        if (label and button["text"] == label) or (
                            data and button.get("callback_data") == data
                        ):
                            return message, str(button.get("callback_data", ""))
        raise NoSuchButton(
            f"{self.account.first_name} sees no button {label or data!r}: {self.buttons()}"
        )

    def every_button(self) -> list[tuple[int, str]]:
        """Every button there ever was in the chat: (message id, data), oldest first, each once."""
        found = [
            (message.id, str(button["callback_data"]))
            for message in self.chat.messages.values()
            for markup in message.keyboards
            for row in markup.get("inline_keyboard", [])
            for button in row
            if "callback_data" in button
        ]
        return list(dict.fromkeys(found))

    def block(self) -> None:
        self._membership("kicked")
        self.chat.blocked = True

    def unblock(self) -> None:
        self.chat.blocked = False
        self._membership("member")

    def ask_inline(self, query: str) -> str:
        """Type @bot query in some chat; returns the query's id."""
        self.box.next_query += 1
        number = str(6_000_000_000 + self.box.next_query)
        self.bot.inline[number] = {"expires": self.box.now() + 30.0, "results": None}
        body = {"id": number, "from": self.account.user(), "query": query, "offset": ""}
        self._emit("inline_query", body, str(self.id + 2**33))
        return number

    # Seeing

    async def wait_for(
        self, wanted: str | Callable[[Message], bool], *, after: int = 0, timeout: float = 10.0
    ) -> Message:
        """The bot's message (newer than id `after`) that holds a text or passes a test."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while True:
            for message in reversed(self.replies):
                if message.id > after and _fits(message, wanted):
                    return message
            if loop.time() > end:
                seen = self.text if self.replies else "nothing"
                raise TimeoutError(f"{self.account.first_name} waited for {wanted!r}, has {seen!r}")
            await asyncio.sleep(0.005)

    # Inside

    def _say(
        self, content: dict[str, Any], chat: Chat | None = None, reply_to: int | None = None
    ) -> Message:
        place = chat or self.chat
        place.started = True
        body = {
            "from": self.account.user(),
            "chat": self.box.chat_view(place),
            "date": int(self.box.now()),
            **content,
        }
        if reply_to is not None:
            body["reply_to_message"] = place.messages[reply_to].body
        message = place.add(body, from_bot=False)
        self._emit("message", message.body, str(place.id))
        self.box.changed("message", place, message)
        return message

    def _membership(self, status: str) -> None:
        before = "member" if status == "kicked" else "kicked"
        bot = self.bot.account.id
        body = {
            "chat": self.box.chat_view(self.chat),
            "from": self.account.user(),
            "date": int(self.box.now()),
            "old_chat_member": member(self.box, bot, before),
            "new_chat_member": member(self.box, bot, status),
        }
        self._emit("my_chat_member", body, str(self.id))
        self.box.changed("block", self.chat, None)

    def _emit(self, kind: str, body: dict[str, Any], key: str) -> None:
        self.bot.queue.add(kind, dict(body), key)


def _fits(message: Message, wanted: str | Callable[[Message], bool]) -> bool:
    if callable(wanted):
        return wanted(message)
    return wanted in str(message.body.get("text") or message.body.get("caption") or "")
