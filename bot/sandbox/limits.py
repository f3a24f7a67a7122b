"""What Telegram refuses by size, and how fast it lets a bot send."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.entities import units
from bot.sandbox.errors import ApiError, bad

TEXT, CAPTION, NOTICE, DATA = 4096, 1024, 200, 64
BUTTONS, PER_ROW = 100, 8
PHOTO, UPLOAD, DOWNLOAD = 10 * 2**20, 50 * 2**20, 20 * 2**20


def check_text(text: str) -> None:
    if not text:
        raise bad("message text is empty")
    if units(text) > TEXT:
        raise bad("message is too long")


def check_caption(text: str) -> None:
    if units(text) > CAPTION:
        raise bad("message caption is too long")


def check_markup(markup: Any) -> dict[str, Any] | None:
    """An inline keyboard that Telegram would take; other markups pass as they are."""
    if not isinstance(markup, dict):
        return None
    rows = markup.get("inline_keyboard")
    if rows is None:
        return markup
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS or any(len(row) > PER_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise bad("inline keyboard button text must be non-empty")
        kinds = set(button) - {"text", "style", "icon_custom_emoji_id", "disabled"}
        if not kinds:
            raise bad("Text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(str(data).encode()) <= DATA:
            raise bad("BUTTON_DATA_INVALID")
    return {"inline_keyboard": rows} if buttons else None


@dataclass
class Flood:
    """30 messages a second overall, 1 a second per private chat (short bursts pass), 20 a minute per group."""

    enabled: bool = False
    overall: deque[float] = field(default_factory=deque)
    chats: dict[int, deque[float]] = field(default_factory=dict)
    refused: int = 0
    most_in_a_second: int = 0

    def check(self, chat_id: int, now: float) -> None:
        """Raises ApiError 429 with retry_after."""
        if not self.enabled:
            return
        group = chat_id < 0
        span, most = (60.0, 20) if group else (10.0, 14)
        own = self.chats.setdefault(chat_id, deque())
        _drop(own, now - span)
        _drop(self.overall, now - 1.0)
        self.most_in_a_second = max(self.most_in_a_second, len(self.overall) + 1)
        wait = 0.0
        if len(own) >= most:
            wait = own[0] + span - now
        elif len(self.overall) >= 30 + 2:  # Telegram says "about 30": clocks of two machines differ
            wait = self.overall[0] + 1.0 - now
        if wait > 0:
            self.refused += 1
            seconds = int(wait) + 1
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        own.append(now)
        self.overall.append(now)


def _drop(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
