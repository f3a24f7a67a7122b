"""The people of the table of failing calls, and the lives of the bot among them."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import App, built, serve
from bot.config import Config
from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.demo_clock import MovedClock
from bot.given_settings import Secret
from bot.roster import apply_roster, bundled
from bot.storage.database import connect, in_transaction
from bot.telegram.request import AiohttpRequest
from tests.support import START
from tests.support.pictures import png
from tests.support.process import SECRET, TOKEN

DEADLINE = 1.0
PATIENCE = 15.0


@dataclass
class Town:
    """One town for all cells: its people, and the bot, which lives and dies."""

    server: Sandbox
    database: Path
    clock: MovedClock = field(default_factory=MovedClock)
    hook: int | None = None
    cells: int = 0
    photo: str = ""
    people: dict[str, SimulatedPerson] = field(default_factory=dict)
    app: App | None = None

    def config(self) -> Config:
        """By polling, or by webhook where there is a port for it."""
        hooked: dict[str, Any] = {}
        if self.hook:
            address = f"127.0.0.1:{self.hook}"
            hooked = {"webhook_url": f"http://{address}/hook", "webhook_listen": address}
            hooked["webhook_secret"] = Secret(SECRET)
        return Config(
            bot_token=Secret(TOKEN), bot_api_url=self.server.url, rate_limits="off",
            database=self.database, files=self.database.with_name("files"), **hooked,
        )  # fmt: skip

    @contextlib.asynccontextmanager
    async def life(self, patience: float | None = PATIENCE) -> AsyncIterator[App]:
        """The bot until it dies, which it does at once, whatever it has in hand."""
        road = partial(AiohttpRequest, read_timeout=DEADLINE)
        async with built(self.config(), self.clock, request=road) as running:
            ready = asyncio.Event()
            serving = asyncio.ensure_future(serve(running, ready.set))
            waiting = asyncio.ensure_future(ready.wait())
            try:
                await asyncio.wait(
                    {serving, waiting}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                if serving.done():
                    serving.result()
                yield running
                if serving.done():
                    serving.result()
            finally:
                for task in (waiting, serving):
                    task.cancel()
                await asyncio.gather(waiting, serving, return_exceptions=True)

    async def settle(self) -> None:
        """People join; everything that a cell needs is there."""
        roster = bundled("jakarta-pusat")
        connection = connect(self.database)
        made = in_transaction(
            connection, lambda db: apply_roster(db, roster, now=START, bot_username="PeduliHamBot")
        )
        connection.close()
        self.clock.set(START)
        for name, office in (
            ("Siti", "Suku Dinas Kesehatan"), ("Eko", "Suku Badan Kesatuan Bangsa dan Politik"),
            ("Budi", "coordinator"),
        ):  # fmt: skip
            token = next(o.token for o in made.links if office in (o.office, o.role, o.label))
            person = self.people[name] = self.server.person(name)
            person.open_link(token)
        chat = self.server.group("Koordinasi", self.people["Budi"])
        self.server.set_member(
            chat, self.server.bot.account, "administrator", by=self.people["Budi"].account
        )
        async with self.life():
            for newcomer in self.people.values():
                await newcomer.wait_for("Selamat datang")
            await self._prove()
            await self.server.idle()

    async def _prove(self) -> None:
        """Eko stands where files are taken."""
        eko = self.people["Eko"]
        for text in ("/lanjut", "2"):
            eko.send(text)
            await self.server.idle()
        eko.tap("✅ Simpan")
        saved = await eko.wait_for("Tersimpan")
        await self.server.idle()
        eko.tap("📎 Data dukung", message_id=saved.id)
        await eko.wait_for("Kirim foto atau berkasnya")
        eko.file("photo", png(251))
        await self.server.wait_calls(1, "getFile")
        while not self.photo:
            await asyncio.sleep(0.02)
            stored = "SELECT file_id FROM evidence WHERE state = 'stored'"
            self.photo = "".join(row[0] for row in self.stored(stored))

    def stored(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds in the bot's database."""
        place = f"file:{self.database}?mode=ro"
        with contextlib.closing(sqlite3.connect(place, uri=True)) as connection:
            return connection.execute(query, values).fetchall()
