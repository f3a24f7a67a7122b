"""Reads the record in several processes beside each other, all on one snapshot, to prove it sooner.

Each is a `bot.ops.reader` with a connection of its own. Where they cannot be started or do not answer, this
process reads.
"""

from __future__ import annotations

import atexit
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import orjson

from bot.ops import reader
from bot.storage import chain, record, setup
from bot.storage.chain import ChainPart, Stretch
from bot.storage.record import Checkpoint, RecordVerdict

LEAST = 100_000
"""Entries below which one process is done before others are started."""
MOST = 8
"""Processes; each costs 20 MiB."""
PIECES = 4
"""Stretches for each: none is idle for long while another is at its last."""
TRIES = 100
"""How often all are asked to begin at one instant, between two commits of a bot."""
KEPT = ("PATH", "LANG", "TZ", "TMPDIR", "SYSTEMROOT")
"""Variables of the environment that a reader is given; the token is none of its business."""
APART: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""On Windows what `process_group` is elsewhere: Ctrl-C means who started the readers, who ends them."""


class GoneError(Exception):
    """A reader that does not answer any more."""


def verdict(
    path: Path, connection: sqlite3.Connection, since: Checkpoint | None = None, *, room: int = 1
) -> RecordVerdict:
    """Return what `setup.verdict` does, sooner where there is room for other processes and much to read."""
    already = since.entries if since else 0
    if room > 1 and record.next_receipt(connection) - already > LEAST:
        with Readers(path, min(room, MOST)) as readers:
            if readers.begin(connection):
                try:
                    return record.verify(connection, since, readers.read)
                finally:
                    connection.rollback()
    return setup.verdict(connection, since)


class Readers:
    """Processes that read the record; they end with the `with` block, whatever ends it, or with this one."""

    def __init__(self, path: Path, count: int) -> None:
        self._path, self._count = path, count
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Readers:
        address = f"{self._path.resolve().as_uri()}?mode=ro"
        command = [sys.executable, "-P", "-m", "bot.ops.reader", address]
        atexit.register(self.__exit__)  # Ctrl-C does not wait for a thread that stands back
        try:
            for _ in range(self._count):
                process = subprocess.Popen(  # noqa: S603 our own module, and no shell
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, env=_environment(), process_group=0,
                    creationflags=APART,
                )  # fmt: skip
                self._processes.append(process)
        except OSError:  # the system allows no more; `begin` says that they are too few
            pass
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        atexit.unregister(self.__exit__)
        for process in self._processes:
            process.kill()
        for process in self._processes:
            with suppress(OSError), process:  # closes what leads to it, and waits for its end
                pass

    def begin(self, connection: sqlite3.Connection) -> bool:
        """Begin a transaction on this connection and in every reader, all with the same snapshot.

        Nobody else may have committed between the first and the last; False where that was never so, or a
        reader does not answer. Nothing is begun then.
        """
        if len(self._processes) < self._count:
            return False
        with suppress(GoneError), closing(setup.open_existing(self._path)) as watch:
            for _ in range(TRIES):
                before = chain.commits(watch)
                chain.begin(connection)
                for process in self._processes:
                    _write(process, None)
                for process in self._processes:
                    _answer(process)
                if chain.commits(watch) == before:
                    return True
        connection.rollback()
        return False

    def read(self, connection: sqlite3.Connection, whole: Stretch) -> ChainPart | None:
        """Return what came of a stretch, read in pieces; None where this process has to read it."""
        stretches = chain.split(connection, whole, PIECES * self._count)
        idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for process in self._processes:
            idle.put(process)

        def ask(stretch: Stretch) -> ChainPart:
            process = idle.get()
            try:
                _write(process, reader.as_order(stretch))
                return reader.part(_answer(process))
            finally:
                idle.put(process)

        pool = ThreadPoolExecutor(self._count)
        try:
            return chain.joined(stretches, pool.map(ask, stretches))
        except GoneError:
            return None
        finally:
            for process in self._processes:  # what is behind a fault is read in vain
                process.kill()
            pool.shutdown(cancel_futures=True)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2])}


def _write(process: subprocess.Popen[bytes], order: Any) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(orjson.dumps(order) + b"\n")
        process.stdin.flush()
    except OSError:
        raise GoneError from None


def _answer(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise GoneError
    return orjson.loads(line)
