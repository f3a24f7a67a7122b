"""Fetches what people sent as proof into a content-addressed store, again until it has it or knows why not.

A file is judged by its content, written beside its place and moved there whole, so nothing is half-stored.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from telegram.error import InvalidToken, TelegramError

from bot.clock import iso
from bot.counters import Counters
from bot.media.types import NotTaken, judged
from bot.storage import evidence_files, evidence_rows, outbox, paper_rows, periods, waits
from bot.storage.evidence_rows import WaitingEvidence
from bot.storage.outbox import OutboxMessage
from bot.storage.step_context import Speaker
from bot.trouble import is_of_machine
from bot.workers.download import Fetching
from bot.workers.paper_check_worker import PaperChecks
from bot.workers.worker import letters_to
from flows.model.events import SignedSheet
from flows.model.outcome import Say
from flows.model.quotas import Quota

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Files(Fetching[WaitingEvidence]):
    """Files that prove answers, into the folder."""

    folder: Path = field(kw_only=True)
    counters: Counters = field(kw_only=True, default_factory=Counters)
    kind: str = field(init=False, default=waits.EVIDENCE)
    quota: Quota = field(kw_only=True, default=Quota())
    checks: PaperChecks = field(kw_only=True)
    _storing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def waiting(
        self, connection: sqlite3.Connection, resting: Sequence[int]
    ) -> Sequence[WaitingEvidence]:
        return evidence_rows.waiting(connection, resting)

    async def fetch(self, file: WaitingEvidence) -> None:
        try:
            await self._take(file)
        except NotTaken as error:
            await self._refuse(file, str(error))
        except Exception as error:
            if isinstance(error, InvalidToken) or is_of_machine(error):
                raise
            log.exception("the file %s cannot be judged", file.id)
            await self._refuse(file, "unreadable")

    async def _take(self, file: WaitingEvidence) -> None:
        """Fetch, judge and keep it. Raises NotTaken."""
        try:
            content = await self.content(file, file.file_id)
        except TelegramError as error:
            await self.failed(file, error)
            return
        mime = await asyncio.to_thread(judged, content, file.name)
        sheet = await self._sheet(file, content)
        try:
            await self._store(file, content, mime)
        except OSError as error:
            self.counters.record_failure("files", self.clock())
            why = f"kept in {self.folder} ({error.strerror or error})"
            await self.later(file, why, logging.ERROR)
            return
        await self.done(file)
        if sheet is not None:
            self.send(await self.checks.dispatcher.tell([(_sender(file), sheet)]))
            self.wake.set()

    async def _sheet(self, file: WaitingEvidence, content: bytes) -> SignedSheet | None:
        """Return the file as the signed sheet of the office; None where it is no paper. Raises NotTaken."""
        if not await self.database.read(partial(paper_rows.has_any, period_id=file.period_id)):
            return None
        upload = await self.database.read(partial(evidence_rows.upload_of, evidence_id=file.id))
        return await asyncio.to_thread(self.checks.recognised, upload, file.unit_id, content)

    async def _store(self, file: WaitingEvidence, content: bytes, mime: str) -> None:
        """Write into the folder and the record, one file at a time, so that a quota holds to the byte.

        What it has no room for is refused by its true size, before anything is written.
        """
        digest, size = hashlib.sha256(content).hexdigest(), len(content)
        over = partial(
            evidence_rows.over_quota, quota=self.quota, waits=file, digest=digest, size=size
        )
        async with self._storing:
            if excess := await self.database.read(over):
                why, room = excess
                await self._refuse(file, why, room.shown(why))
                return
            await asyncio.to_thread(evidence_files.keep, self.folder, content)
            note = partial(evidence_rows.stored, waiting=file, digest=digest, mime=mime, size=size)

            def work(connection: sqlite3.Connection) -> None:
                note(connection, now=iso(self.clock()))
                for other in evidence_rows.same_waiting(connection, file):
                    evidence_rows.stored(connection, other, digest, mime, size, iso(self.clock()))

            await self.database.transaction(work)

    async def _refuse(
        self, file: WaitingEvidence, why: str, more: Mapping[str, int] | None = None
    ) -> None:
        """Say it to the sender, in the transaction that notes it."""

        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            now = iso(self.clock())
            evidence_rows.refused(connection, file, why, now)
            contact = periods.help_contact(connection, file.period_id)
            view = {
                "name": file.name,
                "size": 0,
                "most": 20,
                "help_contact": contact,
                **(more or {}),
            }
            message = Say(f"evidence/refused_{why}", view)
            sent = letters_to(connection, file.chat_id, message, period_id=file.period_id)
            outbox.put(connection, sent, now)
            return sent

        self.send(await self.database.transaction(work))
        await self.done(file)


def _sender(file: WaitingEvidence) -> Speaker:
    return Speaker(file.chat_id, file.chat_id, "", "id")
