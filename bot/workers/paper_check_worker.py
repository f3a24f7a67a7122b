"""Papers that somebody wants compared with the record: fetched where they are files, looked at, and answered.

What waits is a row, so a restart loses none. A sheet that comes back signed is handed to its contact's walk.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct
from telegram.error import InvalidToken, TelegramError

from bot.clock import iso, parse
from bot.dispatch import Dispatcher
from bot.media.types import NotTaken
from bot.papers import office, paper_access, paper_verification, verdicts
from bot.papers.paper_verification import FileLook, PaperVerdict
from bot.storage import outbox, paper_check_rows, paper_rows, people, periods, waits
from bot.storage.outbox import OutboxMessage
from bot.storage.paper_check_rows import Check
from bot.storage.roster import read_roster
from bot.storage.setup import open_existing
from bot.storage.step_context import Speaker
from bot.storage.stranger_rows import PAUSE
from bot.telegram.updates import Incoming
from bot.trouble import is_of_machine
from bot.workers.download import Fetching
from bot.workers.worker import at_work, letters_to
from flows.contact import paper_checks as walk
from flows.model.events import SignedSheet, Upload
from flows.model.facts import Seat
from flows.model.outcome import Say
from flows.model.roles import Role
from scoring.replacing import replace

log = logging.getLogger(__name__)
SHOWN = 8
"""Figures that have changed which a message names; the others are counted."""
FITS = 200
"""Characters of a figure or a line in a message."""


def concerns(batch: Sequence[Incoming]) -> bool:
    """Tell whether a batch may have brought a paper to be compared."""
    return any(
        isinstance(update.event, Upload) or (update.event and walk.code_of(update.event))
        for update in batch
    )


class Reply(Struct, frozen=True):
    """What is said of a paper; `sheet`: it came back signed, so that its contact's walk says it."""

    message: Say | None
    sheet: SignedSheet | None = None
    is_stranger: bool = False


@dataclass(slots=True)
class PaperChecks(Fetching[Check]):
    """Papers by their code or their file; `kept` is the folder of what the bot has made.

    `proofs` is set where a signed sheet has become evidence, which is to be fetched.
    """

    dispatcher: Dispatcher = field(kw_only=True)
    path: Path = field(kw_only=True)
    kept: Path = field(kw_only=True)
    zone: tzinfo = field(kw_only=True)
    proofs: asyncio.Event = field(kw_only=True)
    kind: str = field(init=False, default=waits.PAPER)

    def waiting(self, connection: sqlite3.Connection, resting: Sequence[int]) -> Sequence[Check]:
        return paper_check_rows.waiting(connection, resting)

    async def fetch(self, check: Check) -> None:
        if check.is_quiet and not await self.database.read(paper_rows.has_any):
            # A process for every photo of an office would take the core from who waits for a reply.
            await self._settle(check, Reply(None))
            await self.done(check)
            return
        try:
            content = b""
            if check.upload is not None:
                content = await self.content(check, check.upload.file_id)
            reply = await asyncio.to_thread(self._compare, check, content)
        except NotTaken as error:
            reply = Reply(self._unread(check, str(error)))
        except TelegramError as error:
            try:
                await self.failed(check, error)
                return
            except NotTaken as gone:
                reply = Reply(self._unread(check, str(gone)))
        except Exception as error:
            if isinstance(error, InvalidToken) or is_of_machine(error):
                raise
            log.exception("the paper of check %s cannot be compared", check.id)
            reply = Reply(self._unread(check, "unreadable"))
        await self._settle(check, reply)
        await self.done(check)

    def _unread(self, check: Check, why: str) -> Say | None:
        return None if check.is_quiet else walk.unread(check.what, why)

    def _compare(self, check: Check, content: bytes) -> Reply:
        """Compare one paper in a snapshot of its own, so that nobody waits for it."""
        with closing(open_existing(self.path)) as connection:
            roster = read_roster(connection)
            seats = people.who(connection, roster, check.chat_id).seats
            look = self._look(content, seats) if check.upload else None
            connection.execute("BEGIN")
            if look is None:
                verdict = paper_verification.check(
                    connection, check.code or "", self.clock(), self.zone
                )
            else:
                verdict = self._verdict(connection, look)
            row = verdict.row
            if check.is_quiet and row is None:
                return Reply(None)
            own = row and any(seat.unit and seat.unit.id == row.unit_id for seat in seats)
            if check.upload and check.is_quiet and own and is_signed_sheet(verdict):
                return Reply(None, signed_sheet(check.upload, verdict))
            levels = periods.levels(connection, row.period_id) if row else ()
            sees = row and roster and paper_access.may_see(roster, seats, row, levels)
            takes_roster = any(seat.role == Role.ADMIN for seat in seats)
            message = self._message(
                connection, check, verdict, sees=bool(sees), takes_roster=takes_roster
            )
            return Reply(message, is_stranger=not seats)

    def recognised(self, upload: Upload, unit_id: int, content: bytes) -> SignedSheet | None:
        """Return evidence as the signed sheet of its office, None where it is no paper of ours.

        Any other paper says only what the office itself has said, and proves nothing. Raises NotTaken.
        """
        look = paper_verification.look_at(content)
        with closing(open_existing(self.path)) as connection:
            connection.execute("BEGIN")
            verdict = self._verdict(connection, look)
        if verdict.row is None:
            return None
        if verdict.row.unit_id != unit_id or not is_signed_sheet(verdict):
            raise NotTaken("paper")
        return signed_sheet(upload, verdict)

    def _verdict(self, connection: sqlite3.Connection, look: FileLook) -> PaperVerdict:
        return paper_verification.check_file(connection, look, self.clock(), self.zone, self.kept)

    def _look(self, content: bytes, seats: Sequence[Seat]) -> FileLook:
        """Look at a file; that of somebody without a seat is compared as a whole, and not opened."""
        if seats:
            return paper_verification.look_at(content)
        return FileLook(paper_verification.sha256_of(content))

    def _message(
        self,
        connection: sqlite3.Connection,
        check: Check,
        verdict: PaperVerdict,
        *,
        sees: bool,
        takes_roster: bool = False,
    ) -> Say:
        """Return the verdict; its figures only for whoever may see them.

        `takes_roster`: what is no paper was perhaps meant as a roster.
        """
        row = verdict.row
        changes = list(verdicts.shown(verdict, FITS)) if sees else []
        view: dict[str, Any] = {
            "finding": str(verdict.finding),
            "what": check.what,
            "code": verdict.code,
            "by_file": check.upload is not None,
            "picture": verdict.is_picture,
            "compared": verdict.is_compared,
            "sees": sees,
            "takes_roster": takes_roster,
            "kind": row.kind if row and sees else None,
            "scope": paper_rows.scope_name(connection, row) if row and sees else "",
            "made_at": parse(row.made_at).astimezone(self.zone) if row and sees else None,
            "period": paper_rows.period_code(connection, row.period_id) if row and sees else "",
            "count": verdict.count if sees else 0,
            "changed": len(changes),
            "changes": changes[:SHOWN],
        }
        return Say("papers/checked" if sees else "papers/checked_briefly", view)

    async def _settle(self, check: Check, reply: Reply) -> None:
        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            paper_check_rows.settle(connection, check)
            about = at_work(self.dispatcher.roster, connection)
            messages = [reply.message] if reply.message else []
            sent = letters_to(connection, check.chat_id, *messages, period_id=about)
            if reply.is_stranger:
                until = iso(self.clock() + PAUSE)
                sent = [replace(letter, stranger=True, not_after=until) for letter in sent]
            outbox.put(connection, sent, iso(self.clock()))
            return sent

        # First: after a crash in between it is looked at again, and nothing is lost.
        if reply.sheet is not None:
            speaker = Speaker(check.chat_id, check.chat_id, "", "id")
            self.send(await self.dispatcher.tell([(speaker, reply.sheet)]))
            self.proofs.set()
        self.send(await self.database.transaction(work))


def is_signed_sheet(verdict: PaperVerdict) -> bool:
    """Tell whether a file is the sheet of an office with a signature on it.

    On paper, it came back as a picture. Signed electronically, it has all that was on it, and more.
    """
    if verdict.row is None or verdict.row.kind != office.SHEET:
        return False
    added = all(not change.before for change in verdict.changes)
    return verdict.is_picture or (verdict.is_compared and added)


def signed_sheet(upload: Upload, verdict: PaperVerdict) -> SignedSheet:
    """Return what the walk of its contact needs to know of a signed sheet."""
    row = verdict.row
    assert row is not None, "a sheet is one that was made"
    assert row.unit_id is not None, "a sheet is of an office"
    figures: dict[str, str] = orjson.loads(row.figures)
    receipts = {
        int(name.split(":")[1]): receipt
        for name, receipt in figures.items()
        if name.startswith("indicator:") and name.endswith(":receipt") and receipt
    }
    return SignedSheet(upload, row.unit_id, row.code, receipts)
