"""A second contact of an office who sends evidence all the while; and how people look on after a restore."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from dataclasses import dataclass, field
from typing import Any

from benchmarks.asked import STORED
from bot.demo.botapi import Person
from bot.demo.botapi.state import Message

RECEIVED = re.compile(r"Diterima · R-(\d+)")
PATIENCE = 1.5


class Later:
    """A person who minds only what the bot says from now on: what was said before is of a lost time."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._mark = max((one.id for one in person.messages), default=0)
        self._noticed = len(person.notices)

    @property
    def replies(self) -> list[Message]:
        return [one for one in self._person.replies if one.id > self._mark]

    @property
    def notices(self) -> list[dict[str, Any]]:
        return self._person.notices[self._noticed :]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._person, name)


@dataclass
class Prover:
    """Opens a stored answer and sends one file after the other; `received` are receipts that were seen."""

    person: Any
    token: str
    right: str
    question: str
    chance: random.Random
    received: set[int] = field(default_factory=set)
    sent: int = 0

    async def play(self) -> None:
        """For ever; whatever does not come is asked for again."""
        while True:
            with contextlib.suppress(TimeoutError, LookupError):
                await self._prove()
            await asyncio.sleep(0.1)

    async def _prove(self) -> None:
        if not self.person.replies:
            await self._said(f"/start {self.token}", "")
        rights = await self._said("/kategori", "Pilih hak:")
        questions = await self._tapped(rights, self.right, "Pilih isian untuk")
        card = await self._tapped(questions, self.question, "")
        if STORED.search(card.text.split("\n")[0]) is None:
            return
        await self._tapped(card, "📎 Data dukung", "Kirim foto")
        while True:
            self.sent += 1
            content = f"%PDF-1.4\n% {self.chance.random()}\ntrailer << >>\n%%EOF\n".encode()
            mark = self._mark()
            self.person.file("document", content, f"laporan-{self.sent}.pdf")
            await self._answer(mark, "Diterima")
            self.look()
            await asyncio.sleep(self.chance.uniform(0.02, 0.1))

    def look(self) -> None:
        """Take in every receipt of a file that stands in the chat."""
        found = (RECEIVED.search(one.text) for one in self.person.replies)
        self.received |= {int(match[1]) for match in found if match}

    async def _said(self, text: str, wanted: str) -> Message:
        mark = self._mark()
        self.person.send(text)
        return await self._answer(mark, wanted)

    async def _tapped(self, message: Message, label: str, wanted: str) -> Message:
        buttons = self.person.buttons(message)
        found = next((one for one in buttons if label in str(one["text"])), None)
        if found is None:
            raise LookupError(label)
        mark = self._mark()
        self.person.tap(data=str(found["callback_data"]), message_id=message.id)
        return await self._answer(mark, wanted)

    def _mark(self) -> int:
        return max((one.id for one in self.person.messages), default=0)

    async def _answer(self, mark: int, wanted: str) -> Message:
        found: Message = await self.person.wait_for(wanted, after=mark, timeout=PATIENCE)
        return found
