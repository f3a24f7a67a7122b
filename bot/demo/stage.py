"""The stage: one server, the bot's process, one clock, one signal, and what one may do to them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.demo import coming, scene, state_files, titles
from bot.demo.bad_signal import TITLES, Signal
from bot.demo.bot_process import BotProcess
from bot.demo.botapi import Sandbox
from bot.demo.cast import NOTICE, cast, first_day, group, region_of, resume
from bot.demo.coming import ZONE, Coming
from bot.demo.demo_clock import MovedClock
from bot.demo.not_now import NotNow
from bot.demo.process import Child
from bot.demo.rehearsal.rehearsal_model import GOOD, ahead
from bot.demo.tracing import Observer, Trace
from bot.roster import ParsedRoster
from bot.storage import changes_since, outbox_history
from bot.terminal import Sentence, known_as

KEPT = "kept"
"""The state of a database that was played before, and goes on."""
STOPS = 80
STEADY_SECONDS = 30.0
SETTLE_SECONDS = 10.0
AHEAD_MOST = timedelta(days=400)
COMING = {
    "reminder": "The next reminder",
    "digest": "The next weekly summary",
    "deadline": "The deadline",
}


@dataclass
class DemoStage:
    """Everything that the page's panel shows and moves."""

    server: Sandbox
    clock: MovedClock
    path: Path
    group: asyncio.TaskGroup
    state: str = "empty"
    recorded: Callable[[], int] = lambda: 0
    replacing: list[Callable[[], None]] = field(default_factory=list)
    """Called before the database is moved away, as Windows moves no file that is open."""
    replaced: list[Callable[[], None]] = field(default_factory=list)
    """Called after another state was set up."""
    acted: Callable[[str, str], None] = lambda act, value: None  # noqa: ARG005
    """Told what is done at somebody's wish (clock, signal, bot), in the words of rehearsals."""
    started_ahead: timedelta = timedelta()
    roster: ParsedRoster | None = None
    """One's own, which is a state beside those of the example."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _next: tuple[object, list[Coming]] | None = None

    def __post_init__(self) -> None:
        def tell_pages() -> None:
            self.server.tell({"kind": "trace"})

        self.trace = Trace(lambda: self.clock().timestamp(), tell_pages)
        self.watch = Observer(self.server, self.trace)
        self.bot = BotProcess(
            self.server, self.clock, self.path, self.group, self.trace, self.watch, self.changed
        )
        self.server.watch = self.bot.crash
        self.signal = Signal(self.server)

    @property
    def scenes(self) -> dict[str, scene.Scene]:
        return scene.scenes(own=self.roster is not None)

    def changed(self) -> None:
        """Tell the pages that the panel shows something else now."""
        self.server.tell({"kind": "stage"})

    # What it looks like

    async def view(self) -> dict[str, Any]:
        """Return all that GET /sim/stage says."""
        now = self.clock()
        return {
            "time": now.timestamp(),
            "moved_seconds": round((self.clock.ahead - self.started_ahead).total_seconds()),
            "zone": ZONE.key,
            "bot": self.bot.status,
            "state": self.state,
            "states": [
                {"code": one.code, "title": one.title, "hint": one.hint}
                for one in self.scenes.values()
            ],
            "next": [
                {
                    "code": one.code,
                    "title": known_as(COMING[one.code], "id"),
                    "at": one.at.timestamp(),
                }
                for one in await self.coming()
            ],
            "signal": self.signal.view(),
            "recording": self.recorded(),
            "crash": self.bot.crash.is_armed,
            "notice": NOTICE,
        }

    async def coming(self) -> list[Coming]:
        """Return the next reminder, digest and deadline; computed anew only after something has changed."""
        look = self.watch.database
        if look is None:
            return []
        now = self.clock()
        key = (self.path, changes_since.version(look), now.astimezone(ZONE).date())
        if self._next is None or self._next[0] != key or any(o.at <= now for o in self._next[1]):
            self._next = (key, await coming.coming(self.path, now))
        return self._next[1]

    # The bot's process

    async def restart(self) -> None:
        """Start the bot at somebody's wish. Raises NotNow where it runs."""
        if self.bot.status == "stopped":
            self.acted("bot", "start")
        await self.bot.start()

    def kill(self) -> None:
        """Kill the bot at somebody's wish. Raises NotNow where there is nothing to kill."""
        self.bot.kill()
        self.acted("bot", "kill")

    def arm(self) -> None:
        """Let the bot crash in mid-sentence at the next update. Raises NotNow where it does not run."""
        self.bot.arm()
        self.acted("bot", "crash")

    # The clock

    async def move(self, code: str | None = None, forward: float | None = None) -> None:
        """Move time on: to what comes (by its code), or by seconds. Raises LookupError and NotNow."""
        async with self.lock:
            await self._steady()
            target = await self._target(code, forward)
            self.acted("clock", code or ahead(round((target - self.clock()).total_seconds())))
            before = self.clock()
            if self.bot.status == "running":
                await self._walk(target)
            self.clock.forward(target)
            self.server.advance(0)  # what grew too old is forgotten
            await self.bot.move()
            await self._settled()
            line = f"Jam dimajukan ke {titles.moment(self.clock(), ZONE)}"
            self.trace.add("clock", line, [f"maju {titles.span(self.clock() - before)}"])
            self.changed()

    async def _target(self, code: str | None, forward: float | None) -> datetime:
        now = self.clock()
        if forward is not None:
            if not 0 < forward <= AHEAD_MOST.total_seconds():
                raise NotNow("The clock can only go ahead, 400 days at a time at most.")
            return now + timedelta(seconds=forward)
        times = {one.code: one.at for one in await self.coming()}
        if code not in COMING:
            raise LookupError(f"{code}: {', '.join(COMING)}")
        if code not in times:
            raise NotNow("{what}: there is none any more.", what=Sentence(COMING[code]))
        return max(now, times[code])

    async def _walk(self, target: datetime) -> None:
        """Stop wherever something could be due on the way, as a bot that runs on would have."""
        for _ in range(STOPS):
            stop = await asyncio.to_thread(coming.next_stop, self.path, self.clock())
            if stop >= target or self.bot.child is None:
                return
            self.clock.forward(stop)
            await self.bot.move()
            await self._settled()

    async def _steady(self) -> None:
        """Wait until a crash is over and the bot is back, lest the leap be an outage to it."""
        end = asyncio.get_running_loop().time() + STEADY_SECONDS
        while self.bot.is_between and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)

    async def _settled(self) -> None:
        """Wait until what became due has gone out, or cannot."""
        end = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while self.bot.status == "running" and asyncio.get_running_loop().time() < end:
            look = self.watch.database
            if look is None or outbox_history.is_settled(look):
                return
            await asyncio.sleep(0.02)

    # Signal and states

    def set_signal(self, wanted: dict[str, bool]) -> None:
        """Switch any of drop, delay and double. Raises LookupError."""
        before = self.signal.view()
        for name, on in wanted.items():
            if self.signal.set(name, on):
                word = "nyala" if on else "mati"
                self.trace.add("fault", f"Gangguan sinyal {TITLES[name]}: {word}")
        if self.signal.view() != before:
            on_now = [name for name, on in self.signal.view().items() if on]
            self.acted("signal", " ".join(on_now) or GOOD)
        self.changed()

    async def set_state(self, code: str, at: datetime | None = None) -> None:
        """Make a new database with its people and chats, and start the bot on it. Raises LookupError.

        `at`: the time it is then, which may be before now: nothing of before is left.
        """
        if code not in self.scenes:
            raise LookupError(f"{code}: {', '.join(self.scenes)}")
        async with self.lock:
            await self._set_state(code, at)

    async def begin(self, code: str) -> None:
        """Set up the first state: this one, or whatever a database that is already there has come to."""
        content = state_files.look(self.path)
        if content is state_files.FileContent.NOTHING:
            await self.set_state(code)
            return
        if content is not state_files.FileContent.PLAYED:
            raise NotNow(
                "{path} is not the demo's; the demo only plays in a copy of it.", path=self.path
            )
        world = Sandbox(clock=self.clock)
        cast(world, *resume(self.path, self.clock))
        group(world, region_of(self.path))
        await self._shown(KEPT, world, "Permainan yang lalu dilanjutkan", None)

    async def _set_state(self, code: str, at: datetime | None) -> None:
        child = Child(self.group)
        await child.spawn()  # its imports take as long as the scene
        try:
            new = state_files.beside(self.path, "new")
            if code == scene.OWN and self.roster is not None:
                period = self.roster.period
                at = at or first_day(period.opens, period.deadline, self.clock())
                world = scene.build_own(new, at or self.clock(), self.roster)
            else:
                world = await scene.build(code, new, at or self.clock())
            await self.bot.stop()
            self.bot.expect()
            if at is not None:
                self.clock.set(at)
                self.started_ahead = self.clock.ahead
            self.watch.close()
            for let_go in self.replacing:
                let_go()
            state_files.replace(self.path, new)
        except BaseException:
            self.bot.expect_no_more()
            await child.end()
            raise
        await self._shown(code, world, f"Keadaan: {self.scenes[code].title}", child)

    async def _shown(self, code: str, world: Sandbox, title: str, child: Child | None) -> None:
        self.server.adopt(world)
        self.state, self._next = code, None
        self.watch.look_at(self.path)
        self.trace.add("process", title, [NOTICE])
        for tell in self.replaced:
            tell()
        self.bot.expect_no_more()
        await self.bot.start(child)

    async def close(self) -> None:
        """End the bot in order; nothing comes back."""
        await self.bot.stop()
        self.watch.close()


@contextlib.asynccontextmanager
async def opened(server: Sandbox, path: Path, clock: MovedClock) -> AsyncIterator[DemoStage]:
    """Open a stage beside a server that is about to start; at the end no process is left."""
    failed: Exception | None = None
    async with asyncio.TaskGroup() as tasks:
        stage = DemoStage(server, clock, path, tasks, started_ahead=clock.ahead)
        try:
            yield stage
        except Exception as error:  # the caller's own: not to be wrapped in a group
            failed = error
        finally:
            await stage.close()
    if failed is not None:
        raise failed
