"""Methods of the Bot API that make, change or end messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.sandbox.entities import parse, units
from bot.sandbox.errors import bad
from bot.sandbox.limits import NOTICE, check_caption, check_markup, check_text
from bot.sandbox.state import BotState, Chat, Message, old_query, reachable

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

Params = dict[str, Any]
Method = Callable[["Sandbox", BotState, Params], Any]
METHODS: dict[str, Method] = {}


def method(call: Method) -> Method:
    """Register a method under its name in lower case; names of the Bot API are case-insensitive."""
    METHODS[call.__name__.replace("_", "")] = call
    return call


def number(params: Params, name: str) -> int | None:
    value = params.get(name)
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None


def chat_of(box: Sandbox, params: Params) -> Chat:
    """The chat that `chat_id` names, where the bot may write."""
    chat_id = params.get("chat_id")
    if chat_id in (None, ""):
        raise bad("chat_id is empty")
    return reachable(box.chats.get(number(params, "chat_id") or 0))


def body_of(box: Sandbox, bot: BotState, chat: Chat) -> Params:
    return {"from": bot.account.user(), "chat": box.chat_view(chat), "date": int(box.now())}


def send(box: Sandbox, bot: BotState, params: Params, content: Params) -> Params:
    """Put a message of the bot into a chat, after the checks that all kinds share."""
    chat = chat_of(box, params)
    markup = check_markup(params.get("reply_markup"))
    reply = params.get("reply_parameters") or {}
    bot.flood.check(chat.id, box.now())
    body = body_of(box, bot, chat) | content
    answered = reply.get("message_id") or number(params, "reply_to_message_id")
    if answered:
        original = chat.messages.get(int(answered))
        if original is None and not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        if original:
            body["reply_to_message"] = original.body
    if markup and "inline_keyboard" in markup:
        body["reply_markup"] = markup
    message = chat.add(body, from_bot=True)
    _remember_keyboard(chat, message, markup)
    bot.sent += 1
    box.changed("message", chat, message)
    return message.body


def _remember_keyboard(chat: Chat, message: Message, markup: Params | None) -> None:
    if not markup:
        return
    if "inline_keyboard" in markup:
        message.keyboards.append(markup)
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None
    elif "keyboard" in markup:
        chat.reply_keyboard = markup


def text_content(params: Params) -> Params:
    raw = str(params.get("text") or "")
    if not raw.strip():
        raise bad("message text is empty")
    if len(raw.encode()) > 32_768:
        raise bad("Text is too long")
    text, found = parse(raw, params.get("parse_mode"))
    check_text(text)
    return {"text": text} | ({"entities": found} if found else {})


def caption_content(params: Params) -> Params:
    text, found = parse(str(params.get("caption") or ""), params.get("parse_mode"))
    check_caption(text)
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": found} if found else {})


@method
def send_message(box: Sandbox, bot: BotState, params: Params) -> Params:
    return send(box, bot, params, text_content(params))


@method
def edit_message_text(box: Sandbox, bot: BotState, params: Params) -> Params:
    return _edit(box, bot, params, text_content(params), ("text", "entities"))


@method
def edit_message_caption(box: Sandbox, bot: BotState, params: Params) -> Params:
    return _edit(box, bot, params, caption_content(params), ("caption", "caption_entities"))


@method
def edit_message_reply_markup(box: Sandbox, bot: BotState, params: Params) -> Params:
    return _edit(box, bot, params, {}, ())


def _edit(
    box: Sandbox, bot: BotState, params: Params, content: Params, replaced: tuple[str, ...]
) -> Params:
    chat = chat_of(box, params)
    markup = check_markup(params.get("reply_markup"))
    message = chat.message(number(params, "message_id") or 0, "message to edit not found")
    if not message.from_bot:
        raise bad("message can't be edited")
    bot.flood.check(chat.id, box.now())
    kept = {k: v for k, v in message.body.items() if k not in (*replaced, "reply_markup")}
    body = kept | content | ({"reply_markup": markup} if markup else {})
    if {k: v for k, v in message.body.items() if k != "edit_date"} == {
        k: v for k, v in body.items() if k != "edit_date"
    }:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly"
            " the same as a current content and reply markup of the message"
        )
    message.body = body | {"edit_date": int(box.now())}
    if markup:
        message.keyboards.append(markup)
    bot.sent += 1
    box.changed("edit", chat, message)
    return message.body


@method
def delete_message(box: Sandbox, bot: BotState, params: Params) -> bool:
    chat = chat_of(box, params)
    message = chat.message(number(params, "message_id") or 0, "message to delete not found")
    message.deleted = True
    box.changed("delete", chat, message)
    return True


@method
def delete_messages(box: Sandbox, bot: BotState, params: Params) -> bool:
    chat = chat_of(box, params)
    for one in params.get("message_ids") or []:
        found = chat.messages.get(int(one))
        if found:
            found.deleted = True
            box.changed("delete", chat, found)
    return True


@method
def answer_callback_query(box: Sandbox, bot: BotState, params: Params) -> bool:
    query = bot.queries.get(str(params.get("callback_query_id")))
    if query is None or query.answer is not None or query.expires <= box.now():
        raise old_query()
    text = str(params.get("text") or "")
    if units(text) > NOTICE:
        raise bad("MESSAGE_TOO_LONG")
    alert = params.get("show_alert") in (True, "true", "True")
    query.answer = {"text": text, "alert": alert, "message_id": query.message_id}
    box.notice(query)
    return True


@method
def send_chat_action(box: Sandbox, bot: BotState, params: Params) -> bool:
    chat = chat_of(box, params)
    chat.action_until = box.now() + 5
    box.changed("action", chat, None)
    return True


@method
def pin_chat_message(box: Sandbox, bot: BotState, params: Params) -> bool:
    chat = chat_of(box, params)
    message = chat.message(number(params, "message_id") or 0, "message to pin not found")
    chat.pinned.append(message.id)
    box.changed("pin", chat, message)
    return True


@method
def unpin_chat_message(box: Sandbox, bot: BotState, params: Params) -> bool:
    chat = chat_of(box, params)
    wanted = number(params, "message_id") or (chat.pinned[-1] if chat.pinned else 0)
    chat.pinned = [one for one in chat.pinned if one != wanted]
    box.changed("pin", chat, None)
    return True


@method
def set_message_reaction(box: Sandbox, bot: BotState, params: Params) -> bool:
    chat = chat_of(box, params)
    message = chat.message(number(params, "message_id") or 0, "message to react not found")
    message.body["_reactions"] = params.get("reaction") or []
    box.changed("edit", chat, message)
    return True


@method
def copy_message(box: Sandbox, bot: BotState, params: Params) -> Params:
    return {"message_id": _again(box, bot, params, forward=False)["message_id"]}


@method
def forward_message(box: Sandbox, bot: BotState, params: Params) -> Params:
    return _again(box, bot, params, forward=True)


CONTENT = ("text", "entities", "caption", "caption_entities", "photo", "document", "voice")


def _again(box: Sandbox, bot: BotState, params: Params, *, forward: bool) -> Params:
    source = reachable(box.chats.get(number(params, "from_chat_id") or 0))
    what = "forward" if forward else "copy"
    original = source.message(number(params, "message_id") or 0, f"message to {what} not found")
    content = {key: original.body[key] for key in CONTENT if key in original.body}
    if forward:
        origin = {
            "type": "user",
            "sender_user": original.body["from"],
            "date": original.body["date"],
        }
        content["forward_origin"] = origin
    return send(box, bot, params, content)
