"""When something counts as late: the day in the region's own zone, by the time Telegram received it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from flows.model.facts import Desk, Region, Setting

TAP_LIFE = timedelta(seconds=150)
HOURS = {"WIB": 7, "WITA": 8, "WIT": 9}
"""Indonesia's zones, hours ahead of UTC; there is no summer time."""


ZONES = {name: timezone(timedelta(hours=hours)) for name, hours in HOURS.items()}


def zone_of(region: Region) -> timezone:
    """Return the region's own zone."""
    return ZONES[region.zone]


def local_day(setting: Setting, region: Region) -> date:
    """Return the day in the region."""
    return setting.now.astimezone(zone_of(region)).date()


def deadline(setting: Setting, desk: Desk) -> date:
    """Return the last day for this office: the period's, or a later one that was granted by name."""
    granted = desk.extension.until if desk.extension else setting.period.deadline
    return max(granted, setting.period.deadline)


def days_left(setting: Setting, desk: Desk) -> int:
    """Return the whole days until the deadline; negative once it has passed."""
    return (deadline(setting, desk) - local_day(setting, desk.region)).days


def is_late(setting: Setting, desk: Desk, received: datetime) -> bool:
    """Tell whether what came just now came after the office's deadline, by when Telegram received it.

    A tap carries no time of its own. Telegram keeps one for 150 seconds, so those are the office's.
    """
    there = (received - TAP_LIFE).astimezone(zone_of(desk.region))
    return there.date() > deadline(setting, desk)
