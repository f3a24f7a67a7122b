"""Webhooks: header and content type, order per key, another try after a failure, calls in the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, RetryAfter

from bot.demo.botapi import Sandbox, SimulatedPerson


@dataclass
class Receiver:
    """What a bot's webhook would be; `reply` decides on each answer."""

    url: str = ""
    posts: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    reply: Callable[[int], web.Response] = lambda _: web.Response()
    hold: asyncio.Event | None = None

    async def handle(self, request: web.Request) -> web.Response:
        self.posts.append((dict(request.headers), await request.json()))
        if self.hold:
            await self.hold.wait()
        return self.reply(len(self.posts))

    @property
    def ids(self) -> list[int]:
        return [int(body["update_id"]) for _, body in self.posts]

    @property
    def texts(self) -> list[str]:
        return [str(body["message"]["text"]) for _, body in self.posts if "message" in body]


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture(autouse=True)
def quick(server: Sandbox) -> None:
    server.pusher.pauses = (0.05, 0.2)


async def test_a_post_has_the_secret_and_the_exact_content_type(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    await bot.set_webhook(hook.url, secret_token="rahasia")
    siti.send("halo")
    await server.idle(quiet=0.05)
    headers, body = hook.posts[0]
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Telegram-Bot-Api-Secret-Token"] == "rahasia"
    update = Update.de_json(body, bot)
    assert update.message is not None
    assert update.message.text == "halo"
    assert server.stats()["confirmed"] == 1


async def test_what_waited_is_pushed_in_order_and_by_chat(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    budi = server.person("Budi")
    for index in range(20):
        siti.send(f"s{index}")
        budi.send(f"b{index}")
    await bot.set_webhook(hook.url)
    await server.idle(quiet=0.05)
    for letter in "sb":
        own = [one for one in hook.texts if one.startswith(letter)]
        assert own == [f"{letter}{one}" for one in range(20)]


async def test_one_at_a_time_per_chat_and_a_tap_beside_a_text(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    """telegram.md 4.6: the key of a tap is its user, of a message its chat."""
    sent = await bot.send_message(siti.id, "a")
    hook.hold = asyncio.Event()
    await bot.set_webhook(hook.url)
    siti.send("satu")
    siti.send("dua")
    siti.tap(data="x", message_id=sent.message_id)
    await asyncio.sleep(0.2)
    kinds = [("message" in body, "callback_query" in body) for _, body in hook.posts]
    assert sorted(kinds) == [(False, True), (True, False)]
    hook.hold.set()
    await server.idle(quiet=0.05)
    assert hook.texts == ["satu", "dua"]


async def test_a_failure_is_tried_again_and_holds_back_its_chat_only(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    hook.reply = lambda attempt: web.Response(status=500 if attempt <= 2 else 200)
    await bot.set_webhook(hook.url)
    siti.send("satu")
    siti.send("dua")
    await server.idle(quiet=0.05)
    assert hook.texts == ["satu", "satu", "satu", "dua"]
    info = await bot.get_webhook_info()
    words = "Wrong response from the webhook: 500 Internal Server Error"
    assert info.last_error_message == words


async def test_retry_after_is_honoured(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    hook.reply = lambda attempt: web.Response(
        status=503 if attempt == 1 else 200, headers={"Retry-After": "1"}
    )
    await bot.set_webhook(hook.url)
    began = time.monotonic()
    siti.send("halo")
    await server.idle(quiet=0.05)
    assert time.monotonic() - began >= 1.0
    assert len(hook.posts) == 2


async def test_nobody_there_and_then_polling(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", max_connections=7)
    siti.send("halo")
    await asyncio.sleep(0.1)
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 1
    assert info.max_connections == 7
    assert str(info.last_error_message).startswith("Connection failed")
    await bot.delete_webhook()
    assert [one.message.text for one in await bot.get_updates(timeout=0) if one.message] == ["halo"]


async def test_an_old_tap_is_not_pushed(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    sent = await bot.send_message(siti.id, "a")
    siti.tap(data="x", message_id=sent.message_id)
    server.advance(151)
    await bot.set_webhook(hook.url)
    siti.send("halo")
    await server.idle(quiet=0.05)
    assert [sorted(body) for _, body in hook.posts] == [["message", "update_id"]]


async def test_a_call_may_be_in_the_answer(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    hook.reply = lambda _: web.json_response(
        {"method": "sendMessage", "chat_id": siti.id, "text": "terima kasih"}
    )
    await bot.set_webhook(hook.url)
    siti.send("halo")
    await siti.wait_for("terima kasih")


async def test_pending_updates_can_be_dropped_and_repeats_pushed(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    siti.send("lama")
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    siti.send("baru")
    await server.idle(quiet=0.05)
    assert hook.texts == ["baru"]
    server.redeliver(hook.ids[0])
    await server.idle(quiet=0.05)
    assert hook.texts == ["baru", "baru"]


async def test_settings_that_are_refused(bot: Bot, server: Sandbox) -> None:
    with pytest.raises(BadRequest, match=r"(?i)secret token contains unallowed characters"):
        await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="dua kata")
    with pytest.raises(BadRequest, match=r"(?i)bad webhook: an HTTPS URL must be provided"):
        await bot.set_webhook("ftp://127.0.0.1/hook")
    server.bot.flood.enabled = True
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(RetryAfter):
        await bot.set_webhook("http://127.0.0.1:9/hook")


async def test_a_late_update_is_overtaken_by_another_key(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, hook: Receiver
) -> None:
    await bot.set_webhook(hook.url)
    budi = server.person("Budi", started=True)
    server.fault("late", seconds=0.1)
    siti.send("satu")
    budi.send("dua")
    await server.idle(quiet=0.2)
    assert hook.texts == ["dua", "satu"]
