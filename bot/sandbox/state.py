"""What the server knows: bots, people, chats, messages, files. Plain data and look-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import ApiError, bad, forbidden
from bot.sandbox.limits import Flood
from bot.sandbox.updates import UpdateQueue

CALLS_KEPT = 50_000
MESSAGES_KEPT = 4_000


@dataclass
class Account:
    """A person or a bot, as a User of the Bot API."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language: str = "id"
    label: str = ""
    start_link: str | None = None

    def user(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
        }
        if self.username:
            found["username"] = self.username
        return found | ({} if self.is_bot else {"language_code": self.language})


@dataclass
class Message:
    """A message of a chat. `body` is what the Bot API shows; `keyboards` every keyboard it ever had."""

    id: int
    body: dict[str, Any]
    keyboards: list[dict[str, Any]] = field(default_factory=list)
    from_bot: bool = False
    deleted: bool = False


@dataclass
class Chat:
    """A private chat (id = the person's) or a group (negative id)."""

    id: int
    type: str
    title: str | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    next_message: int = 1
    blocked: bool = False
    started: bool = False
    pinned: list[int] = field(default_factory=list)
    reply_keyboard: dict[str, Any] | None = None
    action_until: float = 0.0

    def add(self, body: dict[str, Any], *, from_bot: bool) -> Message:
        message = Message(
            self.next_message, {"message_id": self.next_message, **body}, [], from_bot
        )
        self.next_message += 1
        self.messages[message.id] = message
        if len(self.messages) > MESSAGES_KEPT:
            del self.messages[next(iter(self.messages))]
        return message

    def message(self, number: int, missing: str) -> Message:
        found = self.messages.get(number)
        if found is None or found.deleted:
            raise bad(missing)
        return found


@dataclass
class Query:
    """A tap that waits for its answer."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    expires: float
    answer: dict[str, Any] | None = None


@dataclass
class StoredFile:
    file_id: str
    unique: str
    content: bytes
    path: str
    name: str | None = None
    mime: str | None = None


@dataclass
class BotState:
    """A bot of this server."""

    token: str
    account: Account
    queue: UpdateQueue
    commands: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    webhook: dict[str, Any] = field(default_factory=dict)
    webhook_error: str | None = None
    queries: dict[str, Query] = field(default_factory=dict)
    inline: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    flood: Flood = field(default_factory=Flood)
    sent: int = 0


def reachable(chat: Chat | None) -> Chat:
    """The chat, where the bot may write there; else Telegram's refusal."""
    if chat is None:
        raise bad("chat not found")
    if chat.type == "private":
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise bad("chat not found")
    elif chat.blocked:
        raise forbidden("bot was kicked from the group chat")
    return chat


def old_query() -> ApiError:
    return bad("query is too old and response timeout expired or query ID is invalid")
