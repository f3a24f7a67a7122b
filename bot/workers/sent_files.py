"""What workers of files that were sent have in common: fetched, worked on, and refused with a reason.

What such a file does follows from its row, so a restart loses nothing.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from telegram.error import InvalidToken, TelegramError

from bot.media.types import NotTaken
from bot.telegram import calls
from bot.workers.download import Fetching, Numbered
from bot.workers.hinting import hinting

log = logging.getLogger(__name__)


class SentFileRow(Numbered, Protocol):
    """A row of a file; `content` is there once it was fetched and is kept."""

    @property
    def chat_id(self) -> int: ...

    @property
    def file_id(self) -> str: ...

    @property
    def content(self) -> bytes | None: ...


SentT = TypeVar("SentT", bound=SentFileRow)


@dataclass(slots=True)
class SentFiles(Fetching[SentT]):
    """Takes one step of each file at a time."""

    async def work(self, row: SentT, content: bytes) -> None:
        """Take the next step of a file. Raises NotTaken with why it is refused."""
        raise NotImplementedError

    async def refuse(self, row: SentT, why: str) -> None:
        """Say why a file is not taken, where it still waits for that."""
        raise NotImplementedError

    async def fetch(self, row: SentT) -> None:
        async with hinting(partial(calls.says_typing, self.bot, row.chat_id)):
            is_through = await self._through(row)
        if is_through:
            await self.done(row)

    async def _through(self, row: SentT) -> bool:
        """Take a step; return whether it is over, and not to be tried again later."""
        try:
            content = row.content
            if content is None:
                content = await self.content(row, row.file_id)
            if not content:
                raise NotTaken("empty")
            await self.work(row, content)
        except NotTaken as error:
            await self.refuse(row, str(error))
        except InvalidToken:
            raise
        except TelegramError as error:
            return await self._is_gone(row, error)
        except (sqlite3.OperationalError, OSError):
            raise
        except Exception:  # whatever a file holds, it stops no bot, now or at each start
            log.exception("the file %s (%s) cannot be used", row.id, self.kind)
            await self.refuse(row, "unreadable")
        return True

    async def _is_gone(self, row: SentT, error: TelegramError) -> bool:
        """Try again later; where that is of no use, say so."""
        try:
            await self.failed(row, error)
        except NotTaken as gone:
            await self.refuse(row, str(gone))
            return True
        return False
