"""Pushes updates to a bot's webhook: in order per key, again after a failure, never two at once per key."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import aiohttp
import orjson

from bot.sandbox.state import BotState
from bot.sandbox.updates import Pending

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

FIRST_PAUSE, LAST_PAUSE = 0.2, 5.0
"""Telegram starts at 1 s and doubles to 60–120 s; the sandbox is quicker, so that tests are."""
ANSWER_SECONDS = 60


@contextlib.asynccontextmanager
async def push(box: Sandbox) -> AsyncIterator[None]:
    """Deliver for all bots that have a webhook, until the block ends."""
    async with aiohttp.ClientSession() as session:
        pushing = asyncio.ensure_future(_run(box, session))
        try:
            yield
        finally:
            pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pushing


async def _run(box: Sandbox, session: aiohttp.ClientSession) -> None:
    busy: set[str] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            for bot in box.bots.values():
                bot.queue.expire()
                if not bot.webhook:
                    continue
                for one in list(bot.queue.pending):
                    place = f"{bot.token}/{one.key}"
                    if place not in busy and len(busy) < bot.webhook["connections"]:
                        busy.add(place)
                        group.create_task(_deliver(box, session, bot, one, busy, place))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await _woken(box)


async def _woken(box: Sandbox) -> None:
    waits = [asyncio.ensure_future(box.webhooks_changed.wait())]
    waits += [asyncio.ensure_future(b.queue.arrived.wait()) for b in box.bots.values() if b.webhook]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()
        box.webhooks_changed.clear()
        for bot in box.bots.values():
            if bot.webhook:
                bot.queue.arrived.clear()


async def _deliver(
    box: Sandbox,
    session: aiohttp.ClientSession,
    bot: BotState,
    one: Pending,
    busy: set[str],
    place: str,
) -> None:
    pause = FIRST_PAUSE
    try:
        while bot.webhook and one in bot.queue.pending:
            after = await _post(session, bot, one)
            if after is None:
                if one in bot.queue.pending:
                    bot.queue.pending.remove(one)
                    bot.queue.confirmed += 1
                return
            await asyncio.sleep(after or pause)
            pause = min(pause * 2, LAST_PAUSE)
            bot.queue.expire()
    finally:
        busy.discard(place)
        box.webhooks_changed.set()


async def _post(session: aiohttp.ClientSession, bot: BotState, one: Pending) -> float | None:
    """None: taken. Else the seconds to wait (0: the next pause)."""
    headers = {"Content-Type": "application/json"}
    if bot.webhook["secret"]:
        headers["X-Telegram-Bot-Api-Secret-Token"] = str(bot.webhook["secret"])
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    bot.queue.delivered += 1
    try:
        async with session.post(
            bot.webhook["url"], data=orjson.dumps(one.body), headers=headers, timeout=timeout
        ) as response:
            if 200 <= response.status < 300:
                bot.webhook_error = None
                return None
            bot.webhook_error = (
                f"Wrong response from the webhook: {response.status} {response.reason}"
            )
            return float(response.headers.get("Retry-After", 0))
    except (aiohttp.ClientError, TimeoutError) as error:
        bot.webhook_error = f"Connection failed: {type(error).__name__}"
        return 0.0
