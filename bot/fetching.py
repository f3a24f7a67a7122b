"""What fetches files from Telegram in the order of rows: again until it has them, or knows why not."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from telegram import Bot
from telegram.error import BadRequest

from bot.clock import Clock
from bot.storage.database import Database
from bot.storage.outbox import Letter
from flows.evidence import MOST

log = logging.getLogger(__name__)
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
AT_ONCE = 4


class NotTaken(Exception):
    """A file that is refused: empty, unsafe, macros, locked, unreadable, too_big, gone."""


class Numbered(Protocol):
    """A row that waits."""

    @property
    def id(self) -> int: ...


RowT = TypeVar("RowT", bound=Numbered)


@dataclass(slots=True)
class Fetching(Generic[RowT]):
    """The queue is rows of the database; only the pauses are in memory."""

    bot: Bot
    database: Database
    clock: Clock
    send: Callable[[list[Letter]], None]
    kick: asyncio.Event = field(default_factory=asyncio.Event)
    _failures: dict[int, int] = field(default_factory=dict)
    _not_before: dict[int, float] = field(default_factory=dict)

    def waiting(self, connection: sqlite3.Connection) -> Sequence[RowT]:
        """The rows that wait, oldest first."""
        raise NotImplementedError

    async def fetch(self, one: RowT) -> None:
        """Bring one row further; `later` where it has to wait."""
        raise NotImplementedError

    async def run(self) -> None:
        """Fetch what waits, for ever; begins with what a former run left."""
        loop = asyncio.get_running_loop()
        while True:
            self.kick.clear()
            pause: float | None = 1.0
            try:
                found = await self.database.read(self.waiting)
                due = [one for one in found if self._not_before.get(one.id, 0.0) <= loop.time()]
                for start in range(0, len(due), AT_ONCE):
                    now = due[start : start + AT_ONCE]
                    await asyncio.gather(*(self.fetch(one) for one in now))
                pause = 1.0 if found else None
            except sqlite3.OperationalError as error:
                log.error("files wait, the database says: %s", error)
            try:
                async with asyncio.timeout(pause):
                    await self.kick.wait()
            except TimeoutError:
                continue

    async def content(self, file_id: str) -> bytes:
        """The bytes of a file. Raises NotTaken, or what the network raises."""
        try:
            file = await self.bot.get_file(file_id)
        except BadRequest as error:
            raise NotTaken("too_big" if "too big" in error.message.casefold() else "gone") from None
        if (file.file_size or 0) > MOST:
            raise NotTaken("too_big")
        content = bytes(await file.download_as_bytearray())
        if len(content) > MOST:  # what arrives counts, whatever was said before
            raise NotTaken("too_big")
        return content

    def later(self, one: RowT, why: str, level: int = logging.WARNING) -> None:
        """Try again after a pause that grows; `why` ends the sentence that it could not be …"""
        failures = self._failures[one.id] = self._failures.get(one.id, 0) + 1
        pause = PAUSES[min(failures, len(PAUSES)) - 1]
        self._not_before[one.id] = asyncio.get_running_loop().time() + pause
        log.log(level, "file %s could not be %s; again in %s s", one.id, why, pause)

    def done(self, one: RowT) -> None:
        """Nothing more to try."""
        self._failures.pop(one.id, None)
        self._not_before.pop(one.id, None)
