"""Keyboards under and below messages: what Telegram takes, drops or refuses."""

from __future__ import annotations

from typing import Any

from bot.sandbox.entities import units
from bot.sandbox.errors import ApiError, bad
from bot.sandbox.links import address

DATA, COPY, PLACEHOLDER = 64, 256, 64
BUTTONS, PER_ROW = 100, 8
Markup = dict[str, Any]
DRESS = {"text", "style", "icon_custom_emoji_id", "disabled"}
KINDS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
ASKS = {"request_contact": "Phone number", "request_location": "Location", "request_poll": "Poll",
        "request_users": "Users", "request_chat": "Chats"}  # fmt: skip
STYLES = ("danger", "success", "primary")


def check_markup(markup: Any, *, private: bool = True, inline_only: bool = False) -> Markup | None:
    """The markup as it is kept; None where there is none (an empty keyboard is none)."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard", _inline)
        return {"inline_keyboard": rows} if rows else None
    if inline_only and markup:
        raise bad("inline keyboard expected")
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], "keyboard", lambda one: _reply(one, private))
        _placeholder(markup)
        return {**markup, "keyboard": rows} if rows else None
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        _placeholder(markup)
        return markup
    return None


def _rows(rows: Any, name: str, check: Any) -> list[list[Markup]]:
    if not isinstance(rows, list):
        raise bad(f'field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad(f'field "{name}" must be an Array of Arrays')
    kept = [[check(button) for button in row] for row in rows]
    if sum(map(len, kept)) > BUTTONS or any(len(row) > PER_ROW for row in kept):
        raise bad("reply markup is too long")
    return [row for row in kept if row]


def _text(button: Any, what: str) -> str:
    if not isinstance(button, dict):
        raise _wrong(what, "InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _wrong(what, 'Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _wrong(what, 'Field "text" must be of type String')
    return button["text"]


def _wrong(what: str, text: str) -> ApiError:
    return bad(f"can't parse {what} button: {text}")


def _inline(button: Any) -> Markup:
    """Stricter than Telegram where it only drops: an empty text, and more than one action."""
    if not _text(button, "inline keyboard").strip():
        raise bad("inline keyboard button text must be non-empty")
    kinds = set(button) & KINDS
    if not kinds:
        raise _wrong("inline keyboard", "Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1 or button.get("style") not in (None, *STYLES):
        raise bad("BUTTON_TYPE_INVALID")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= DATA:
        raise bad("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= units(str(button["copy_text"].get("text", ""))) <= COPY:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    if "url" in button and address(str(button["url"])) is None:
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    web_app = button.get("web_app")
    if web_app is not None and not str(web_app.get("url", "")).startswith("https://"):
        url = web_app.get("url", "")
        text = f"inline keyboard button Web App URL '{url}' is invalid"
        raise bad(f"{text}: Only HTTPS links are allowed")
    return dict(button)


def _reply(button: Any, private: bool) -> Markup:
    if isinstance(button, str):
        button = {"text": button}
    if not _text(button, "keyboard").strip():
        raise bad("keyboard button text must be non-empty")
    for kind, what in ASKS.items():
        if button.get(kind) and not private:
            raise bad(f"{what[0].lower()}{what[1:]} can be requested in private chats only")
    return dict(button)


def _placeholder(markup: Markup) -> None:
    if units(str(markup.get("input_field_placeholder", ""))) > PLACEHOLDER:
        raise bad("input field placeholder is too long")
