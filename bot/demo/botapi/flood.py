"""How fast a bot may send: about 30 a second, 1 a second per private chat, 20 a minute per group."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from bot.demo.botapi.api_errors import ApiError


@dataclass
class Flood:
    """Off unless `enabled`. Short bursts into a private chat pass, as Telegram lets them: `private` holds
    how many messages in how many seconds; (1, 1.0) is the letter of the documentation.
    """

    enabled: bool = False
    private: tuple[int, float] = (14, 10.0)
    group: tuple[int, float] = (20, 60.0)
    second: int = 30 + 2  # Telegram says "about 30": clocks of two machines differ
    overall: deque[float] = field(default_factory=deque)
    chats: dict[int, deque[float]] = field(default_factory=dict)
    refused: int = 0
    most_in_a_second: int = 0

    def check(self, chat_id: int, now: float) -> None:
        """Raise ApiError 429 with retry_after where a limit is exceeded."""
        if not self.enabled:
            return
        most, span = self.group if chat_id < 0 else self.private
        own = self.chats.setdefault(chat_id, deque())
        _drop(own, now - span)
        _drop(self.overall, now - 1.0)
        self.most_in_a_second = max(self.most_in_a_second, len(self.overall) + 1)
        wait = 0.0
        if len(own) >= most:
            wait = own[0] + span - now
        elif len(self.overall) >= self.second:
            wait = self.overall[0] + 1.0 - now
        if wait > 0:
            self.refused += 1
            raise slow_down(int(wait) + 1)
        own.append(now)
        self.overall.append(now)


def slow_down(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _drop(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
