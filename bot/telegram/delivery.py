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
from pathlib import Path

import msgspec
from msgspec import Struct
from telegram import Bot

from bot.clock import Clock, iso, parse
from bot.counters import Counters
from bot.storage.database import Database
from bot.storage.outbox import DeliveryResult, OutboxMessage
from bot.telegram.api_responses import LONGEST_HOLD
from bot.telegram.beside import RetryLane
from bot.telegram.calls import call
from bot.telegram.crowd import Crowd
from bot.telegram.delivery_results import DeliveryResults
from bot.telegram.pacing import ROOM, ROOM_SECONDS, RateLimits, Window, next_slot
from bot.telegram.token import BotToken
from bot.telegram.verdict import Again, Tries, verdict
from bot.telegram.worn import Worn

log = logging.getLogger(__name__)
SENDERS = 32


class Lane(Struct):
    """One chat's letters in order; a reply overtakes bulk."""

    key: int
    replies: deque[OutboxMessage] = msgspec.field(default_factory=deque)
    bulk: deque[OutboxMessage] = msgspec.field(default_factory=deque)
    busy: bool = False
    listed: tuple[int, int] | None = None  # rank and count of its one valid entry in `_ready`
    ready_at: float = 0.0  # nothing goes before: a try failed, or Telegram asked to wait
    tat: float = 0.0  # GCRA: when it is due at an even rate; a burst goes ahead of it

    def head(self) -> OutboxMessage | None:
        return self.replies[0] if self.replies else self.bulk[0] if self.bulk else None


@dataclass(slots=True)
class Delivery:
    """`run` until cancelled; `add` what has been committed; `drain` before stopping.

    `groups` is set when a letter to a group is done: its board may have a next one. `lost` and `marked`: see
    `DeliveryResults`; `files` has the evidence. Letters that strangers caused have a queue of their own,
    below all others.
    """

    bot: Bot
    database: Database
    clock: Clock
    limits: RateLimits | None
    lost: Callable[[sqlite3.Connection, int], list[OutboxMessage]]
    fault: Callable[[str], None] = lambda _: None
    marked: Callable[[], None] = lambda: None
    files: Path | None = None
    _lanes: dict[int, Lane] = field(default_factory=dict)
    _ready: asyncio.PriorityQueue[tuple[int, int, int, int]] = field(
        default_factory=asyncio.PriorityQueue
    )
    _work: asyncio.Queue[Lane] = field(default_factory=asyncio.Queue)
    _free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SENDERS))
    _tries: dict[int, Tries] = field(default_factory=dict)
    groups: asyncio.Event = field(default_factory=asyncio.Event)
    window: Window | None = None
    worn: Worn = field(init=False)
    counters: Counters = field(default_factory=Counters)
    token: BotToken = field(init=False)
    marks: DeliveryResults = field(init=False)
    beside: RetryLane = field(init=False)
    crowd: Crowd = field(init=False)
    _reply: asyncio.Event = field(default_factory=asyncio.Event)
    _bulk_until: float = 0.0
    _bulk_at: float = 0.0
    _replied_at: float = -ROOM_SECONDS
    _count: int = 0
    _under_way: int = 0

    def __post_init__(self) -> None:
        self.window = Window(self.limits.overall) if self.limits else None
        self.worn = Worn(self.bot, self.window, self._ready.empty)
        callbacks = (self.lost, self.add, self._done, self.fault)
        self.marks = DeliveryResults(self.database, self.clock, self.counters, *callbacks)
        self.beside = RetryLane(self._attempt, self._drop)
        self.crowd = Crowd(self._attempt, self._drop, self._is_idle, self.window)
        self.token = BotToken(self.bot)

    def add(self, letters: Iterable[OutboxMessage]) -> None:
        """Take committed letters; called on the event loop."""
        for letter in letters:
            self._under_way += 1  # also what `call_later` holds: whoever drains is told of it
            wait = self._left(letter)
            if letter.stranger:
                self._after(wait, self.crowd.add, letter)
            elif letter.chat_id == 0:  # answers to taps and menus: in no chat's order
                self._after(wait, self.beside.add, letter)
            else:
                self._queue(letter, wait)

    def _queue(self, letter: OutboxMessage, wait: float) -> None:
        self.crowd.is_known(letter.chat_id)
        lane = self._lanes.setdefault(letter.chat_id, Lane(letter.chat_id))
        (lane.bulk if letter.bulk else lane.replies).append(letter)
        if wait > 0:
            until = asyncio.get_running_loop().time() + wait
            lane.ready_at = max(lane.ready_at, until)
            # A 429 to bulk is the bot's, not only the chat's: a restart must not try the next chat.
            if letter.bulk and letter.wait and letter.wait.held:
                self._bulk_until = max(self._bulk_until, until)
        self._list(lane)

    def _left(self, letter: OutboxMessage) -> float:
        """Return the seconds for which a letter of a former run still waits."""
        if letter.wait is None:
            return 0.0
        self._tries[letter.id] = Tries(letter.wait.tries)
        left = (parse(letter.wait.not_before) - self.clock()).total_seconds()
        return min(left, LONGEST_HOLD)

    def _after(
        self, wait: float, add: Callable[[OutboxMessage], None], letter: OutboxMessage
    ) -> None:
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, add, letter)
        else:
            add(letter)

    @property
    def under_way(self) -> int:
        """Letters that were taken and are not marked yet."""
        return self._under_way

    async def run(self) -> None:
        """Send what is added, for ever. Raises InvalidToken where getMe is refused."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pace())
            for part in (self.marks, self.worn, self.beside, self.crowd):
                group.create_task(part.run())
            for _ in range(SENDERS):
                group.create_task(self._sender())

    async def drain(self, seconds: float) -> None:
        """Wait until what can go now has gone and is marked; what cannot stays for the next start."""
        try:
            async with asyncio.timeout(seconds):
                while self._busy_now():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            log.warning("%d letters wait for the next start", self._under_way)

    def _busy_now(self) -> bool:
        # Bulk is not waited for: it may take hours, and stays in the outbox until it is sent.
        now = asyncio.get_running_loop().time()
        soon = any(
            lane.busy or (lane.replies and lane.ready_at <= now) for lane in self._lanes.values()
        )
        return soon or not self.beside.is_empty() or bool(self.marks.noted)

    def _is_idle(self) -> bool:
        """Tell whether nobody known waits for a sender."""
        return self._ready.empty() and self.beside.is_empty()

    def _list(self, lane: Lane) -> None:
        """Queue a lane that can go, now or at its time."""
        letter = lane.head()
        if letter is None or lane.busy:
            return
        loop = asyncio.get_running_loop()
        rank = 1 if letter.bulk else 0
        if lane.listed is not None and lane.listed[0] <= rank:
            return  # it has an entry that is as good already
        # A lane that rises from bulk to a reply is listed anew. A queue cannot give back the old entry:
        # `_next_lane` knows it by its count.
        ready_at = max(lane.ready_at, self._bulk_until if letter.bulk else 0.0)
        # Only looked up: the chat's slot is taken in `_pace`, when the letter really goes.
        wait, _ = next_slot(self.limits, lane.key, lane.tat, loop.time())
        delay = max(wait, ready_at - loop.time())
        self._count += 1
        lane.listed = (rank, self._count)
        # The oldest letter first, not the lane that was listed first: who has two coming waits once.
        item = (rank, letter.id, self._count, lane.key)
        if delay > 0:
            loop.call_later(delay, self._put, item)
        else:
            self._put(item)

    def _put(self, item: tuple[int, int, int, int]) -> None:
        self._ready.put_nowait(item)
        if item[0] == 0:
            self._reply.set()

    async def _pace(self) -> None:
        """Hand lanes to the senders, never more than the overall limit in any second."""
        loop = asyncio.get_running_loop()
        while True:
            # The lane is chosen last, when a sender and a place are there: a reply that came meanwhile
            # goes before the bulk that waited.
            await self._free.acquire()
            while self.window and (wait := self.window.wait(loop.time())) > 0:
                await asyncio.sleep(wait)
            lane = await self._next_lane()
            now = loop.time()
            if self.window:
                self.window.started()
            _, lane.tat = next_slot(self.limits, lane.key, lane.tat, now)
            lane.busy = True  # one letter of a chat on its way at a time: so they arrive in order
            self._work.put_nowait(lane)

    async def _next_lane(self) -> Lane:
        loop = asyncio.get_running_loop()
        while True:
            rank, letter_id, count, key = await self._ready.get()
            lane = self._lanes.get(key)
            if lane is None or lane.busy or lane.listed != (rank, count) or lane.head() is None:
                continue  # it was listed anew with a higher rank meanwhile
            if rank and (early := self._early(loop.time())) > 0:
                # Bulk may not go yet. It goes back, so that a reply can be taken in its stead.
                self._ready.put_nowait((rank, letter_id, count, key))
                await self._reply_within(early)
                continue
            if self.limits:
                self._bulk_at = self.limits.next_bulk(self._bulk_at, loop.time())
            if not rank:
                self._replied_at = loop.time()
            lane.listed = None
            return lane

    def _early(self, now: float) -> float:
        """Return the seconds until bulk may go: when it is due, and leaves room for replies."""
        early = self._bulk_at - now
        if self.window and now - self._replied_at < ROOM_SECONDS:
            return max(early, self.window.wait(now, ROOM))
        return early

    async def _reply_within(self, seconds: float) -> None:
        """Wait for so long, or until a reply can go."""
        # No await lies between the look into `_ready` and this: no reply is missed in between.
        self._reply.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._reply.wait()

    async def _sender(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            lane = await self._work.get()
            letter = lane.head()
            assert letter is not None
            began = loop.time()
            delay = await self._attempt(letter)
            if self.window:
                self.window.ended(began, loop.time())
            if delay is None:
                # Not `lane.head()`: a reply may have come while bulk was on its way.
                (lane.replies if not letter.bulk else lane.bulk).popleft()
            else:
                lane.ready_at = loop.time() + delay
            lane.busy = False
            self._free.release()
            if lane.head() is None:
                self._forget(lane)
            else:
                self._list(lane)

    def _forget(self, lane: Lane) -> None:
        # While its interval runs the lane stays, else its chat would begin with a whole burst again.
        if lane.tat <= asyncio.get_running_loop().time():
            self._lanes.pop(lane.key, None)

    async def _attempt(self, letter: OutboxMessage) -> float | None:
        """Send once. None: it is done, one way or another; else the seconds until the next try."""
        if letter.not_after is not None and iso(self.clock()) > letter.not_after:
            # A reminder is for the hours of its day: what did not go by then does not come at night.
            self._drop(letter, "too late")
            return None
        self.fault("before_send")
        try:
            message_id = await call(self.bot, letter, self.files)
        except Exception as error:  # whatever it is, it is this letter's
            return await self._failed(letter, error)
        self.fault("after_send")
        self.worn.sent(letter, message_id)
        self._settle(letter, DeliveryResult(letter.id, "sent", message_id))
        return None

    async def _failed(self, letter: OutboxMessage, error: Exception) -> float | None:
        tries = self._tries.setdefault(letter.id, Tries())
        outcome = await verdict(error, tries, self.token)
        if isinstance(outcome, Again):
            self._held(letter, outcome, tries)
            log.info(
                "letter %s: %s; again in %s s", letter.id, type(error).__name__, outcome.seconds
            )
            return outcome.seconds
        if outcome.state == "failed":
            log.error("letter %s (%s) refused: %s", letter.id, letter.method, outcome.error)
        self._settle(
            letter,
            DeliveryResult(
                letter.id, outcome.state, error=outcome.error, moved_to=outcome.moved_to
            ),
        )
        return None

    def _held(self, letter: OutboxMessage, again: Again, tries: Tries) -> None:
        """Let the letter wait; after a 429 to bulk, all bulk waits as long as Telegram says."""
        self.marks.wait(letter, again.seconds, tries.count, held=again.held)
        if not again.held:  # the network or the server failed, which is no reason to slow down bulk
            return
        self.counters.throttled(again.seconds)
        if letter.bulk:
            until = asyncio.get_running_loop().time() + again.seconds
            self._bulk_until = max(self._bulk_until, until)

    def _drop(self, letter: OutboxMessage, why: str) -> None:
        self._settle(letter, DeliveryResult(letter.id, "dropped", error=why))

    def _settle(self, letter: OutboxMessage, mark: DeliveryResult) -> None:
        self._tries.pop(letter.id, None)
        self.marks.note(letter, mark)

    def _done(self, letters: list[OutboxMessage]) -> None:
        """Take marked letters off the count, and wake who waits for their end."""
        self._under_way -= len(letters)
        if any(letter.chat_id < 0 for letter in letters):
            self.groups.set()
        if any(letter.campaign_id for letter in letters):
            self.marked()
