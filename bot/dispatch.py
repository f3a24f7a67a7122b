"""The unit of work: a batch of updates in one transaction, each in its own savepoint.

Facts, step, changes, outgoing messages and the update's id are committed together; only then may
Telegram be told that the batch is taken. A poisoned update rolls back alone and is kept.
"""

from __future__ import annotations

import logging
import sqlite3
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from bot.clock import Clock, iso
from bot.letters import command_menus, letters
from bot.storage import outbox, updates
from bot.storage.apply import Writer
from bot.storage.database import Database
from bot.storage.gather import Speaker, Surroundings, gather
from bot.storage.outbox import Letter
from bot.storage.roster import RosterCache
from bot.updates import Incoming
from flows import step
from flows.events import Event
from flows.outcome import Notice, Outcome, RegisterCommands, Say

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Dispatcher:
    """Runs batches; `fault` is called at named points, for the campaigns that kill the process there."""

    database: Database
    clock: Clock
    zone: tzinfo
    bot_link: str = ""
    fault: Callable[[str], None] = lambda _: None
    roster: RosterCache = field(default_factory=RosterCache)

    async def handle(self, batch: Sequence[Incoming]) -> list[Letter]:
        """Commit a batch and return the letters it queued. sqlite3.Error: nothing was committed."""
        if not batch:
            return []
        return await self.database.transaction(lambda connection: self._work(connection, batch))

    async def tell(self, events: Sequence[tuple[Speaker, Event]]) -> list[Letter]:
        """Run events of our own making (no update of Telegram's) in one transaction."""

        def work(connection: sqlite3.Connection) -> list[Letter]:
            around = self._around()
            sent: list[Letter] = []
            for speaker, event in events:
                sent += self._one(connection, around, speaker, event)
            outbox.put(connection, sent, iso(around.now))
            return sent

        return await self.database.transaction(work)

    def _around(self) -> Surroundings:
        return Surroundings(self.clock(), self.zone, self.bot_link)

    def _work(self, connection: sqlite3.Connection, batch: Sequence[Incoming]) -> list[Letter]:
        around = self._around()
        self.fault("begun")
        done = updates.already_handled(connection, [one.update_id for one in batch])
        sent: list[Letter] = []
        for one in batch:
            if one.update_id in done:
                continue
            done.add(one.update_id)
            sent += self._guarded(connection, around, one)
            self.fault("update_done")
        outbox.put(connection, sent, iso(around.now))
        updates.mark_handled(connection, [one.update_id for one in batch], iso(around.now))
        self.fault("before_commit")
        return sent

    def _guarded(
        self, connection: sqlite3.Connection, around: Surroundings, one: Incoming
    ) -> list[Letter]:
        if one.event is None or one.speaker is None:
            return []
        connection.execute("SAVEPOINT one")
        try:
            sent = self._one(connection, around, one.speaker, one.event)
        except (sqlite3.OperationalError, sqlite3.InternalError, MemoryError):
            raise  # the disk, not the update, is at fault: nothing of the batch may count as taken
        except Exception as error:  # one poisoned update must not stop the others
            connection.execute("ROLLBACK TO one")
            sent = self._poisoned(connection, around, one, error)
        connection.execute("RELEASE one")
        return sent

    def _one(
        self,
        connection: sqlite3.Connection,
        around: Surroundings,
        speaker: Speaker,
        event: Event,
    ) -> list[Letter]:
        facts = gather(connection, self.roster.get(connection), around, speaker, event)
        outcome = step(facts, event)
        writer = Writer(connection, around, speaker, facts)
        for change in outcome.changes:
            writer.apply(change)
        self.fault("changes_written")
        return self._written(speaker, outcome)

    def _written(self, speaker: Speaker, outcome: Outcome) -> list[Letter]:
        """The letters of an outcome; the batch puts them into the outbox together."""
        found = [
            letter for message in outcome.messages for letter in letters(message, speaker.chat_id)
        ]
        for change in outcome.changes:
            if isinstance(change, RegisterCommands):
                found += command_menus(change, speaker.chat_id)
        self.fault("letters_written")
        return [outbox.sealed(letter) for letter in found]

    def _poisoned(
        self,
        connection: sqlite3.Connection,
        around: Surroundings,
        one: Incoming,
        error: Exception,
    ) -> list[Letter]:
        trace = "".join(traceback.format_exception(error, limit=-5))
        now = iso(around.now)
        code = updates.keep_failed(connection, one.update_id, one.body(), trace, now)
        log.error(
            "update %s kept as failed, code %s: %s", one.update_id, code, type(error).__name__
        )
        assert one.speaker is not None
        query = getattr(one.event, "query_id", None)
        told: tuple[Notice | Say, ...] = (Say("help/trouble", {"code": f"G-{code}"}),)
        if query:
            told = (Notice(query), *told)
        return self._written(one.speaker, Outcome((), told))
