"""Which menu of commands a chat was given, so that it is given again only when it has changed."""

from __future__ import annotations

import sqlite3


def shown(connection: sqlite3.Connection, chat_id: int) -> str | None:
    """Return the digest of the menu that the chat shows; None where it never got one of its own."""
    row = connection.execute("SELECT shown FROM menus WHERE chat_id = ?", (chat_id,)).fetchone()
    return None if row is None else str(row[0])


def keep(connection: sqlite3.Connection, chat_id: int, digest: str) -> None:
    """Write which menu the chat gets."""
    connection.execute(
        "INSERT INTO menus (chat_id, shown) VALUES (?, ?)"
        " ON CONFLICT (chat_id) DO UPDATE SET shown = excluded.shown",
        (chat_id, digest),
    )
