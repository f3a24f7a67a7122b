"""What makes the stage of the demo cheap to set up: each state played once a run, and a bot beside the test.

The bot is the same, over HTTP and on its file; only what happens to its process is not what would happen
to one of its own. Tests of that are marked `process`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.demo import scene, stage, state_files
from bot.demo.botapi import Sandbox
from bot.demo.child import obedient
from bot.demo.process import READY_SECONDS, Child

try:
    import fcntl
except ImportError:  # as on Windows, where one worker plays
    fcntl = None  # type: ignore[assignment]

WORLD = ("accounts", "chats", "bots", "notices", "next_file", "next_query")
"""What a server takes over from another one."""
KILLED = -9
PLAY = scene.build
"""The playing itself, whatever stands in its place during a test."""


@dataclass(slots=True)
class Beside(Child):
    """The bot as a task of the test; a kill cancels it."""

    orders: asyncio.Queue[dict[str, Any] | None] = field(default_factory=asyncio.Queue)
    is_killed: bool = False

    async def spawn(self) -> None:
        """Load nothing: the test has it all."""

    @property
    def pid(self) -> int | None:
        return os.getpid()

    @property
    def is_alive(self) -> bool:
        return self._watching is not None and not self._watching.done()

    async def serve(self, **where: Any) -> bool:
        self._watching = self.group.create_task(self._serving(where))
        await asyncio.wait_for(self.ready.wait(), READY_SECONDS)
        return self.is_alive

    def kill(self) -> None:
        if self._watching is not None:
            self.is_killed = True
            self._watching.cancel()

    async def end(self) -> None:
        if self._watching is not None:
            self.orders.put_nowait(None)
            await asyncio.shield(self._watching)

    def _send(self, order: dict[str, Any]) -> None:
        self.orders.put_nowait(order)

    async def _serving(self, where: dict[str, Any]) -> int:
        try:
            await obedient(where, self.orders, self._heard)
        except asyncio.CancelledError:
            if not self.is_killed:
                raise
        finally:
            for waiting in (self.ready, *self._ticked.values()):
                waiting.set()
        return KILLED if self.is_killed else 0

    def _heard(self, ready: bool = False, ticked: int = 0) -> None:
        if ready:
            self.ready.set()
        elif (done := self._ticked.pop(ticked, None)) is not None:
            done.set()


def _play_once(lock: Path) -> int:
    """Wait until no other worker of the run plays this state; return what holds the lock until it is closed."""
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR)
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


@dataclass
class Kept:
    """States of the demo that were played: the database, its evidence, and what the server knew.

    They lie in the folder of the run, where its workers share them.
    """

    folder: Path

    async def build(self, code: str, path: Path, now: datetime) -> Sandbox:
        """Return what `scene.build` does for this minute, from the second time on without playing."""
        now = now.replace(second=0, microsecond=0)
        kept = self.folder / f"{code}-{now:%Y%m%d%H%M%z}.db"
        world = kept.with_suffix(".world")
        if not world.exists():
            turn = await asyncio.to_thread(_play_once, kept.with_suffix(".lock"))
            try:
                if not world.exists():
                    await self._play(code, kept, now, world)
            finally:
                os.close(turn)
        state_files.copied(kept, path)
        again = Sandbox(clock=lambda: now)
        for name, value in pickle.loads(world.read_bytes()).items():
            setattr(again, name, value)
        return again

    async def _play(self, code: str, kept: Path, now: datetime, world: Path) -> None:
        played = await PLAY(code, kept, now)
        for bot in played.bots.values():
            bot.queue.clock = time.time  # whoever takes it over gives it another one
        written = world.with_suffix(".part")
        written.write_bytes(pickle.dumps({name: getattr(played, name) for name in WORLD}))
        written.rename(world)


def kept_states(factory: pytest.TempPathFactory) -> Kept:
    """Return the states of this run."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    (folder / "states").mkdir(exist_ok=True)
    return Kept(folder / "states")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of the run that the first of its workers fills; the others wait for it."""
    folder = kept_states(factory).folder / name
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, _play_once(folder.with_suffix(".lock")))
        if not folder.exists():
            part = folder.with_suffix(".part")
            part.mkdir(exist_ok=True)  # a worker may have failed half way
            make(part)
            part.rename(folder)
    return folder


@contextlib.contextmanager
def cheap(item: pytest.Item) -> Iterator[None]:
    """Play each state once, and run the bot beside the test, but where that is marked `process`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene, "build", kept_states(item.config._tmp_path_factory).build)  # type: ignore[attr-defined]
        if item.get_closest_marker("process") is None:
            patch.setattr(stage, "Child", Beside)
        yield
