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
from bot.demo.clock import MovedClock
from bot.ops.logs import setup_logging

LAST_SECONDS = 5.0
"""So long an orderly end may take, once nobody is there any more."""
Said = dict[str, Any]


def _lines() -> Said | None:
    """The next line of the input; None at its end. Read without buffers that a dying thread could hold."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 1)
        if not part:
            return None
        line += part
    found: Said = orjson.loads(line)
    return found


def _listen(heard: Callable[[Said | None], None]) -> None:
    """Pass on every line, and the end; whoever is still here then is ended for good."""
    while (said := _lines()) is not None:
        heard(said)
    heard(None)
    time.sleep(LAST_SECONDS)
    os._exit(1)


def _say(**said: object) -> None:
    os.write(1, orjson.dumps(said) + b"\n")


async def _obey(
    app: App, clock: MovedClock, orders: asyncio.Queue[Said | None], say: Callable[..., None]
) -> None:
    """Move the clock and look what is due, as often as told; the end of the orders ends the bot."""
    while (said := await orders.get()) is not None:
        clock.ahead = timedelta(seconds=float(said["ahead"]))
        app.pulse.heard = clock()  # the time that was leapt over was no outage
        await app.tick()
        app.boards.kick.set()
        say(ticked=said["number"])
    app.stop.set()


async def obedient(
    first: Said, orders: asyncio.Queue[Said | None], say: Callable[..., None]
) -> None:
    """Serve where the first line says, until the orders end; `say` is told what has been done."""
    clock = MovedClock(timedelta(seconds=float(first["ahead"])))
    config = Config(  # type: ignore[call-arg]
        _env_file=None,
        bot_token=first["token"],
        bot_api_url=first["url"],
        rate_limits=first["limits"],
        database=Path(first["database"]),
        files=Path(first["files"]),
    )
    async with built(config, clock) as app, asyncio.TaskGroup() as group:
        obeying = group.create_task(_obey(app, clock, orders, say))
        await serve(app, lambda: say(ready=True))
        obeying.cancel()


async def _run(first: Said) -> None:
    orders: asyncio.Queue[Said | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def heard(said: Said | None) -> None:
        loop.call_soon_threadsafe(orders.put_nowait, said)

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
