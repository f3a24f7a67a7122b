"""The register of methods, and what those that send share. Names are case-insensitive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.demo.botapi.api_errors import bad, forbidden
from bot.demo.botapi.entities import parse
from bot.demo.botapi.reply_markup import check_markup
from bot.demo.botapi.size_limits import check_caption, check_raw, check_text
from bot.demo.botapi.state import BotState, Chat, ChatMessage, reachable
from bot.demo.botapi.world import World

Params = dict[str, Any]
BotMethod = Callable[[World, BotState, Params], Any]
METHODS: dict[str, BotMethod] = {}
KNOWN: dict[str, frozenset[str]] = {}
"""The parameters that each method has; others are noted in the log of calls, never silently true."""
SENDING = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id reply_markup reply_parameters"
    " reply_to_message_id allow_sending_without_reply disable_notification protect_content message_effect_id"
    " allow_paid_broadcast suggested_post_parameters"
)
EDITING = "business_connection_id chat_id message_id inline_message_id reply_markup"
MARKED = "parse_mode entities link_preview_options disable_web_page_preview"
CAPTIONED = "caption parse_mode caption_entities show_caption_above_media has_spoiler"


def method(names: str = "") -> Callable[[BotMethod], BotMethod]:
    """Register a method and the parameters that it has."""

    def register(call: BotMethod) -> BotMethod:
        name = call.__name__.replace("_", "")
        METHODS[name] = call
        KNOWN[name] = frozenset(names.split())
        return call

    return register


def integer(params: Params, name: str) -> int | None:
    value = params.get(name)
    try:
        result = None if value is None else int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return result if result is None or abs(result) < 2**63 else None


def flag(params: Params, name: str) -> bool:
    return str(params.get(name)).strip().lower() in ("true", "yes", "1")


def chat_of(
    world: World, bot: BotState, params: Params, name: str = "chat_id", *, read: bool = False
) -> Chat:
    """Return the chat that `chat_id` names, where the bot may write; to read, a blocked one will do."""
    given = params.get(name)
    if given in (None, ""):
        raise bad(f"{name} is empty")
    chat = world.chats.get(integer(params, name) or 0)
    if chat is None and isinstance(given, str) and given.startswith("@"):
        names = (one for one in world.chats.values() if f"@{one.title}" == given)
        chat = next(names, None)
    if chat is not None and chat.type == "private":
        if read and chat.started:
            return chat
        account = world.accounts[chat.id]
        if not chat.started and not account.deactivated and world.met(bot, chat.id):
            raise forbidden("bot can't initiate conversation with a user")
        return reachable(chat, account)
    if chat is not None and chat.type != "private" and bot.account.id not in chat.members:
        chat = chat if chat.blocked else None
    return reachable(chat)


def send(world: World, bot: BotState, params: Params, content: Params) -> Params:
    """Put a message of the bot into a chat, after the checks that all kinds share."""
    chat = chat_of(world, bot, params)
    private = chat.type == "private"
    raw = params.get("reply_markup")
    markup = None if raw is None else check_markup(raw, private=private)
    original = _replied(chat, params)
    bot.flood.check(chat.id, world.now())
    body: Params = {
        "from": bot.account.user(),
        "chat": world.chat_view(chat),
        "date": int(world.now()),
        **content,
    }
    if original:
        body["reply_to_message"] = shown(original)
    if flag(params, "protect_content"):
        body["has_protected_content"] = True
    if "message_thread_id" in params:
        body |= {
            "message_thread_id": integer(params, "message_thread_id"),
            "is_topic_message": True,
        }
    if params.get("link_preview_options"):
        body["link_preview_options"] = params["link_preview_options"]
    if markup and "inline_keyboard" in markup:
        body["reply_markup"] = markup
    message = chat.add(body, from_bot=True)
    keep_keyboard(chat, message, markup)
    chat.action_until = 0.0
    bot.sent += 1
    world.changed("message", chat, message)
    return message.body


def shown(message: ChatMessage) -> Params:
    """Return a message as it stands inside of another one: without what it answered itself."""
    return {key: value for key, value in message.body.items() if key != "reply_to_message"}


def _replied(chat: Chat, params: Params) -> ChatMessage | None:
    reply = params.get("reply_parameters")
    if reply is not None and not isinstance(reply, dict):
        raise bad("can't parse reply parameters JSON object")
    answered = (reply or {}).get("message_id") or integer(params, "reply_to_message_id")
    if not answered:
        return None
    message = chat.messages.get(int(answered))
    if message is not None and not message.deleted:
        return message
    anyway = (reply or {}).get("allow_sending_without_reply")
    if not anyway and not flag(params, "allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return None


def keep_keyboard(chat: Chat, message: ChatMessage, markup: Params | None) -> None:
    """Remember an inline keyboard for old presses; show or hide the chat's reply keyboard."""
    if not markup:
        return
    if "inline_keyboard" in markup:
        if not message.keyboards or message.keyboards[-1] != markup:
            message.keyboards.append(markup)
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None
    elif "keyboard" in markup:
        chat.reply_keyboard = markup


def text_content(world: World, params: Params) -> Params:
    """Return `text` as it is kept, with its entities."""
    raw = params.get("text")
    raw = "" if raw is None else str(raw)
    check_raw(raw)
    text, entities = parse(raw, params.get("parse_mode"), params.get("entities"))
    check_text(text)
    return {"text": text, "entities": _named(world, entities)} if entities else {"text": text}


def caption_content(world: World, params: Params) -> Params:
    """Return `caption` as it is kept, with its entities; empty where there is none."""
    raw = params.get("caption")
    if not raw:
        return {}
    text, entities = parse(str(raw), params.get("parse_mode"), params.get("caption_entities"))
    check_caption(text)
    if not text:
        return {}
    return (
        {"caption": text, "caption_entities": _named(world, entities)}
        if entities
        else {"caption": text}
    )


def _named(world: World, entities: list[Params]) -> list[Params]:
    """Turn links to people by id into mentions of people that are known; drop the others."""
    kept = []
    for entity in entities:
        if "_user_id" in entity:
            account = world.accounts.get(entity["_user_id"])
            if account is None:
                continue
            entity = {k: v for k, v in entity.items() if k != "_user_id"} | {"user": account.user()}
        kept.append(entity)
    return kept


@method(f"{SENDING} {MARKED} text")
def send_message(world: World, bot: BotState, params: Params) -> Params:
    return send(world, bot, params, text_content(world, params))
