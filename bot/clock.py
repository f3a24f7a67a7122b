"""The one place that asks for the time, so that tests and the demo can hold and move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day that a moment falls on in a zone."""
    return moment.astimezone(zone).date()


@lru_cache(maxsize=64)  # one moment is written into all that one batch stores
def iso(moment: datetime) -> str:
    """A moment as the database keeps it: UTC, seconds, sortable."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> datetime:
    """Undo `iso`."""
    return datetime.fromisoformat(text)
