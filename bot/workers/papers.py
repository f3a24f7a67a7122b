"""Papers that were asked for in chat: made beside the event loop from one snapshot, kept, and sent.

What is waited for is a row, so a restart loses none. The outbox names the file; its bytes lie in a folder.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import iso
from bot.papers import kinds
from bot.papers.making import Format, Made, Source, Subject, make
from bot.storage import outbox, paper_orders, papers, seasons
from bot.storage.database import private_folder
from bot.storage.evidence_files import write_whole
from bot.storage.outbox import Letter
from bot.storage.paper_orders import Order
from bot.storage.roster import read_roster
from bot.storage.setup import open_existing
from bot.telegram.updates import Incoming
from bot.workers.worker import Ticking, letters_to
from flows.engine import command_of
from flows.model.buttons import Verb, read
from flows.model.events import Command, GroupTap, Tap, Text
from flows.model.outcome import Document, Message, Say

log = logging.getLogger(__name__)
VERBS = (Verb.AGREE, Verb.PAPER, Verb.CALLED)
COMMAND = "rekap"
"""The command that orders a paper at once; it may be typed as a bare word."""


def concerns(batch: Sequence[Incoming]) -> bool:
    """Tell whether a batch may have asked for a paper."""
    return any(_asks(one) for one in batch)


def _asks(update: Incoming) -> bool:
    if isinstance(update.event, Command | Text):
        command = command_of(update.event)
        return command is not None and command.name == COMMAND
    pressed = read(update.event.data) if isinstance(update.event, Tap | GroupTap) else None
    return pressed is not None and pressed.verb in VERBS


@dataclass(slots=True)
class Papers(Ticking):
    """`run` until cancelled; set `wake` when a paper may have been asked for. `folder` keeps the files."""

    path: Path = field(kw_only=True)
    folder: Path = field(kw_only=True)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Make what is waited for, at the start and whenever woken."""
        while True:
            try:
                await self.tick()
            except sqlite3.OperationalError as error:
                log.error("papers wait, the database says: %s", error)
            await self.wake.wait()
            self.wake.clear()

    async def tick(self) -> None:
        """Make every paper that is waited for, one after the other."""
        while (order := await self.database.read(paper_orders.waiting)) is not None:
            made: Made | None = None
            message: Message = Say("papers/failed", {"kind": order.subject["kind"]})
            try:
                made = await asyncio.to_thread(self._make, order)
            except LookupError:
                message = Say("papers/nothing", {"kind": order.subject["kind"]})
            except sqlite3.OperationalError:
                raise
            except Exception:  # a paper that cannot be made stops no other
                log.exception("the paper of order %s cannot be made", order.id)
            if made is not None:
                message = self._document(order, made)
            await self._settle(order, made, message)

    def _make(self, order: Order) -> Made:
        """Make one paper from a snapshot of its own, so that nobody waits for it, and keep its file."""
        with closing(open_existing(self.path)) as connection:
            connection.execute("BEGIN")
            roster = read_roster(connection, papers.period_code(connection, order.period_id))
            if roster is None:
                raise LookupError(order.period_id)
            source = Source(connection, roster, Subject(**order.subject), self.clock(), self.zone)
            drawn = kinds.draw(source)
            made = make(source, drawn, Format(order.format), seat_id=order.seat_id)
        private_folder(self.folder)
        write_whole(self._file(made), made.content)
        return made

    def _file(self, made: Made) -> Path:
        return self.folder / f"{made.code}.{made.row.format}"

    def _document(self, order: Order, made: Made) -> Document:
        view = {
            "kind": order.subject["kind"],
            "format": order.format,
            "code": made.code,
            "path": str(self._file(made).resolve()),
        }
        return Document("papers/made", view, made.filename, made="paper")

    async def _settle(self, order: Order, made: Made | None, message: Message) -> None:
        def work(connection: sqlite3.Connection) -> list[Letter]:
            if made is not None:
                papers.keep(connection, made.row)
                if order.closing is not None:
                    seasons.freeze(connection, made.row, order.closing, iso(self.clock()))
            paper_orders.settle(connection, order.id, made.code if made else None)
            sent = letters_to(connection, order.chat_id, message)
            outbox.put(connection, sent, iso(self.clock()))
            return sent

        self.send(await self.database.transaction(work))
