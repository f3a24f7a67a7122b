"""What became of letters, written in one transaction for all that were done since the last one."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from msgspec import Struct, field

from bot.clock import Clock, iso
from bot.counters import Counters
from bot.storage import board_rows, campaign_rows, due, outbox, waits
from bot.storage.database import Database
from bot.storage.outbox import DeliveryResult, OutboxMessage
from bot.storage.waits import Wait
from bot.trouble import is_of_machine

log = logging.getLogger(__name__)
LOST = {"unreachable": "unreachable", "dropped": "out_of_hours"}
"""Why a reminder that was on its way is withheld after all, by the mark of its letter."""
TOGETHER = 0.005
"""Seconds in which marks are gathered: each transaction is a sync of the disk, which takes as long. In more
of them, more would be sent again after a crash than was in flight.
"""
WORTH_KEEPING = 10.0
"""Seconds. What waits for less is asked again after a restart, which takes as long."""


class DeliveryResults(Struct):
    """`note` and `wait` while sending; `run` writes.

    `lost` notes in the transaction of the marks that a chat cannot be reached any more, and returns what is
    told of it; `add` takes those letters. `marked` is called when letters of a campaign are done, `groups`
    is set when one to a group is.
    """

    database: Database
    clock: Clock
    counters: Counters
    lost: Callable[[sqlite3.Connection, int], list[OutboxMessage]]
    add: Callable[[Iterable[OutboxMessage]], None]
    done: Callable[[list[OutboxMessage]], None]
    fault: Callable[[str], None]
    noted: list[tuple[DeliveryResult, OutboxMessage]] = field(default_factory=list)
    _waits: dict[int, Wait] = field(default_factory=dict)
    _kept: set[int] = field(default_factory=set)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, letter: OutboxMessage, mark: DeliveryResult) -> None:
        """Note that a letter is done."""
        self.counters.sends[mark.state] += 1
        self.noted.append((mark, letter))
        self._waits.pop(letter.id, None)
        if letter.wait is not None:
            self._kept.add(letter.id)
        self._wake.set()

    def wait(self, letter: OutboxMessage, seconds: float, tries: int, *, held: bool) -> None:
        """Note that a letter waits; a wait that is worth a row is stored, so that a restart keeps it."""
        if seconds < WORTH_KEEPING:
            return
        until = iso(self.clock() + timedelta(seconds=seconds))
        letter.wait = self._waits[letter.id] = Wait(letter.id, tries, until, held)
        self._wake.set()

    async def run(self) -> None:
        """Write marks until cancelled; what the database refuses is written later."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(TOGETHER)
            self._wake.clear()
            noted, waiting = list(self.noted), dict(self._waits)
            kept = self._kept & {letter.id for _, letter in noted}
            try:
                work = partial(self._write, noted, list(waiting.values()), sorted(kept))
                extra = await self.database.transaction(work)
            except Exception as error:
                if not is_of_machine(error):
                    log.exception("marks could not be written")
                log.error("marks wait, the database says: %s", error)
                await asyncio.sleep(1.0)
                self._wake.set()
                continue
            self.fault("marks_written")
            del self.noted[: len(noted)]
            self._kept -= kept
            for letter_id, wait in waiting.items():
                if self._waits.get(letter_id) is wait:
                    del self._waits[letter_id]
            self.done([letter for _, letter in noted])
            self.add(extra)

    def _write(
        self,
        noted: list[tuple[DeliveryResult, OutboxMessage]],
        waiting: list[Wait],
        kept: list[int],
        connection: sqlite3.Connection,
    ) -> list[OutboxMessage]:
        now = iso(self.clock())
        if waiting:
            waits.hold(connection, waits.LETTER, waiting)
        if kept:
            waits.release(connection, waits.LETTER, kept)
        if not noted:
            return []
        outbox.mark(connection, [mark for mark, _ in noted], now)
        for mark, letter in noted:
            if mark.moved_to is not None:
                board_rows.move(connection, letter.chat_id, mark.moved_to)
        gone = {letter.chat_id for mark, letter in noted if mark.state == "unreachable"}
        letters = [letter for chat_id in sorted(gone) for letter in self.lost(connection, chat_id)]
        lost = {
            letter.reminder_id: LOST.get(mark.state, "failed")
            for mark, letter in noted
            if letter.reminder_id is not None and mark.state != "sent"
        }
        if lost:
            due.undelivered(connection, lost)
        campaign_rows.settle(connection, [mark for mark, letter in noted if letter.campaign_id])
        outbox.put(connection, letters, now)
        return letters
