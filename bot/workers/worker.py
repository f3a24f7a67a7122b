"""What the parts that look for due rows have in common: where they read, whose days count, who sends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Protocol, TypeVar

from bot.clock import Clock, iso
from bot.storage import language_rows, outbox, people, periods
from bot.storage.database import Database, FolderGoneError
from bot.storage.load_facts import offices_of, units_of_seat
from bot.storage.outbox import OutboxMessage, with_serialized_payload
from bot.storage.roster import Roster, RosterCache
from bot.telegram.rendering import letters
from bot.telegram.stamping import stamped_message
from flows.model.facts import Region
from flows.model.outcome import Message
from flows.model.workdays import Calendar
from flows.policy.timing import zone_of

log = logging.getLogger(__name__)
TRY_AGAIN = 20.0
"""Seconds."""
AHEAD = 50
"""Offices that are read at once before they are written about: whoever taps meanwhile waits for no more."""
ReadWork = Callable[[sqlite3.Connection], object]


class ForSeat(Protocol):
    """Something that is due for the person on a seat."""

    @property
    def seat_id(self) -> int: ...


D = TypeVar("D", bound=ForSeat)


def letters_to(
    connection: sqlite3.Connection,
    chat_id: int,
    *messages: Message,
    period_id: int | None = None,
    roster: Roster | None = None,
) -> list[OutboxMessage]:
    """Return messages to one chat, in the language that its person chose, ready for the outbox.

    `roster`: of the period that their buttons act in; it is put into them where there are several.
    `period_id`: the one they are about, where they have no roster; of a trial, they say so.
    """
    about = roster.period.id if roster is not None else period_id
    trial = about is not None and periods.is_trial(connection, about)
    language = language_rows.chosen(connection, chat_id)
    if roster is not None and len(roster.neighbours) > 1:
        messages = tuple(stamped_message(message, roster.period.id) for message in messages)
    return [
        with_serialized_payload(letter)
        for message in messages
        for letter in letters(message, chat_id, language, trial=trial)
    ]


def at_work(rosters: RosterCache, connection: sqlite3.Connection) -> int | None:
    """Return the period that the bot works with, which messages of no other are about."""
    roster = rosters.get(connection)
    return roster.period.id if roster is not None else None


@dataclass(slots=True)
class Ticking:
    """`send` takes what was committed; `roster` is shared, so that it is read once for all."""

    database: Database
    clock: Clock
    zone: tzinfo
    calendar: Callable[[date], Calendar]
    send: Callable[[list[OutboxMessage]], None]
    fault: Callable[[str], None] = lambda _: None
    roster: RosterCache = field(default_factory=RosterCache)

    def __post_init__(self) -> None:
        self.roster.live_by(self.clock, self.zone)

    def zone_for(self, region: Region | None) -> tzinfo:
        """Return whose clock counts: Bagian Hukum lives by its city's, the Kanwil by the installation's."""
        return zone_of(region) if region else self.zone

    async def seat_by_seat(
        self,
        due: Callable[[sqlite3.Connection, datetime], D | None],
        settle: Callable[[sqlite3.Connection, Roster, D, datetime], list[OutboxMessage]],
        fault: str,
    ) -> None:
        """Settle what is `due`, each in a transaction of its own, until nothing is.

        What the seat oversees is read before, a few offices at a time. `fault` is told behind each.
        """

        def ahead(connection: sqlite3.Connection) -> list[ReadWork] | None:
            row, roster = due(connection, self.clock()), self.roster.get(connection)
            if row is None or roster is None:
                return None
            return self._readings(connection, roster, row.seat_id)

        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            # Asked again: what was read ahead held nobody up, so that it may be settled meanwhile.
            now = self.clock()
            row, roster = due(connection, now), self.roster.get(connection)
            if row is None or roster is None:
                return []
            sent = settle(connection, roster, row, now)
            outbox.put(connection, sent, iso(now))
            self.fault(fault)
            return sent

        while (readings := await self.database.read(ahead)) is not None:
            for reading in readings:
                await self.database.read(reading)
            self.send(await self.database.transaction(work))

    def _readings(
        self, connection: sqlite3.Connection, roster: Roster, seat_id: int
    ) -> list[ReadWork]:
        """Return the steps after which the roster knows the offices of a seat's board."""
        held = people.holder(connection, roster, seat_id)
        if held is None or not held[1].reachable:
            return []
        zone, units = self.zone_for(held[0].region), units_of_seat(roster, held[0])
        return [
            partial(offices_of, roster=roster, zone=zone, units=units[start : start + AHEAD])
            for start in range(0, len(units), AHEAD)
        ]

    async def all_due(
        self, work: Callable[[sqlite3.Connection], tuple[int, list[OutboxMessage]]], most: int
    ) -> int:
        """Do `work`, which takes up to `most` due rows a transaction, until none is left; how many were."""
        total = 0
        while True:
            rows, sent = await self.database.transaction(work)
            self.send(sent)
            total += rows
            if rows < most:
                return total


@dataclass(slots=True)
class Woken(Ticking, ABC):
    """Works at the start and whenever `wake` is set; `waits` names what waits where the database refuses."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    waits: str = field(init=False)

    async def run(self) -> None:
        """Work until cancelled; what the disk refused is tried again without being asked for."""
        while True:
            refused = True
            try:
                await self.tick()
                refused = False
            except sqlite3.OperationalError as error:
                log.error("%s wait, the database says: %s", self.waits, error)
            except FolderGoneError as error:
                log.error("%s wait, the evidence folder is gone: %s", self.waits, error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), TRY_AGAIN if refused else None)
            self.wake.clear()

    @abstractmethod
    async def tick(self) -> None:
        """Do all that is due."""
