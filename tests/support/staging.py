"""What makes the stage of the demo cheap to set up: each state played once a process, and a bot beside the test.

The bot is the same, over HTTP and on its file; only what happens to its process is not what would happen
to one of its own. Tests of that are marked `process`.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.demo import places, scene, stage
from bot.demo.botapi import Sandbox
from bot.demo.child import obedient
from bot.demo.process import READY_SECONDS, Child

WORLD = ("accounts", "chats", "bots", "notices", "next_file", "next_query")
"""What a server takes over from another one."""
KILLED = -9


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


@dataclass
class Kept:
    """States of the demo that were played: the database, its evidence, and what the server knew."""

    folder: Path = field(
        default_factory=lambda: Path(tempfile.mkdtemp(prefix="peduli-ham-states-"))
    )
    worlds: dict[tuple[str, datetime], tuple[Path, bytes]] = field(default_factory=dict)
    play: Any = scene.build

    def __post_init__(self) -> None:
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)

    async def build(self, code: str, path: Path, now: datetime) -> Sandbox:
        """Return what `scene.build` does for this minute, from the second time on without playing."""
        now = now.replace(second=0, microsecond=0)
        known = self.worlds.get((code, now))
        if known is None:
            kept = self.folder / f"{len(self.worlds)}.db"
            world = await self.play(code, kept, now)
            for bot in world.bots.values():
                bot.queue.clock = time.time  # whoever takes it over gives it another one
            known = (kept, pickle.dumps({name: getattr(world, name) for name in WORLD}))
            self.worlds[code, now] = known
        kept, pickled = known
        places.copied(kept, path)
        again = Sandbox(clock=lambda: now)
        for name, value in pickle.loads(pickled).items():
            setattr(again, name, value)
        return again


KEPT = Kept()


@contextlib.contextmanager
def cheap(item: pytest.Item) -> Iterator[None]:
    """Play each state once, and run the bot beside the test, but where that is marked `process`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene, "build", KEPT.build)
        if item.get_closest_marker("process") is None:
            patch.setattr(stage, "Child", Beside)
        yield
