"""From a Telegram update, as the JSON that came, to an event of `flows`; the only reader of updates.

No objects of PTB are made of it: that cost a tenth of all that a tap costs (measured). A test holds
what is read here equal to what PTB reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from msgspec import Struct
from telegram.constants import ChatMemberStatus, ChatType

from bot.storage.step_context import Speaker
from bot.telegram import display_name
from flows.model.events import (
    Command,
    Edited,
    Event,
    GroupChanged,
    GroupCommand,
    GroupMoved,
    GroupTap,
    Inline,
    Membership,
    Other,
    Tap,
    Text,
    Upload,
)

JsonObject = Mapping[str, Any]
"""An object of the Bot API as it came."""

WANTED = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
PRIVATE = str(ChatType.PRIVATE)
GROUPS = frozenset((str(ChatType.GROUP), str(ChatType.SUPERGROUP)))
MEMBER = str(ChatMemberStatus.MEMBER)
OUTSIDE = frozenset((str(ChatMemberStatus.LEFT), str(ChatMemberStatus.BANNED)))
LONGEST = 129  # what Telegram takes for first and last name
LONGEST_TEXT = 4096  # of a message
CONTENTS = frozenset(
    {
        "animation", "audio", "checklist", "contact", "dice", "document", "game", "invoice", "location",
        "paid_media", "photo", "poll", "sticker", "story", "venue", "video", "video_note", "voice",
    }
)  # fmt: skip
"""What a message may hold that somebody sent; all else is a notice of Telegram's own."""
_COMMAND = re.compile(r"/[^\S\n]?(\w*)(?:@(\w*))?")
"""A command as clients mark it ("/status." is /status), and "/ tanya"."""
_GLUE = re.compile(r"[.,:;!?…\-–—\u200b-\u200d\u2060\ufeff]+")
"""What parts a command from the words behind it, where no blank does."""


class Incoming(Struct, frozen=True):
    """One update. `event` is None for what this bot has no use for; it is marked as handled all the same.

    `body` gives the update as JSON, for the operator, should it fail; `fault` says why it could not be read.
    """

    update_id: int
    speaker: Speaker | None
    event: Event | None
    body: Callable[[], str]
    fault: str = ""


def incoming(update: JsonObject) -> Incoming:
    """Read an update of a private chat or a group; what the bot has no use for becomes None.

    Raises KeyError, TypeError, ValueError, AttributeError or OverflowError where it has not the shape that
    the Bot API promises.
    """
    speaker, event = None, None
    if content := update.get("message"):
        speaker, event = _message(content, edited=False)
    elif content := update.get("callback_query"):
        speaker, event = _tap(content)
    elif content := update.get("edited_message"):
        speaker, event = _message(content, edited=True)
    elif content := update.get("inline_query"):
        user = content["from"]
        speaker, event = _speaker(user["id"], user), Inline(content["query"][:200], content["id"])
    elif content := update.get("my_chat_member"):
        speaker, event = _membership(content)
    update_id = update["update_id"]
    if type(update_id) is not int:
        raise TypeError("update_id is no number")
    return Incoming(update_id, speaker, event, lambda: orjson.dumps(update).decode())


def _speaker(chat_id: int, user: JsonObject, sent: int | None = None) -> Speaker:
    last = user.get("last_name")
    name = f"{user['first_name']} {last}" if last else user["first_name"]
    name = display_name.shown(name, user.get("username"), user["id"])
    moment = None if sent is None else datetime.fromtimestamp(sent, UTC)
    return Speaker(chat_id, user["id"], name[:LONGEST], user.get("language_code") or "id", moment)


def _message(message: JsonObject, edited: bool) -> tuple[Speaker | None, Event | None]:
    chat, user = message["chat"], message.get("from")
    if chat["type"] in GROUPS and not edited:
        return _in_group(message)
    if chat["type"] != PRIVATE or user is None:
        return None, None
    speaker = _speaker(chat["id"], user, message.get("edit_date") or message["date"])
    text = message.get("text")
    if text is None and not edited and (sent := _upload(message)):
        return speaker, sent
    if text is None:
        # A caption or a sticker that was edited says nothing new; a pinned message, a timer or the like
        # is nothing that anybody said.
        silent = edited or not any(message[name] for name in CONTENTS & message.keys())
        return speaker, None if silent else Other(_kind(message))
    if edited:
        return speaker, Edited(text, message["message_id"])
    if text.startswith("/"):
        return speaker, _command(text)
    is_forwarded = isinstance(message.get("forward_origin"), dict)
    quoted, own = _quoted(message)
    return speaker, Text(text, message["message_id"], quoted, is_forwarded, own)


def _quoted(message: JsonObject) -> tuple[str, str]:
    """Return the text replied to, as this bot's or the person's: nobody else writes in a private chat."""
    before = message.get("reply_to_message") or {}
    is_ours = bool((before.get("from") or {}).get("is_bot"))
    text = before.get("text")
    text = text[:LONGEST_TEXT] if isinstance(text, str) else ""
    return (text, "") if is_ours else ("", text)


def _in_group(message: JsonObject) -> tuple[Speaker | None, Event | None]:
    """Read commands, and that the group has moved; nothing else that is said there is looked at."""
    chat, user, text = message["chat"], message.get("from"), message.get("text")
    if (moved := message.get("migrate_to_chat_id")) is not None:
        return Speaker(chat["id"], user["id"] if user else 0, "", "id"), GroupMoved(moved)
    if user is None or text is None or not text.startswith("/"):
        return None, None
    command, bot = _named(text)
    fields = (command.name, command.args, bot)
    event = GroupCommand(*fields, _topic(message), _title(chat))
    return _speaker(chat["id"], user, message["date"]), event


def _title(chat: JsonObject) -> str:
    title: str = chat.get("title") or ""
    return title[:200]


def _topic(message: JsonObject) -> int | None:
    """Return the topic of a forum; in other groups a thread is only a chain of replies."""
    return message.get("message_thread_id") if message.get("is_topic_message") else None


def _upload(message: JsonObject) -> Upload | None:
    """Return a photo (its largest size) or a document; None for anything else."""
    message_id, album = message["message_id"], message.get("media_group_id")
    caption = message.get("caption")
    if photo := message.get("photo"):
        best = max(photo, key=lambda size: size.get("file_size") or size["width"] * size["height"])
        identity = (best["file_id"], best["file_unique_id"])
        return Upload("photo", *identity, None, best.get("file_size"), caption, message_id, album)
    if document := message.get("document"):
        identity = (document["file_id"], document["file_unique_id"])
        name = document["file_name"][-120:] if document.get("file_name") else None
        return Upload(
            "document", *identity, name, document.get("file_size"), caption, message_id, album
        )
    return None


def _command(text: str) -> Command:
    """Split a command into its name and everything after it."""
    return _named(text)[0]


def _named(text: str) -> tuple[Command, str | None]:
    """Return a command, and the bot that it names."""
    head = _COMMAND.match(text)
    assert head, "the caller has seen the slash"
    rest = text[head.end() :]
    glued = _GLUE.match(rest)
    args = rest[glued.end() if glued else 0 :].strip()
    return Command(head[1].casefold()[:32], args[:LONGEST_TEXT]), head[2] or None


def _kind(message: JsonObject) -> str:
    kinds = ("voice", "audio", "video", "sticker", "location", "contact")
    return next((kind for kind in kinds if message.get(kind)), "other")


def _tap(query: JsonObject) -> tuple[Speaker | None, Event | None]:
    message, data, user = query.get("message"), query.get("data"), query["from"]
    if message is None or data is None:
        return None, None
    chat, message_id = message["chat"], message["message_id"]
    if chat["type"] in GROUPS:
        fields = (data, message_id, query["id"], _topic(message), _title(chat))
        return _speaker(chat["id"], user), GroupTap(*fields)
    if chat["type"] != PRIVATE:
        return None, None
    return _speaker(chat["id"], user), Tap(data, message_id, query["id"])


def _membership(change: JsonObject) -> tuple[Speaker | None, Event | None]:
    chat, user = change["chat"], change["from"]
    now, before = change["new_chat_member"]["status"], change["old_chat_member"]["status"]
    if chat["type"] in GROUPS:
        inside = now not in OUTSIDE
        return _speaker(chat["id"], user), GroupChanged(inside, inside and before in OUTSIDE)
    if chat["type"] != PRIVATE:
        return None, None
    return _speaker(chat["id"], user), Membership(now == MEMBER)
