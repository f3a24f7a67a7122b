"""The demo's time: the system's, moved by a span that only grows once people play."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock, system_clock


@dataclass(slots=True)
class MovedClock:
    """`ahead` of another clock; called like any other."""

    ahead: timedelta = timedelta()
    base: Clock = system_clock

    def __call__(self) -> datetime:
        return self.base() + self.ahead

    def set(self, moment: datetime) -> None:
        """Show this moment now."""
        self.ahead = moment - self.base()

    def forward(self, moment: datetime) -> None:
        """Move on to a moment; never back."""
        self.ahead = max(self.ahead, moment - self.base())
