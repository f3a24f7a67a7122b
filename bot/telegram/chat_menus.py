"""The menu of a chat: set where it differs from the one that is shown."""

from __future__ import annotations

import hashlib
import sqlite3

import orjson

from bot.storage import language_rows, menus, outbox
from bot.storage.outbox import OutboxMessage
from bot.telegram.rendering import command_menus
from flows.model.outcome import Outcome, RegisterCommands
from flows.model.roles import Role


def new_menus(
    connection: sqlite3.Connection, chat_id: int, outcome: Outcome
) -> list[OutboxMessage]:
    """Return the chat's menu where it differs from the one shown: after an update, or on another seat.

    A contact's chat that never had one of its own shows the default menu, which is a contact's, in the
    language of the phone; whoever chose a language has it in that one.
    """
    sent: list[OutboxMessage] = []
    for change in outcome.changes:
        if not isinstance(change, RegisterCommands):
            continue
        before = menus.shown(connection, chat_id)
        chosen = language_rows.choice(connection, chat_id)
        if (before, chosen, change) == (None, None, RegisterCommands(Role.CONTACT)):
            continue
        made = command_menus(change, chat_id, chosen)
        payloads = orjson.dumps([letter.payload for letter in made], option=orjson.OPT_SORT_KEYS)
        # Each menu is a call for every language, so it is only set where it has changed.
        digest = hashlib.sha256(payloads).hexdigest()
        if digest != before:
            menus.keep(connection, chat_id, digest)
            sent += [outbox.with_serialized_payload(letter) for letter in made]
    return sent
