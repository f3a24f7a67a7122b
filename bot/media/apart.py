"""Runs one of our files in a process of its own, bound in memory and time: for readers of what strangers
send, so that no file can hang or swell the bot. Bytes go in, bytes come out.

Called by path it is the other side: it binds itself, then becomes the file that it is told.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

try:
    import resource
except ImportError:  # Windows: the time limit of the caller holds
    resource = None  # type: ignore[assignment]

MEMORY = 2**30
SECONDS = 30
COMPUTING = 2 * SECONDS
"""Seconds of computing after which a process ends by itself, should the caller be gone."""
POLITE = 10
KILLED = (-6, -9, -24)
"""How a process ends that asked for too much memory or time: aborted, killed, out of time."""


PATIENCE = 20
"""How many times as long a process may take that only runs while nobody else wants the processor."""


class Outgrown(Exception):
    """It took too long, or too much memory."""


class Failed(Exception):
    """It ended without an answer."""


def run(script: Path, content: bytes, *arguments: str, seconds: float = SECONDS) -> bytes:
    """Return what the script writes when it reads these bytes. Raises Outgrown, Failed."""
    from bot.portable import stands_back  # the other side needs nothing of ours

    if stands_back():
        seconds *= PATIENCE
    # -P: what lies in the working folder is not imported.
    command = [sys.executable, "-P", str(Path(__file__)), str(script), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 our own files, and no shell
            command, input=content, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise Outgrown from None
    if done.returncode in KILLED or b"MemoryError" in done.stderr:
        raise Outgrown
    if done.returncode:
        raise Failed(done.stderr[-500:].decode(errors="replace"))
    return done.stdout


def bind() -> None:
    """Limit this process, and let the bot go first, where the system can."""
    if hasattr(os, "nice"):
        os.nice(POLITE)
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, COMPUTING),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    bind()
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
