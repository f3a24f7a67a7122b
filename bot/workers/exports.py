"""Workbooks that were asked for in chat: made by our own command in a process of its own, and sent.

What is waited for is a row, so a restart loses none. The outbox names the file, which is kept for a day.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.clock import iso
from bot.papers.paper_process import KEPT
from bot.storage import export_orders, outbox
from bot.storage.database import folder_within
from bot.storage.export_orders import ExportOrder
from bot.storage.outbox import OutboxMessage
from bot.telegram.updates import Incoming
from bot.workers.hinting import hinting
from bot.workers.worker import Woken, letters_to
from flows.model.buttons import Verb, read
from flows.model.events import Tap
from flows.model.outcome import Message, Say, SentDocument

log = logging.getLogger(__name__)
SECONDS = 300.0
"""After which a workbook is given up."""
KEPT_SECONDS = 86_400.0
OURS = str(Path(__file__).parents[2])
"""Where this program lies: the other process is to be the same one."""
COMMAND = "from bot.portable import politely; politely(); from bot.cli import main; main()"


def concerns(batch: Sequence[Incoming]) -> bool:
    """Tell whether a batch may have asked for a workbook."""
    pressed = (read(update.event.data) for update in batch if isinstance(update.event, Tap))
    return any(one is not None and one.verb == Verb.EXPORT for one in pressed)


@dataclass(slots=True)
class Exports(Woken):
    """`run` until cancelled; set `wake` when a workbook may have been asked for. `folder` keeps the files."""

    path: Path = field(kw_only=True)
    folder: Path = field(kw_only=True)
    hint: Callable[[int], Awaitable[None]] = field(kw_only=True)
    waits: str = field(default="exports", init=False)

    async def tick(self) -> None:
        """Make every workbook that is waited for, one after the other."""
        while (order := await self.database.transaction(export_orders.waiting)) is not None:
            file, database = await asyncio.to_thread(self._places, order)
            message: Message = Say("exporting/failed")
            async with hinting(partial(self.hint, order.chat_id)):
                made = await self._made(order, file, database)
            if made:
                name = "-".join(filter(None, _named(order)))
                view = {"path": str(file), "what": order.wanted.what}
                message = SentDocument("exporting/made", view, f"{name}.xlsx", made="file")
            self.send(await self.database.transaction(partial(self._settled, order, made, message)))

    def _places(self, order: ExportOrder) -> tuple[Path, Path]:
        """Return where the file will lie, and the database; files that were sent long ago are removed."""
        folder_within(self.folder)
        oldest = self.clock().timestamp() - KEPT_SECONDS
        for file in self.folder.glob("*.xlsx"):
            if file.stat().st_mtime < oldest:
                file.unlink()
        place = (self.folder / f"{order.id}.xlsx").resolve()
        place.unlink(missing_ok=True)  # what a run before did not finish
        return place, self.path.resolve()

    async def _made(self, order: ExportOrder, file: Path, database: Path) -> bool:
        """Have `peduli-ham export` write the file; whether it did."""
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-c", COMMAND, "export", "--database", str(database),
            "--out", str(file), "--period", order.period, *_options(order),
            *(("--trial",) if order.trial else ()),
            env=environment | {"TIMEZONE": str(self.zone), "PYTHONPATH": OURS}, cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            _, errors = await asyncio.wait_for(process.communicate(), SECONDS)
        except TimeoutError:
            errors = b"took too long"
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            log.error(
                "the export of order %s failed: %s",
                order.id,
                errors[-500:].decode(errors="replace"),
            )
        return process.returncode == 0

    def _settled(
        self, order: ExportOrder, made: bool, message: Message, connection: sqlite3.Connection
    ) -> list[OutboxMessage]:
        export_orders.settle(connection, order.id, made=made)
        sent = letters_to(connection, order.chat_id, message, period_id=order.period_id)
        outbox.put(connection, sent, iso(self.clock()))
        return sent


def _options(order: ExportOrder) -> Iterator[str]:
    wanted = order.wanted
    given = {
        "what": wanted.what,
        "province": wanted.province,
        "region": wanted.region,
        "unit": wanted.unit,
        "right": wanted.right,
        "state": wanted.state,
        "since": wanted.since,
        "until": wanted.until,
    }
    for name, text in given.items():
        if text is not None:
            yield from (f"--{name}", text)


def _named(order: ExportOrder) -> Iterator[str | None]:
    wanted = order.wanted
    yield from ("isian" if wanted.what == "answers" else "hasil", order.period)
    yield from (wanted.region or wanted.province, wanted.unit, wanted.right, wanted.state)
    yield from (wanted.since, wanted.until)
