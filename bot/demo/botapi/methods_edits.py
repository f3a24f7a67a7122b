"""Methods that change, end or repeat messages."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.api_errors import bad
from bot.demo.botapi.methods import (
    CAPTIONED,
    EDITING,
    MARKED,
    SENDING,
    Params,
    caption_content,
    chat_of,
    integer,
    keep_keyboard,
    method,
    send,
    text_content,
)
from bot.demo.botapi.reply_markup import check_markup
from bot.demo.botapi.state import BotState, Chat, ChatMessage
from bot.demo.botapi.world import World

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)
DELETABLE = 48 * 3600
CONTENT = (
    "text", "entities", "caption", "caption_entities", "photo", "document", "voice", "location", "contact",
)  # fmt: skip
MEDIA = ("photo", "document", "voice")
IDS = "chat_id from_chat_id message_thread_id disable_notification protect_content"


@method(f"{EDITING} {MARKED} text")
def edit_message_text(world: World, bot: BotState, params: Params) -> Any:
    content = text_content(world, params)
    return _edit(world, bot, params, content, ("text", "entities", "link_preview_options"), "text")


@method(f"{EDITING} {CAPTIONED}")
def edit_message_caption(world: World, bot: BotState, params: Params) -> Any:
    content = caption_content(world, params)
    return _edit(world, bot, params, content, ("caption", "caption_entities"), "caption")


@method(EDITING)
def edit_message_reply_markup(world: World, bot: BotState, params: Params) -> Any:
    return _edit(world, bot, params, {}, (), "")


def edit_media(world: World, bot: BotState, params: Params, content: Params) -> Any:
    """Put another photo or document in place of the old one."""
    return _edit(world, bot, params, content, (*MEDIA, "caption", "caption_entities"), "media")


def _target(world: World, bot: BotState, params: Params) -> tuple[Chat | None, ChatMessage]:
    inline = params.get("inline_message_id")
    if inline is not None:
        message = bot.inline_messages.get(str(inline))
        if message is None:
            raise bad("MESSAGE_ID_INVALID")
        return None, message
    chat = chat_of(world, bot, params)
    wanted = integer(params, "message_id")
    if wanted is None:
        raise bad("message identifier is not specified")
    return chat, chat.message(wanted, "message to edit not found")


def _edit(
    world: World,
    bot: BotState,
    params: Params,
    content: Params,
    replaced: tuple[str, ...],
    kind: str,
) -> Any:
    chat, message = _target(world, bot, params)
    if not message.from_bot:
        raise bad("message can't be edited")
    has_media = any(one in message.body for one in MEDIA)
    if (kind == "text" and "text" not in message.body) or (kind == "caption" and not has_media):
        raise bad(f"there is no {kind} in the message to edit")
    raw = params.get("reply_markup")
    markup = None if raw is None else check_markup(raw, inline_only=True)
    body = {k: v for k, v in message.body.items() if k not in (*replaced, "reply_markup")}
    body |= content
    if kind == "text" and params.get("link_preview_options"):
        body["link_preview_options"] = params["link_preview_options"]
    if markup:
        body["reply_markup"] = markup
    if body == message.body:
        raise bad(SAME)
    if chat:
        bot.flood.check(chat.id, world.now())
    message.body = body | {"edit_date": int(world.now())}
    if markup and chat:
        keep_keyboard(chat, message, markup)
    bot.sent += 1
    world.changed("edit", chat or world.chats.get(message.body["chat"]["id"]), message)
    return message.body if chat else True


@method("chat_id message_id")
def delete_message(world: World, bot: BotState, params: Params) -> bool:
    chat = chat_of(world, bot, params)
    message = chat.message(integer(params, "message_id") or 0, "message to delete not found")
    _may_delete(world, bot, chat, message)
    _delete(world, chat, message)
    return True


def _may_delete(world: World, bot: BotState, chat: Chat, message: ChatMessage) -> None:
    role = chat.members.get(bot.account.id)
    boss = role in ("creator", "administrator")
    if world.now() - message.body["date"] > DELETABLE and not boss:
        raise bad("message can't be deleted for everyone")
    if chat.type != "private" and not message.from_bot and not boss:
        raise bad("message can't be deleted")


def _delete(world: World, chat: Chat, message: ChatMessage) -> None:
    message.deleted = True
    chat.pinned = [one for one in chat.pinned if one != message.id]
    world.changed("delete", chat, message)


@method("chat_id message_ids")
def delete_messages(world: World, bot: BotState, params: Params) -> bool:
    chat = chat_of(world, bot, params)
    wanted = params.get("message_ids")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 100:
        raise bad("too many message identifiers specified" if wanted else "message_ids is empty")
    for message_id in wanted:
        message = chat.messages.get(int(message_id))
        if message and not message.deleted:  # those that are not there are passed over
            _may_delete(world, bot, chat, message)
            _delete(world, chat, message)
    return True


@method("chat_id message_id disable_notification business_connection_id")
def pin_chat_message(world: World, bot: BotState, params: Params) -> bool:
    chat = chat_of(world, bot, params)
    _may_pin(bot, chat)
    message = chat.message(integer(params, "message_id") or 0, "message to pin not found")
    chat.pinned = [*(one for one in chat.pinned if one != message.id), message.id]
    world.changed("pin", chat, message)
    return True


def _may_pin(bot: BotState, chat: Chat) -> None:
    boss = chat.members.get(bot.account.id) in ("creator", "administrator")
    if chat.type != "private" and not boss:
        raise bad("not enough rights to manage pinned messages in the chat")


@method("chat_id message_id business_connection_id")
def unpin_chat_message(world: World, bot: BotState, params: Params) -> bool:
    chat = chat_of(world, bot, params)
    _may_pin(bot, chat)
    wanted = integer(params, "message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned = [one for one in chat.pinned if one != wanted]
    world.changed("pin", chat, None)
    return True


@method("chat_id message_id reaction is_big")
def set_message_reaction(world: World, bot: BotState, params: Params) -> bool:
    chat = chat_of(world, bot, params, read=True)
    message = chat.message(integer(params, "message_id") or 0, "message to react not found")
    wanted = params.get("reaction") or []
    if len(wanted) > 1:  # bots have one reaction per message
        raise bad("REACTIONS_TOO_MANY")
    if any(one.get("type") == "emoji" and one.get("emoji") not in REACTIONS for one in wanted):
        raise bad("REACTION_INVALID")
    message.reactions[bot.account.id] = wanted
    world.changed("edit", chat, message)
    return True


REACTIONS = {
    "❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩",
    "🤮", "💩", "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳", "❤‍🔥", "🌚", "🌭", "💯",
    "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭",
    "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄",
    "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷‍♂",
    "🤷", "🤷‍♀", "😡",
}  # fmt: skip


@method(f"{SENDING} {CAPTIONED} from_chat_id message_id")
def copy_message(world: World, bot: BotState, params: Params) -> Params:
    return {"message_id": _again(world, bot, params, forward=False)["message_id"]}


@method(f"{IDS} message_id message_effect_id")
def forward_message(world: World, bot: BotState, params: Params) -> Params:
    return _again(world, bot, params, forward=True)


def _again(world: World, bot: BotState, params: Params, *, forward: bool) -> Params:
    source = chat_of(world, bot, params, "from_chat_id", read=True)
    what = "forward" if forward else "copy"
    original = source.message(integer(params, "message_id") or 0, f"message to {what} not found")
    if original.body.get("has_protected_content"):
        raise bad(f"message can't be {'forwarded' if forward else 'copied'}")
    content = {key: original.body[key] for key in CONTENT if key in original.body}
    if forward:
        author = original.body["from"]
        content["forward_origin"] = {
            "type": "user",
            "sender_user": author,
            "date": original.body["date"],
        }
    elif "caption" in params:
        for key in ("caption", "caption_entities"):
            content.pop(key, None)
        content |= caption_content(world, params)
    return send(world, bot, params, content)
