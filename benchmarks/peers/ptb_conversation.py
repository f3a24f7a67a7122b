"""PTB's ConversationHandler with PicklePersistence, storing the same answers: `… ptb_conversation URL FILE`.

A figure, a second one, a confirmation; the answer goes into `user_data`, the next question follows. The file
is written every second, where ours is on the disk before anybody is told.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    PicklePersistence,
    filters,
)

from benchmarks.machine import pin
from tests.support.process import TOKEN

NAME = "answers"
PART, WHOLE, CONFIRM = range(3)
SAVE = InlineKeyboardMarkup([[InlineKeyboardButton("✅ Simpan", callback_data="s.7.1")]])
Context = ContextTypes.DEFAULT_TYPE


async def part(update: Update, context: Context) -> int:
    """The first figure; the second is asked."""
    return await _typed(
        update, context, "part", "Berapa kelahiran hidup selama 2016? (bayi)", WHOLE
    )


async def whole(update: Update, context: Context) -> int:
    """The second figure; the confirmation is asked."""
    return await _typed(update, context, "whole", "12 ÷ 14.250 × 100.000 = 84 → nilai 10", CONFIRM)


async def _typed(update: Update, context: Context, name: str, reply: str, state: int) -> int:
    assert update.message is not None
    assert update.message.text is not None
    assert context.user_data is not None
    context.user_data[name] = int(update.message.text.replace(".", ""))
    await update.message.reply_text(reply, reply_markup=SAVE if state == CONFIRM else None)
    return state


async def save(update: Update, context: Context) -> int:
    """The answer kept, the spinner ended, the message edited, the next question asked."""
    query = update.callback_query
    assert query is not None
    assert context.user_data is not None
    answers = context.user_data.setdefault("answers", [])
    answers.append((context.user_data.pop("part"), context.user_data.pop("whole")))
    await query.answer("Tersimpan")
    await query.edit_message_text(f"✅ Tersimpan · R-{len(answers):04}")
    await context.bot.send_message(query.from_user.id, "Hak hidup · 2 dari 3. Berapa jumlahnya?")
    return PART


def persistence(file: Path) -> PicklePersistence[dict[Any, Any], dict[Any, Any], dict[Any, Any]]:
    """One file, as it comes, but for the interval."""
    kinds = PersistenceInput(bot_data=False, chat_data=False, callback_data=False)
    return PicklePersistence(file, store_data=kinds, update_interval=1)


def prepare(file: Path, chats: range, *, confirming: bool) -> None:
    """What the file holds of these chats before the first update: a conversation each."""
    file.unlink(missing_ok=True)
    asyncio.run(_prepared(file, chats, confirming=confirming))


async def _prepared(file: Path, chats: range, *, confirming: bool) -> None:
    kept = persistence(file)
    kept.on_flush = True  # one write, at the end
    state = CONFIRM if confirming else PART
    draft: dict[str, Any] = {"part": 12, "whole": 14250} if confirming else {}
    for chat in chats:
        await kept.update_conversation(NAME, (chat, chat), state)
        await kept.update_user_data(chat, dict(draft))
    await kept.flush()


def stored(file: Path) -> tuple[int, int]:
    """How many answers and how many waiting confirmations the file holds."""
    return asyncio.run(_stored(persistence(file)))


async def _stored(kept: PicklePersistence[Any, Any, Any]) -> tuple[int, int]:
    users = await kept.get_user_data()
    states = await kept.get_conversations(NAME)
    answers = sum(len(one.get("answers", ())) for one in users.values())
    return answers, sum(state == CONFIRM for state in states.values())


def main(url: str, file: Path) -> None:
    """Poll until SIGTERM."""
    application = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .persistence(persistence(file))
        .build()
    )
    walk = ConversationHandler(
        entry_points=[MessageHandler(filters.TEXT, part)],
        states={
            PART: [MessageHandler(filters.TEXT, part)],
            WHOLE: [MessageHandler(filters.TEXT, whole)],
            CONFIRM: [CallbackQueryHandler(save)],
        },
        fallbacks=[],
        name=NAME,
        persistent=True,
    )
    application.add_handler(walk)
    application.run_polling()


if __name__ == "__main__":
    pin(1)
    main(sys.argv[1], Path(sys.argv[2]))
