"""The bot of the demo as a process: started, killed, crashed in mid-sentence, started again.

What is told of it goes into the trace; `changed` is called whenever the panel would show something else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.demo import titles
from bot.demo.botapi import Sandbox
from bot.demo.cast import TOKEN
from bot.demo.crash import Crash
from bot.demo.demo_clock import MovedClock
from bot.demo.not_now import NotNow
from bot.demo.process import Child
from bot.demo.tracing import Observer, Trace

BACK_SECONDS = 3.0


@dataclass
class BotProcess:
    """One process at a time, on one database; `status` is stopped, starting or running.

    `limits`: how fast it may send, `telegram` or `off`.
    """

    server: Sandbox
    clock: MovedClock
    path: Path
    group: asyncio.TaskGroup
    trace: Trace
    watch: Observer
    changed: Callable[[], None]
    limits: str = "telegram"
    status: str = "stopped"
    child: Child | None = None
    _back: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.crash = Crash(self.watch, self._crashed)

    @property
    def files(self) -> Path:
        return self.path.with_name(f"{self.path.name}-files")

    @property
    def is_dead(self) -> bool:
        """It does not run, and will not by itself."""
        coming_back = self._back is not None and not self._back.done()
        return self.status == "stopped" and not coming_back

    @property
    def is_between(self) -> bool:
        """It is about to die, or to come back."""
        return self.crash.is_striking or not (self.status == "running" or self.is_dead)

    async def start(self, child: Child | None = None) -> None:
        """Start it, and wait until it serves. Raises NotNow where it runs."""
        if self.status != "stopped":
            raise NotNow("The bot is running already.")
        self.expect()
        if child is None:
            child = Child(self.group)
            await child.spawn()
        self.child = child
        self.group.create_task(self._ended(child))
        began = asyncio.get_running_loop().time()
        try:
            serving = await child.serve(
                token=TOKEN,
                url=self.server.url,
                database=str(self.path),
                files=str(self.files),
                limits=self.limits,
                ahead=self.clock.ahead.total_seconds(),
            )
        except TimeoutError:
            child.kill()  # which is then told as an end of its own
            return
        if serving and self.child is child:
            self.status = "running"
            took = titles.seconds(asyncio.get_running_loop().time() - began)
            self.trace.add("process", "Bot berjalan", [f"proses {child.pid}", f"siap dalam {took}"])
        self.changed()

    def expect(self) -> None:
        """Show that it is about to start."""
        self.status = "starting"
        self.changed()

    def expect_no_more(self) -> None:
        """Show again what is the case: it runs, or it does not."""
        self.status = "running" if self.child else "stopped"

    def kill(self) -> None:
        """Kill it with SIGKILL, as a power cut would. Raises NotNow where there is nothing to kill."""
        if self.child is None:
            raise NotNow("The bot is not running.")
        child = self._struck()
        self.trace.add("process", "Bot dimatikan paksa (SIGKILL)", [f"proses {child.pid}"])
        self.changed()

    def arm(self) -> None:
        """Let it crash in mid-sentence at the next update. Raises NotNow where it does not run."""
        if self.status != "running":
            raise NotNow("The bot is not running.")
        self.crash.arm()
        self.trace.add("process", "Bot akan mati di tengah kalimat pada update berikutnya")
        self.changed()

    async def move(self) -> None:
        """Tell it what time it is."""
        if self.child is not None:
            await self.child.at(self.clock.ahead.total_seconds())

    async def stop(self) -> None:
        """End it in order, where it runs; nothing comes back."""
        self.crash.disarm()
        if self._back is not None:
            self._back.cancel()
        if self.child is not None:
            child, self.child = self.child, None
            self.status = "stopped"
            await child.end()

    def _struck(self) -> Child:
        assert self.child is not None
        child, self.child = self.child, None
        child.kill()
        self.status = "stopped"
        return child

    def _crashed(self, details: list[str]) -> None:
        """Kill it, as the moment has come, and start it again soon."""
        if self.child is None:
            return
        child = self._struck()
        self.trace.add("process", "Bot mati di tengah kalimat (SIGKILL)", details)
        self.changed()

        async def again() -> None:
            await child.gone()
            await asyncio.sleep(BACK_SECONDS)
            with contextlib.suppress(NotNow):
                await self.start()

        self._back = self.group.create_task(again())

    async def _ended(self, child: Child) -> None:
        """Notice a process that is gone without having been asked to go."""
        code = await child.gone()
        if self.child is child:
            self.child, self.status = None, "stopped"
            self.trace.add("process", f"Bot berhenti sendiri (kode {code}). Bisa dijalankan lagi.")
            self.changed()
