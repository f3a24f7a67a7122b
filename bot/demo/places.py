"""Where a state of the demo lies on the disk: the database with its log, and the evidence beside it."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from bot.storage import people
from bot.storage.database import connect

ENDS = ("", "-wal", "-shm", "-files")


def _siblings(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}{end}") for end in ENDS]


def has_people(path: Path) -> bool:
    """Whether somebody has played in this database before."""
    if not path.exists():
        return False
    with closing(connect(path)) as connection:
        return bool(people.everyone(connection))


def beside(path: Path, name: str) -> Path:
    """A place beside a database where nothing is."""
    found = path.with_name(f"{path.name}.{name}")
    for one in _siblings(found):
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink(missing_ok=True)
    return found


def _move(path: Path, to: Path) -> None:
    connect(path).close()  # its log is written into it
    for one, other in zip(_siblings(path), _siblings(to), strict=True):
        if one.exists():
            one.rename(other)


def replace(path: Path, new: Path) -> None:
    """Put a new database where another was; that one stays beside it until the next time."""
    if path.exists():
        _move(path, beside(path, "before"))
    _move(new, path)
