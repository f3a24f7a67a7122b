"""One letter of the outbox as a call of PTB's Bot."""

from __future__ import annotations

from typing import Any

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode

from bot.storage.outbox import Letter

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def call(bot: Bot, letter: Letter) -> int | None:
    """Make the call; returns the id of the message it made or changed. Raises PTB's errors."""
    payload = letter.payload
    if letter.method == "sendMessage":
        sent = await bot.send_message(
            letter.chat_id,
            payload["text"],
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(payload),
            link_preview_options=NO_PREVIEW,
        )
        return sent.message_id
    if letter.method == "editMessageText":
        edited = await bot.edit_message_text(
            payload["text"],
            letter.chat_id,
            payload["message_id"],
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(payload),
            link_preview_options=NO_PREVIEW,
        )
        return edited.message_id if isinstance(edited, Message) else None
    if letter.method == "answerCallbackQuery":
        await bot.answer_callback_query(
            payload["callback_query_id"], payload.get("text"), payload.get("show_alert")
        )
        return None
    if letter.method == "setMyCommands":
        await set_commands(bot, payload)
        return None
    raise ValueError(letter.method)


async def set_commands(bot: Bot, payload: dict[str, Any]) -> None:
    scope = payload.get("scope")
    await bot.set_my_commands(
        [BotCommand(one["command"], one["description"]) for one in payload["commands"]],
        scope=BotCommandScopeChat(scope["chat_id"]) if scope else None,
        language_code=payload.get("language_code"),
    )


def _keyboard(payload: dict[str, Any]) -> InlineKeyboardMarkup | None:
    markup = payload.get("reply_markup")
    if markup is None:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    cell["text"], callback_data=cell["callback_data"], style=cell.get("style")
                )
                for cell in row
            ]
            for row in markup["inline_keyboard"]
        ]
    )
