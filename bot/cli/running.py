"""The lock beside the database: one process serves it, others can tell whether one does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from bot.cli.errors import Failure
from bot.portable import SHARED, locked


def _lock(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


@contextlib.contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold a lock beside the database: two processes would answer everybody twice."""
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _lock(database).open("a") as file, locked(file) as is_ours:
        if not is_ours:
            raise Failure(f"{database}: another process already serves it. Stop that one first.")
        yield


def is_served(database: Path) -> bool:
    """Whether a process holds the lock; the lock file is only read."""
    try:
        with _lock(database).open("rb") as file, locked(file, SHARED) as is_free:
            return not is_free
    except FileNotFoundError:
        return False
