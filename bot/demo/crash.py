"""A crash in mid-sentence: SIGKILL after an update was committed, before all that it says has been said."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.demo.botapi.faults import Fault
from bot.demo.botapi.state import Call
from bot.demo.botapi.watching import Watch
from bot.demo.tracing import Observer
from bot.storage import changes_since
from bot.storage.changes_since import Changes, Queued

MARK_SECONDS = 1.0
SAYING = ("sendmessage", "editmessagetext", "sendphoto", "senddocument", "editmessagereplymarkup")


@dataclass
class Crash(Watch):
    """Looks on for an observer; once armed, strikes at the letters of the next update that says something.

    Of two and more letters the first is let through and noted as sent; a single one is not let through.
    """

    observer: Observer
    strike: Callable[[list[str]], None]
    is_armed: bool = False
    _letters: list[Queued] = field(default_factory=list)
    _through: int = 0

    def __post_init__(self) -> None:
        self.observer.committed = self._committed

    @property
    def is_striking(self) -> bool:
        """The update is there whose letters it strikes at."""
        return self.is_armed and bool(self._letters)

    def arm(self) -> None:
        """Strike at the next update."""
        self.is_armed, self._letters, self._through = True, [], 0

    def disarm(self) -> None:
        self.is_armed = False

    def _committed(self, news: Changes) -> None:
        if self.is_armed and not self._letters:
            self._letters = [
                letter
                for letter in news.outbox
                if letter.update_id and letter.method.lower() in SAYING
            ]

    async def before(self, method: str, params: dict[str, Any]) -> bool:
        await self.observer.before(method, params)
        if not (self.is_armed and self._letters and method in SAYING):
            return True
        if len(self._letters) > 1 and not self._through:
            self._through = 1
            return True
        if self._through:
            await self._noted(self._letters[0])
        if self.is_armed:
            self.is_armed = False
            updates = ", ".join(
                str(one) for one in sorted({o.update_id or 0 for o in self._letters})
            )
            self.strike(
                [
                    f"update {updates} sudah tersimpan",
                    f"{self._through} dari {len(self._letters)} pesan sudah terkirim",
                ]
            )
        return False

    async def _noted(self, letter: Queued) -> None:
        """Wait until the bot knows that its first letter went out, so that it need not repeat it."""
        loop = asyncio.get_running_loop()
        end = loop.time() + MARK_SECONDS
        while self.observer.database is not None and loop.time() < end:
            try:
                if changes_since.is_marked(self.observer.database, letter.id):
                    return
            except sqlite3.OperationalError:
                pass
            await asyncio.sleep(0.01)

    # Everything else is the observer's

    def queued(self, update: dict[str, Any], *, again: bool) -> None:
        self.observer.queued(update, again=again)

    def unwanted(self, kind: str, body: dict[str, Any]) -> None:
        self.observer.unwanted(kind, body)

    def polled(self) -> None:
        self.observer.polled()

    def called(self, call: Call) -> None:
        self.observer.called(call)

    def struck(self, fault: Fault, method: str) -> None:
        self.observer.struck(fault, method)
