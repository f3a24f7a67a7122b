"""Workbooks that come back, forms and queues: fetched, read in a process beside, handed to the flow as rows.

What is due follows from the row, so a restart loses nothing. Rights are the flow's: what it says is written
in one transaction with the preview.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.dispatch import Dispatcher
from bot.forms.form_reader import read as read_form
from bot.reviewing.queue_reader import NoQueueError
from bot.reviewing.queue_reader import read as read_queue
from bot.roster import RosterError
from bot.storage import language_rows, returned_sheet_rows, waits
from bot.storage.returned_sheet_rows import WaitingSheet
from bot.storage.step_context import Speaker
from bot.workers.roster_upload_worker import wrongs
from bot.workers.sent_files import SentFiles
from flows.model.events import SheetRead, Upload
from flows.model.returned_sheet import SheetState
from flows.model.roles import Role
from scoring.replacing import replace


@dataclass(slots=True)
class ReturnedSheets(SentFiles[WaitingSheet]):
    """Workbooks of contacts and reviewers, one step of each at a time."""

    dispatcher: Dispatcher = field(kw_only=True)
    kind: str = field(init=False, default=waits.SHEET)

    def waiting(
        self, connection: sqlite3.Connection, resting: Sequence[int]
    ) -> Sequence[WaitingSheet]:
        return returned_sheet_rows.waiting(connection, resting)

    async def refuse(self, row: WaitingSheet, why: str) -> None:
        await self._tell(row, _no_form(row) or _event(row, why=why))

    async def work(self, row: WaitingSheet, content: bytes) -> None:
        read = read_form if row.role == Role.CONTACT else read_queue
        try:
            rows = await asyncio.to_thread(read, content, row.name)
        except NoQueueError:
            await self.refuse(row, "no_queue")
        except RosterError as error:
            language = await self.database.read(partial(language_rows.chosen, chat_id=row.chat_id))
            wrong = tuple(wrongs(error, language))
            await self._tell(row, _no_form(row) or _event(row, wrong=wrong))
        else:
            await self._tell(row, _event(row, rows=rows))

    async def _tell(self, row: WaitingSheet, event: SheetRead | Upload) -> None:
        """Have the flow answer; where nobody may answer any more, the workbook is put aside."""
        speaker = Speaker(row.chat_id, row.user_id, "", "id")
        self.send(await self.dispatcher.tell([(speaker, event)]))
        settle = partial(
            returned_sheet_rows.settle_waiting,
            sheet=row.id,
            state=SheetState.REFUSED,
            now=self.clock(),
        )
        await self.database.transaction(settle)


def _event(row: WaitingSheet, **read: Any) -> SheetRead:
    return SheetRead(row.seat_id, row.id, row.name, **read)


def _no_form(row: WaitingSheet) -> Upload | None:
    """Return a workbook that is no form of ours as the proof that it may be; None for what came as a form."""
    return row.upload and replace(row.upload, sheet=row.id)
