"""Who speaks, and what does not come from the database: what facts are gathered for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo

from msgspec import Struct

from flows.model.quotas import DEFAULT, Quota
from flows.model.workdays import Calendar


class Speaker(Struct, frozen=True):
    """Who speaks in which chat, as Telegram tells; `sent` is when Telegram received it, where it says so."""

    chat_id: int
    user_id: int
    name: str
    language: str
    sent: datetime | None = None


class StepContext(Struct, frozen=True):
    """What does not come from the database; `handbook`: where it can be read, if anywhere."""

    now: datetime
    zone: tzinfo
    bot_link: str
    quota: Quota = DEFAULT
    calendar: Callable[[date], Calendar] = lambda _: Calendar()
    handbook: str = ""
