"""What time will bring: the next reminder, digest and deadline, found by the very parts that send them.

They work on a copy of the database in memory, with a clock that is set ahead; nothing is written or sent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from bot.clock import local_day
from bot.holidays import calendar
from bot.storage import changes_since
from bot.storage.database import Database, InlineDatabase
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import read_roster
from bot.workers.digests import Digests
from bot.workers.reminder_worker import Reminders
from flows.model.workdays import MORNING

ZONE = ZoneInfo("Asia/Jakarta")
STEPS = 12
"""So many moments at which something could be due are tried."""
MORNINGS = 2
"""On the next mornings what was left open is planned, and sent at once; later ones bring no more of it."""
DAY = timedelta(days=1)


class Coming(Struct, frozen=True):
    """One moment to which the clock can be moved."""

    code: str
    at: datetime


class Trial(Struct):
    """A copy of the database, on which the tickers are let loose."""

    database: Database
    now: datetime
    sent: list[OutboxMessage] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    async def reminder(self) -> datetime | None:
        """Return the next moment at which somebody is reminded by plan."""
        ticker = Reminders(self.database, self.clock, ZONE, calendar, self.sent.extend)
        await ticker.tick()
        self.sent.clear()
        mornings = 0
        for _ in range(STEPS):
            at = await self._next(changes_since.next_reminder)
            morning = _morning(self.now) if mornings < MORNINGS else None
            if at is None and morning is None:
                return None
            self.now = min(filter(None, (at, morning)))
            mornings += self.now == morning
            await ticker.tick()
            if self.sent:
                return self.now
        return None

    async def digest(self) -> datetime | None:
        """Return the next moment at which the staff get their week."""
        ticker = Digests(self.database, self.clock, ZONE, calendar, self.sent.extend)
        await ticker.tick()
        self.sent.clear()
        for _ in range(STEPS):
            at = await self._next(changes_since.next_digest)
            if at is None:
                return None
            self.now = at
            await ticker.tick()
            if self.sent:
                return self.now
            self.now += DAY
            await ticker.tick()
        return None

    async def _next(
        self, look: Callable[[sqlite3.Connection, datetime], datetime | None]
    ) -> datetime | None:
        return await self.database.read(lambda connection: look(connection, self.now))


@asynccontextmanager
async def _trial(path: Path, now: datetime) -> AsyncIterator[Trial]:
    async with InlineDatabase(
        lambda: changes_since.copy_in_memory(path), iter_chunk_size=64
    ) as database:
        yield Trial(database, now)


def _morning(now: datetime) -> datetime:
    """Return nine o'clock on the next working day, or today's."""
    local = now.astimezone(ZONE)
    day = local.date() if local.time() < MORNING else local.date() + DAY
    return datetime.combine(calendar(day).on_or_after(day), MORNING, ZONE).astimezone(UTC)


async def coming(path: Path, now: datetime) -> list[Coming]:
    """Return what there is to look forward to, the soonest first."""
    events = []
    async with _trial(path, now) as trial:
        if at := await trial.reminder():
            events.append(Coming("reminder", at))
    async with _trial(path, now) as trial:
        if at := await trial.digest():
            events.append(Coming("digest", at))
    with closing(changes_since.connect_read_only(path)) as connection:
        roster = read_roster(connection, today=local_day(now, ZONE))
    if roster is not None:
        over = datetime.combine(roster.period.deadline + DAY, time(), ZONE).astimezone(UTC)
        events += [Coming("deadline", over)] if over > now else []
    return sorted(events, key=lambda event: event.at)


def next_stop(path: Path, now: datetime) -> datetime:
    """Return the next moment at which the tickers may have something to do."""
    with closing(changes_since.connect_read_only(path)) as connection:
        looks = (changes_since.next_reminder, changes_since.next_digest, changes_since.next_arrival)
        due = [look(connection, now) for look in looks]
    return min(filter(None, (*due, _morning(now))))
