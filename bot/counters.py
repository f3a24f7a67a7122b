"""What the running parts count: in memory only, for the heartbeat and for the metrics."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from msgspec import Struct, field

from bot.clock import iso

TROUBLE_GAP = timedelta(minutes=10)
"""Failures further apart than this are separate troubles."""


class Trouble(Struct):
    """When something could not be written, first and last."""

    since: datetime
    last: datetime


class Counters(Struct):
    """Counted since the start of the process. `heard` is the last answer to getUpdates, or the last post."""

    started: datetime | None = None
    heard: datetime | None = None
    updates: int = 0
    batches: int = 0
    failed: int = 0
    sends: Counter[str] = field(default_factory=Counter)
    held: int = 0
    held_seconds: float = 0.0
    troubles: dict[str, Trouble] = field(default_factory=dict)

    def batch(self, size: int) -> None:
        """Count a committed batch."""
        self.batches += 1
        self.updates += size

    def record_failure(self, what: str, now: datetime) -> None:
        """Note that the disk refused to take something: `database` or `files`."""
        trouble = self.troubles.get(what)
        if trouble is not None and now - trouble.last < TROUBLE_GAP:
            trouble.last = now
        else:
            self.troubles[what] = Trouble(now, now)

    def snapshot(self) -> dict[str, str]:
        """Return what is kept with the heartbeat, for doctor and for /kesehatan."""
        moments = {"started": self.started, "heard": self.heard}
        notes = {name: iso(moment) for name, moment in moments.items() if moment}
        for what, trouble in self.troubles.items():
            notes[f"trouble_{what}"] = f"{iso(trouble.since)} {iso(trouble.last)}"
        return notes

    def throttled(self, seconds: float) -> None:
        """Count a 429 of Telegram with its retry_after."""
        self.held += 1
        self.held_seconds += seconds
