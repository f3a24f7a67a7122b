"""What the tests of the stage share: a running demo, and its addresses over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo import Demo, running
from bot.demo.botapi import SimulatedPerson
from bot.demo.rehearsal.over_http import settled
from tests.support import PATIENCE, dump

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""A Wednesday, at ten in Jakarta."""


@dataclass
class Staged:
    """A demo that runs, and a client of its /sim."""

    demo: Demo
    path: Path
    client: aiohttp.ClientSession

    async def get(self, path: str) -> Any:
        async with self.client.get(self.demo.url + path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        async with self.client.post(self.demo.url + path, json=body) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    def who(self, label: str) -> SimulatedPerson:
        return next(one for one in self.demo.server.people() if one.account.label == label)

    async def join(self, person: SimulatedPerson) -> None:
        after = person.open_link(person.account.start_link or "").id
        await person.wait_for("Selamat datang", after=after)

    async def asked(self) -> SimulatedPerson:
        """Return the contact of Sudinkes, at the first question."""
        siti = self.who("Kontak Sudinkes")
        await self.join(siti)
        siti.tap("▶️ Mulai mengisi")
        await siti.wait_for("jumlah kematian ibu")
        return siti

    async def trace(self, *kinds: str) -> list[dict[str, Any]]:
        entries = (await self.get("/sim/stage/trace"))["entries"]
        return [one for one in entries if not kinds or one["kind"] in kinds]

    async def settled(self) -> None:
        """Wait until all is taken, answered and sent, and no file is on its way."""
        with contextlib.closing(sqlite3.connect(self.path)) as letters:
            async with asyncio.timeout(PATIENCE):
                while not await settled(self.demo.recorder, letters):
                    await asyncio.sleep(0.01)

    @property
    def answers(self) -> list[tuple[Any, ...]]:
        return [row for row in dump(self.path, "record") if row[3] == "answer"]


@contextlib.asynccontextmanager
async def staged(
    folder: Path, state: str = "empty", limits: str = "telegram"
) -> AsyncIterator[Staged]:
    path = folder / "demo.db"
    async with (
        running(path, state=state, start=START, limits=limits) as demo,
        aiohttp.ClientSession() as client,
    ):
        yield Staged(demo, path, client)
