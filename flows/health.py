"""How the bot itself is, as an administrator sees it in the chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Trouble:
    """The `database`, or the folder of `files`, could not be written: first and last when."""

    what: str
    since: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """What waits and since when, what failed, and what was sent in the last 24 hours."""

    queued: int
    oldest_queued: timedelta | None
    files_waiting: int
    failed_updates: int
    database_bytes: int
    sent: int
    failed: int
    unreachable: int
    heard: timedelta | None
    oldest_file: timedelta | None = None
    troubles: tuple[Trouble, ...] = ()
