"""Pushes updates to webhooks: in order per key, parallel across keys, again after a failure."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from bot.demo.botapi.execution import answered
from bot.demo.botapi.state import BotState
from bot.demo.botapi.update_queue import Pending
from bot.demo.botapi.world import World

ANSWER_SECONDS = 60
MOST_WAIT = 3600.0
GONE_AFTER = 23 * 3600.0
NOT_BY_ANSWER = ("setwebhook", "deletewebhook", "close", "logout")


@dataclass
class Push:
    """One bot's webhook. Telegram pauses 1 s and doubles to 60–120 s; `pauses` is quicker, as tests are."""

    world: World
    bot: BotState
    session: aiohttp.ClientSession
    group: asyncio.TaskGroup
    pauses: tuple[float, float] = (0.2, 5.0)
    lanes: dict[str, deque[Pending]] = field(default_factory=dict)
    gone_since: float | None = None
    stopped: bool = False

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.bot.webhook["max_connections"])
        for update in list(self.bot.queue.everything()):
            self.add(update)

    def add(self, update: Pending) -> None:
        lane = self.lanes.setdefault(update.key, deque())
        lane.append(update)
        if len(lane) == 1:
            self.group.create_task(self._drain(update.key, lane))

    async def _drain(self, key: str, lane: deque[Pending]) -> None:
        pause = self.pauses[0]
        while lane and not self.stopped:
            update = lane[0]
            self.bot.queue.expire()
            if not self.bot.queue.holds(update):
                lane.popleft()
                continue
            if late := self.world.faults.draw("", {}, ("late",)):
                await asyncio.sleep(late.seconds)
            async with self._free:
                after = await self._post(update)
            if after is None:
                self.bot.queue.taken(update)
                lane.popleft()
                pause = self.pauses[0]
                continue
            await asyncio.sleep(min(after, MOST_WAIT) or pause)
            pause = min(pause * 2, self.pauses[1])
        if not self.stopped:
            del self.lanes[key]

    async def _post(self, update: Pending) -> float | None:
        """Deliver an update. None: taken. Else the seconds to wait (0: the next pause)."""
        headers = {"Content-Type": "application/json"}  # PTB compares this text exactly
        if self.bot.webhook["secret_token"]:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.bot.webhook["secret_token"]
        self.bot.queue.delivered += 1
        try:
            async with self.session.post(
                self.bot.webhook["url"], data=orjson.dumps(update.body), headers=headers
            ) as response:
                answer = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return 0.0
        if 200 <= response.status < 300:
            self.gone_since = None
            await self._call_in(answer)
            return None
        self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
        self._gone(response.status)
        after = response.headers.get("Retry-After", "")
        return float(after) if after.isdecimal() else 0.0

    def _failed(self, text: str) -> None:
        self.bot.webhook_error = (int(self.world.now()), text)

    def _gone(self, status: int) -> None:
        """End the webhook after 23 hours of 410."""
        if status != 410:
            self.gone_since = None
            return
        self.gone_since = self.gone_since or self.world.now()
        if self.world.now() > self.gone_since + GONE_AFTER:
            self.stopped = True
            self.bot.webhook = {}

    async def _call_in(self, answer: bytes) -> None:
        """Carry out the call that the body of a 200 may hold; nobody is told its result."""
        with contextlib.suppress(orjson.JSONDecodeError):
            call: Any = orjson.loads(answer) if answer else None
            if isinstance(call, dict) and isinstance(call.get("method"), str):
                name = call.pop("method").lower()
                if not name.startswith("get") and name not in NOT_BY_ANSWER:
                    await answered(self.world, self.bot, name, call)


class Pusher:
    """All webhooks of a server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pauses = (0.2, 5.0)
        self._running: dict[str, Push] = {}
        self._session: aiohttp.ClientSession | None = None
        self._group: asyncio.TaskGroup | None = None

    def changed(self, bot: BotState) -> None:
        """Take note that the bot's webhook was set, changed or deleted."""
        if old := self._running.pop(bot.token, None):
            old.stopped = True
        bot.queue.added = None
        if bot.webhook:
            assert self._session is not None
            assert self._group is not None
            push = Push(self.world, bot, self._session, self._group, self.pauses)
            self._running[bot.token] = push
            bot.queue.added = push.add

    async def _run(self, ready: asyncio.Event) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        connector = aiohttp.TCPConnector(limit=0)
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as self._session,
            asyncio.TaskGroup() as self._group,
        ):
            ready.set()
            await asyncio.Event().wait()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Push until the block ends; an error in a delivery is raised there."""
        ready = asyncio.Event()
        run = asyncio.ensure_future(self._run(ready))
        await ready.wait()
        try:
            yield
        finally:
            run.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await run
