"""From the outbox to Telegram: in order per chat, parallel across chats, replies before bulk, within limits.

At least once: a crash between a send and its mark repeats the messages in flight, nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.calls import call
from bot.clock import Clock, iso
from bot.pacing import Limits, Window, next_slot
from bot.pulse import Pulse
from bot.storage import boards, campaigns, due, outbox
from bot.storage.database import Database
from bot.storage.outbox import Letter, Mark
from bot.worn import Worn

log = logging.getLogger(__name__)
SENDERS = 32
TAP_ANSWERS = 16
MENU = "setMyCommands"
BACKOFF = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
LOST = {"unreachable": "unreachable", "dropped": "out_of_hours"}
"""Why a reminder that was on its way is withheld after all, by the mark of its letter."""
HARMLESS = ("message is not modified", "query is too old", "query id is invalid")


@dataclass(slots=True)
class Lane:
    """One chat's letters in order; a reply overtakes bulk."""

    key: int
    replies: deque[Letter] = field(default_factory=deque)
    bulk: deque[Letter] = field(default_factory=deque)
    busy: bool = False
    listed: tuple[int, int] | None = None
    ready_at: float = 0.0
    tat: float = 0.0

    def head(self) -> Letter | None:
        return self.replies[0] if self.replies else self.bulk[0] if self.bulk else None


@dataclass(slots=True)
class Delivery:
    """`run` until cancelled; `add` what has been committed; `drain` before stopping.

    `groups` is set when a letter to a group is done: its board may have a next one. `lost` notes in the
    transaction of the marks that a chat cannot be reached any more, and returns what is told of it;
    `marked` is called when letters of a campaign are done.
    """

    bot: Bot
    database: Database
    clock: Clock
    limits: Limits | None
    lost: Callable[[sqlite3.Connection, int], list[Letter]]
    fault: Callable[[str], None] = lambda _: None
    marked: Callable[[], None] = lambda: None
    _lanes: dict[int, Lane] = field(default_factory=dict)
    _ready: asyncio.PriorityQueue[tuple[int, int, int]] = field(
        default_factory=asyncio.PriorityQueue
    )
    _work: asyncio.Queue[Lane] = field(default_factory=asyncio.Queue)
    _taps: asyncio.Queue[Letter] = field(default_factory=asyncio.Queue)
    _free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SENDERS))
    _marks: list[tuple[Mark, Letter]] = field(default_factory=list)
    _marked: asyncio.Event = field(default_factory=asyncio.Event)
    groups: asyncio.Event = field(default_factory=asyncio.Event)
    window: Window | None = None
    worn: Worn = field(init=False)
    pulse: Pulse = field(default_factory=Pulse)
    _reply: asyncio.Event = field(default_factory=asyncio.Event)
    _bulk_until: float = 0.0
    _bulk_at: float = 0.0
    _count: int = 0
    _under_way: int = 0

    def __post_init__(self) -> None:
        self.window = Window(self.limits.overall) if self.limits else None
        self.worn = Worn(self.bot, self.window, self._ready.empty)

    def add(self, found: Iterable[Letter]) -> None:
        """Take committed letters; called on the event loop."""
        for letter in found:
            self._under_way += 1
            if letter.chat_id == 0:
                self._taps.put_nowait(letter)
                continue
            lane = self._lanes.setdefault(letter.chat_id, Lane(letter.chat_id))
            (lane.bulk if letter.bulk else lane.replies).append(letter)
            self._list(lane)

    @property
    def under_way(self) -> int:
        """Letters that were taken and are not marked yet."""
        return self._under_way

    async def run(self) -> None:
        """Send what is added, for ever. Raises InvalidToken where the token is refused."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pace())
            group.create_task(self._marker())
            group.create_task(self.worn.run())
            for _ in range(SENDERS):
                group.create_task(self._sender())
            for _ in range(TAP_ANSWERS):
                group.create_task(self._tap_sender())

    async def drain(self, seconds: float) -> None:
        """Wait until what can go now has gone and is marked; what cannot stays for the next start."""
        try:
            async with asyncio.timeout(seconds):
                while self._busy_now():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            log.warning("%d letters wait for the next start", self._under_way)

    def _busy_now(self) -> bool:
        now = asyncio.get_running_loop().time()
        soon = any(
            lane.busy or (lane.replies and lane.ready_at <= now) for lane in self._lanes.values()
        )
        return soon or not self._taps.empty() or bool(self._marks)

    def _list(self, lane: Lane) -> None:
        """Queue a lane that can go, now or at its time."""
        letter = lane.head()
        if letter is None or lane.busy:
            return
        loop = asyncio.get_running_loop()
        rank = 1 if letter.bulk else 0
        if lane.listed is not None and lane.listed[0] <= rank:
            return
        ready_at = max(lane.ready_at, self._bulk_until if letter.bulk else 0.0)
        wait, _ = next_slot(self.limits, lane.key, lane.tat, loop.time())
        delay = max(wait, ready_at - loop.time())
        self._count += 1
        lane.listed = (rank, self._count)
        item = (rank, self._count, lane.key)
        if delay > 0:
            loop.call_later(delay, self._put, item)
        else:
            self._put(item)

    def _put(self, item: tuple[int, int, int]) -> None:
        self._ready.put_nowait(item)
        if item[0] == 0:
            self._reply.set()

    async def _pace(self) -> None:
        """Hand lanes to the senders, never more than the overall limit in any second."""
        loop = asyncio.get_running_loop()
        while True:
            await self._free.acquire()
            while self.window and (wait := self.window.wait(loop.time())) > 0:
                await asyncio.sleep(wait)
            lane = await self._next_lane()
            now = loop.time()
            if self.window:
                self.window.started()
            _, lane.tat = next_slot(self.limits, lane.key, lane.tat, now)
            lane.busy = True
            self._work.put_nowait(lane)

    async def _next_lane(self) -> Lane:
        loop = asyncio.get_running_loop()
        while True:
            rank, count, key = await self._ready.get()
            lane = self._lanes.get(key)
            if lane is None or lane.busy or lane.listed != (rank, count) or lane.head() is None:
                continue  # it was listed anew with a higher rank meanwhile
            if rank and (early := self._bulk_at - loop.time()) > 0:
                self._ready.put_nowait((rank, count, key))
                await self._reply_within(early)
                continue
            if self.limits:
                self._bulk_at = self.limits.next_bulk(self._bulk_at, loop.time())
            lane.listed = None
            return lane

    async def _reply_within(self, seconds: float) -> None:
        """Wait for so long, or until a reply can go."""
        self._reply.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._reply.wait()

    async def _sender(self) -> None:
        while True:
            lane = await self._work.get()
            letter = lane.head()
            assert letter is not None
            began = asyncio.get_running_loop().time()
            delay = await self._attempt(letter)
            if self.window:
                self.window.ended(began, asyncio.get_running_loop().time())
            if delay is None:
                (lane.replies if not letter.bulk else lane.bulk).popleft()
            else:
                lane.ready_at = asyncio.get_running_loop().time() + delay
            lane.busy = False
            self._free.release()
            if lane.head() is None:
                self._forget(lane)
            else:
                self._list(lane)

    def _forget(self, lane: Lane) -> None:
        if lane.tat <= asyncio.get_running_loop().time():
            self._lanes.pop(lane.key, None)

    async def _tap_sender(self) -> None:
        """Answers to taps and menus: no chat's order, no message limit. A spinner ends by itself, so its
        answer is not repeated; a menu is.
        """
        loop = asyncio.get_running_loop()
        while True:
            letter = await self._taps.get()
            delay = await self._attempt(letter)
            if delay is not None and letter.method == MENU:
                loop.call_later(delay, self._taps.put_nowait, letter)
            elif delay is not None:
                self._note(letter, Mark(letter.id, "dropped", error="not repeated"))

    async def _attempt(self, letter: Letter) -> float | None:
        """Send once. None: it is done, one way or another; else the seconds until the next try."""
        if letter.not_after is not None and iso(self.clock()) > letter.not_after:
            self._note(letter, Mark(letter.id, "dropped", error="too late"))
            return None
        self.fault("before_send")
        try:
            message_id = await call(self.bot, letter)
        except RetryAfter as error:
            return self._held(letter, _seconds(error))
        except Forbidden as error:
            self._note(letter, Mark(letter.id, "unreachable", error=error.message))
            return None
        except BadRequest as error:
            self._refused(letter, error)
            return None
        except ChatMigrated as error:  # the ids of messages do not move with the group
            moved = error.new_chat_id
            self._note(letter, Mark(letter.id, "failed", error=error.message, moved_to=moved))
            return None
        except InvalidToken:
            raise
        except TelegramError as error:
            letter.attempts += 1
            delay = BACKOFF[min(letter.attempts, len(BACKOFF)) - 1]
            log.info("letter %s: %s; again in %s s", letter.id, type(error).__name__, delay)
            return delay
        except (ValueError, TypeError, KeyError) as error:  # ours: sending it again changes nothing
            log.exception("letter %s (%s) cannot be sent", letter.id, letter.method)
            self._note(letter, Mark(letter.id, "failed", error=repr(error)))
            return None
        self.fault("after_send")
        self.worn.sent(letter, message_id)
        self._note(letter, Mark(letter.id, "sent", message_id))
        return None

    def _held(self, letter: Letter, seconds: float) -> float:
        """429: this chat waits as long as Telegram says, and so does all bulk."""
        self.pulse.hold(seconds)
        now = asyncio.get_running_loop().time()
        self._bulk_until = max(self._bulk_until, now + seconds) if letter.bulk else self._bulk_until
        return seconds

    def _refused(self, letter: Letter, error: BadRequest) -> None:
        said = error.message.casefold()
        if any(text in said for text in HARMLESS):
            self._note(letter, Mark(letter.id, "sent"))
            return
        gone = "chat not found" in said
        log.error("letter %s (%s) refused: %s", letter.id, letter.method, error.message)
        state = "unreachable" if gone else "failed"
        self._note(letter, Mark(letter.id, state, error=error.message))

    def _note(self, letter: Letter, mark: Mark) -> None:
        self.pulse.sends[mark.state] += 1
        self._marks.append((mark, letter))
        self._marked.set()

    async def _marker(self) -> None:
        while True:
            await self._marked.wait()
            self._marked.clear()
            noted = list(self._marks)
            try:
                extra = await self.database.transaction(partial(self._write, noted))
            except sqlite3.OperationalError as error:
                log.error("marks wait, the database says: %s", error)
                await asyncio.sleep(1.0)
                self._marked.set()
                continue
            self.fault("marks_written")
            del self._marks[: len(noted)]
            self._under_way -= len(noted)
            self.add(extra)
            if any(letter.chat_id < 0 for _, letter in noted):
                self.groups.set()
            if any(letter.campaign_id for _, letter in noted):
                self.marked()

    def _write(
        self, noted: list[tuple[Mark, Letter]], connection: sqlite3.Connection
    ) -> list[Letter]:
        now = iso(self.clock())
        outbox.mark(connection, [mark for mark, _ in noted], now)
        for mark, letter in noted:
            if mark.moved_to is not None:
                boards.move(connection, letter.chat_id, mark.moved_to)
        gone = {letter.chat_id for mark, letter in noted if mark.state == "unreachable"}
        told = [letter for chat_id in sorted(gone) for letter in self.lost(connection, chat_id)]
        lost = {
            letter.reminder_id: LOST.get(mark.state, "failed")
            for mark, letter in noted
            if letter.reminder_id is not None and mark.state != "sent"
        }
        if lost:
            due.undelivered(connection, lost)
        campaigns.settle(connection, [mark for mark, letter in noted if letter.campaign_id])
        outbox.put(connection, told, now)
        return told


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after if isinstance(after, int) else after.total_seconds()) + 0.1
