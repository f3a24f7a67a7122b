"""The lock beside the database: one process serves it, others can tell whether one does."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

from bot.cli.command_errors import Failure
from bot.portable import SHARED, locked, politely, processors, standing_back
from bot.terminal import phrase

T = TypeVar("T")
NOT_THROUGH_LINKS: int = getattr(os, "O_NOFOLLOW", 0)
"""Windows has no such flag; there a link is told by looking first."""


def _lock(database: Path) -> Path:
    """Return the lock's path, beside the resolved file, so that another name has the same lock."""
    real = Path(os.path.realpath(database))
    return real.with_name(f"{real.name}.lock")


def _opened(place: Path, how: int) -> IO[Any]:
    """Open the lock file: a plain file, never one behind a link; nothing is written into it.

    Raises Failure, FileNotFoundError, OSError.
    """
    if place.is_symlink():
        raise Failure(
            phrase(
                "{place}: is a link, and a lock is a file of its own. Remove the link.", place=place
            )
        )
    descriptor = os.open(place, how | NOT_THROUGH_LINKS, 0o600)
    file = os.fdopen(descriptor, "rb" if how == os.O_RDONLY else "r+b", buffering=0)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return file
    file.close()
    raise Failure(phrase("{place}: is not a plain file, as a lock is. Move it away.", place=place))


@contextlib.contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold a lock beside the database: two processes would answer everybody twice."""
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _opened(_lock(database), os.O_CREAT | os.O_RDWR) as file, locked(file) as is_ours:
        if not is_ours:
            raise Failure(
                phrase(
                    "{database}: another process already serves it. Stop that one first.",
                    database=database,
                )
            )
        yield


def is_served(database: Path) -> bool:
    """Tell whether a process holds the lock; the lock file is only read."""
    try:
        with _opened(_lock(database), os.O_RDONLY) as file, locked(file, SHARED) as is_free:
            return not is_free
    except FileNotFoundError:
        return False


def room(database: Path) -> int:
    """Return on how many processors there is room for work on a database; a bot at it comes first.

    A bot keeps a processor of its own; where there is but one, this waits for it.
    """
    if not is_served(database):
        return processors()
    politely()
    return max(1, processors() - 1)


def giving_way(database: Path, work: Callable[[], T]) -> T:
    """Return what `work` does; beside a bot it stands back, and what follows it does not."""
    return standing_back(work) if database.exists() and is_served(database) else work()
