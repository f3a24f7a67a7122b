"""What PTB's own reading of an update comes to: the measure for `bot.telegram.updates`, which makes no objects of PTB."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
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

CONTENTS = (
    "animation",
    "audio",
    "contact",
    "dice",
    "document",
    "location",
    "photo",
    "poll",
    "sticker",
    "venue",
    "video",
    "video_note",
    "voice",
)
GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
GLUE = ".,:;!?…-–—\u200b\u200c\u200d\u2060\ufeff"


def read(body: dict[str, Any]) -> tuple[int, Speaker | None, Event | None]:
    """Number, speaker and event."""
    update = Update.de_json(body, None)
    speaker, event = None, None
    if update.message is not None:
        speaker, event = _message(update.message, edited=False)
    elif update.callback_query is not None:
        speaker, event = _tap(update.callback_query)
    elif update.edited_message is not None:
        speaker, event = _message(update.edited_message, edited=True)
    elif update.inline_query is not None:
        asked = update.inline_query
        user = asked.from_user
        speaker, event = _speaker(user.id, user), Inline(asked.query[:200], asked.id)
    elif update.my_chat_member is not None:
        speaker, event = _membership(update.my_chat_member)
    return update.update_id, speaker, event


def _speaker(chat_id: int, user: User, sent: datetime | None = None) -> Speaker:
    name = display_name.shown(user.full_name, user.username, user.id)
    return Speaker(chat_id, user.id, name, user.language_code or "id", sent)


def _message(message: Message, edited: bool) -> tuple[Speaker | None, Event | None]:
    user = message.from_user
    if message.chat.type in GROUPS and not edited:
        return _in_group(message)
    if message.chat.type != ChatType.PRIVATE or user is None:
        return None, None
    speaker = _speaker(message.chat.id, user, message.edit_date or message.date)
    if message.text is None and not edited and (sent := _upload(message)):
        return speaker, sent
    if message.text is None:
        # A caption or a sticker that was edited says nothing new.
        contents = any(getattr(message, kind) for kind in CONTENTS if hasattr(message, kind))
        return speaker, Other(_kind(message)) if contents and not edited else None
    if edited:
        return speaker, Edited(message.text, message.message_id)
    if message.text.startswith("/"):
        return speaker, _command(message.text)
    before = message.reply_to_message
    is_ours = before is not None and before.from_user is not None and before.from_user.is_bot
    words = (before.text or "") if before is not None else ""
    quoted, own = (words, "") if is_ours else ("", words)
    is_forwarded = message.forward_origin is not None
    return speaker, Text(message.text, message.message_id, quoted, is_forwarded, own)


def _in_group(message: Message) -> tuple[Speaker | None, Event | None]:
    """Commands, and that the group has moved; nothing else that is said there is looked at."""
    chat, user = message.chat, message.from_user
    if message.migrate_to_chat_id is not None:
        moved = GroupMoved(message.migrate_to_chat_id)
        return Speaker(chat.id, user.id if user else 0, "", "id"), moved
    if user is None or message.text is None or not message.text.startswith("/"):
        return None, None
    command = _command(message.text)
    fields = (command.name, command.args, _bot_of(message.text) or None)
    event = GroupCommand(*fields, _topic(message), (chat.title or "")[:200])
    return _speaker(chat.id, user, message.date), event


def _topic(message: Message) -> int | None:
    """The topic of a forum; in other groups a thread is only a chain of replies."""
    return message.message_thread_id if message.is_topic_message else None


def _upload(message: Message) -> Upload | None:
    """A photo (its largest size) or a document; None for anything else."""
    number, album = message.message_id, message.media_group_id
    if message.photo:
        best = max(message.photo, key=lambda size: size.file_size or size.width * size.height)
        identity = (best.file_id, best.file_unique_id)
        return Upload("photo", *identity, None, best.file_size, message.caption, number, album)
    if message.document:
        document = message.document
        identity = (document.file_id, document.file_unique_id)
        name = document.file_name[-120:] if document.file_name else None
        return Upload(
            "document", *identity, name, document.file_size, message.caption, number, album
        )
    return None


def _command(text: str) -> Command:
    """The name is what clients mark as a command; what is glued behind it is no part of it."""
    text = text[1:]
    if text[:1].isspace() and text[:1] != "\n":
        text = text[1:]
    name = "".join(takewhile(lambda char: char.isalnum() or char == "_", text))
    rest = text[len(name) :]
    bot = _bot_of(text)
    rest = rest.removeprefix("@" + bot) if rest.startswith("@") else rest
    return Command(name.casefold()[:32], rest.lstrip(GLUE).strip())


def _bot_of(text: str) -> str:
    before, _, behind = text.partition("@")
    words = before[1:]
    words = words[1:] if words[:1].isspace() and words[:1] != "\n" else words
    is_named = all(one.isalnum() or one == "_" for one in words)
    return (
        "".join(takewhile(lambda char: char.isalnum() or char == "_", behind)) if is_named else ""
    )


def _kind(message: Message) -> str:
    kinds = ("voice", "audio", "video", "sticker", "location", "contact")
    return next((kind for kind in kinds if getattr(message, kind)), "other")


def _tap(query: CallbackQuery) -> tuple[Speaker | None, Event | None]:
    message = query.message
    if message is None or query.data is None:
        return None, None
    if message.chat.type in GROUPS:
        topic = _topic(message) if isinstance(message, Message) else None
        fields = (query.data, message.message_id, query.id, topic, (message.chat.title or "")[:200])
        return _speaker(message.chat.id, query.from_user), GroupTap(*fields)
    if message.chat.type != ChatType.PRIVATE:
        return None, None
    return _speaker(message.chat.id, query.from_user), Tap(query.data, message.message_id, query.id)


def _membership(change: ChatMemberUpdated) -> tuple[Speaker | None, Event | None]:
    if change.chat.type in GROUPS:
        inside = change.new_chat_member.status not in OUTSIDE
        came = inside and change.old_chat_member.status in OUTSIDE
        return _speaker(change.chat.id, change.from_user), GroupChanged(inside, came)
    if change.chat.type != ChatType.PRIVATE:
        return None, None
    reachable = change.new_chat_member.status == ChatMemberStatus.MEMBER
    return _speaker(change.chat.id, change.from_user), Membership(reachable)
