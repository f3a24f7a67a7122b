"""Where a state of the demo lies on the disk: the database with its log, and the evidence beside it.

Nothing that lies there already is ever deleted or written over: it gets a name of its own.
"""

from __future__ import annotations

import itertools
import shutil
from contextlib import closing
from enum import Enum
from pathlib import Path

from bot.storage import demo_rows
from bot.storage.database import connect
from bot.storage.setup import open_existing

ENDS = ("", "-wal", "-shm", "-files")


class FileContent(Enum):
    """What is in the file of --database."""

    NOTHING = "nothing"
    PLAYED = "played"
    SET_UP = "set up"


def _siblings(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}{end}") for end in ENDS]


def look(path: Path) -> FileContent:
    """Tell what is in this file, only reading it. Raises NotOursError, NewerDatabaseError, sqlite3.Error."""
    if not path.exists() or (path.is_file() and path.stat().st_size == 0):
        return FileContent.NOTHING
    with closing(open_existing(path)) as connection:
        if not demo_rows.has_roster(connection):
            return FileContent.NOTHING
        if not demo_rows.is_marked(connection):
            return FileContent.SET_UP
        return FileContent.PLAYED


def copied(path: Path, to: Path) -> None:
    """Copy a file to play in, with the evidence that the demo keeps beside it."""
    demo_rows.copy(path, to)
    files, others = _siblings(path)[-1], _siblings(to)[-1]
    if files.is_dir():
        shutil.copytree(files, others)


def beside(path: Path, name: str) -> Path:
    """Return a place beside a database where nothing is."""
    for count in itertools.count(1):
        place = path.with_name(f"{path.name}.{name}{count if count > 1 else ''}")
        if not any(sibling.exists() for sibling in _siblings(place)):
            return place
    raise AssertionError  # numbers do not end


def _move(path: Path, to: Path) -> None:
    connect(path).close()  # its log is written into it
    for source, other in zip(_siblings(path), _siblings(to), strict=True):
        if source.exists():
            source.rename(other)


def replace(path: Path, new: Path) -> None:
    """Put a new database where another was; that one stays beside it."""
    if path.exists():
        _move(path, beside(path, "before"))
    _move(new, path)
