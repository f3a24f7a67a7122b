"""One letter of the outbox as a call of the Bot API.

The payload in the outbox already has the shape that the Bot API takes, so it goes out as JSON as it is:
making objects of PTB from it, and one more from the answer, nearly halved the throughput (measured).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from telegram import Bot

from bot.documents import reminder_letter
from bot.pictures import png
from bot.request import AiohttpRequest
from bot.setup import workbook
from bot.storage.outbox import Letter

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
    "setMyCommands": {},
}
"""The methods that letters use, with what all calls of each have in common."""

MADE: dict[str, Callable[[Mapping[str, Any]], bytes]] = {
    "roster_template": lambda _: workbook(),
    "reminder_letter": reminder_letter,
}
"""Files that are made when they go out, from the figures that the outbox holds."""


async def call(bot: Bot, letter: Letter) -> int | None:
    """Make the call; returns the id of the message it made or changed. Raises PTB's errors."""
    shared = SHARED.get(letter.method)
    if shared is None:
        raise ValueError(letter.method)
    if "drawing" in letter.payload:
        return await _drawn(bot, letter)
    if "filename" in letter.payload:
        return await _written(bot, letter)
    said = {**shared, **letter.payload}
    if letter.chat_id:
        said["chat_id"] = letter.chat_id
    result = await _post(bot, letter.method, said)
    return result["message_id"] if isinstance(result, dict) else None


async def _drawn(bot: Bot, letter: Letter) -> int:
    """A picture of ours: drawn now, beside the event loop, from the figures that the outbox holds."""
    said = letter.payload
    content = await asyncio.to_thread(png, said["drawing"], said["figures"])
    sent = await bot.send_photo(letter.chat_id, content, caption=said["caption"], **FILE)
    return sent.message_id


async def updates(
    bot: Bot, offset: int | None, limit: int, seconds: int, wanted: Sequence[str]
) -> list[dict[str, Any]]:
    """Long polling: what came, as JSON; an empty list after `seconds` in which nothing did."""
    said = {"limit": limit, "timeout": seconds, "allowed_updates": wanted}
    if offset is not None:
        said["offset"] = offset
    found: list[dict[str, Any]] = await _post(bot, "getUpdates", said, longer=seconds)
    return found


async def _written(bot: Bot, letter: Letter) -> int:
    """A file of ours: the text that the outbox holds, or what is made now, beside the event loop."""
    said = letter.payload
    text = said.get("text")
    content = (
        await asyncio.to_thread(MADE[said["made"]], said.get("figures", {}))
        if text is None
        else text.encode()
    )
    sent = await bot.send_document(
        letter.chat_id, content, filename=said["filename"], caption=said["caption"], **FILE
    )
    return sent.message_id


async def set_commands(bot: Bot, payload: dict[str, Any]) -> None:
    """Register a menu; the payload names its scope and language where it is not the default."""
    await _post(bot, "setMyCommands", payload)


async def _post(bot: Bot, method: str, said: dict[str, Any], longer: float = 0.0) -> Any:
    request = bot.request
    assert isinstance(request, AiohttpRequest)
    return await request.call(f"{bot.base_url}/{method}", said, longer)
