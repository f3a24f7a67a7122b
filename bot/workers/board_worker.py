"""The tick of boards (papan): sends, pins and edits them, one letter of a board on its way at a time.

What a board is about to do follows from its row and the fate of its last letter, so a restart loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import sqlite3
from collections.abc import Callable
from datetime import timedelta, tzinfo
from functools import partial
from typing import Any, assert_never

import orjson
from msgspec import Struct, field

from bot.clock import Clock, iso, parse
from bot.storage import board_rows, outbox, record
from bot.storage.board_rows import BoardRow, SentBoard
from bot.storage.database import Database
from bot.storage.load_facts import board_of
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import Roster, RosterCache
from bot.telegram.rendering import letters
from flows.group import board_steps, cards
from flows.group.board_steps import BoardState, BoardStep, Fate, Pin
from flows.model.facts import Setting
from flows.model.outcome import Say
from flows.policy.timing import zone_of
from scoring.replacing import replace

log = logging.getLogger(__name__)
TICK_SECONDS = 20.0
PAUSE = timedelta(seconds=30)
"""A board is edited at most this often."""


class Boards(Struct):
    """`tick` does what is due; `run` ticks for ever, and at once when `wake` is set."""

    database: Database
    clock: Clock
    zone: tzinfo
    send: Callable[[list[OutboxMessage]], None]
    fault: Callable[[str], None] = lambda _: None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    roster: RosterCache = field(default_factory=RosterCache)
    _drawn: dict[int, Roster] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roster.live_by(self.clock, self.zone)

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), TICK_SECONDS)
            self.wake.clear()
            try:
                await self.tick()
            except sqlite3.OperationalError as error:
                log.error("boards wait, the database says: %s", error)

    async def tick(self) -> int:
        """Do what is due, each board in a transaction of its own; returns how many letters were queued."""
        count = 0
        for board_id in await self.database.transaction(self._due):
            sent = await self.database.transaction(partial(self._advance, board_id))
            self.send(sent)
            count += len(sent)
        return count

    def _due(self, connection: sqlite3.Connection) -> list[int]:
        """Return the boards to look at; mark the others as having seen all there is."""
        roster = self.roster.get(connection)
        rows = board_rows.alive(connection) if roster else []
        if roster is None or not rows:
            return []
        last = record.next_receipt(connection) - 1
        # One query for all boards, from the entry that the most backward of them has seen.
        regions = {
            roster.units[unit].region_id
            for _, unit in board_rows.news(
                connection, roster.period.id, min(row.seen for row in rows)
            )
        }
        due, calm = [], []
        for row in rows:
            touched = any(region.id in regions for region in row.regions(roster))
            rests = row.sent is None and row.state is BoardState.ON and row.pin is not Pin.WANTED
            # A changed roster is another object; after a restart every board is looked at once.
            same = row.day == self._day(row, roster) and self._drawn.get(row.id) is roster
            if touched or not rests or not same:
                due.append(row.id)
            elif row.seen < last:
                calm.append(row.id)
        if calm:
            board_rows.seen(connection, calm, last)
        return due

    def _day(self, row: BoardRow, roster: Roster) -> str:
        """Return the local day, with which the days left change."""
        zone = zone_of(row.regions(roster)[0])
        return self.clock().astimezone(zone).date().isoformat()

    def _advance(self, board_id: int, connection: sqlite3.Connection) -> list[OutboxMessage]:
        roster = self.roster.get(connection)
        # Read anew: since `_due`, in another transaction, the board may have been switched off.
        row = next((one for one in board_rows.alive(connection) if one.id == board_id), None)
        if roster is None or row is None or (row.sent and row.sent.state == "queued"):
            return []
        notices: list[OutboxMessage] = []
        if row.sent is not None:
            before, row = row, self._settled(connection, row, row.sent)
            if row and row.pin is Pin.REFUSED is not before.pin:
                notices = letters(
                    Say("group/cannot_pin", thread=row.thread_id), row.chat_id,
                    trial=roster.period.trial,
                )  # fmt: skip
        letter = self._next(connection, row, roster) if row else None
        sent = [
            outbox.with_serialized_payload(one) for one in (*notices, *([letter] if letter else []))
        ]
        outbox.put(connection, sent, iso(self.clock()))
        if row and letter:
            board_rows.update(connection, row.id, letter_id=letter.id)
        self.fault("board_written")
        return sent

    # What became of the last letter

    def _settled(
        self, connection: sqlite3.Connection, row: BoardRow, sent: SentBoard
    ) -> BoardRow | None:
        """Update the board by the fate of its last letter; None where the board is over."""
        moved = sent.chat_id != row.chat_id
        fate = board_steps.fate(sent.method, sent.state, sent.error, moved=moved)
        values: dict[str, Any] = {"letter_id": None, **board_steps.AFTER[fate]}
        if fate is Fate.SHUT_OUT:
            log.warning("the board of group %s is switched off: %s", row.chat_id, sent.error)
            values["off_at"] = iso(self.clock())
        elif fate is Fate.SENT:
            values["message_id"] = sent.message_id
        board_rows.update(connection, row.id, **values)
        return next((one for one in board_rows.alive(connection) if one.id == row.id), None)

    # What is next

    def _next(
        self, connection: sqlite3.Connection, row: BoardRow, roster: Roster
    ) -> OutboxMessage | None:
        is_there = {"message_id": row.message_id}
        step = board_steps.next_step(row.state, row.pin, is_there=row.message_id is not None)
        if row.state is BoardState.UNPIN:
            row = replace(row, state=BoardState.END)
            board_rows.update(connection, row.id, state=row.state)
        match step:
            case BoardStep.UNPIN:
                return OutboxMessage(0, row.chat_id, "unpinChatMessage", is_there)
            case BoardStep.PIN:
                payload = {**is_there, "disable_notification": True}
                return OutboxMessage(0, row.chat_id, "pinChatMessage", payload)
            case BoardStep.OVER:
                board_rows.update(connection, row.id, state=BoardState.OFF)
                return None
            case BoardStep.DRAW:
                return self._drawing(connection, row, roster)
            case _:
                assert_never(step)

    def _drawing(
        self, connection: sqlite3.Connection, row: BoardRow, roster: Roster
    ) -> OutboxMessage | None:
        """Draw the board; None where nothing but the time differs from what was shown, or too soon."""
        now = self.clock()
        # A group takes twenty calls a minute, and people talk there: one edit shows what many entries did.
        if row.edited_at is not None and now < parse(row.edited_at) + PAUSE:
            return None
        row = self._of_period(connection, row, roster)
        regions = row.regions(roster)
        board = replace(board_of(connection, roster, self.zone, regions), regions=regions)
        ended = row.state is BoardState.END
        period = roster.period_of(row.province or roster.provinces[row.region_id or 0])
        message = cards.papan(Setting(now, period), board, ended=ended)
        shown = _digest(message)
        last = record.next_receipt(connection) - 1
        changed = {"seen": last, "day": self._day(row, roster), "shown": shown}
        if ended:
            changed["state"] = BoardState.OFF
        self._drawn[row.id] = roster
        # Telegram refuses an edit that changes nothing; what was seen is noted all the same.
        if row.message_id is not None and shown == row.shown:
            board_rows.update(connection, row.id, **changed)
            return None
        board_rows.update(connection, row.id, **changed, edited_at=iso(now))
        return self._letter(row, message, trial=period.trial)

    def _of_period(self, connection: sqlite3.Connection, row: BoardRow, roster: Roster) -> BoardRow:
        """Begin a new message where the bot works with another period by now: the old one stays as it is."""
        period_id = roster.period.id
        if row.period_id == period_id:
            return row
        begun: dict[str, Any] = {"period_id": period_id}
        if row.period_id is not None:
            begun |= {"message_id": None, "pin": Pin.WANTED, "shown": None}
        board_rows.update(connection, row.id, **begun)
        return replace(row, **begun)

    def _letter(self, row: BoardRow, message: Say, *, trial: bool) -> OutboxMessage:
        letter = letters(message, row.chat_id, trial=trial)[0]
        if row.message_id is not None:
            letter.method = "editMessageText"
            return OutboxMessage(
                0, row.chat_id, "editMessageText", {"message_id": row.message_id, **letter.payload}
            )
        if row.thread_id is not None:
            letter.payload["message_thread_id"] = row.thread_id
        return letter


def _digest(message: Say) -> str:
    """Return a hash of what a board shows, whenever it was drawn."""
    view = {name: value for name, value in message.view.items() if name != cards.MOMENT}
    if view["closed_at"] is not None:  # from then on only another result would be news
        results = [
            (region["region"], region["value"], region["claimed"]) for region in view["regions"]
        ]
        view = {"closed_at": view["closed_at"], "results": results, "ended": view["ended"]}
    buttons = [[button.data for button in keys] for keys in message.keyboard]
    seen = orjson.dumps([message.name, view, buttons], default=str)
    return hashlib.sha256(seen).hexdigest()
