"""One letter of the outbox as a call of the Bot API.

The payload in the outbox already has the shape that the Bot API takes, so it goes out as JSON as it is:
making objects of PTB from it, and one more from the answer, nearly halved the throughput (measured).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.handouts.two_pages import handout
from bot.roster import write_workbook
from bot.storage.outbox import OutboxMessage
from bot.telegram.api_responses import Foreign
from bot.telegram.books import BOOKS, is_long, written
from bot.telegram.previews import preview
from bot.telegram.request import AiohttpRequest, FormUpload
from bot.telegram.typst import png
from bot.telegram.word_letters import LETTERS, filled
from flows.model.handouts import HANDOUT
from flows.model.uploads import MOST
from messages import INDONESIAN

TEXT: dict[str, Any] = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
FILE: dict[str, Any] = {"parse_mode": "HTML"}
SHARED: dict[str, dict[str, Any]] = {
    "sendMessage": TEXT,
    "editMessageText": TEXT,
    "editMessageReplyMarkup": {},
    "sendPhoto": FILE,
    "sendDocument": FILE,
    "answerCallbackQuery": {},
    "answerInlineQuery": {},
    "pinChatMessage": {},
    "unpinChatMessage": {},
    "setMessageReaction": {},
    "setMyCommands": {},
}
"""The methods that letters use, with what all calls of each have in common."""

MADE: dict[str, Callable[[Mapping[str, Any]], bytes]] = {
    "roster_template": lambda _: write_workbook(),
    **{made: partial(written, made) for made in BOOKS},
    HANDOUT: handout,
    "file": lambda figures: Path(figures["path"]).read_bytes(),
    "paper": lambda figures: Path(figures["path"]).read_bytes(),
    "bundle": lambda figures: Path(figures["path"]).read_bytes(),
    **{made: partial(filled, wording) for made, wording in LETTERS.items()},
}
"""Files that are made when they go out, from the figures that the outbox holds."""


SHORTER: dict[str, float] = {"answerCallbackQuery": -10.0, "answerInlineQuery": -10.0}
"""Seconds less than other calls may take: after these nobody waits for the answer any more."""
SHOWN = {"name": 64, "short_description": 120, "description": 512}
"""What Telegram shows of a bot, and how long it may be (Bot API: setMyName and so on)."""
ASKING = -15.0
FILE_SECONDS, MOST_FILE_SECONDS = 60.0, 600.0


async def call(bot: Bot, letter: OutboxMessage, files: Path | None = None) -> int | None:
    """Make the call; returns the id of the message it made or changed; `files` has the evidence.

    Raises PTB's errors, Foreign and NoPreview.
    """
    shared = SHARED.get(letter.method)
    if shared is None:
        raise ValueError(letter.method)
    if "drawing" in letter.payload:
        return await _drawn(bot, letter)
    if "filename" in letter.payload:
        return await _written(bot, letter, files)
    payload = {**shared, **letter.payload}
    if letter.chat_id:
        payload["chat_id"] = letter.chat_id
    return _message_id(await _post(bot, letter.method, payload, SHORTER.get(letter.method, 0.0)))


async def me(bot: Bot) -> str:
    """Return the bot's user name. Raises InvalidToken for a refused token, Foreign for an odd answer."""
    account = await _post(bot, "getMe", {}, ASKING)
    name = account.get("username") if isinstance(account, dict) else None
    if not isinstance(name, str) or not name:
        raise Foreign(200)
    return name


async def set_webhook(bot: Bot, url: str, secret: str, wanted: Sequence[str]) -> bool:
    """Have updates posted to `url`; True once they are."""
    payload = {"url": url, "secret_token": secret, "allowed_updates": wanted}
    await _post(bot, "setWebhook", payload)
    return True


async def delete_webhook(bot: Bot) -> None:
    """Have updates kept for getUpdates again."""
    await _post(bot, "deleteWebhook", {})


async def says_uploading(bot: Bot, chat_id: int) -> None:
    """Show in a chat that a file is on its way, for five seconds; a hint, so that what fails is let be."""
    await _hint(bot, chat_id, "upload_document")


async def says_typing(bot: Bot, chat_id: int) -> None:
    """Show in a chat that a reply is on its way, as `says_uploading` does for a file."""
    await _hint(bot, chat_id, "typing")


async def _hint(bot: Bot, chat_id: int, action: str) -> None:
    with contextlib.suppress(TelegramError, Foreign):
        await _post(bot, "sendChatAction", {"chat_id": chat_id, "action": action}, ASKING)


async def file(bot: Bot, file_id: str, failures: int) -> bytes:
    """Download a file; one that failed before is given more time."""
    details = await _post(bot, "getFile", {"file_id": file_id})
    path = details.get("file_path") if isinstance(details, dict) else None
    if not isinstance(path, str) or not path:
        raise Foreign(200)
    if isinstance(size := details.get("file_size"), int) and size > MOST:
        raise BadRequest("Bad Request: file is too big")
    if Path(path).is_absolute():  # of a Bot API server on this machine, started with --local
        return await asyncio.to_thread(Path(path).read_bytes)
    seconds = min(FILE_SECONDS * 2**failures, MOST_FILE_SECONDS)
    return await _request(bot).fetch(f"{bot.base_file_url}/{quote(path)}", seconds)


async def _drawn(bot: Bot, letter: OutboxMessage) -> int | None:
    """Draw a picture from the figures in the outbox, beside the event loop, and upload it."""
    payload = letter.payload
    language = payload.get("language", INDONESIAN)
    content = await asyncio.to_thread(
        png, payload["drawing"], payload["figures"], language, payload.get("over")
    )
    return await _uploaded(bot, letter, "photo", "gambar.png", content)


async def updates(
    bot: Bot, offset: int | None, limit: int, seconds: int, wanted: Sequence[str]
) -> list[dict[str, Any]]:
    """Poll once: return what came, as JSON; an empty list after `seconds` in which nothing did."""
    payload = {"limit": limit, "timeout": seconds, "allowed_updates": wanted}
    if offset is not None:
        payload["offset"] = offset
    received = await _post(bot, "getUpdates", payload, longer=seconds)
    if not isinstance(received, list):
        raise Foreign(200)
    return received


async def _written(bot: Bot, letter: OutboxMessage, files: Path | None) -> int | None:
    """Upload a file: the text in the outbox, or one that is made now, beside the event loop."""
    payload = letter.payload
    figures, text = payload.get("figures", {}), payload.get("text")
    if payload.get("made") == "preview":
        content = await asyncio.to_thread(preview, files or Path(), figures)
        return await _uploaded(bot, letter, "photo", payload["filename"], content)
    if is_long(payload.get("made"), figures):
        await says_uploading(bot, letter.chat_id)
    content = (
        await asyncio.to_thread(MADE[payload["made"]], figures) if text is None else text.encode()
    )
    return await _uploaded(bot, letter, "document", payload["filename"], content)


async def _uploaded(
    bot: Bot, letter: OutboxMessage, part: str, filename: str, content: bytes
) -> int | None:
    fields = {"chat_id": str(letter.chat_id), "caption": letter.payload["caption"], **FILE}
    upload = FormUpload(fields, part, filename, content)
    return _message_id(await _request(bot).upload(f"{bot.base_url}/{letter.method}", upload))


def _message_id(result: Any) -> int | None:
    """Return the id of the message that a call made or changed; None where the answer has none."""
    message_id = result.get("message_id") if isinstance(result, dict) else None
    return message_id if isinstance(message_id, int) and not isinstance(message_id, bool) else None


async def set_commands(bot: Bot, payload: dict[str, Any]) -> None:
    """Register a menu; the payload names its scope and language where it is not the default."""
    await _post(bot, "setMyCommands", payload)


async def show(bot: Bot, what: str, text: str) -> None:
    """Set what everybody reads of the bot before they write to it: one of `SHOWN`."""
    method = "setMy" + what.title().replace("_", "")
    await _post(bot, method, {what: text})


async def _post(bot: Bot, method: str, payload: dict[str, Any], longer: float = 0.0) -> Any:
    return await _request(bot).call(f"{bot.base_url}/{method}", payload, longer)


def _request(bot: Bot) -> AiohttpRequest:
    assert isinstance(bot.request, AiohttpRequest)
    return bot.request
