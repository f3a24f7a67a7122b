"""From what a step says to calls of the Bot API: text rendered, buttons labelled, long text split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never
from urllib.parse import urlencode

from bot.storage.outbox import OutboxMessage
from bot.telegram.trial import UNMARKED, Banner, banner
from flows.model.buttons import WRITING, Button, Way
from flows.model.outcome import (
    InlineAnswer,
    Keyboard,
    Message,
    Notice,
    Picture,
    RegisterCommands,
    Say,
    SentDocument,
    Show,
)
from flows.model.replies import React
from flows.model.roles import Role
from flows.route_table import TABLE
from messages import INDONESIAN, drawing, label, menu_line, render, spoken
from messages import LANGUAGES as SPOKEN

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
NOTICE_LIMIT = 200
COPY_LIMIT = 256
SHARE = "https://t.me/share/url"
PDF = "application/pdf"
SHOWN, PREVIEW = "evidence/shown", "evidence/preview"
_TAG = re.compile(r"<[^>]+>|&[#\w]+;")
_QUOTE = re.compile(r"</?blockquote[^>]*>")

LANGUAGES = tuple("" if code == INDONESIAN else code for code in SPOKEN.codes if len(code) == 2)
"""The default menu is Indonesian; a phone set to another of our languages gets its own. Telegram knows
codes of two letters only: a language with a longer one is in the menus of those who chose it."""


def letters(
    message: Message, chat_id: int, language: str = INDONESIAN, *, trial: bool = False
) -> list[OutboxMessage]:
    """Return the calls that one message needs, each with its name: several where its text is too long.

    `language` is the recipient's; what is not written in it is in Indonesian as a whole, buttons included.
    Of a `trial`, each text, caption and file says that it is one.
    """
    written = _letters(message, chat_id, language, banner(language) if trial else UNMARKED)
    for letter in written:
        letter.name = _name(message)
    if isinstance(message, Say) and written and _is_prompt(message):
        written[-1].prompt = True
    return written


def _is_prompt(message: Say) -> bool:
    """Tell whether the message has buttons that write for the open question."""
    return any(
        button.data.partition(".")[0] in WRITING for row in message.keyboard for button in row
    )


def _name(message: Message) -> str | None:
    match message:
        case InlineAnswer():
            return ", ".join(card.name for card in message.cards) or None
        case Show():
            return SHOWN
        case React():
            return None
        case Say() | Notice() | Picture() | SentDocument():
            return message.name
        case _:
            assert_never(message)


def _letters(message: Message, chat_id: int, language: str, over: Banner) -> list[OutboxMessage]:
    match message:
        case Notice():
            return [_notice(message, language, over)]
        case InlineAnswer():
            return [_inline(message, language, over)]
        case Show():
            return _shown(message, chat_id, language, over)
        case Picture():
            caption = _caption(message.name, message.view, language, over)
            payload = {"caption": caption, **_drawing(message, language, over)}
            return [OutboxMessage(0, chat_id, "sendPhoto", payload)]
        case SentDocument():
            return [_document(message, chat_id, language, over)]
        case Say():
            return _text_letters(message, chat_id, language, over)
        case React():
            reaction = [{"type": "emoji", "emoji": message.emoji}]
            payload = {"message_id": message.message_id, "reaction": reaction}
            return [OutboxMessage(0, chat_id, "setMessageReaction", payload)]
        case _:
            assert_never(message)


def _shown(message: Show, chat_id: int, language: str, over: Banner) -> list[OutboxMessage]:
    """Render a file that was sent before, with a picture of it where it has one."""
    caption = _caption(SHOWN, message.view, language, over)
    method = "sendPhoto" if message.kind == "photo" else "sendDocument"
    shown = OutboxMessage(0, chat_id, method, {message.kind: message.file_id, "caption": caption})
    if message.preview is None:
        return [shown]
    digest, mime = message.preview
    view = {**message.view, "is_document": mime == PDF}
    payload = {
        "caption": _caption(PREVIEW, view, language, over),
        "filename": over.file_name("pratinjau.jpg"),
        "made": "preview",
        "figures": {"digest": digest, "mime": mime},
    }
    return [OutboxMessage(0, chat_id, "sendPhoto", payload), shown]


def _caption(name: str, view: Mapping[str, Any], language: str, over: Banner) -> str:
    return over.html + shorten(render(name, view, language), CAPTION_LIMIT - length(over.html))


def _text_letters(message: Say, chat_id: int, language: str, over: Banner) -> list[OutboxMessage]:
    """Render a text as one or several letters, or as the edit of an earlier one."""
    language = spoken(message.name, language)
    text = render(message.name, message.view, language)
    parts = [over.html + part for part in split(text, TEXT_LIMIT - length(over.html))]
    chat = message.chat_id or chat_id
    bulk = message.campaign_id is not None
    if message.edit is not None:
        payload = {"message_id": message.edit, "text": parts[0]}
        return [
            OutboxMessage(
                0, chat, "editMessageText", _with_keyboard(payload, message.keyboard, language)
            )
        ]
    *first, last = parts
    topic: dict[str, Any] = {}
    if message.thread is not None:
        topic["message_thread_id"] = message.thread
    if message.quiet:
        topic["disable_notification"] = True
    before = [
        OutboxMessage(0, chat, "sendMessage", {"text": part, **topic}, bulk) for part in first
    ]
    payload = _with_keyboard({"text": last, **topic}, message.keyboard, language)
    return [*before, OutboxMessage(0, chat, "sendMessage", payload, bulk, message.campaign_id)]


def _drawing(picture: Picture, language: str, over: Banner) -> dict[str, Any]:
    """Return what a drawing is made from when it is sent; with its language unless that is Indonesian."""
    language = drawing.spoken(picture.name, language)
    payload = {"drawing": picture.name, "figures": drawing.figures(picture.view, language)}
    if over.text:
        payload["over"] = over.text
    return payload if language == INDONESIAN else payload | {"language": language}


def _document(message: SentDocument, chat_id: int, language: str, over: Banner) -> OutboxMessage:
    """Render a file of ours: a text is kept with the letter, anything else is made when it is sent."""
    payload = {
        "caption": _caption(message.name, message.view, language, over),
        "filename": over.file_name(message.filename),
    }
    if message.body is not None:
        payload["text"] = over.above + _plain(render(message.body, message.view, language))
    else:
        figures = drawing.figures(message.view)
        if over.text:  # files that we make are Indonesian
            figures["over"] = banner(INDONESIAN).text
        payload |= {"made": message.made or "", "figures": figures}
    return OutboxMessage(0, chat_id, "sendDocument", payload)


def _notice(notice: Notice, language: str, over: Banner) -> OutboxMessage:
    payload: dict[str, Any] = {"callback_query_id": notice.query_id}
    if notice.name is not None:
        text = _plain(render(notice.name, notice.view, language))
        text = shorten(over.prefix + text, NOTICE_LIMIT)
        payload |= {"text": text, "show_alert": notice.alert}
    return OutboxMessage(0, 0, "answerCallbackQuery", payload)


def _inline(answer: InlineAnswer, language: str, over: Banner) -> OutboxMessage:
    """Render an inline answer that Telegram must not cache: what a seat may see changes, as numbers do."""
    results = [
        {
            "type": "article",
            "id": card.id,
            "title": over.prefix + card.title,
            "description": label(card.label, card.view, spoken(card.name, language)),
            "input_message_content": {
                "message_text": over.html
                + split(render(card.name, card.view, language), TEXT_LIMIT - length(over.html))[0],
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            },
        }
        for card in answer.cards
    ]
    payload = {"inline_query_id": answer.query_id, "cache_time": 0, "is_personal": True}
    return OutboxMessage(0, 0, "answerInlineQuery", {**payload, "results": results})


def _plain(html: str) -> str:
    entities = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&#34;": '"', "&#39;": "'"}
    return _TAG.sub(lambda match: entities.get(match[0], ""), html)


def shorten(text: str, limit: int) -> str:
    """Cut the text at `limit` UTF-16 units (as Telegram counts), with an ellipsis."""
    if 2 * len(text) <= limit or length(text) <= limit:
        return text
    while length(text) > limit - 1:
        text = text[:-1]
    return f"{text}…"


def length(text: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _with_keyboard(payload: dict[str, Any], keyboard: Keyboard, language: str) -> dict[str, Any]:
    if not keyboard:
        return payload
    rows = []
    for row in keyboard:
        cells = []
        for button in row:
            text = label(button.label, button.view, language)
            cell = {"text": text, **_action(button, language)}
            cells.append(cell | ({"style": button.style} if button.style else {}))
        rows.append(cells)
    return payload | {"reply_markup": {"inline_keyboard": rows}}


def _action(button: Button, language: str) -> dict[str, Any]:
    """Return what Telegram does when a button is pressed. Raises ValueError for too long a text to copy."""
    match button.way:
        case None:
            return {"callback_data": button.data}
        case Way.COPY:
            if length(button.target) > COPY_LIMIT:
                raise ValueError(button.target)
            return {"copy_text": {"text": button.target}}
        case Way.OPEN:
            return {"url": button.target}
        case Way.INLINE:
            return {"switch_inline_query": button.target}
        case Way.SHARE:
            words = label(button.view["words"], button.view, language)
            return {"url": f"{SHARE}?{urlencode({'url': button.target, 'text': words})}"}
        case _:
            assert_never(button.way)


def split(html: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Split into parts of at most `limit` characters, between lines only: of all tags only a quote's crosses
    a line's end, and goes on in the next part.

    A single line beyond the limit can only be a person's own words; it loses its tags and its end.
    """
    if 2 * len(html) <= limit or length(html) <= limit:  # no letter counts for more than two
        return [html]
    parts: list[str] = [""]
    for line in html.split("\n"):
        if length(_TAG.sub("", line)) > limit:
            line = shorten(_TAG.sub("", line), limit)
        joined = f"{parts[-1]}\n{line}" if parts[-1] else line
        if length(_TAG.sub("", joined)) > limit:
            parts.append(line)
        else:
            parts[-1] = joined
    return list(_quoted_through(part.strip("\n") for part in parts if part.strip()))


def _quoted_through(parts: Iterable[str]) -> Iterator[str]:
    """Yield the parts, a quote that one of them leaves open ended there, and begun again in the next."""
    begun = ""
    for part in parts:
        whole = begun + part
        tags = _QUOTE.findall(whole)
        begun = tags[-1] if tags and not tags[-1].startswith("</") else ""
        yield whole + ("</blockquote>" if begun else "")


def command_menus(
    change: RegisterCommands, chat_id: int, chosen: str | None = None
) -> list[OutboxMessage]:
    """Return the calls that show a seat's commands in that one chat, for each language of a phone.

    All are in the language that was `chosen`, if one was.
    """
    scope = {"scope": {"type": "chat", "chat_id": chat_id}}
    names = TABLE.menu(change.role, several=change.several, off=change.off)
    menus = (_menu(names, phone, chosen or phone) for phone in LANGUAGES)
    return [OutboxMessage(0, 0, "setMyCommands", shown | scope) for shown in menus]


def menu(role: Role, language: str, several: bool = False) -> dict[str, Any]:
    """Return a role's commands with their descriptions, as setMyCommands takes them."""
    return _menu(TABLE.menu(role, several=several), language, language)


def group_menu(language: str) -> dict[str, Any]:
    """Return the commands that are answered in groups, for all groups."""
    return _menu(TABLE.group_menu(), language, language) | {"scope": {"type": "all_group_chats"}}


def default_menus() -> Iterator[dict[str, Any]]:
    """Yield the menus of private chats and groups in every language, for whoever has none of their own."""
    for language in LANGUAGES:
        yield menu(Role.CONTACT, language)
        yield group_menu(language)


def _menu(names: tuple[str, ...], phone: str, language: str) -> dict[str, Any]:
    """Return the menu for phones set to `phone`, worded in `language`; an empty code is Indonesian."""
    commands = [
        {"command": name, "description": menu_line(name, language or INDONESIAN)} for name in names
    ]
    return {"commands": commands} | ({"language_code": phone} if phone else {})
