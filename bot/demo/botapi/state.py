"""What the server knows: bots, people, chats, messages, files. Plain data and look-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from bot.demo.botapi.api_errors import ApiError, bad, forbidden
from bot.demo.botapi.entities import to_html
from bot.demo.botapi.flood import Flood
from bot.demo.botapi.update_queue import UpdateQueue

CALLS_KEPT = 50_000
MESSAGES_KEPT = 4_000
QUERIES_KEPT = 20_000
Markup = dict[str, Any]


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
    last_name: str | None = None
    phone: str | None = None
    deactivated: bool = False

    def user(self) -> dict[str, Any]:
        user: dict[str, Any] = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
        }
        if self.last_name:
            user["last_name"] = self.last_name
        if self.username:
            user["username"] = self.username
        return user | ({} if self.is_bot else {"language_code": self.language})


class ChatMessage(Struct):
    """A message of a chat. `body` is what the Bot API shows; `keyboards` every keyboard it ever had."""

    id: int
    body: dict[str, Any]
    keyboards: list[Markup] = msgspec.field(default_factory=list)
    from_bot: bool = False
    deleted: bool = False
    reactions: dict[int, list[dict[str, Any]]] = msgspec.field(default_factory=dict)

    @property
    def text(self) -> str:
        """What it says: the text, or the caption of a file."""
        return str(self.body.get("text") or self.body.get("caption") or "")

    @property
    def entities(self) -> list[dict[str, Any]]:
        return self.body.get("entities") or self.body.get("caption_entities") or []

    @property
    def html(self) -> str:
        """The text with its entities as HTML."""
        return to_html(self.text, self.entities)

    @property
    def edited(self) -> bool:
        return "edit_date" in self.body

    @property
    def rows(self) -> list[list[dict[str, Any]]]:
        """The rows of the inline keyboard under it now."""
        return list(self.body.get("reply_markup", {}).get("inline_keyboard", []))

    @property
    def labels(self) -> list[str]:
        """The texts of its buttons."""
        return [str(button["text"]) for row in self.rows for button in row]


@dataclass
class Chat:
    """A private chat (id = the person's) or a group (negative id)."""

    id: int
    type: str
    title: str | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, ChatMessage] = field(default_factory=dict)
    next_message: int = 1
    blocked: bool = False
    left: bool = False
    started: bool = False
    pinned: list[int] = field(default_factory=list)
    reply_keyboard: Markup | None = None
    action_until: float = 0.0
    moved_to: int | None = None
    banned: set[int] = field(default_factory=set)
    kept: int = MESSAGES_KEPT

    def add(self, body: dict[str, Any], *, from_bot: bool) -> ChatMessage:
        message = ChatMessage(
            self.next_message, {"message_id": self.next_message, **body}, [], from_bot
        )
        self.next_message += 1
        self.messages[message.id] = message
        if len(self.messages) > self.kept * 5 // 4:  # many at once: it is cheaper
            for message_id in list(self.messages)[: -self.kept]:
                del self.messages[message_id]
        return message

    def message(self, message_id: int, missing: str) -> ChatMessage:
        message = self.messages.get(message_id)
        if message is None or message.deleted:
            raise bad(missing)
        return message


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
class UploadedFile:
    """Bytes that were uploaded; `size` may be said to be larger than they are, for tests of limits."""

    file_id: str
    unique: str
    content: bytes
    path: str
    name: str | None = None
    mime: str | None = None
    size: int = 0
    kind: str = "document"
    width: int = 0
    height: int = 0


class Call(Struct):
    """One call of a bot, as it was answered. `unknown` names parameters that the method does not have."""

    at: float
    method: str
    params: dict[str, Any]
    result: Any
    status: int = 200
    unknown: tuple[str, ...] = ()
    chat_id: int | None = None


@dataclass
class BotState:
    """A bot of this server."""

    token: str
    account: Account
    queue: UpdateQueue
    commands: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)
    webhook: dict[str, Any] = field(default_factory=dict)
    webhook_error: tuple[int, str] | None = None
    queries: dict[str, Query] = field(default_factory=dict)
    inline: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, UploadedFile] = field(default_factory=dict)
    file_bytes: int = 0
    flood: Flood = field(default_factory=Flood)
    inline_messages: dict[str, ChatMessage] = field(default_factory=dict)
    webhook_set_at: float = float("-inf")
    next_conflict: float = float("-inf")
    sent: int = 0
    logged_out: bool = False
    reads_all: bool = False
    """Privacy mode is off: it sees every message of its groups."""

    def remember(self, query: Query) -> None:
        self.queries[query.id] = query
        if len(self.queries) > QUERIES_KEPT:
            for query_id in list(self.queries)[: QUERIES_KEPT // 4]:
                del self.queries[query_id]


def reachable(chat: Chat | None, account: Account | None = None) -> Chat:
    """Return the chat, where the bot may write there; raises Telegram's refusal where it may not."""
    if chat is None:
        raise bad("chat not found")
    if chat.moved_to is not None:
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        raise ApiError(400, text, migrate_to_chat_id=chat.moved_to)
    if chat.type != "private":
        if chat.blocked:
            kind = "supergroup chat" if chat.type == "supergroup" else "group chat"
            how = "bot is not a member of" if chat.left else "bot was kicked from"
            raise forbidden(f"{how} the {kind}")
        return chat
    if account is not None and account.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise bad("chat not found")
    return chat


def old_query() -> ApiError:
    return bad("query is too old and response timeout expired or query ID is invalid")
