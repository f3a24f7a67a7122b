"""The same walk on aiogram_dialog, in memory: `python aiogram_dialogs.py URL TOKEN LOAD FIRST CONTACTS`.

A figure, a second one, a confirmation, the next question. Runs in .venv-bench, so it imports nothing of ours.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window, setup_dialogs
from aiogram_dialog.api.entities import DEFAULT_STACK_ID, Context, Stack
from aiogram_dialog.context.storage import StorageProxy
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const, Format

INTENT = "kontak"
MESSAGE = 1
"""The message of each chat that carries ✅ Simpan when the work begins."""


class Walk(StatesGroup):  # type: ignore[misc]
    """Where a chat stands."""

    part = State()
    whole = State()
    confirm = State()
    asked = State()


async def part(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """The first figure."""
    assert message.text is not None
    manager.dialog_data["part"] = int(message.text.replace(".", ""))
    await manager.switch_to(Walk.whole)


async def whole(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """The second figure."""
    assert message.text is not None
    manager.dialog_data["whole"] = int(message.text.replace(".", ""))
    await manager.switch_to(Walk.confirm)


async def save(query: CallbackQuery, _: Button, manager: DialogManager) -> None:
    """The answer kept in the dialog's data."""
    data: dict[str, Any] = manager.dialog_data
    data.setdefault("answers", []).append((data.pop("part"), data.pop("whole")))
    await query.answer("Tersimpan")
    await manager.switch_to(Walk.asked)


DIALOG = Dialog(
    Window(Const("Berapa jumlah kematian ibu selama 2016? (orang)"), MessageInput(part), state=Walk.part),
    Window(Const("Berapa kelahiran hidup selama 2016? (bayi)"), MessageInput(whole), state=Walk.whole),
    Window(
        Format("{dialog_data[part]} ÷ {dialog_data[whole]} × 100.000 → nilai 10"),
        Button(Const("✅ Simpan"), id="save", on_click=save),
        state=Walk.confirm,
    ),
    Window(Const("Tersimpan. Hak hidup · 2 dari 3. Berapa jumlahnya?"), state=Walk.asked),
)  # fmt: skip


async def begun(dispatcher: Dispatcher, bot: Bot, load: str, chats: range) -> None:
    """Every chat in the middle of the walk, as `country.build` does it for ours."""
    confirming = load == "taps"
    groups = {Walk.__full_group_name__: Walk}
    isolation = dispatcher.fsm.events_isolation
    for chat in chats:
        proxy = StorageProxy(dispatcher.storage, isolation, chat, chat, None, None, bot, groups)
        state = Walk.confirm if confirming else Walk.part
        draft = {"part": 12, "whole": 14250} if confirming else {}
        await proxy.save_context(Context(INTENT, DEFAULT_STACK_ID, state, None, draft))
        last = MESSAGE if confirming else None
        await proxy.save_stack(Stack(DEFAULT_STACK_ID, [INTENT], last))


async def main(url: str, token: str, load: str, first: int, contacts: int) -> None:
    """Poll until SIGTERM."""
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(DIALOG)
    setup_dialogs(dispatcher)
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    await begun(dispatcher, bot, load, range(first, first + contacts))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    url, token, load, first, contacts = sys.argv[1:]
    uvloop.run(main(url, token, load, int(first), int(contacts)))
