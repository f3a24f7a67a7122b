"""The demo's bot as a process of its own: `peduli-ham run` that is told by lines of JSON what time it is.

It says by lines what it has done, and ends when its input ends: with the demo, however that went.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from bot import portable
from bot.app import App, built, serve
from bot.config import Config
from bot.demo.demo_clock import MovedClock
from bot.given_settings import Secret
from bot.ops.logs import setup_logging

LAST_SECONDS = 5.0
"""So long an orderly end may take, once nobody is there any more."""
Order = dict[str, Any]


def _lines() -> Order | None:
    """Return the next line of the input, None at its end; unbuffered: a dying thread could hold a buffer."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 1)
        if not part:
            return None
        line += part
    order: Order = orjson.loads(line)
    return order


def _listen(heard: Callable[[Order | None], None]) -> None:
    """Pass on every line, and the end; whoever is still here then is ended for good."""
    while (order := _lines()) is not None:
        heard(order)
    heard(None)
    time.sleep(LAST_SECONDS)
    os._exit(1)


def _say(**report: object) -> None:
    os.write(1, orjson.dumps(report) + b"\n")


async def _obey(
    app: App, clock: MovedClock, orders: asyncio.Queue[Order | None], say: Callable[..., None]
) -> None:
    """Move the clock and look what is due, as often as told; the end of the orders ends the bot."""
    while (order := await orders.get()) is not None:
        clock.ahead = timedelta(seconds=float(order["ahead"]))
        app.counters.heard = clock()  # the time that was leapt over was no outage
        await app.tick()
        app.boards.wake.set()
        say(ticked=order["number"])
    app.stop.set()


async def obedient(
    first: Order, orders: asyncio.Queue[Order | None], say: Callable[..., None]
) -> None:
    """Serve where the first line says, until the orders end; `say` is told what has been done."""
    clock = MovedClock(timedelta(seconds=float(first["ahead"])))
    config = Config(
        bot_token=Secret(first["token"]),
        bot_api_url=first["url"],
        rate_limits=first["limits"],
        database=Path(first["database"]),
        files=Path(first["files"]),
    )
    async with built(config, clock) as app, asyncio.TaskGroup() as group:
        obeying = group.create_task(_obey(app, clock, orders, say))
        await serve(app, lambda: say(ready=True))
        obeying.cancel()


async def _run(first: Order) -> None:
    orders: asyncio.Queue[Order | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def heard(order: Order | None) -> None:
        loop.call_soon_threadsafe(orders.put_nowait, order)

    threading.Thread(target=_listen, args=(heard,), daemon=True).start()
    await obedient(first, orders, _say)


def main() -> None:
    """Wait for the first line, which says where and when to serve, and serve until the input ends."""
    setup_logging(logging.ERROR)
    first = _lines()
    if first is not None:
        portable.run(_run(first))


if __name__ == "__main__":
    main()
