"""The demo's time: the system's, moved by a span that only grows once people play."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from bot.clock import Clock, system_clock


class MovedClock(Struct):
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
