"""How fast messages may go: Telegram's limits as data, in seconds of the event loop's clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """`burst` messages may go at once to a chat that was quiet; then one per interval."""

    overall: int = 30
    private_interval: float = 1.0
    private_burst: int = 4
    group_interval: float = 3.0
    group_burst: int = 5


TELEGRAM = Limits()


@dataclass(slots=True)
class Window:
    """At most `limit` events in any second; tells how long to wait for the next."""

    limit: int
    _times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        while self._times and self._times[0] <= now - 1.0:
            self._times.popleft()
        return 0.0 if len(self._times) < self.limit else self._times[0] + 1.0 - now

    def took(self, now: float) -> None:
        self._times.append(now)


def next_slot(limits: Limits | None, chat_id: int, tat: float, now: float) -> tuple[float, float]:
    """GCRA for one chat: (seconds to wait, the chat's new theoretical time once it has sent)."""
    if limits is None or chat_id == 0:
        return 0.0, tat
    group = chat_id < 0
    interval = limits.group_interval if group else limits.private_interval
    burst = limits.group_burst if group else limits.private_burst
    start = max(tat, now)
    wait = start - (burst - 1) * interval - now
    return max(0.0, wait), start + interval
