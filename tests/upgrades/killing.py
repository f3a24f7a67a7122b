"""Kills a migration before each of its statements, and looks at what is there afterwards.

`python -m tests.upgrades.killing FOLDER EVERY DATABASE MOST …`; a process of its own, so that it may fork.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from bot.storage import record
from bot.storage.database import PRAGMAS
from bot.storage.migrations import migrate, pending

KEPT = ("record", "seats", "persons", "invitations", "outbox", "handled", "focus")


def rows(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows there are of what people made; that they were carried over is not of them."""
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in KEPT
    }
    carried = connection.execute("SELECT count(*) FROM record WHERE kind = 'carried'").fetchone()[0]
    return counts | {"record": counts["record"] - carried}


def faults(connection: sqlite3.Connection) -> list[object]:
    """What is wrong with the file, its references, and its record."""
    run = connection.execute
    problems: list[object] = [row for row in run("PRAGMA integrity_check") if row[0] != "ok"]
    problems += run("PRAGMA foreign_key_check").fetchall()
    broken = record.verify(connection).broken
    return [*problems, broken] if broken else problems


def _opened(path: Path) -> sqlite3.Connection:
    """As the program opens it, but for waiting for the disk: what is killed is the process, not the machine."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (*PRAGMAS, "PRAGMA synchronous = OFF"):
        connection.execute(pragma)
    return connection


def _killed_at(path: Path, number: int) -> bool:
    """Migrate in a child that dies before the statement of that number; False: it was done before."""
    child = os.fork()
    if child == 0:
        connection = _opened(path)
        left = itertools.count(number, -1)

        def before(_: str) -> None:
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        connection.set_trace_callback(before)
        migrate(connection)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status != 0


def main(database: Path, folder: Path, most: int, every: int = 1) -> int:
    """Return how many statements it has; AssertionError where something was not whole before one of them."""
    path = folder / "killed.db"
    for number in range(0, most, every):
        for end in ("", "-wal", "-shm"):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
        shutil.copy(database, path)
        with closing(sqlite3.connect(path)) as connection:
            before, steps = rows(connection), pending(connection)
        if not _killed_at(path, number):
            return number
        with closing(_opened(path)) as connection:
            left = pending(connection)
            assert left == steps[len(steps) - len(left) :], (number, left)
            assert rows(connection) == before, number
            assert faults(connection) == [], number
            assert migrate(connection) == left
            assert pending(connection) == []
            assert faults(connection) == [], number
            assert rows(connection) == before, number
    return most


if __name__ == "__main__":
    for name, most in zip(sys.argv[3::2], sys.argv[4::2], strict=True):
        counted = main(Path(name), Path(sys.argv[1]), int(most), int(sys.argv[2]))
        sys.stdout.write(f"{counted}\n")
