"""A bare echo bot on python-telegram-bot as it comes. `python -m benchmarks.peers.ptb_echo URL`."""

from __future__ import annotations

import sys

from telegram import Update
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from benchmarks.machine import pin
from tests.support.process import TOKEN


async def text(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """One message back."""
    assert update.message is not None
    assert update.message.text is not None
    await context.bot.send_message(update.message.chat_id, update.message.text)


async def tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The spinner ended, and one message back."""
    query = update.callback_query
    assert query is not None
    assert query.data is not None
    await query.answer()
    await context.bot.send_message(query.from_user.id, query.data)


def main(url: str) -> None:
    """Poll until SIGTERM."""
    application = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, text))
    application.add_handler(CallbackQueryHandler(tap))
    application.run_polling()


if __name__ == "__main__":
    pin(1)
    main(sys.argv[1])
