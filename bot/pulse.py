"""What the running parts count: in memory only, for the heartbeat and for the metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Pulse:
    """Counted since the start of the process. `heard` is the last answer to getUpdates, or the last post."""

    started: datetime | None = None
    heard: datetime | None = None
    updates: int = 0
    batches: int = 0
    failed: int = 0
    sends: Counter[str] = field(default_factory=Counter)
    held: int = 0
    held_seconds: float = 0.0

    def batch(self, size: int) -> None:
        """A batch was committed."""
        self.batches += 1
        self.updates += size

    def hold(self, seconds: float) -> None:
        """Telegram answered with 429 and this retry_after."""
        self.held += 1
        self.held_seconds += seconds
