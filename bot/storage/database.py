"""Opens the SQLite file and runs functions on its thread.

A whole unit of work is one function on aiosqlite's own thread, so one hop between threads serves a
batch of updates, and transactions need no lock: the thread takes one function at a time.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import aiosqlite

from bot.portable import make_private
from bot.storage.migrations import migrate, refuse_newer
from bot.trouble import is_of_machine

T = TypeVar("T")

PRAGMAS: tuple[str, ...] = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    # KiB: a nation's taps are as quick as with eight times as many, for the system caches the file as well.
    "PRAGMA cache_size = -4000",
)


def _nothing() -> None:
    """Do nothing: the default callback."""


class Database(aiosqlite.Connection):
    """An aiosqlite connection that runs whole functions on the database's thread.

    `refused` is called when a transaction failed because of the disk or of another process.
    """

    refused: Callable[[], None] = staticmethod(_nothing)

    async def transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` inside BEGIN IMMEDIATE … COMMIT; roll back and re-raise on any error."""
        try:
            result: T = await self._run(in_transaction, self._conn, work)
        except Exception as error:
            if is_of_machine(error):
                self.refused()
            raise
        return result

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a `work` that only reads."""
        result: T = await self._run(work, self._conn)
        return result

    async def __aenter__(self) -> Database:
        await super().__aenter__()
        return self

    async def _run(self, work: Callable[..., T], *args: object) -> T:
        result: T = await self._execute(work, *args)  # type: ignore[no-untyped-call]
        return result


class InlineDatabase(Database):
    """The same on the caller's own thread, without hops: for one user, who would wait anyway."""

    async def __aenter__(self) -> InlineDatabase:
        self._connection = self._connector()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._conn.close()
        self._connection = None

    async def _run(self, work: Callable[..., T], *args: object) -> T:
        return work(*args)


def in_transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Return the same for code that already is on the database's thread or has a connection of its own."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.execute("ROLLBACK")
        raise
    return result


def connect(path: Path) -> sqlite3.Connection:
    """Open `path` (made, readable by its owner only, where absent) and bring its schema up to date.

    Raises `sqlite3.OperationalError` where the file cannot be opened or written, and
    NewerDatabaseError, having written nothing, where a newer program made it.
    """
    refuse_newer(path)
    private_file(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in PRAGMAS:
            connection.execute(pragma)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def private_file(path: Path) -> None:
    """Make sure that `path` exists with mode 0600; SQLite gives its WAL the mode of the database."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    make_private(path)


def private_folder(path: Path) -> None:
    """Make sure that the folder `path` exists and only its owner may look in."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)


class FolderGoneError(Exception):
    """The folder of the evidence is away, as a disk or a share may be; it comes back."""


def folder_within(path: Path) -> None:
    """Make sure of a private folder in the evidence folder, which is never made anew in another place.

    Raises FolderGoneError where that is away.
    """
    try:
        path.mkdir(exist_ok=True, mode=0o700)
        path.chmod(0o700)
    except FileNotFoundError:
        raise FolderGoneError(str(path.parent)) from None


def open_database(path: Path) -> Database:
    """Return the async connection; use it with `async with`."""
    return Database(lambda: connect(path), iter_chunk_size=64)


def open_inline(path: Path) -> Database:
    """Return the same without a thread of its own."""
    return InlineDatabase(lambda: connect(path), iter_chunk_size=64)
