"""The days of a period that runs today, for a bot that is a process and has the real time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

SINCE, LEFT, CHECKED = 30, 45, 90
"""Days since it opened, until its deadline and until verification ends: no reminder is due in between."""


def running_days() -> tuple[str, str, str]:
    """Return the days on which it opened, on which offices are due, and on which verification ends."""
    today = datetime.now(UTC).date()
    opens, deadline, checked = (today + timedelta(days=days) for days in (-SINCE, LEFT, CHECKED))
    return opens.isoformat(), deadline.isoformat(), checked.isoformat()
