"""People who talk to the real dispatcher over a real file, in the words of transcripts: types, taps."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import iso
from bot.dispatch import Dispatcher
from bot.storage import campaign_rows, outbox
from bot.storage.database import connect, in_transaction, open_database
from bot.storage.outbox import DeliveryResult, OutboxMessage
from bot.telegram.updates import Incoming
from flows.model.events import Command, Event, Tap, Text
from tests.support import START, HeldClock, make_database, update

SITI, RINA, BUDI, ANI = 11, 12, 21, 31
JAKARTA = ZoneInfo("Asia/Jakarta")
LINK = "https://t.me/PeduliHamBot"


def text_of(letters: Sequence[OutboxMessage], chat: int | None = None) -> str:
    """Return what letters say, to everybody or in one chat."""
    theirs = [one for one in letters if chat in (None, one.chat_id)]
    return "\n".join(str(one.payload.get("text", "")) for one in theirs)


def buttons(*letters: OutboxMessage) -> dict[str, str]:
    """Return the data of each button by what stands on it, in the order in which they stand."""
    return {
        cell["text"]: cell.get("callback_data", "")
        for letter in letters
        for row in letter.payload.get("reply_markup", {}).get("inline_keyboard", ())
        for cell in row
    }


def button(letters: Sequence[OutboxMessage], words: str = "") -> str:
    """Return the data of the first button that holds these words, of the newest letter with one."""
    for letter in reversed(letters):
        for text, data in buttons(letter).items():
            if words in text:
                return data
    raise AssertionError(f"no button {words!r}")


def token(letters: Sequence[OutboxMessage]) -> str:
    """Return the token of the link that letters hold."""
    match = re.search(r"\?start=(\S+)", text_of(letters))
    assert match
    return match[1]


@dataclass
class Talk:
    """A dispatcher over a file, and everybody who writes to it.

    `heard` is what was said at once to updates that were `seen`; letters of workers come to `sent`.
    """

    path: Path
    dispatcher: Dispatcher
    clock: HeldClock
    number: int = 0
    seen: list[Incoming] = field(default_factory=list)
    heard: list[OutboxMessage] = field(default_factory=list)
    sent: list[OutboxMessage] = field(default_factory=list)

    async def send(self, user: int, event: Event, name: str = "Siti") -> list[OutboxMessage]:
        """Hand over an update; what the bot says at once."""
        self.number += 1
        self.seen.append(update(self.number, user, event, name))
        letters = await self.dispatcher.handle(self.seen[-1:])
        self.heard += letters
        return letters

    async def types(self, user: int, *texts: str, name: str = "Siti") -> list[OutboxMessage]:
        """Write these; what is said to the last."""
        letters: list[OutboxMessage] = []
        for text in texts:
            command, _, args = text.lstrip("/").partition(" ")
            event = Command(command, args) if text.startswith("/") else Text(text, self.number)
            letters = await self.send(user, event, name)
        return letters

    async def taps(
        self, user: int, letters: Sequence[OutboxMessage], words: str = ""
    ) -> list[OutboxMessage]:
        """Press the button with these words, by default the first."""
        return await self.send(user, Tap(button(letters, words), 9, "q"))

    async def joined(self, **users: int) -> None:
        """Let people open their links."""
        for token, user in users.items():
            await self.types(user, f"/start {token}")

    def run(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Return what the database has, or change it beside the bot."""
        connection = connect(self.path)
        try:
            return connection.execute(sql, given).fetchall()
        finally:
            connection.close()

    def mark(self, letters: Sequence[OutboxMessage], state: str = "sent") -> None:
        """Let Telegram have answered to these letters."""
        marks = [DeliveryResult(one.id, state) for one in letters]

        def work(connection: sqlite3.Connection) -> None:
            outbox.mark(connection, marks, iso(self.clock()))
            campaign_rows.settle(connection, marks)

        connection = connect(self.path)
        in_transaction(connection, work)
        connection.close()


@asynccontextmanager
async def talking(path: Path, at: Any = START, kind: type[Any] = Talk) -> AsyncIterator[Any]:
    """Open a talk over a new database with the small roster."""
    clock = HeldClock(at)
    async with open_database(make_database(path)) as database:
        dispatcher = Dispatcher(database, clock, JAKARTA, LINK)
        yield kind(path, dispatcher, clock)
