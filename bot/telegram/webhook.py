"""A webhook: posts that arrive while a batch is written make the next one; 200 after the commit."""

from __future__ import annotations

import asyncio
import hmac
import logging

from aiohttp import web
from msgspec import Struct, field

from bot.telegram.intake import BATCH, Handler, Heard
from bot.telegram.update_guard import received
from bot.telegram.updates import Incoming
from bot.telegram.wire import loads
from bot.trouble import is_of_machine

log = logging.getLogger(__name__)
BODY_LIMIT = 4 * 1024 * 1024
BODY_SECONDS = 10.0


class _NotKept(Exception):
    """The batch of this post was not committed."""


class Webhook(Struct):
    """Takes posts; those that arrive while a batch is written make the next one; 200 after the commit."""

    handle: Handler
    secret: str
    heard: Heard
    _waiting: list[tuple[Incoming, asyncio.Future[None]]] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def application(self, path: str) -> web.Application:
        """Return the aiohttp application that receives posts at `path`."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_post(path, self._post)
        return app

    async def run(self) -> None:
        """Commit batches until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            if self._waiting:
                self._arrived.set()
            batch = [(one, future) for one, future in batch if not future.done()]
            try:
                await self.handle([one for one, _ in batch])
            except Exception as error:
                log.error("the batch was not committed, the database says: %s", error)
                if not is_of_machine(error):
                    log.exception("a batch could not be handled")
                for _, future in batch:
                    _settle(future, _NotKept())
                continue
            await self.heard()
            for _, future in batch:
                _settle(future, None)

    async def _post(self, request: web.Request) -> web.Response:
        status = self._refused(request)
        if status is not None:
            return web.Response(status=status, headers={"Connection": "close"})
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408, headers={"Connection": "close"})
        try:
            update = received(loads(body))
        except ValueError:
            update = None
        if update is None:
            log.warning("a webhook post was no update")
            return web.Response(status=400)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((update, future))
        self._arrived.set()
        try:
            await future
        except _NotKept:
            return web.Response(status=500)
        return web.Response()

    def _refused(self, request: web.Request) -> int | None:
        """Return 401 for what cannot be a secret at all, 403 for another one, None where it is ours."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not given.isascii():
            return 401
        same = hmac.compare_digest(given.encode(), self.secret.encode())
        return None if same else 403


def _settle(future: asyncio.Future[None], error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
