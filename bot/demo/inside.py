"""The real bot and the server without a network between them: how a state of the demo is played in seconds.

The same dispatcher, delivery, files and tickers as in `peduli-ham run`; only the bytes do not travel.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from msgspec import Struct
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.app import App, built
from bot.config import Config
from bot.demo.botapi import Sandbox
from bot.demo.botapi.execution import answered
from bot.demo.cast import TOKEN
from bot.demo.demo_clock import MovedClock
from bot.given_settings import Secret
from bot.storage import outbox_history
from bot.storage.database import open_inline
from bot.telegram import calls
from bot.telegram.intake import BATCH
from bot.telegram.request import AiohttpRequest, Body, FormUpload
from bot.telegram.update_guard import received
from bot.telegram.updates import WANTED

NOWHERE = "http://127.0.0.1:9"
LOOK = 0.0005
PATIENCE = 10.0


class InsideRequest(AiohttpRequest):
    """Carries calls into a server object of the same process."""

    def __init__(self, server: Sandbox) -> None:
        super().__init__()
        self._server = server

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Carry out a call, answered as over HTTP. Raises NetworkError for a file that is not there."""
        path = unquote(urlsplit(url).path)
        if path.startswith("/file/"):
            wanted = path.removeprefix(f"/file/bot{TOKEN}/")
            files = [file for file in self._server.bot.files.values() if file.path == wanted]
            if not files:
                raise NetworkError("no such file")
            return 200, files[0].content
        name = path.rpartition("/")[2].lower()
        status, body = await answered(self._server, self._server.bot, name, _params(request_data))
        return status, orjson.dumps(body)


def _params(data: RequestData | Body | FormUpload | None) -> dict[str, Any]:
    if data is None:
        return {}
    if isinstance(data, Body):
        params: dict[str, Any] = orjson.loads(data.content)
        return params
    if isinstance(data, FormUpload):
        return {**data.fields, data.part: (data.filename, data.content)}
    if data.contains_files:
        files = {name: file[:2] for name, file in data.multipart_data.items()}
        return {**data.parameters, **files}
    return dict(data.parameters)


class Inside(Struct):
    """The bot beside a server; `settle` lets everything happen that follows from what people did."""

    app: App
    server: Sandbox
    clock: MovedClock
    offset: int | None = None

    async def settle(self) -> None:
        """Take every update, send every letter, fetch every file. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while await self._taken() or await self._busy() or await self._by_hand():
                pass

    async def tick(self) -> None:
        """Send what is due by now: reminders, digests, boards."""
        await self.app.tick()
        await self.settle()
        while await self.app.boards.tick():
            await self.settle()

    async def _taken(self) -> bool:
        if not self.server.bot.queue.waiting:
            return False
        updates = await calls.updates(self.app.bot, self.offset, BATCH, 0, WANTED)
        if not updates:
            return False
        await self.app.handle([incoming for payload in updates if (incoming := received(payload))])
        self.offset = updates[-1]["update_id"] + 1
        return True

    async def _by_hand(self) -> bool:
        """Send reminders by hand, where something about them has changed."""
        wake = self.app.campaigns.wake
        if not wake.is_set():
            return False
        wake.clear()
        await self.app.campaigns.tick()
        return True

    async def _busy(self) -> bool:
        while self.app.delivery.under_way:
            await asyncio.sleep(0)
        if await self.app.database.read(outbox_history.is_settled):
            return False
        await asyncio.sleep(LOOK)
        return True


def _quick(connection: sqlite3.Connection) -> None:
    """Do not wait for the disk: what a power cut takes is played again."""
    connection.execute("PRAGMA synchronous = OFF")


@asynccontextmanager
async def inside(server: Sandbox, path: Path, clock: MovedClock) -> AsyncIterator[Inside]:
    """Open the bot on this database, ready to be played with; closed in order at the end."""
    config = Config(
        bot_token=Secret(TOKEN),
        bot_api_url=NOWHERE,
        rate_limits="off",
        database=path,
        files=path.with_name(f"{path.name}-files"),
    )
    server.bot.queue.brake = False
    road = partial(InsideRequest, server)
    async with built(config, clock, request=road, opened=open_inline) as app:
        await app.database.read(_quick)
        await app.bot.initialize()
        app.dispatcher.bot_link = f"https://t.me/{app.bot.username}"
        works = (app.delivery.run(), app.files.run())
        tasks = [asyncio.ensure_future(work) for work in works]
        try:
            yield Inside(app, server, clock)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
