"""Keyboards under and below messages: what Telegram takes, drops or refuses."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.api_errors import ApiError, bad
from bot.demo.botapi.cleaning import cleaned
from bot.demo.botapi.entities import units
from bot.demo.botapi.url_rules import LinkError, address, person_of

DATA, COPY, PLACEHOLDER = 64, 256, 64
BUTTONS, PER_ROW = 100, 8
Markup = dict[str, Any]
KINDS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
ASKS = {"request_contact": "Phone number", "request_location": "Location", "request_poll": "Poll",
        "request_users": "Users", "request_chat": "Chats"}  # fmt: skip
STYLES = ("danger", "success", "primary")


def check_markup(markup: Any, *, private: bool = True, inline_only: bool = False) -> Markup | None:
    """Return the markup as it is kept; None where there is none (an empty keyboard is none)."""
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
        rows = _rows(markup["keyboard"], "keyboard", lambda button: _reply(button, private))
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
    return cleaned(button["text"], [])[0]


def _wrong(what: str, text: str) -> ApiError:
    return bad(f"can't parse {what} button: {text}")


def _inline(given: Any) -> Markup:
    """Check more strictly than Telegram where it only drops: an empty text, and more than one action."""
    text = _text(given, "inline keyboard")
    if not text.strip():
        raise bad("inline keyboard button text must be non-empty")
    button: Markup = {**given, "text": text}
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
    if "url" in button and person_of(str(button["url"])) is None:
        button["url"] = _address("URL", str(button["url"]))
    if isinstance(button.get("web_app"), dict):
        web = _address("Web App URL", str(button["web_app"].get("url", "")), https_only=True)
        button["web_app"] = {**button["web_app"], "url": web}
    return button


def _address(what: str, url: str, *, https_only: bool = False) -> str:
    try:
        return address(url, https_only=https_only)
    except LinkError as error:
        raise bad(f"inline keyboard button {what} '{url}' is invalid: {error}") from None


def _reply(button: Any, private: bool) -> Markup:
    if isinstance(button, str):
        button = {"text": button}
    text = _text(button, "keyboard")
    if not text.strip():
        raise bad("keyboard button text must be non-empty")
    for kind, what in ASKS.items():
        if button.get(kind) and not private:
            raise bad(f"{what[0].lower()}{what[1:]} can be requested in private chats only")
    return {**button, "text": text}


def _placeholder(markup: Markup) -> None:
    if units(str(markup.get("input_field_placeholder", ""))) > PLACEHOLDER:
        raise bad("input field placeholder is too long")
