"""Which language a person has chosen; what their phone is set to decides nothing.

Many an Indonesian civil servant has an English phone, and never asked for an English bot.
"""

from __future__ import annotations

import sqlite3

from messages import INDONESIAN


def chosen(connection: sqlite3.Connection, chat_id: int) -> str:
    """Return the language that the person of a private chat chose, else Indonesian, as in every group."""
    return choice(connection, chat_id) or INDONESIAN


def choice(connection: sqlite3.Connection, chat_id: int) -> str | None:
    """Return what the person of a private chat chose; None where they chose nothing, and for groups."""
    if chat_id < 0:
        return None
    row = connection.execute(
        "SELECT language FROM persons WHERE telegram_id = ? AND language_chosen_at IS NOT NULL",
        (chat_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def choose(connection: sqlite3.Connection, telegram_id: int, language: str, now: str) -> bool:
    """Note a choice; returns whether there is such a person."""
    done = connection.execute(
        "UPDATE persons SET language = ?, language_chosen_at = ? WHERE telegram_id = ?",
        (language, now, telegram_id),
    )
    return done.rowcount > 0
