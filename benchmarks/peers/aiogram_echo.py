"""A bare echo bot on aiogram 3 and uvloop, each update a task (its default): `aiogram_echo.py URL TOKEN`.

Runs in .venv-bench, so it imports nothing of the project.
"""

from __future__ import annotations

import os
import sys

import uvloop
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message


async def text(message: Message) -> None:
    """One message back."""
    assert message.text is not None
    await message.answer(message.text)


async def tap(query: CallbackQuery, bot: Bot) -> None:
    """The spinner ended, and one message back."""
    assert query.data is not None
    await query.answer()
    await bot.send_message(query.from_user.id, query.data)


async def main(url: str, token: str) -> None:
    """Poll until SIGTERM."""
    dispatcher = Dispatcher()
    dispatcher.message.register(text, F.text)
    dispatcher.callback_query.register(tap)
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    uvloop.run(main(*sys.argv[1:]))
