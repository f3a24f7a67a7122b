"""Shows in a chat that something is being worked on there, for as long as it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

HINTED = 4.0
"""Seconds after which a hint is given again; Telegram shows it for five."""


@asynccontextmanager
async def hinting(hint: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Give the hint again and again while the body runs; nothing waits for it, and its faults are let be."""

    async def give() -> None:
        while True:
            await hint()
            await asyncio.sleep(HINTED)

    giving = asyncio.ensure_future(give())
    try:
        yield
    finally:
        giving.cancel()
        await asyncio.gather(giving, return_exceptions=True)
