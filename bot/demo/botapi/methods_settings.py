"""Methods about the bot itself: its names, menus and webhook."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

from bot.demo.botapi.api_errors import bad
from bot.demo.botapi.flood import slow_down
from bot.demo.botapi.methods import Params, flag, integer, method
from bot.demo.botapi.state import BotState
from bot.demo.botapi.update_queue import TAKEN_OVER
from bot.demo.botapi.world import World

FLAGS = {
    "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True,
    "can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False,
    "allows_users_to_create_topics": False, "can_manage_bots": False, "supports_join_request_queries": False,
}  # fmt: skip
SCOPES = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (),
    "chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip
LENGTHS = {"name": 64, "description": 512, "short_description": 120}
COMMANDS, COMMAND_TEXT = 100, 256
SECRET = 256
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]+")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")


@method()
def get_me(world: World, bot: BotState, params: Params) -> Params:
    return bot.account.user() | FLAGS | {"can_read_all_group_messages": bot.reads_all}


@method()
def log_out(world: World, bot: BotState, params: Params) -> bool:
    bot.logged_out = True
    return True


@method()
def close(world: World, bot: BotState, params: Params) -> bool:
    return True


def _language(params: Params) -> str:
    language = str(params.get("language_code") or "")
    if not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return language


def _scope(world: World, params: Params) -> str:
    scope = params.get("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    if SCOPES[kind] and int(scope.get("chat_id") or 0) not in world.chats:
        raise bad("chat not found")
    place = ".".join(str(scope.get(key)) for key in SCOPES[kind])
    return f"{kind}:{place}:{_language(params)}"


@method("commands scope language_code")
def set_my_commands(world: World, bot: BotState, params: Params) -> bool:
    commands = params.get("commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object" if commands else "commands is empty")
    if len(commands) > COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", "")).strip()) <= COMMAND_TEXT:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope(world, params)] = [
        {"command": one["command"].removeprefix("/"), "description": one["description"]}
        for one in commands
    ]
    world.changed("commands", None, None)
    return True


@method("scope language_code")
def get_my_commands(world: World, bot: BotState, params: Params) -> list[Params]:
    return bot.commands.get(_scope(world, params), [])


@method("scope language_code")
def delete_my_commands(world: World, bot: BotState, params: Params) -> bool:
    bot.commands.pop(_scope(world, params), None)
    world.changed("commands", None, None)
    return True


def commands_for(bot: BotState, chat_id: int, user_id: int, language: str) -> list[Params]:
    """Return the menu that a person sees: the narrowest scope first, in each their language first."""
    private = chat_id > 0
    scopes = (
        [f"chat:{chat_id}"] if private else [f"chat_member:{chat_id}.{user_id}", f"chat:{chat_id}"]
    )
    for scope in (*scopes, "all_private_chats:" if private else "all_group_chats:", "default:"):
        for tongue in (language, ""):
            if commands := bot.commands.get(f"{scope}:{tongue}"):
                return commands
    return []


def _texts(name: str) -> None:
    def put(world: World, bot: BotState, params: Params) -> bool:
        text = str(params.get(name) or "")
        if len(text) > LENGTHS[name]:
            raise bad(f"bot {name.replace('_', ' ')} is too long")
        bot.texts[f"{name}:{_language(params)}"] = text
        return True

    def get(world: World, bot: BotState, params: Params) -> Params:
        own = bot.texts.get(f"{name}:{_language(params)}")
        fallback = bot.account.first_name if name == "name" else ""
        return {name: own or bot.texts.get(f"{name}:") or fallback}

    put.__name__, get.__name__ = f"set_my_{name}", f"get_my_{name}"
    method(f"{name} language_code")(put)
    method("language_code")(get)


for _name in LENGTHS:
    _texts(_name)


@method("chat_id menu_button")
def set_chat_menu_button(world: World, bot: BotState, params: Params) -> bool:
    button = params.get("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad("can't parse MenuButton: unsupported type specified")
    bot.menu_buttons[integer(params, "chat_id") or 0] = button
    return True


@method("chat_id")
def get_chat_menu_button(world: World, bot: BotState, params: Params) -> Params:
    own = bot.menu_buttons.get(integer(params, "chat_id") or 0)
    return own or bot.menu_buttons.get(0) or {"type": "default"}


@method(
    "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token"
)
def set_webhook(world: World, bot: BotState, params: Params) -> bool:
    """Set the webhook; Telegram takes HTTPS only, this server HTTP too."""
    url = str(params.get("url") or "")
    secret = params.get("secret_token")
    if secret is not None and len(str(secret)) > SECRET:
        raise bad("secret token is too long")
    if secret is not None and not _SECRET.fullmatch(str(secret)):
        raise bad("secret token contains unallowed characters")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise bad("bad webhook: an HTTPS URL must be provided for webhook")
    if url:
        _not_too_often(world, bot)
    bot.webhook = {} if not url else {
        "url": url,
        "secret_token": str(secret or ""),
        "max_connections": min(max(integer(params, "max_connections") or 40, 1), 100),
    }  # fmt: skip
    bot.webhook_error = None
    allow(bot, params)
    if flag(params, "drop_pending_updates"):
        bot.queue.clear()
    if url:
        bot.queue.interrupt(TAKEN_OVER)
    world.webhook_changed(bot)
    return True


def _not_too_often(world: World, bot: BotState) -> None:
    """Refuse more than one call a second, where the flood model is on."""
    now = asyncio.get_running_loop().time()
    if bot.flood.enabled and now - bot.webhook_set_at < 1.0:
        raise slow_down(1)
    bot.webhook_set_at = now


def allow(bot: BotState, params: Params) -> None:
    """Set allowed_updates: a list holds until the next one; an empty list means the default kinds."""
    allowed = params.get("allowed_updates")
    if isinstance(allowed, list):
        bot.queue.allowed = [str(one) for one in allowed] or None


@method("drop_pending_updates")
def delete_webhook(world: World, bot: BotState, params: Params) -> bool:
    return bool(set_webhook(world, bot, {**params, "url": ""}))


@method()
def get_webhook_info(world: World, bot: BotState, params: Params) -> Params:
    bot.queue.expire()
    info: Params = {
        "url": bot.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": bot.queue.waiting,
    }
    if bot.webhook:
        info |= {"max_connections": bot.webhook["max_connections"], "ip_address": "127.0.0.1"}
    if bot.queue.allowed is not None:
        info["allowed_updates"] = bot.queue.allowed
    if bot.webhook_error:
        date, text = bot.webhook_error
        info |= {"last_error_date": date, "last_error_message": text}
    return info


def described(name: str, params: Params, before: bool) -> str | None:
    """Return what setWebhook and deleteWebhook say beside their result."""
    there = bool(params.get("url")) and name == "setwebhook"
    if name not in ("setwebhook", "deletewebhook"):
        return None
    if there:
        return "Webhook was set"
    return "Webhook was deleted" if before else "Webhook is already deleted"
