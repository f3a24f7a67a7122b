"""What a person does at the phone: write, tap, open links, send files, block, change, react."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.botapi.api_errors import PhoneError, PhoneRefusal
from bot.demo.botapi.entities import parse
from bot.demo.botapi.methods import text_content
from bot.demo.botapi.methods_files import store, view
from bot.demo.botapi.seeing import Seeing
from bot.demo.botapi.state import Chat, ChatMessage, Query

__all__ = ["NoSuchButton", "SimulatedPerson"]
INLINE, CALLBACKS = 1 * 2**33, 3 * 2**33
"""A webhook keeps the order of taps by user, of messages by chat (telegram.md 4.6)."""
TAP_LIFE, INLINE_LIFE = 150.0, 30.0
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
INLINE_KEPT = 5_000


def _written(key: str, text: str) -> dict[str, Any]:
    """Return a text or caption as Telegram takes it: no control characters, no blanks at the ends."""
    kept, entities = parse(text)
    if not kept and key == "text":
        raise PhoneError(PhoneRefusal.NO_TEXT)
    name = "entities" if key == "text" else "caption_entities"
    return {key: kept} | ({name: entities} if entities else {})


class NoSuchButton(LookupError):
    """There is no such button on any message of the chat."""


class SimulatedPerson(Seeing):
    """One person with a private chat with the (first) bot; groups by `chat`. Verbs happen at once."""

    def send(
        self, text: str, *, chat: Chat | None = None, reply_to: int | None = None
    ) -> ChatMessage:
        """Write a text; the first one starts the chat."""
        return self._say(_written("text", text), chat, reply_to)

    def open_link(self, payload: str = "") -> ChatMessage:
        """Open t.me/<bot>?start=payload and press START; a whole link is taken too."""
        payload = payload.partition("?start=")[2] or payload
        if not _PAYLOAD.fullmatch(payload):
            raise PhoneError(PhoneRefusal.NO_PAYLOAD, payload=repr(payload))
        return self.send(f"/start {payload}".strip())

    def contact(self, phone: str, *, of: SimulatedPerson | None = None) -> ChatMessage:
        """Share the own number, or somebody else's card."""
        account = (of or self).account
        given = {"phone_number": phone, "first_name": account.first_name, "user_id": account.id}
        return self._say({"contact": given})

    def location(self, latitude: float, longitude: float) -> ChatMessage:
        return self._say({"location": {"latitude": latitude, "longitude": longitude}})

    def file(
        self,
        kind: str,
        content: bytes,
        name: str | None = None,
        *,
        caption: str = "",
        group: str = "",
        size: int | None = None,
        reply_to: int | None = None,
        chat: Chat | None = None,
    ) -> ChatMessage:
        """Send a photo, document or voice; `group`: part of an album; `size`: said to be so large."""
        stored = store(self.server, self.bot, kind, content, name)
        stored.size = stored.size if size is None else size
        body: dict[str, Any] = {kind: view(kind, stored)}
        body |= _written("caption", caption) if caption else {}
        return self._say(body | ({"media_group_id": group} if group else {}), chat, reply_to)

    def album(
        self,
        *files: tuple[str, bytes, str | None],
        caption: str = "",
        chat: Chat | None = None,
    ) -> list[ChatMessage]:
        """Send several files as one album: they arrive as separate updates; the first has the caption."""
        self.server.next_file += 1
        group = str(self.server.next_file)
        return [
            self.file(kind, content, name, group=group, caption="" if at else caption, chat=chat)
            for at, (kind, content, name) in enumerate(files)
        ]

    def edit(self, message_id: int, text: str, *, chat: Chat | None = None) -> None:
        """Change an own message."""
        place = chat or self.chat
        message = self._own(place, message_id)
        body = {k: v for k, v in message.body.items() if k not in ("entities", "caption_entities")}
        key = "text" if "text" in body else "caption"
        message.body = body | _written(key, text)
        message.body["edit_date"] = int(self.server.now())
        self._emit("edited_message", message.body, str(place.id))
        self.server.changed("edit", place, message)

    def delete(self, message_id: int, *, chat: Chat | None = None) -> None:
        """Delete a message for everyone; a bot is not told."""
        place = chat or self.chat
        place.messages[message_id].deleted = True
        self.server.changed("delete", place, place.messages[message_id])

    def _own(self, chat: Chat, message_id: int) -> ChatMessage:
        message = chat.messages[message_id]
        if message.body["from"]["id"] != self.id:
            who = self.account.first_name
            raise PhoneError(PhoneRefusal.NOT_OWN, number=message_id, who=who)
        return message

    def react(self, message_id: int, *emoji: str, chat: Chat | None = None) -> None:
        """Put reactions on a message (none: take them away). A bot hears of it where it asked to."""
        place = chat or self.chat
        message = place.messages[message_id]
        old = message.reactions.get(self.id, [])
        message.reactions[self.id] = [{"type": "emoji", "emoji": one} for one in emoji]
        body = {
            "chat": self.server.chat_view(place),
            "message_id": message_id,
            "user": self.account.user(),
            "date": int(self.server.now()),
            "old_reaction": old,
            "new_reaction": message.reactions[self.id],
        }
        self._emit("message_reaction", body, str(place.id))
        self.server.changed("edit", place, message)

    def tap(
        self,
        label: str = "",
        *,
        data: str = "",
        message_id: int | None = None,
        at: tuple[int, int] | None = None,
        chat: Chat | None = None,
    ) -> str:
        """Press a button, by its label (newest first), data, or place `at` (row, column).

        With a message's id, its data may be pressed even where the button, or the message, has gone.
        Returns the query's id. Raises NoSuchButton.
        """
        place = chat or self.chat
        message, pressed = self._find(place, label, data, message_id, at)
        query_id = str(4_000_000_000 + self.server.next_number())
        until = self.server.now() + TAP_LIFE
        self.bot.remember(Query(query_id, self.id, place.id, message.id, until))
        gone = {"message_id": message.id, "chat": self.server.chat_view(place), "date": 0}
        body = {
            "id": query_id,
            "from": self.account.user(),
            "message": gone if message.deleted else message.body,
            "chat_instance": str(place.id),
            "data": pressed,
        }
        self._emit("callback_query", body, str(self.id + CALLBACKS))
        return query_id

    def _find(
        self,
        chat: Chat,
        label: str,
        data: str,
        message_id: int | None,
        at: tuple[int, int] | None,
    ) -> tuple[ChatMessage, str]:
        if data and message_id is not None and message_id in chat.messages:
            return chat.messages[message_id], data
        for message in reversed(chat.messages.values()):
            if message.deleted or message_id not in (None, message.id):
                continue
            for y, row in enumerate(message.rows):
                for x, button in enumerate(row):
                    if (
                        (y, x) == at
                        or (label and button["text"] == label)
                        or (data and button.get("callback_data") == data)
                    ):
                        return message, self._data(button)
        wanted = label or data or at
        raise NoSuchButton(f"{self.account.first_name} sees no button {wanted!r}: {self.buttons()}")

    def _data(self, button: dict[str, Any]) -> str:
        if "callback_data" not in button:
            raise NoSuchButton(f"{button['text']!r} opens something; it sends no tap")
        return str(button["callback_data"])

    def press(self, label: str) -> ChatMessage:
        """Press a button of the reply keyboard below the chat: its text is sent, or the number asked for."""
        keyboard = self.chat.reply_keyboard or {}
        for row in keyboard.get("keyboard", []):
            for button in row:
                if button["text"] == label:
                    if keyboard.get("one_time_keyboard"):
                        self.chat.reply_keyboard = None
                    asks = button.get("request_contact")
                    return (
                        self.contact(self.account.phone or "+6281200000000")
                        if asks
                        else self.send(label)
                    )
        raise NoSuchButton(f"no reply keyboard with {label!r}")

    def block(self) -> None:
        """Stop the bot; it hears of it and may not write."""
        if not self.chat.blocked:
            self._membership("kicked")
            self.chat.blocked = True

    def unblock(self) -> None:
        if self.chat.blocked:
            self.chat.blocked = False
            self._membership("member")

    def deactivate(self) -> None:
        """Delete the account: the bot is not told, and may not write."""
        self.account.deactivated = True

    def ask_inline(self, query: str) -> str:
        """Type @bot query in some chat; returns the query's id."""
        query_id = str(6_000_000_000 + self.server.next_number())
        if len(self.bot.inline) > INLINE_KEPT:
            self.bot.inline.clear()
        self.bot.inline[query_id] = {
            "expires": self.server.now() + INLINE_LIFE,
            "results": None,
            "query": query,
        }
        body = {"id": query_id, "from": self.account.user(), "query": query, "offset": ""}
        self._emit("inline_query", body, str(self.id + INLINE))
        return query_id

    def choose_inline(self, query_id: str, result_id: str, chat: Chat | None = None) -> ChatMessage:
        """Send one of the answers to an inline query into a chat, as a message of this person via the bot."""
        asked = self.bot.inline[query_id]
        result = next(one for one in asked["results"] or [] if str(one["id"]) == result_id)
        return self._post_inline(chat or self.chat, asked["query"], result)

    # Inside

    def _post_inline(self, chat: Chat, query: str, result: dict[str, Any]) -> ChatMessage:
        """Post a chosen inline answer as a message via the bot; the bot is told."""
        content = result.get("input_message_content") or {"message_text": result.get("title", "")}
        body = text_content(self.server, {**content, "text": content.get("message_text")})
        body |= {"via_bot": self.bot.account.user()}
        if result.get("reply_markup"):
            body["reply_markup"] = result["reply_markup"]
        origin = {"from": self.account.user(), "chat": self.server.chat_view(chat)}
        message = chat.add({**origin, "date": int(self.server.now()), **body}, from_bot=True)
        news: dict[str, Any] = {
            "result_id": str(result["id"]),
            "from": self.account.user(),
            "query": query,
        }
        if result.get("reply_markup"):
            message.keyboards.append(result["reply_markup"])
            inline_id = f"I{self.server.next_number()}"
            news["inline_message_id"] = inline_id
            self.bot.inline_messages[inline_id] = message
            if len(self.bot.inline_messages) > INLINE_KEPT:
                del self.bot.inline_messages[next(iter(self.bot.inline_messages))]
        self._emit("chosen_inline_result", news, f"i{self.id}")
        self.server.changed("message", chat, message)
        return message

    def _say(
        self, content: dict[str, Any], chat: Chat | None = None, reply_to: int | None = None
    ) -> ChatMessage:
        place = chat or self.chat
        if self.account.deactivated:
            raise PhoneError(PhoneRefusal.DELETED, who=self.account.first_name)
        if place.type == "private":
            self.unblock()  # who writes to a blocked bot restarts it first
        elif self.id not in place.members:
            who = self.account.first_name
            raise PhoneError(PhoneRefusal.NOT_IN, who=who, place=place.title)
        place.started = True
        body = {
            "from": self.account.user(),
            "chat": self.server.chat_view(place),
            "date": int(self.server.now()),
            **content,
        }
        if reply_to is not None:
            original = place.messages[reply_to].body
            body["reply_to_message"] = {
                k: v for k, v in original.items() if k != "reply_to_message"
            }
        message = place.add(body, from_bot=False)
        if self.server.sees(self.bot, place, message):
            self._emit("message", message.body, str(place.id))
        self.server.changed("message", place, message)
        return message

    def _membership(self, status: str) -> None:
        before = "member" if status == "kicked" else "kicked"
        self.server.tell_membership(self.chat, self.bot.account, before, status, by=self.account)

    def _emit(self, kind: str, body: dict[str, Any], key: str) -> None:
        self.server.emit(self.bot, kind, dict(body), key)
