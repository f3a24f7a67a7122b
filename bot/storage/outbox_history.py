"""What the bot has said, as the outbox keeps it: for whoever retells or compares a conversation."""

from __future__ import annotations

import sqlite3

import orjson
from msgspec import Struct

NEW = ("sendMessage", "sendPhoto", "sendDocument")


class Said(Struct, frozen=True):
    """One letter. `name` is that of its template; `update_id` the update it answers, where it answers one."""

    id: int
    chat_id: int
    method: str
    name: str | None
    update_id: int | None
    state: str
    buttons: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """A message of its own, not a change of one."""
        return self.method in NEW


def newest(connection: sqlite3.Connection) -> int:
    """Return the id of the newest letter."""
    newest_id: int = connection.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0]
    return newest_id


def after(connection: sqlite3.Connection, letter_id: int) -> list[Said]:
    """Return every letter since that one, in order; menus and pins, which say nothing, are left out."""
    rows = connection.execute(
        "SELECT id, chat_id, method, name, update_id, state,"
        " payload ->> '$.reply_markup.inline_keyboard' FROM outbox"
        " WHERE id > ? AND name IS NOT NULL ORDER BY id",
        (letter_id,),
    )
    return [
        Said(number, chat, method, name, update, state, _labels(keyboard))
        for number, chat, method, name, update, state, keyboard in rows
    ]


def _labels(keyboard: str | None) -> tuple[str, ...]:
    rows = orjson.loads(keyboard) if keyboard else []
    return tuple(str(button["text"]) for row in rows for button in row)


def is_settled(connection: sqlite3.Connection) -> bool:
    """Tell whether nothing waits to be sent, and no file to be fetched."""
    row = connection.execute(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM outbox WHERE state = 'queued')"
        " OR EXISTS (SELECT 1 FROM evidence WHERE state = 'waiting')"
    ).fetchone()
    return row is None


def instrument(connection: sqlite3.Connection) -> str | None:
    """Return the code of the instrument of the newest period."""
    row = connection.execute(
        "SELECT i.code FROM periods p JOIN instruments i ON i.hash = p.instrument"
        " ORDER BY p.id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else str(row[0])
