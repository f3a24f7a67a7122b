"""Lines from the terminal, a pipe or a file, beside everything else that the event loop does.

A thread reads, as the loop can wait neither for a plain file nor, on Windows, for a terminal. The terminal
itself lets people correct a line before Enter.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import threading

CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|[\x00-\x08\x0b-\x1f\x7f]")
"""What keys without a letter send; no part of a message."""
PIECE = 65_536


class LineInput:
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

    def feed(self, data: bytes) -> None:
        """Take bytes as they come; no bytes: the end."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            whole, self._rest = [self._rest], b""
        for line in whole:
            self._queue.put_nowait(CONTROL.sub("", line.decode(errors="replace")).strip())
        if not data:
            self._queue.put_nowait(None)


def lines_of(descriptor: int) -> LineInput:
    """Return the lines of an open file as they come, read by a thread that dies with the process."""
    lines, loop = LineInput(), asyncio.get_running_loop()
    threading.Thread(target=_read, args=(descriptor, lines, loop), daemon=True).start()
    return lines


def _read(descriptor: int, lines: LineInput, loop: asyncio.AbstractEventLoop) -> None:
    """Feed what comes; a loop that is closed by then wants no more."""
    data = b"more"
    with contextlib.suppress(RuntimeError):
        while data:
            try:
                data = os.read(descriptor, PIECE)
            except OSError:  # a terminal that is gone: its end
                data = b""
            loop.call_soon_threadsafe(lines.feed, data)
