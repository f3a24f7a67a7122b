"""The real bot against the local Bot API server, over HTTP, on a real file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.app import App, built, serve
from bot.config import Config
from bot.demo.botapi import SimulatedPerson
from bot.given_settings import Secret
from bot.roster import SetupResult
from tests.support import PATIENCE, HeldClock, jakarta_pusat, made, make_database
from tests.support.beside import AttentiveSandbox, counting
from tests.support.process import free_port

TOKEN = "123456:TEST-TOKEN"
SECRET = "rahasia-webhook"


@dataclass
class Stage:
    """A sandbox, a database, and the bot, which can be started, ended and started again."""

    server: AttentiveSandbox
    database: Path
    clock: HeldClock
    webhook: bool = False
    setup: SetupResult = field(default_factory=SetupResult)
    limits: Literal["telegram", "off"] = "off"
    port: int = field(default_factory=free_port)
    bot_token: str = TOKEN

    def config(self) -> Config:
        hook: dict[str, Any] = {}
        if self.webhook:
            hook = {
                "webhook_url": f"http://127.0.0.1:{self.port}/hook",
                "webhook_listen": f"127.0.0.1:{self.port}",
                "webhook_secret": Secret(SECRET),
            }
        return Config(
            bot_token=Secret(self.bot_token),
            bot_api_url=self.server.url,
            rate_limits=self.limits,
            database=self.database,
            files=self.database.with_name("files"),
            **hook,
        )

    @contextlib.asynccontextmanager
    async def running(self, fault: Callable[[str], None] = lambda _: None) -> AsyncIterator[App]:
        """Run the bot in this process, from start to an orderly end."""
        async with built(self.config(), self.clock, fault, opened=counting) as app:
            ready = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                group.create_task(serve(app, ready.set))
                await asyncio.wait_for(ready.wait(), PATIENCE)
                self.server.app = app
                try:
                    yield app
                finally:
                    self.server.app = None
                    app.stop.set()

    def token(self, office: str) -> str:
        return next(
            one.token for one in self.setup.links if office in (one.office, one.role, one.label)
        )

    async def joined(self, office: str, name: str) -> SimulatedPerson:
        """Return a new person who has opened the link of an office (or of a role)."""
        person = self.server.person(name)
        person.open_link(self.token(office))
        await person.wait_for("Selamat datang")
        return person


@pytest.fixture
async def server() -> AsyncIterator[AttentiveSandbox]:
    clock = HeldClock()
    async with AttentiveSandbox(clock=lambda: clock.now.timestamp()) as sandbox:
        sandbox.add_bot(TOKEN)
        sandbox.held = clock  # type: ignore[attr-defined]
        yield sandbox


@pytest.fixture
def stage(server: AttentiveSandbox, tmp_path: Path) -> Stage:
    """Set up Jakarta Pusat as it ships, ready to be played."""
    clock: HeldClock = server.held  # type: ignore[attr-defined]
    path = make_database(tmp_path / "season.db", jakarta_pusat)
    return Stage(server, path, clock, setup=made(jakarta_pusat)[1])
