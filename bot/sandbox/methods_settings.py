"""Methods about the bot itself, its menus, its webhook, chats and inline queries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.sandbox.errors import bad
from bot.sandbox.methods import Params, chat_of, method, number
from bot.sandbox.state import BotState, old_query
from bot.sandbox.updates import TAKEN_OVER

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

FLAGS = {
    "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True,
    "can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False,
    "allows_users_to_create_topics": False, "can_manage_bots": False,
}  # fmt: skip
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@method
def get_me(box: Sandbox, bot: BotState, params: Params) -> Params:
    return bot.account.user() | FLAGS


@method
def log_out(box: Sandbox, bot: BotState, params: Params) -> bool:
    return True


@method
def close(box: Sandbox, bot: BotState, params: Params) -> bool:
    return True


def _scope(params: Params) -> str:
    scope = params.get("scope") or {"type": "default"}
    place = ".".join(str(scope[key]) for key in ("chat_id", "user_id") if key in scope)
    return f"{scope.get('type', 'default')}:{place}:{params.get('language_code') or ''}"


@method
def set_my_commands(box: Sandbox, bot: BotState, params: Params) -> bool:
    commands = params.get("commands") or []
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not _COMMAND.fullmatch(str(one.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope(params)] = commands
    box.changed("commands", None, None)
    return True


@method
def get_my_commands(box: Sandbox, bot: BotState, params: Params) -> list[Params]:
    return bot.commands.get(_scope(params), [])


@method
def delete_my_commands(box: Sandbox, bot: BotState, params: Params) -> bool:
    bot.commands.pop(_scope(params), None)
    return True


def _text(name: str) -> None:
    def put(box: Sandbox, bot: BotState, params: Params) -> bool:
        bot.texts[f"{name}:{params.get('language_code') or ''}"] = str(params.get(name) or "")
        return True

    def get(box: Sandbox, bot: BotState, params: Params) -> Params:
        return {name: bot.texts.get(f"{name}:{params.get('language_code') or ''}", "")}

    short = name.replace("_", "")
    put.__name__, get.__name__ = f"setmy{short}", f"getmy{short}"
    method(put)
    method(get)


for _name in ("name", "description", "short_description"):
    _text(_name)


@method
def set_chat_menu_button(box: Sandbox, bot: BotState, params: Params) -> bool:
    return True


@method
def set_webhook(box: Sandbox, bot: BotState, params: Params) -> bool:
    url = str(params.get("url") or "")
    secret = params.get("secret_token")
    if secret is not None and not _SECRET.fullmatch(str(secret)):
        raise bad("secret token contains unallowed characters")
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    bot.webhook = {} if not url else {
        "url": url,
        "secret": secret,
        "connections": number(params, "max_connections") or 40,
    }  # fmt: skip
    allow(bot, params)
    if params.get("drop_pending_updates") in (True, "true"):
        bot.queue.pending.clear()
    bot.queue.interrupt(TAKEN_OVER)
    bot.queue.arrived.set()
    box.webhooks_changed.set()
    return True


def allow(bot: BotState, params: Params) -> None:
    allowed = params.get("allowed_updates")
    if allowed is not None:
        bot.queue.allowed = list(allowed) or None


@method
def delete_webhook(box: Sandbox, bot: BotState, params: Params) -> bool:
    return bool(set_webhook(box, bot, {**params, "url": ""}))


@method
def get_webhook_info(box: Sandbox, bot: BotState, params: Params) -> Params:
    found: Params = {
        "url": bot.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(bot.queue.pending),
    }
    if bot.webhook_error:
        found |= {"last_error_date": int(box.now()), "last_error_message": bot.webhook_error}
    return found


@method
def get_chat(box: Sandbox, bot: BotState, params: Params) -> Params:
    chat = chat_of(box, params)
    return box.chat_view(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def member(box: Sandbox, user_id: int, status: str) -> Params:
    found: Params = {"user": box.accounts[user_id].user(), "status": status}
    if status == "creator":
        found["is_anonymous"] = False
    if status == "administrator":
        rights = ("be_edited", "manage_chat", "delete_messages", "manage_video_chats", "restrict_members",
                  "promote_members", "change_info", "invite_users", "post_stories", "edit_stories",
                  "delete_stories", "pin_messages")  # fmt: skip
        found |= {f"can_{right}": True for right in rights} | {"is_anonymous": False}
    if status == "kicked":
        found["until_date"] = 0
    return found


@method
def get_chat_member(box: Sandbox, bot: BotState, params: Params) -> Params:
    chat, user = chat_of(box, params), number(params, "user_id") or 0
    if user not in box.accounts:
        raise bad("invalid user_id specified")
    return member(box, user, chat.members.get(user, "left"))


@method
def get_chat_administrators(box: Sandbox, bot: BotState, params: Params) -> list[Params]:
    chat = chat_of(box, params)
    staff = ("creator", "administrator")
    return [member(box, user, role) for user, role in chat.members.items() if role in staff]


@method
def get_chat_member_count(box: Sandbox, bot: BotState, params: Params) -> int:
    return len(chat_of(box, params).members)


@method
def leave_chat(box: Sandbox, bot: BotState, params: Params) -> bool:
    chat = chat_of(box, params)
    chat.members.pop(bot.account.id, None)
    chat.blocked = True
    return True


@method
def answer_inline_query(box: Sandbox, bot: BotState, params: Params) -> bool:
    query = bot.inline.get(str(params.get("inline_query_id")))
    if query is None or query["expires"] <= box.now():
        raise old_query()
    results: list[Any] = params.get("results") or []
    if len(results) > 50:
        raise bad("RESULTS_TOO_MUCH")
    query["results"] = results
    box.changed("inline", None, None)
    return True
