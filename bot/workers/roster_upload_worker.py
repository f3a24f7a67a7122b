"""Rosters sent in chat: fetched, read beside the event loop, shown as a preview, applied when confirmed.

What is due follows from the row, so a restart loses nothing; each step is one transaction with what is said.
What a roster does is worked out before it, by a connection of its own: people tap meanwhile.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path

from msgspec import Struct

from bot.clock import iso, local_day
from bot.dispatch import Dispatcher
from bot.imports.recognised import holds_answers
from bot.roster import (
    Item,
    Link,
    ParsedRoster,
    RosterError,
    SetupAuthor,
    SetupError,
    SetupResult,
    read_roster,
)
from bot.roster.applying import OvertakenError, prepared
from bot.roster.applying import SetupPlan as Prepared
from bot.roster.opening import Cell
from bot.roster.period_setup import Wanted
from bot.roster.seats import link_root
from bot.roster.sources import WORKBOOK
from bot.storage import (
    answer_file_rows,
    language_rows,
    outbox,
    record,
    roster_uploads,
    setup,
    waits,
)
from bot.storage.database import connect
from bot.storage.outbox import OutboxMessage
from bot.storage.roster_uploads import UploadSender, WaitingRoster
from bot.telegram.updates import Incoming
from bot.workers.sent_files import SentFiles
from bot.workers.worker import at_work, letters_to
from flows.model.buttons import Verb, read
from flows.model.events import Tap, Upload
from flows.model.outcome import Message
from flows.model.roster_draft import (
    RosterFile,
    RosterPiece,
    RosterPlan,
    RosterState,
    SeatLink,
    Wrong,
)
from flows.staff import roster_upload
from messages import INDONESIAN, problem
from scoring.errors import InstrumentProblem

log = logging.getLogger(__name__)
PREVIEW_LIFE = timedelta(hours=24)
Messages = Sequence[Message]


def concerns(batch: Sequence[Incoming]) -> bool:
    """Tell whether a batch may have brought a roster, or the word to apply one."""
    taps = (read(update.event.data) for update in batch if isinstance(update.event, Tap))
    return any(isinstance(update.event, Upload) for update in batch) or any(
        tap is not None and tap.verb == Verb.ROSTER_APPLY for tap in taps
    )


class Thought(Struct, frozen=True):
    """What a file of this sender would do; `base` hashes what its preview rests on, `digest` the file."""

    sender: UploadSender
    plan: Prepared
    base: str
    digest: str

    def holds(self, connection: sqlite3.Connection, sender: UploadSender) -> bool:
        """Tell whether it is true still."""
        return sender == self.sender and self.plan.basis.holds(connection, self.plan.heard)


@dataclass(slots=True)
class RosterUploads(SentFiles[WaitingRoster]):
    """Files of administrators, one step of each at a time."""

    dispatcher: Dispatcher = field(kw_only=True)
    path: Path = field(kw_only=True)
    zone: tzinfo = field(kw_only=True)
    fault: Callable[[str], None] = field(kw_only=True, default=lambda _: None)
    trial: bool = field(kw_only=True, default=False)
    handed_on: Callable[[], None] = field(kw_only=True, default=lambda: None)
    kind: str = field(init=False, default=waits.ROSTER)

    def waiting(
        self, connection: sqlite3.Connection, resting: Sequence[int]
    ) -> Sequence[WaitingRoster]:
        return roster_uploads.waiting(connection, resting)

    async def refuse(self, row: WaitingRoster, why: str) -> None:
        await self._say(row, RosterState.REFUSED, (roster_upload.refused(why, row.name),))

    async def work(self, row: WaitingRoster, content: bytes) -> None:
        is_new = row.state == RosterState.WAITING
        if is_new and await asyncio.to_thread(holds_answers, content, row.name):
            await self._hand_on(row, content)
            return
        in_use = await self.database.read(setup.in_use)
        today = local_day(self.clock(), self.zone)
        try:
            roster = await asyncio.to_thread(read_roster, content, row.name, in_use, today)
        except RosterError as error:
            language = await self.database.read(partial(language_rows.chosen, chat_id=row.chat_id))
            faults = roster_upload.problems(row.name, wrongs(error, language))
            await self._say(row, RosterState.REFUSED, faults)
            return
        await self._go_on(row, content, roster.as_trial() if self.trial else roster)

    async def _hand_on(self, upload: WaitingRoster, content: bytes) -> None:
        """Give what holds answers to whoever imports them: it is fetched only once."""
        today = local_day(self.clock(), self.zone)

        def work(connection: sqlite3.Connection) -> None:
            if roster_uploads.is_still(connection, upload):
                answer_file_rows.take_over(connection, upload.id, content, self.clock(), today)
                state, now = RosterState.DROPPED, iso(self.clock())
                roster_uploads.settle(connection, upload.id, state, now)

        await self.database.transaction(work)
        self.handed_on()

    async def _go_on(self, upload: WaitingRoster, content: bytes, roster: ParsedRoster) -> None:
        """Show or apply what is worked out beside the database's thread; at last, in the transaction."""
        for is_aside in (True, True, True, False):
            thought = (
                await asyncio.to_thread(self._thought, upload, content, roster)
                if is_aside
                else None
            )
            work = partial(
                self._work, upload=upload, content=content, roster=roster, thought=thought
            )
            try:
                self.send(await self.database.transaction(work))
                return
            except OvertakenError:
                log.info("what %s would do has changed meanwhile: worked out anew", upload.id)

    def _thought(
        self, upload: WaitingRoster, content: bytes, roster: ParsedRoster
    ) -> Thought | None:
        """Return what a file would do, by a connection of its own; None where it will be refused."""
        with closing(connect(self.path)) as connection:
            sender = roster_uploads.sender(connection, upload.seat_id)
            if sender is None or sender.province != roster.province:
                return None
            try:
                return self._think(connection, upload, content, roster, sender)
            except SetupError:
                return None

    def _think(
        self,
        connection: sqlite3.Connection,
        upload: WaitingRoster,
        content: bytes,
        roster: ParsedRoster,
        sender: UploadSender,
    ) -> Thought:
        digest = hashlib.sha256(content).hexdigest()
        author = SetupAuthor(sender.name, sender.person_id, upload.seat_id, upload.name, digest)
        base = link_root(self.dispatcher.bot_link.rpartition("/")[2])
        now = self.clock().astimezone(self.zone)
        plan = prepared(connection, Wanted(roster, now, base, author=author))
        return Thought(sender, plan, roster_uploads.base(connection, planned(plan.result)), digest)

    def _work(
        self,
        connection: sqlite3.Connection,
        *,
        upload: WaitingRoster,
        content: bytes,
        roster: ParsedRoster,
        thought: Thought | None,
    ) -> list[OutboxMessage]:
        if not roster_uploads.is_still(connection, upload):
            return []
        sender = roster_uploads.sender(connection, upload.seat_id)
        if sender is None:
            return self._settled(
                connection, upload, RosterState.REFUSED, (roster_upload.seat_gone(upload.name),)
            )
        connection.execute("SAVEPOINT roster")
        try:
            if roster.province != sender.province:
                raise SetupError("other_province", found=roster.province, wanted=sender.province)
            ready = thought or self._think(connection, upload, content, roster, sender)
            if not ready.holds(connection, sender):
                raise OvertakenError
            sent = self._step(connection, upload, content, roster, ready)
        except SetupError as error:
            connection.execute("ROLLBACK TO roster")
            blocked = roster_upload.blocked(upload.name, error.code, dict(error.params))
            sent = self._settled(connection, upload, RosterState.REFUSED, (blocked,))
        connection.execute("RELEASE roster")
        return sent

    def _step(
        self,
        connection: sqlite3.Connection,
        upload: WaitingRoster,
        content: bytes,
        roster: ParsedRoster,
        ready: Thought,
    ) -> list[OutboxMessage]:
        """Send the preview; or apply the roster, where it is confirmed and the preview still true."""
        if upload.state == RosterState.CONFIRMED and ready.base == upload.base:
            return self._apply(connection, upload, roster, ready.plan)
        plan = plan_of(ready.plan.result, roster, language_rows.chosen(connection, upload.chat_id))
        file = RosterFile(upload.id, upload.name, RosterState.SHOWN, upload.previews + 1)
        until = self.clock() + PREVIEW_LIFE
        again = upload.state == RosterState.CONFIRMED
        messages = roster_upload.preview(
            upload.seat_id, file, plan, until.astimezone(self.zone), again=again
        )
        if not plan.is_effective:
            return self._settled(connection, upload, RosterState.DROPPED, messages)
        roster_uploads.show(connection, upload, content, ready.digest, ready.base, iso(until))
        return self._queued(connection, upload, messages)

    def _apply(
        self,
        connection: sqlite3.Connection,
        upload: WaitingRoster,
        roster: ParsedRoster,
        prepared_plan: Prepared,
    ) -> list[OutboxMessage]:
        result = prepared_plan.write(connection)
        self.dispatcher.roster.forget()
        self.fault("roster_applied")
        links = [seat_link(link, self.zone) for link in result.links]
        receipt = record.next_receipt(connection) - 1
        plan = plan_of(result, roster, language_rows.chosen(connection, upload.chat_id))
        messages = roster_upload.applied(upload.name, plan, links, receipt)
        return self._settled(connection, upload, RosterState.APPLIED, messages)

    async def _say(self, upload: WaitingRoster, state: RosterState, messages: Messages) -> None:
        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            still = roster_uploads.is_still(connection, upload)
            return self._settled(connection, upload, state, messages) if still else []

        self.send(await self.database.transaction(work))

    def _settled(
        self,
        connection: sqlite3.Connection,
        upload: WaitingRoster,
        state: RosterState,
        messages: Messages,
    ) -> list[OutboxMessage]:
        roster_uploads.settle(connection, upload.id, state, iso(self.clock()))
        return self._queued(connection, upload, messages)

    def _queued(
        self, connection: sqlite3.Connection, upload: WaitingRoster, messages: Messages
    ) -> list[OutboxMessage]:
        about = at_work(self.dispatcher.roster, connection)
        made = letters_to(connection, upload.chat_id, *messages, period_id=about)
        outbox.put(connection, made, iso(self.clock()))
        return made


def wrong(fault: InstrumentProblem, language: str = INDONESIAN) -> Wrong:
    """Return a problem of the reader in words of the sender's language, with its place."""
    what, fix = problem(fault.code, fault.params, language)
    if isinstance(fault.line, Cell):
        return Wrong(
            fault.code, what, fix, None, fault.line.sheet, fault.line.address, fault.nearest
        )
    line = None if fault.file.lower().endswith(WORKBOOK) else fault.line  # of the file as a whole
    return Wrong(fault.code, what, fix, line, nearest=fault.nearest)


def wrongs(error: RosterError, language: str = INDONESIAN) -> list[Wrong]:
    """Return what keeps a file from being used; warnings are shown with the preview, once there is one."""
    return [wrong(one, language) for one in error.problems if not one.is_warning]


def plan_of(result: SetupResult, roster: ParsedRoster, language: str = INDONESIAN) -> RosterPlan:
    """Return what a setup does, or did, as the flow shows it."""
    return RosterPlan(
        roster.period.code,
        _pieces(result.created),
        _pieces(result.changed),
        _pieces(result.left),
        dict(result.same),
        len(result.links),
        tuple(wrong(warning, language) for warning in roster.warnings),
        _pieces(result.proposed),
    )


def planned(result: SetupResult) -> list[str]:
    """Return all that a preview announces, line by line, without the tokens: those are new each time."""
    piles = (result.created, result.changed, result.proposed, result.left)
    items = [str(item) for pile in piles for item in pile]
    return items + [
        repr((link.region, link.office, link.role, link.label)) for link in result.links
    ]


def seat_link(link: Link, zone: tzinfo) -> SeatLink:
    expires: datetime = link.expires.astimezone(zone)
    return SeatLink(link.region, link.office, link.role, link.label, link.url, expires)


def _pieces(items: Sequence[Item]) -> tuple[RosterPiece, ...]:
    return tuple(
        RosterPiece(item.what, item.name, tuple((fact.code, fact.params) for fact in item.facts))
        for item in items
    )
