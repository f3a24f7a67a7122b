"""`peduli-ham run` as a real child process that can be killed at any instant."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import PATIENCE, ROOT

TOKEN = "123456:CAMPAIGN"
SECRET = "rahasia-kampanye"
CLI = (sys.executable, "-c", "from bot.cli import main; main()")
"""The console script `peduli-ham`, without relying on where it is installed."""
COMMAND = (*CLI, "run")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def environment(url: str, database: Path, hook_port: int | None) -> dict[str, str]:
    """The settings of the child, and nothing else that could tell it something."""
    given = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": url,
        "RATE_LIMITS": "off",
        "DATABASE": str(database),
    }
    if hook_port is not None:
        given |= {
            "WEBHOOK_URL": f"http://127.0.0.1:{hook_port}/hook",
            "WEBHOOK_LISTEN": f"127.0.0.1:{hook_port}",
            "WEBHOOK_SECRET": SECRET,
        }
    return given


@dataclass
class BotProcess:
    """One life of the bot: `start`, then `kill` or `stop`."""

    settings: dict[str, str]
    folder: Path
    command: tuple[str, ...] = COMMAND
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ready_after: float | None = None
    is_doomed: bool = False
    said: deque[str] = field(default_factory=lambda: deque(maxlen=200))
    _process: asyncio.subprocess.Process | None = None
    _reader: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Spawn the process; `ready` is set once it says so."""
        self._process = await asyncio.create_subprocess_exec(
            *self.command, env=self.settings, cwd=self.folder, stderr=asyncio.subprocess.PIPE
        )
        self._reader = asyncio.ensure_future(self._read(asyncio.get_running_loop().time()))

    async def _read(self, started: float) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            text = line.decode(errors="replace").rstrip()
            self.said.append(text)
            if text.endswith(": ready"):
                self.ready_after = asyncio.get_running_loop().time() - started
                self.ready.set()

    @property
    def ended(self) -> bool:
        """Dead, or with the signal on its way: the killer may be stopped before it has seen the end."""
        dead = self._process is not None and self._process.returncode is not None
        return dead or self.is_doomed

    async def gone(self) -> int:
        """Wait until the process is no more and all it said is read; returns the exit code."""
        if self._process is None:
            return 0
        code = await self._process.wait()
        if self._reader is not None:
            await self._reader
        return code

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def errors(self) -> list[str]:
        """Lines that an operator would look at."""
        return [one for one in self.said if " ERROR " in one or "Traceback" in one]

    async def kill(self) -> bool:
        """SIGKILL; True where that is what ended the process."""
        return await self._end(signal.SIGKILL) == -signal.SIGKILL

    async def stop(self) -> int:
        """SIGTERM, and SIGKILL should it not end for long; returns the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self.is_doomed = True
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        try:
            code = await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self._process.kill()
            code = await self._process.wait()
        if self._reader is not None:
            await self._reader
        return code
