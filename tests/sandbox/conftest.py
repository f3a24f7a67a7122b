"""PTB's own Bot, on the product's request layer, against the local Bot API server over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.telegram.request import AiohttpRequest

TOKEN = "123456:TEST-TOKEN"


class Clock:
    """Seconds that stand still until they are moved."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def bot_for(server: Sandbox, token: str = TOKEN) -> Bot:
    return Bot(
        token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=4),
    )


@pytest.fixture
async def server() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=Clock()) as sandbox:
        sandbox.add_bot(TOKEN)
        sandbox.bot.queue.brake = (
            False  # polls in a row need not wait, but in the tests of that rule
        )
        yield sandbox


@pytest.fixture
async def bot(server: Sandbox) -> AsyncIterator[Bot]:
    async with bot_for(server) as client:
        yield client


@pytest.fixture
async def plain(server: Sandbox) -> AsyncIterator[Bot]:
    """Yield PTB's Bot with PTB's own request layer."""
    bot = Bot(TOKEN, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    async with bot as client:
        yield client


@pytest.fixture
def siti(server: Sandbox) -> SimulatedPerson:
    """Return a person whose chat is open and whose first message is dealt with."""
    person = server.person("Siti", username="siti")
    person.send("/start")
    server.bot.queue.clear()
    return person


def png(width: int = 20, height: int = 10) -> bytes:
    """Return the head of a picture of that size; nothing reads further."""
    sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + sides + bytes(8)
