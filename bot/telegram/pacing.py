"""How fast messages may go: Telegram's limits as data, in seconds of the event loop's clock."""

from __future__ import annotations

from bisect import insort
from collections import deque

from msgspec import Struct, field

CATCH_UP_SLOTS = 3
"""Bulk that started late may follow sooner, until so many slots are made good."""


ROOM, ROOM_SECONDS = 3, 10.0
"""Places that bulk leaves free while people are about, for so long after the last reply: theirs goes at once
then, and need not wait until a place comes free, which is a thirtieth of a second each time.
"""


class RateLimits(Struct, frozen=True):
    """`burst` messages may go at once to a chat that was quiet; then one per interval."""

    overall: int = 30
    private_interval: float = 1.0
    private_burst: int = 4
    group_interval: float = 3.0
    group_burst: int = 5

    def next_bulk(self, due: float, now: float) -> float:
        """Return when a bulk message may follow one sent now, where the next one was due at `due`.

        Evenly spread over the second: thirty at once would make a reply wait for the rest of it, so each
        reply takes the place of one. What started late is made good by a few that follow sooner.
        """
        step = 1.0 / self.overall
        return max(due, now - CATCH_UP_SLOTS * step) + step


TELEGRAM = RateLimits()


IN_FLIGHT_LOOK = 0.005
RTT_SAMPLES = 600
"""Calls to measure before any round trip is credited: the first ones are slow on our own side, where
connections are made, and say nothing about the network.
"""
RTT_CREDIT = 0.75
"""Fraction of the best recent round trip that is credited; the rest is headroom for falling latency."""


class Window(Struct):
    """At most `limit` calls in any second *of the server*, whose clock and road we do not know.

    A call happens there between its start and its end here. So a call may start once fewer than
    `limit` are in flight or ended within the last second. Most of what even the quickest of the last
    calls needed is taken off: between two calls there, at least the way back of one and the way
    there of the other pass. Without that a road of 100 ms would cost a tenth of the permitted rate.
    """

    limit: int
    _in_flight: int = 0
    _ends: deque[float] = field(default_factory=deque)
    _round_trips: deque[float] = field(default_factory=lambda: deque(maxlen=RTT_SAMPLES))

    def wait(self, now: float, room: int = 0) -> float:
        """Return the seconds until the next call may start, or until it is worth looking again.

        `room`: so many places are left to others.
        """
        self._forget(now)
        too_many = self._in_flight + len(self._ends) - (self.limit - room)
        if too_many < 0:
            return 0.0
        return self._ends[too_many] + 1.0 - now if too_many < len(self._ends) else IN_FLIGHT_LOOK

    def is_half_empty(self, now: float) -> bool:
        """Tell whether less than half of the limit is in use."""
        self._forget(now)
        return self._in_flight + len(self._ends) < self.limit // 2

    def _forget(self, now: float) -> None:
        while self._ends and self._ends[0] + 1.0 <= now:  # as in `wait`, to the last bit
            self._ends.popleft()

    def started(self) -> None:
        self._in_flight += 1

    def ended(self, started: float, now: float) -> None:
        """Note the end of a call; the last ones' durations tell how far away the server is."""
        self._in_flight -= 1
        self._round_trips.append(now - started)
        spared = (
            RTT_CREDIT * min(self._round_trips) if len(self._round_trips) == RTT_SAMPLES else 0.0
        )
        insort(self._ends, now - spared)


def next_slot(
    limits: RateLimits | None, chat_id: int, tat: float, now: float
) -> tuple[float, float]:
    """Apply GCRA to a chat: (seconds to wait, the chat's new theoretical time once it has sent)."""
    if limits is None or chat_id == 0:
        return 0.0, tat
    group = chat_id < 0
    interval = limits.group_interval if group else limits.private_interval
    burst = limits.group_burst if group else limits.private_burst
    start = max(tat, now)
    wait = start - (burst - 1) * interval - now
    return max(0.0, wait), start + interval
