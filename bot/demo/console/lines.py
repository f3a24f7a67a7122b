"""Lines from the terminal, a pipe or a file, beside everything else that the event loop does.

No thread reads where the loop can wait for a file, so nothing hangs at the end; on Windows, whose
loop cannot, one that dies with the process does. The terminal itself lets people correct a line before Enter.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import threading
from collections.abc import AsyncIterator

CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|[\x00-\x08\x0b-\x1f\x7f]")
"""What keys without a letter send; no part of a message."""
PIECE = 65_536


class Lines:
    """`take` gives the next line, cleaned; None at the end of the input."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = b""

    async def take(self) -> str | None:
        """Wait for a line."""
        line = await self._queue.get()
        if line is None:
            self._queue.put_nowait(None)  # the end stays the end
        return line

    def feed(self, data: bytes) -> bool:
        """Take bytes as they come; no bytes: the end. Whether more may come."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            whole, self._rest = [self._rest], b""
        for line in whole:
            self._queue.put_nowait(CONTROL.sub("", line.decode(errors="replace")).strip())
        if not data:
            self._queue.put_nowait(None)
        return bool(data)


@contextlib.asynccontextmanager
async def lines_of(descriptor: int) -> AsyncIterator[Lines]:
    """Yield the lines of an open file, as long as the block runs."""
    lines, loop = Lines(), asyncio.get_running_loop()

    def ready() -> None:
        data = b""
        with contextlib.suppress(OSError):  # a terminal that is gone: its end
            data = os.read(descriptor, PIECE)
        if not lines.feed(data):
            loop.remove_reader(descriptor)

    try:
        loop.add_reader(descriptor, ready)
    except OSError:  # a plain file, which is always ready
        while lines.feed(os.read(descriptor, PIECE)):
            pass
    except NotImplementedError:  # Windows
        threading.Thread(target=_read, args=(descriptor, lines, loop), daemon=True).start()
    try:
        yield lines
    finally:
        with contextlib.suppress(NotImplementedError):
            loop.remove_reader(descriptor)


def _read(descriptor: int, lines: Lines, loop: asyncio.AbstractEventLoop) -> None:
    """Feed what comes, from a thread; a loop that is closed by then wants no more."""
    data = b"more"
    with contextlib.suppress(RuntimeError):
        while data:
            try:
                data = os.read(descriptor, PIECE)
            except OSError:
                data = b""
            loop.call_soon_threadsafe(lines.feed, data)
