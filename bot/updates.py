"""From a Telegram update to an event of `flows`; the only reader of `Update`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.storage.gather import Speaker
from flows.events import Command, Edited, Event, Membership, Other, Tap, Text, Upload

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update. `event` is None for what this bot has no use for; it is marked as handled all the same.

    `body` gives the update as JSON, for the operator, should it fail.
    """

    update_id: int
    speaker: Speaker | None
    event: Event | None
    body: Callable[[], str]


def incoming(update: Update) -> Incoming:
    """Read an update of a private chat; anything else becomes an event of None."""
    speaker, event = None, None
    if update.message is not None:
        speaker, event = _message(update.message, edited=False)
    elif update.callback_query is not None:
        speaker, event = _tap(update.callback_query)
    elif update.edited_message is not None:
        speaker, event = _message(update.edited_message, edited=True)
    elif update.my_chat_member is not None:
        speaker, event = _membership(update.my_chat_member)
    return Incoming(update.update_id, speaker, event, update.to_json)


def reread(body: str) -> Update:
    """An update from the JSON that was kept of it. Raises ValueError, KeyError or TypeError."""
    return Update.de_json(orjson.loads(body), None)


def _speaker(chat_id: int, user: User, sent: datetime | None = None) -> Speaker:
    return Speaker(chat_id, user.id, user.full_name, user.language_code or "id", sent)


def _message(message: Message, edited: bool) -> tuple[Speaker | None, Event | None]:
    user = message.from_user
    if message.chat.type != ChatType.PRIVATE or user is None:
        return None, None
    speaker = _speaker(message.chat.id, user, message.edit_date or message.date)
    if message.text is None and not edited and (sent := _upload(message)):
        return speaker, sent
    if message.text is None:
        # A caption or a sticker that was edited says nothing new.
        return speaker, None if edited else Other(_kind(message))
    if edited:
        return speaker, Edited(message.text, message.message_id)
    if message.text.startswith("/"):
        return speaker, _command(message.text)
    return speaker, Text(message.text, message.message_id)


def _upload(message: Message) -> Upload | None:
    """A photo (its largest size) or a document; None for anything else."""
    number, album = message.message_id, message.media_group_id
    if message.photo:
        best = max(message.photo, key=lambda size: size.file_size or size.width * size.height)
        identity = (best.file_id, best.file_unique_id)
        return Upload("photo", *identity, None, best.file_size, message.caption, number, album)
    if message.document:
        one = message.document
        identity = (one.file_id, one.file_unique_id)
        name = one.file_name[-120:] if one.file_name else None
        return Upload("document", *identity, name, one.file_size, message.caption, number, album)
    return None


def _command(text: str) -> Command:
    head, _, args = text[1:].partition(" ")
    name = head.split("\n")[0].partition("@")[0]
    return Command(name.casefold()[:32], args.strip()[:200])


def _kind(message: Message) -> str:
    kinds = ("voice", "audio", "video", "sticker", "location", "contact")
    return next((kind for kind in kinds if getattr(message, kind)), "other")


def _tap(query: CallbackQuery) -> tuple[Speaker | None, Event | None]:
    message = query.message
    if message is None or query.data is None or message.chat.type != ChatType.PRIVATE:
        return None, None
    return _speaker(message.chat.id, query.from_user), Tap(query.data, message.message_id, query.id)


def _membership(change: ChatMemberUpdated) -> tuple[Speaker | None, Event | None]:
    if change.chat.type != ChatType.PRIVATE:
        return None, None
    reachable = change.new_chat_member.status == ChatMemberStatus.MEMBER
    return _speaker(change.chat.id, change.from_user), Membership(reachable)
