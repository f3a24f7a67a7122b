"""What fetches files from Telegram: again until it has them, or knows why not; offices take turns.

A row that waits for its next try takes no place of another, and those that have failed before hold at most
half of the places.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

from telegram import Bot
from telegram.error import BadRequest, InvalidToken

from bot.clock import Clock, iso, parse
from bot.media.types import NotTaken
from bot.storage import waits
from bot.storage.database import Database
from bot.storage.outbox import OutboxMessage
from bot.storage.waits import Wait
from bot.telegram import calls
from bot.telegram.api_responses import LONGEST_HOLD
from bot.telegram.delivery_results import WORTH_KEEPING
from bot.telegram.token import BotToken
from bot.telegram.verdict import Again, Tries, verdict
from bot.trouble import is_of_machine
from flows.model.uploads import MOST

log = logging.getLogger(__name__)
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
AT_ONCE = 4
OF_ONE, OF_FAILED = 2, 2
"""Places that one office, and rows that have failed before, may hold at a time."""
LOOK = 1.0


class Numbered(Protocol):
    """A row that waits, with whose it is: rows of one owner take turns with those of others."""

    @property
    def id(self) -> int: ...

    @property
    def owner(self) -> int: ...


RowT = TypeVar("RowT", bound=Numbered)


@dataclass(slots=True)
class Fetching(Generic[RowT]):
    """The queue, and what its rows wait for, is in the database."""

    bot: Bot
    database: Database
    clock: Clock
    send: Callable[[list[OutboxMessage]], None]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    token: BotToken | None = None
    kind: str = field(init=False)
    _tries: dict[int, Tries] = field(default_factory=dict)
    _rests: dict[int, float] = field(default_factory=dict)
    _working: dict[asyncio.Task[None], RowT] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.token = self.token or BotToken(self.bot)

    def waiting(self, connection: sqlite3.Connection, resting: Sequence[int]) -> Sequence[RowT]:
        """Return the rows but for those that rest, in the order of their turns."""
        raise NotImplementedError

    async def fetch(self, row: RowT) -> None:
        """Bring one row further; `later` where it has to wait."""
        raise NotImplementedError

    async def run(self) -> None:
        """Fetch what waits, for ever; begins with what a former run left. Raises InvalidToken."""
        try:
            await self._recall()
            while True:
                self.wake.clear()
                rows = await self._due()
                pause = LOOK if rows or self._working or self._rests else None
                for row in self._chosen(rows):
                    self._working[asyncio.ensure_future(self._guarded(row))] = row
                await self._until(pause)
        finally:
            for task in self._working:
                task.cancel()
            await asyncio.gather(*self._working, return_exceptions=True)
            self._working.clear()

    async def _recall(self) -> None:
        """Restore the waits that a former run has stored."""
        now = asyncio.get_running_loop().time()
        kept = await self.database.read(lambda db: waits.of(db, self.kind))
        for row, wait in kept.items():
            self._tries[row] = Tries(wait.tries)
            left = (parse(wait.not_before) - self.clock()).total_seconds()
            self._rests[row] = now + min(left, LONGEST_HOLD)

    async def _due(self) -> Sequence[RowT]:
        now = asyncio.get_running_loop().time()
        self._rests = {row: until for row, until in self._rests.items() if until > now}
        resting = list(self._rests)
        try:
            return await self.database.read(lambda db: self.waiting(db, resting))
        except sqlite3.OperationalError as error:
            log.error("files wait, the database says: %s", error)
            await asyncio.sleep(LOOK)
            return ()

    def _chosen(self, rows: Sequence[RowT]) -> list[RowT]:
        """Choose as many rows as there are places, of as many offices as can be."""
        taken = list(self._working.values())
        chosen: list[RowT] = []
        for row in rows:
            busy = [*taken, *chosen]
            failed = sum(other.id in self._tries for other in busy)
            if (
                len(busy) < AT_ONCE
                and all(other.id != row.id for other in busy)
                and sum(other.owner == row.owner for other in busy) < OF_ONE
                and (row.id not in self._tries or failed < OF_FAILED)
            ):
                chosen.append(row)
        return chosen

    async def _until(self, pause: float | None) -> None:
        """Wait to be woken, for a place, or so many seconds."""
        woken = asyncio.ensure_future(self.wake.wait())
        try:
            wanted: set[asyncio.Future[Any]] = {woken, *self._working}
            await asyncio.wait(wanted, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
        for task in [one for one in self._working if one.done()]:
            del self._working[task]
            task.result()

    async def _guarded(self, row: RowT) -> None:
        """Fetch a row; whatever goes wrong with it holds up no other."""
        try:
            await self.fetch(row)
        except InvalidToken:
            raise
        except Exception as error:
            level = logging.WARNING if is_of_machine(error) else logging.ERROR
            await self.later(row, f"worked on ({type(error).__name__}: {error})", level)

    async def content(self, row: RowT, file_id: str) -> bytes:
        """Download a file. Raises NotTaken, or what the network raises."""
        tries = self._tries.get(row.id, Tries())
        try:
            content = await calls.file(self.bot, file_id, tries.count)
        except BadRequest as error:
            raise NotTaken("too_big" if "too big" in error.message.casefold() else "gone") from None
        if len(content) > MOST:  # what arrives counts, whatever was said before
            raise NotTaken("too_big")
        return content

    async def failed(self, row: RowT, error: Exception) -> None:
        """Try again later. Raises NotTaken where that is of no use, InvalidToken where getMe is refused."""
        assert self.token is not None
        tries = self._tries.setdefault(row.id, Tries())
        outcome = await verdict(error, tries, self.token)
        if not isinstance(outcome, Again):
            raise NotTaken("gone")
        longest = outcome.seconds if outcome.held else None
        await self._wait(row, tries, f"fetched ({type(error).__name__})", logging.WARNING, longest)

    async def later(self, row: RowT, why: str, level: int = logging.WARNING) -> None:
        """Try again after a pause that grows; `why` ends the sentence that it could not be …"""
        tries = self._tries.setdefault(row.id, Tries())
        tries.count += 1
        await self._wait(row, tries, why, level)

    async def _wait(
        self, row: RowT, tries: Tries, why: str, level: int, held: float | None = None
    ) -> None:
        pause = PAUSES[min(max(tries.count, 1), len(PAUSES)) - 1] if held is None else held
        log.log(level, "file %s could not be %s; again in %s s", row.id, why, pause)
        self._rests[row.id] = asyncio.get_running_loop().time() + pause
        if pause < WORTH_KEEPING:
            return
        until = iso(self.clock() + timedelta(seconds=pause))
        wait = Wait(row.id, tries.count, until, held is not None)
        try:
            await self.database.transaction(lambda db: waits.hold(db, self.kind, [wait]))
        except sqlite3.OperationalError as refused:
            log.error("a pause is not kept, the database says: %s", refused)

    async def done(self, row: RowT) -> None:
        """Forget the tries and waits of a row that is over."""
        self._rests.pop(row.id, None)
        if self._tries.pop(row.id, None) is not None:
            await self.database.transaction(lambda db: waits.release(db, self.kind, [row.id]))
