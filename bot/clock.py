"""The one place that asks for the time, so that tests and the demo can hold and move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """Return the day on which a moment falls in a zone."""
    return moment.astimezone(zone).date()


@lru_cache(maxsize=64)  # one moment is written into all that one batch stores
def iso(moment: datetime) -> str:
    """Return a moment as the database stores it: UTC, whole seconds, sortable as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> datetime:
    """Undo `iso`."""
    return datetime.fromisoformat(text)
