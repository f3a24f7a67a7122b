"""Opens every file that an answer may need while there are descriptors to open it with."""

from __future__ import annotations

from datetime import datetime

import messages
from bot import typed_words
from bot.config import Config
from bot.holidays import calendar


def preload(now: datetime, config: Config) -> None:
    """Load templates, labels and words, zones, holidays of this year and the next."""
    messages.preload(now)
    typed_words.vocabulary()
    typed_words.intents()
    config.zone.utcoffset(now.replace(tzinfo=None))
    for year in (now.year, now.year + 1):
        calendar(now.date().replace(year=year, month=1, day=1), config.holidays)
