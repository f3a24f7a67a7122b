"""How the bot itself is, as an administrator sees it in the chat."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from flows.model.quotas import DEFAULT, Quota


class TroublePeriod(Struct, frozen=True):
    """The `database`, or the folder of `files`, could not be written: first and last when."""

    what: str
    since: datetime
    last: datetime


class Health(Struct, frozen=True):
    """What waits and since when, what failed, and what was sent in the last 24 hours.

    `fullest_…`: the most bytes of evidence that one person and one office have stored, against the quota.
    """

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
    troubles: tuple[TroublePeriod, ...] = ()
    fullest_person: int = 0
    fullest_office: int = 0
    quota: Quota = DEFAULT
