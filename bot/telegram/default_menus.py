"""The menus of whoever has none of their own: letters, so that what Telegram says of them is kept."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime

import orjson

from bot.clock import iso
from bot.storage import menus, outbox
from bot.storage.outbox import OutboxMessage
from bot.telegram.rendering import default_menus

EVERYBODY = 0
"""Stands for them among the chats."""


def queue(connection: sqlite3.Connection, bot_link: str, now: datetime) -> list[OutboxMessage]:
    """Queue them once a day, for this bot; what still waits from before is not queued again."""
    made = [
        outbox.with_serialized_payload(OutboxMessage(0, 0, "setMyCommands", one))
        for one in default_menus()
    ]
    bodies = [letter.body for letter in made]
    digest = hashlib.sha256(orjson.dumps([bot_link, iso(now)[:10], bodies])).hexdigest()
    if digest == menus.shown(connection, EVERYBODY):
        return []
    menus.keep(connection, EVERYBODY, digest)
    waiting = outbox.waiting_of(connection, "setMyCommands", bodies)
    letters = [letter for letter in made if letter.body not in waiting]
    outbox.put(connection, letters, iso(now))
    return letters
