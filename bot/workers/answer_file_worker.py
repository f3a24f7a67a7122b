"""Files of answers sent in chat: fetched, mapped, tried and stored by a process beside, step after step.

What is due follows from the row, so a restart loses nothing: what was stored already is then unchanged.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import orjson
from msgspec import Struct

from bot.clock import iso, local_day, parse
from bot.imports.import_process import ImportOrder
from bot.imports.storing import ImportAuthor
from bot.media.types import NotTaken
from bot.papers.paper_process import KEPT
from bot.storage import (
    answer_file_rows,
    language_rows,
    outbox,
    paper_rows,
    periods,
    roster_uploads,
    waits,
)
from bot.storage.answer_file_rows import KeptMap, WaitingAnswerFile
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import Roster, read_roster
from bot.storage.roster_uploads import UploadSender
from bot.telegram.updates import Incoming
from bot.workers.exports import OURS
from bot.workers.sent_files import SentFiles
from bot.workers.worker import letters_to
from flows.model.answer_file import (
    AnswerFile,
    FileColumn,
    FileState,
    ProposedMap,
    RefusedRow,
    Tried,
)
from flows.model.buttons import Verb, read
from flows.model.events import Tap, Upload
from flows.model.outcome import Message
from flows.model.roster_draft import Wrong
from flows.staff import answer_import
from messages import problem
from messages.problem_words import IMPORTS

SECONDS = {"look": 120.0, "try": 300.0, "store": 600.0}
"""After which a file is given up; what is stored by then stays."""
HEARD = 3.0
"""Seconds between two words about how far it is."""
MAP = re.compile(rb"^form\s*:", re.MULTILINE)
YAML = (".yaml", ".yml")
ImportReport = dict[str, Any]


def concerns(batch: Sequence[Incoming]) -> bool:
    """Tell whether a batch may have brought answers, or the word to go on with some."""
    taps = (read(update.event.data) for update in batch if isinstance(update.event, Tap))
    return any(isinstance(update.event, Upload) for update in batch) or any(
        tap is not None and tap.verb in (Verb.ANSWERS_MAP, Verb.ANSWERS_APPLY) for tap in taps
    )


class Ended(Exception):
    """The process beside ended without an answer."""


class FilePlace(Struct, frozen=True):
    """Whose file it is, of which period."""

    sender: UploadSender
    roster: Roster


@dataclass(slots=True)
class AnswerFiles(SentFiles[WaitingAnswerFile]):
    """Files of administrators, one step of each at a time; `path` is the database."""

    path: Path = field(kw_only=True)
    zone: tzinfo = field(kw_only=True)
    kind: str = field(init=False, default=waits.ANSWERS)

    def waiting(
        self, connection: sqlite3.Connection, resting: Sequence[int]
    ) -> Sequence[WaitingAnswerFile]:
        return answer_file_rows.waiting(connection, resting)

    async def refuse(self, row: WaitingAnswerFile, why: str) -> None:
        await self._end(row, FileState.REFUSED, answer_import.refused(why, row.name))

    async def work(self, row: WaitingAnswerFile, content: bytes) -> None:
        place = await self.database.read(partial(_place, row, local_day(self.clock(), self.zone)))
        if place is None:
            await self._end(row, FileState.REFUSED, answer_import.seat_gone(row.name))
        elif row.state is FileState.CONFIRMED:
            await self._store(row, content, place)
        elif row.state is FileState.MAPPED:
            await self._try(row, content, place, row.map or "", row.headings or "")
        elif row.name.casefold().endswith(YAML) and MAP.search(content):
            await self._mapped(row, content)
        else:
            await self._look(row, content, place)

    async def _mapped(self, row: WaitingAnswerFile, content: bytes) -> None:
        """Take a map that was sent for the file before it."""

        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            file = answer_file_rows.awaiting_map(connection, row.seat_id, row.id)
            answer_file_rows.settle(connection, row.id, FileState.APPLIED, self.clock())
            if file is None:
                return self._queued(connection, row, answer_import.map_alone(row.name))
            answer_file_rows.mapped(connection, file, content.decode("utf-8", errors="replace"))
            return []

        self.send(await self.database.transaction(work))
        self.wake.set()

    async def _look(self, row: WaitingAnswerFile, content: bytes, place: FilePlace) -> None:
        """Show the map that the headings suggest; one that is needed no more, or was kept, is not asked."""
        report = await self._asked(row, content, place, "look", None)
        if await self._is_refused(row, report):
            return
        headings, kept = report["headings"], None
        if headings:
            province = place.sender.province
            kept = await self.database.read(
                partial(answer_file_rows.kept_map, province=province, headings=headings)
            )
        if headings and kept is None:
            await self._ask(row, content, report)
            return
        text = kept.map if kept else report["map"]
        await self._try(row, content, place, text, headings, kept)

    async def _ask(self, row: WaitingAnswerFile, content: bytes, report: ImportReport) -> None:
        proposal = ProposedMap(
            tuple(FileColumn(*column) for column in report["columns"]),
            report["region"],
            report["office"],
            tuple(report["unused"]),
            report["missing"],
            report["rows"],
        )
        file = AnswerFile(row.id, row.name, FileState.ASKED, row.previews + 1)
        messages = answer_import.proposed(row.seat_id, file, proposal, report["map"])
        agreed = KeptMap(report["map"], iso(self.clock()))

        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            if not answer_file_rows.is_still(connection, row):
                return []
            answer_file_rows.ask(connection, row, content, agreed, report["headings"])
            return self._queued(connection, row, *messages)

        self.send(await self.database.transaction(work))

    async def _try(
        self,
        row: WaitingAnswerFile,
        content: bytes,
        place: FilePlace,
        text: str,
        headings: str,
        kept: KeptMap | None = None,
        *,
        again: bool = False,
    ) -> None:
        """Show what the file would store by a map."""
        report = await self._asked(row, content, place, "try", text)
        if await self._is_refused(row, report, is_mapped=row.state is FileState.MAPPED):
            return
        tried = tried_of(report)
        file = AnswerFile(row.id, row.name, FileState.SHOWN, row.previews + 1)

        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            if not answer_file_rows.is_still(connection, row):
                return []
            since, now = kept.at if kept else None, self.clock()
            agreed = (text, headings, since)
            until = answer_file_rows.show(connection, row, content, agreed, report["base"], now)
            if row.state is FileState.MAPPED and headings:
                key = (place.sender.province, headings)
                answer_file_rows.keep_map(connection, key, text, row, iso(now))
            messages = answer_import.preview(
                row.seat_id,
                file,
                tried,
                until.astimezone(self.zone),
                kept=parse(since).astimezone(self.zone) if since else None,
                again=again,
            )
            return self._queued(connection, row, *messages)

        self.send(await self.database.transaction(work))

    async def _store(self, row: WaitingAnswerFile, content: bytes, place: FilePlace) -> None:
        """Store what is sound; where the criteria have changed since the preview, show it again."""
        if row.base != place.roster.period.instrument.hash:
            text, headings = row.map or "", row.headings or ""
            await self._try(row, content, place, text, headings, again=True)
            return
        author = ImportAuthor(place.sender.name, place.sender.person_id, row.seat_id)
        report = await self._asked(row, content, place, "store", row.map, author)
        if await self._is_refused(row, report):
            return
        await self._end(
            row,
            FileState.APPLIED,
            *answer_import.stored(row.name, tried_of(report), report["entry"]),
        )

    async def _asked(
        self,
        row: WaitingAnswerFile,
        content: bytes,
        place: FilePlace,
        what: str,
        text: str | None,
        author: ImportAuthor | None = None,
    ) -> ImportReport:
        """Have the process beside do it, and pass on how far it is. Raises NotTaken, Ended."""
        order = ImportOrder(
            what, str(self.path.resolve()), place.roster.period.code, place.sender.province, row.name,
            row.caption, text, iso(self.clock()), getattr(self.zone, "key", "UTC"), author,
        )  # fmt: skip
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "bot.imports.import_process", env=environment | {"PYTHONPATH": OURS},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**28,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS[what]):
                return await self._heard(process, row, msgspec.json.encode(order) + b"\n" + content)
        except TimeoutError:
            raise NotTaken("too_long") from None
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _heard(
        self, process: asyncio.subprocess.Process, row: WaitingAnswerFile, given: bytes
    ) -> ImportReport:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with suppress(ConnectionError):
            process.stdin.write(given)
            await process.stdin.drain()
            process.stdin.close()
        loop = asyncio.get_running_loop()
        heard = loop.time()
        while line := await process.stdout.readline():
            report: ImportReport = orjson.loads(line)
            if "percent" not in report:
                return report
            if row.state is FileState.CONFIRMED and loop.time() - heard > HEARD:
                heard = loop.time()
                message = answer_import.storing(row.name, report["percent"], row.message_id)
                await self._post(row, message)
        raise Ended((await process.stderr.read())[-500:].decode(errors="replace"))

    async def _is_refused(
        self, row: WaitingAnswerFile, report: ImportReport, *, is_mapped: bool = False
    ) -> bool:
        """Say what is wrong, where something is; a map that is wrong may be sent again."""
        if why := report.get("why"):
            await self._end(
                row,
                FileState.REFUSED,
                answer_import.refused(why, row.name, report.get("known", ())),
            )
            return True
        if "wrong" not in report:
            return False
        language = await self.database.read(partial(language_rows.chosen, chat_id=row.chat_id))
        of_map = bool(report["of_map"])
        message = answer_import.problems(row.name, wrongs(report, language), of_map=of_map)
        if is_mapped and of_map:
            await self._asked_again(row, message)
        else:
            await self._end(row, FileState.REFUSED, message)
        return True

    async def _asked_again(self, row: WaitingAnswerFile, message: Message) -> None:
        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            if not answer_file_rows.is_still(connection, row):
                return []
            answer_file_rows.asks_again(connection, row.id)
            return self._queued(connection, row, message)

        self.send(await self.database.transaction(work))

    async def _end(self, row: WaitingAnswerFile, state: FileState, *messages: Message) -> None:
        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            if not answer_file_rows.is_still(connection, row):
                return []
            answer_file_rows.settle(connection, row.id, state, self.clock())
            return self._queued(connection, row, *messages)

        self.send(await self.database.transaction(work))

    async def _post(self, row: WaitingAnswerFile, message: Message) -> None:
        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            return self._queued(connection, row, message)

        self.send(await self.database.transaction(work))

    def _queued(
        self, connection: sqlite3.Connection, row: WaitingAnswerFile, *messages: Message
    ) -> list[OutboxMessage]:
        about = row.period_id or periods.at_work(connection, local_day(self.clock(), self.zone))
        made = letters_to(connection, row.chat_id, *messages, period_id=about)
        outbox.put(connection, made, iso(self.clock()))
        return made


def _place(row: WaitingAnswerFile, today: date, connection: sqlite3.Connection) -> FilePlace | None:
    """Return who sent a file and its period; None where the seat is an administrator's no more."""
    sender = roster_uploads.sender(connection, row.seat_id)
    period_id = row.period_id or periods.at_work(connection, today)
    if sender is None or period_id is None:
        return None
    roster = read_roster(connection, paper_rows.period_code(connection, period_id))
    return None if roster is None else FilePlace(sender, roster)


def tried_of(report: ImportReport) -> Tried:
    """Return what the process beside says of a file as the flow shows it."""
    return Tried(
        report["new"],
        report["changed"],
        report["same"],
        report["flagged"],
        report["offices"],
        tuple(RefusedRow(**one) for one in report["refused"]),
        report["unlisted"],
    )


def wrongs(report: ImportReport, language: str) -> list[Wrong]:
    """Return problems of a file or its map in words of the sender's language."""
    return [
        Wrong(
            one["code"],
            *problem(one["code"], one["params"], language, IMPORTS),
            one["line"],
            nearest=one["nearest"],
        )
        for one in report["wrong"]
    ]
