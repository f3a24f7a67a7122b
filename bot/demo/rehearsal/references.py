"""People, groups, buttons and links by what a reader calls them, and back, for recording and replay."""

from __future__ import annotations

import re
from collections import Counter

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.state import Chat, ChatMessage
from bot.demo.botapi.world import World

LINK = re.compile(r"\?start=([A-Za-z0-9_-]{1,64})")


def labels(server: World) -> dict[int, str]:
    """Return what each person and group is called; a name that comes again gets a number."""
    by_id: dict[int, str] = {}
    seen: Counter[str] = Counter()
    named = [
        (account.id, account.label) for account in server.accounts.values() if not account.is_bot
    ]
    named += [(group.id, group.title or str(group.id)) for group in server.groups()]
    for chat_id, name in named:
        seen[name] += 1
        by_id[chat_id] = name if seen[name] == 1 else f"{name} {seen[name]}"
    return by_id


def person_of(server: Sandbox, label: str) -> SimulatedPerson | None:
    """Return the person of that label."""
    person_id = next((key for key, one in labels(server).items() if one == label and key > 0), None)
    return None if person_id is None else server.known(person_id)


def chat_of(server: World, label: str) -> Chat | None:
    """Return the group of that title, or the private chat of that person."""
    chat_id = next((key for key, one in labels(server).items() if one == label), None)
    return None if chat_id is None else server.chats[chat_id]


def taps(chat: Chat, label: str) -> list[tuple[int, str]]:
    """Return every button of that label there ever was in a chat, newest first: message id and data.

    Where there is none, a label with … at its end stands for one that holds it.
    """
    buttons = [
        (str(button["text"]), (message.id, str(button["callback_data"])))
        for message in reversed(chat.messages.values())
        for markup in reversed(message.keyboards)
        for row in markup.get("inline_keyboard", [])
        for button in row
        if "callback_data" in button
    ]
    known = [button for text, button in buttons if text == label]
    if not known and label.endswith("…"):
        known = [button for text, button in buttons if label[:-1] in text]
    return list(dict.fromkeys(known))


def label_of(message: ChatMessage, data: str) -> str | None:
    """Return what stands, or last stood, on the button of that data."""
    for markup in reversed(message.keyboards):
        for row in markup.get("inline_keyboard", []):
            for button in row:
                if button.get("callback_data") == data:
                    return str(button["text"])
    return None


def links(chat: Chat) -> list[str]:
    """Return the payloads of the bot's links in a chat, newest first."""
    payloads: list[str] = []
    for message in reversed(chat.messages.values()):
        if message.from_bot and not message.deleted:
            addresses = [str(entity["url"]) for entity in message.entities if "url" in entity]
            addresses += [
                str(button["url"]) for row in message.rows for button in row if "url" in button
            ]
            payloads += [one for text in (message.text, *addresses) for one in LINK.findall(text)]
    return list(dict.fromkeys(payloads))


def own_messages(chat: Chat, person: int) -> list[int]:
    """Return the ids of what somebody wrote in a chat, newest first."""
    return [
        message.id
        for message in reversed(chat.messages.values())
        if message.body["from"]["id"] == person
    ]


def place_of(chat: Chat, message_id: int) -> int:
    """Return the position of a message in its chat, counted from the newest, which is 1."""
    newer = sum(
        1 for message in chat.messages.values() if not message.deleted and message.id > message_id
    )
    return newer + 1


def at_place(chat: Chat, place: int) -> int | None:
    """Undo `place_of`."""
    there = [message.id for message in chat.messages.values() if not message.deleted]
    return there[-place] if place <= len(there) else None
