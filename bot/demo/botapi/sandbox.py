"""The server as an object: a simulation that listens, started and ended by `async with`."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Self

from bot.demo.botapi import control, control_outside, page
from bot.demo.botapi.server import Hang, serve
from bot.demo.botapi.simulation import Simulation
from bot.demo.botapi.state import MESSAGES_KEPT
from bot.demo.botapi.webhook_pusher import Pusher


class Sandbox(Simulation):
    """One Bot API server on loopback. `clock` gives seconds or a datetime; `advance` moves it on."""

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], float | datetime] = time.time,
        flood: bool = False,
        keep_calls: bool = True,
        host: str = "127.0.0.1",
        keep_messages: int = MESSAGES_KEPT,
        page_folder: Path | None = None,
    ) -> None:
        super().__init__(clock, flood=flood, keep_calls=keep_calls, keep_messages=keep_messages)
        self.host = host
        self.port = port
        self.url = ""
        self.routes: list[Hang] = [control.routes(self), control_outside.routes(self)]
        """What hangs addresses beside the Bot API's into the server; more may be added before it starts."""
        if page_folder:
            self.routes.append(page.routes(page_folder))
        self.pusher = Pusher(self)
        self.webhook_changed = self.pusher.changed
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:  # ends what has begun where the rest fails
            await stack.enter_async_context(self.pusher.running())
            self.url = await stack.enter_async_context(
                serve(self, self.port, self.host, self.routes)
            )
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
