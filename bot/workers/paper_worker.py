"""Papers that were asked for in chat: made in a process of their own from one snapshot, kept, and sent.

What is waited for is a row, so a restart loses none. The outbox names the file; its bytes lie in a folder.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.clock import iso
from bot.papers import bundling
from bot.papers.bundling import Bundled
from bot.papers.paper_process import Maker, ReadyPaper
from bot.storage import outbox, paper_orders, paper_rows, season_rows
from bot.storage.database import FolderGoneError
from bot.storage.outbox import DeliveryResult, OutboxMessage
from bot.storage.paper_orders import PaperOrder
from bot.storage.paper_rows import PaperRow
from bot.telegram.updates import Incoming
from bot.workers.hinting import HINTED
from bot.workers.worker import Ticking, at_work, letters_to
from flows.engine import command_of
from flows.model.bundles import BUNDLE
from flows.model.buttons import Verb, read
from flows.model.events import Command, GroupTap, Tap, Text
from flows.model.outcome import Message, Say, SentDocument

log = logging.getLogger(__name__)
VERBS = (Verb.AGREE, Verb.PAPER, Verb.CALLED, Verb.LETTERHEAD, Verb.TREND)
SWEPT = 60.0
"""Seconds after which archives that were being sent are looked at again."""
COMMAND = "rekap"
"""The command that orders a paper at once; it may be typed as a bare word."""


def concerns(batch: Sequence[Incoming]) -> bool:
    """Tell whether a batch may have asked for a paper."""
    return any(_asks(update) for update in batch)


def _asks(update: Incoming) -> bool:
    if isinstance(update.event, Command | Text):
        command = command_of(update.event)
        return command is not None and command.name == COMMAND
    pressed = read(update.event.data) if isinstance(update.event, Tap | GroupTap) else None
    return pressed is not None and pressed.verb in VERBS


def bundle_progress(order: PaperOrder, percent: int, parts: int = 0, lost: int = 0) -> Say:
    """Return how far a bundle is, in the place of what its message said before."""
    view = {"percent": percent, "parts": parts, "lost": lost}
    return Say("papers/bundling", view, edit=order.subject["parameters"]["message"])


def bundled(order: PaperOrder, made: Bundled) -> tuple[Message, ...]:
    """Return the archives of a bundle, and that all of it is made."""
    count = len(made.archives)
    archives = [
        SentDocument(
            "papers/bundle_part",
            {"part": part, "parts": count, "files": one.files, "path": one.path},
            one.filename,
            made=BUNDLE,
        )
        for part, one in enumerate(made.archives, 1)
    ]
    return (bundle_progress(order, 100, count, made.lost), *archives)


@dataclass(slots=True)
class Papers(Ticking):
    """`run` until cancelled; set `wake` when a paper may have been asked for. `folder` keeps the files."""

    path: Path = field(kw_only=True)
    folder: Path = field(kw_only=True)
    hint: Callable[[int], Awaitable[None]] = field(kw_only=True)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    maker: Maker = field(init=False)
    _percent: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        Ticking.__post_init__(self)
        self.maker = Maker(self.path, self.folder)

    async def restore(self) -> None:
        """Have those papers made anew that wait to be sent and whose file is gone, as after a restore."""

        def work(connection: sqlite3.Connection) -> None:
            for letter in outbox.queued(connection):
                figures = letter.payload.get("figures") or {}
                made = letter.payload.get("made")
                if made not in ("paper", BUNDLE) or Path(figures["path"]).is_file():
                    continue
                if made == BUNDLE:
                    now = iso(self.clock())
                    outbox.mark(
                        connection, [DeliveryResult(letter.id, "dropped", error="gone")], now
                    )
                    sorry = letters_to(
                        connection, letter.chat_id, Say("papers/failed", {"kind": BUNDLE}),
                        period_id=at_work(self.roster, connection),
                    )  # fmt: skip
                    outbox.put(connection, sorry, now)
                    continue
                row = paper_rows.by_code(connection, figures["code"])
                if row is not None:
                    now = iso(self.clock())
                    paper_orders.again(connection, row, letter.chat_id, now)
                    outbox.mark(
                        connection, [DeliveryResult(letter.id, "dropped", error="made anew")], now
                    )

        await self.database.transaction(work)

    async def run(self) -> None:
        """Make what is waited for, at the start and whenever woken."""
        try:
            while True:
                try:
                    await self.tick()
                except sqlite3.OperationalError as error:
                    log.error("papers wait, the database says: %s", error)
                except FolderGoneError as error:
                    log.error("papers wait, the evidence folder is gone: %s", error)
                await asyncio.to_thread(self.maker.rest)
                seconds = SWEPT if await self.sweep() else None
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), seconds)
                self.wake.clear()
        finally:
            self.maker.stop()

    async def tick(self) -> None:
        """Make every paper that is waited for, one after the other."""
        while (order := await self.database.read(paper_orders.waiting)) is not None:
            made: ReadyPaper | None = None
            message: Message = Say("papers/failed", {"kind": order.subject["kind"]})
            self._percent = 0
            hinting = asyncio.ensure_future(self._hint(order))
            try:
                if order.subject["kind"] == BUNDLE:
                    await self._bundle(order)
                    continue
                made = await asyncio.to_thread(self._make, order)
            except LookupError:
                message = Say("papers/nothing", {"kind": order.subject["kind"]})
            except (sqlite3.OperationalError, FolderGoneError):
                raise
            except Exception:  # a paper that cannot be made stops no other
                log.exception("the paper of order %s cannot be made", order.id)
            finally:
                hinting.cancel()
            if made is not None:
                left = await self.database.read(partial(paper_orders.left, order=order))
                message = self._document(order, made, left)
            await self._settle(order, made, message)

    def _make(self, order: PaperOrder) -> ReadyPaper:
        return self.maker.make(order, self.clock(), self.zone)

    def _file(self, row: PaperRow) -> Path:
        return self.folder / paper_rows.file_name(row)

    async def _hint(self, order: PaperOrder) -> None:
        """Show that something is on its way, as long as it is made, and how far a bundle is."""
        shown = 0
        while True:
            await self.hint(order.chat_id)
            await asyncio.sleep(HINTED)
            if self._percent > shown:
                shown = self._percent
                progress = bundle_progress(order, shown)
                await self._post(order.chat_id, progress, period_id=order.period_id)

    async def _post(self, chat_id: int, *messages: Message, period_id: int) -> None:
        """Queue messages to a chat."""

        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            sent = letters_to(connection, chat_id, *messages, period_id=period_id)
            outbox.put(connection, sent, iso(self.clock()))
            return sent

        self.send(await self.database.transaction(work))

    async def _bundle(self, order: PaperOrder) -> None:
        """Make the archives of an order and send them; what its message says goes with them."""

        def step(percent: int) -> None:
            self._percent = percent

        make = partial(self.maker.bundle, order, self.clock(), self.zone, step)
        made = await asyncio.to_thread(make)
        self._percent = 0  # what the hint says from now on would come too late

        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            paper_orders.settle(connection, order.id, BUNDLE)
            sent = letters_to(
                connection, order.chat_id, *bundled(order, made), period_id=order.period_id
            )
            outbox.put(connection, sent, iso(self.clock()))
            return sent

        self.send(await self.database.transaction(work))

    async def sweep(self) -> bool:
        """Remove archives that were sent, or that nobody sends any more; tell whether some still wait."""
        lying = await asyncio.to_thread(lambda: list(self.folder.glob(bundling.FILES)))
        if not lying:
            return False
        letters = await self.database.read(outbox.queued)
        wanted = {
            Path(letter.payload["figures"]["path"]).name
            for letter in letters
            if letter.payload.get("made") == BUNDLE
        }
        for path in lying:
            if path.name not in wanted:
                path.unlink(missing_ok=True)
        return bool(wanted)

    def _document(self, order: PaperOrder, made: ReadyPaper, left: int) -> SentDocument:
        view = {
            "left": left,
            "kind": order.subject["kind"],
            "format": order.format,
            "code": made.row.code,
            "path": str(self._file(made.row).resolve()),
        }
        return SentDocument("papers/made", view, made.filename, made="paper")

    async def _settle(self, order: PaperOrder, made: ReadyPaper | None, message: Message) -> None:
        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            if made is not None:
                paper_rows.keep(connection, made.row)
                if order.closing is not None:
                    season_rows.freeze(connection, made.row, order.closing, iso(self.clock()))
            paper_orders.settle(connection, order.id, made.row.code if made else None)
            sent = letters_to(connection, order.chat_id, message, period_id=order.period_id)
            outbox.put(connection, sent, iso(self.clock()))
            return sent

        self.send(await self.database.transaction(work))
