"""The bot's process as the demo holds it: started, told the time, ended in order or by SIGKILL."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bot.config import Config

ROOT = Path(__file__).parent.parent.parent
READY_SECONDS = 40.0
END_SECONDS = 8.0


@dataclass(slots=True)
class Child:
    """One process of the bot, watched by a task of `group`."""

    group: asyncio.TaskGroup
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _process: Process | None = None
    _watching: asyncio.Task[int] | None = None
    _number: int = 0
    _ticked: dict[int, asyncio.Event] = field(default_factory=dict)

    async def spawn(self) -> None:
        """Start the process, which then waits to be told where to serve: its imports take a while."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.demo.child",
            stdin=PIPE, stdout=PIPE, env=_environment(), start_new_session=True,
        )  # fmt: skip
        self._watching = self.group.create_task(self._watch(self._process))

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def serve(self, **where: Any) -> bool:
        """Tell it where and when to serve, and wait until it does; False: it is gone. Raises TimeoutError."""
        self._send(where)
        await asyncio.wait_for(self.ready.wait(), READY_SECONDS)
        return self.is_alive

    async def at(self, ahead: float, timeout: float = 10.0) -> bool:
        """Move its clock; whether it has looked at what is due by then."""
        self._number += 1
        done = self._ticked[self._number] = asyncio.Event()
        self._send({"ahead": ahead, "number": self._number})
        try:
            await asyncio.wait_for(done.wait(), timeout)
        except TimeoutError:
            return False
        return self.is_alive

    def kill(self) -> None:
        """Kill the process with SIGKILL, now."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def end(self) -> None:
        """Ask it to end, by closing its input; where it does not, SIGKILL."""
        if self._process is None or self._watching is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(asyncio.shield(self._watching), END_SECONDS)
        except TimeoutError:
            self.kill()
            await self._watching

    async def gone(self) -> int:
        """Wait until it is gone; its exit code, or minus the signal's number."""
        return await asyncio.shield(self._watching) if self._watching else 0

    def _send(self, order: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._process.stdin.write(orjson.dumps(order) + b"\n")

    async def _watch(self, process: Process) -> int:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            report = orjson.loads(line)
            if "ready" in report:
                self.ready.set()
            elif (done := self._ticked.pop(report["ticked"], None)) is not None:
                done.set()
        code = await process.wait()
        for waiting in (self.ready, *self._ticked.values()):
            waiting.set()
        return code


def _environment() -> dict[str, str]:
    """Return our environment and path, without a real bot's settings, which the demo's must not see."""
    settings = {name.upper() for name in Config.__struct_fields__}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in settings}
    path = [str(ROOT), kept.get("PYTHONPATH", "")]
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, path))}
