"""A second contact of an office who sends evidence all the while; and how people look on after a restore."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.asked import STORED
from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import ChatMessage
from bot.demo.phone import Phone
from scoring import Instrument

RECEIVED = re.compile(r"Diterima · R-(\d+)")
PATIENCE = 1.5


class Later(SimulatedPerson):
    """A person who minds only what the bot says from now on: what was said before is of a lost time."""

    def __init__(self, person: SimulatedPerson) -> None:
        super().__init__(person.server, person.account)
        self._mark = max((one.id for one in person.messages), default=0)
        self._noticed = len(person.notices)

    def newer(self, after: int) -> Iterator[ChatMessage]:
        return super().newer(max(after, self._mark))

    @property
    def notices(self) -> list[dict[str, Any]]:
        return super().notices[self._noticed :]


def is_stored(database: Path) -> bool:
    """Return whether a file is in the store and none waits."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        states = dict(connection.execute("SELECT state, count(*) FROM evidence GROUP BY state"))
    return bool(states.get("stored")) and not states.get("waiting")


@dataclass
class Prover:
    """Opens a stored answer and sends one file after the other; `received` are receipts that were seen."""

    person: SimulatedPerson
    token: str
    instrument: Instrument
    chance: random.Random
    received: set[int] = field(default_factory=set)
    sent: int = 0
    right: ClassVar[str] = "Hidup"

    @property
    def question(self) -> str:
        """The first question of the right, as its button says it."""
        return self.instrument.indicator(1).short

    async def play(self, database: Path | None = None) -> None:
        """Send for ever; with a database, one file, until it is in the store there."""
        while not (database and is_stored(database)):
            self.look()
            if not (database and self.received):
                with contextlib.suppress(TimeoutError, LookupError):
                    await self._prove(once=database is not None)
            await asyncio.sleep(0.1)

    async def _prove(self, *, once: bool) -> None:
        phone = Phone(self.person, self.instrument, PATIENCE)
        if not self.person.replies:
            await phone.says(f"/start {self.token}")
        rights = await phone.says("/kategori", "Pilih hak:")
        questions = await phone.taps(self.right, "Pilih isian untuk", rights)
        card = await phone.taps(self.question, at=questions)
        if STORED.search(card.text.split("\n")[0]) is None:
            return
        await phone.taps("proof", "Kirim foto", card)
        while True:
            self.sent += 1
            content = f"%PDF-1.4\n% {self.chance.random()}\ntrailer << >>\n%%EOF\n".encode()
            send = partial(self.person.file, "document", content, f"laporan-{self.sent}.pdf")
            await phone.after(send, "Diterima")
            self.look()
            if once:
                return
            await asyncio.sleep(self.chance.uniform(0.02, 0.1))

    def look(self) -> None:
        """Take in every receipt of a file that stands in the chat."""
        matches = (RECEIVED.search(one.text) for one in self.person.replies)
        self.received |= {int(match[1]) for match in matches if match}
