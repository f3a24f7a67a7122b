"""Trouble on order, and the speed that Telegram allows."""

from __future__ import annotations

import time

import aiohttp
import pytest
from telegram import Bot
from telegram.error import Forbidden, NetworkError, RetryAfter

from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.sandbox.conftest import TOKEN


def seconds(error: RetryAfter) -> float:
    """Return seconds: PTB gives a number or a timedelta, by its environment."""
    wait = error.retry_after
    return wait if isinstance(wait, int) else wait.total_seconds()


async def test_refusals_by_method_chat_and_number(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    budi = server.person("Budi", started=True)
    words = {"code": 403, "description": "Forbidden: bot was blocked by the user"}
    fault = server.fault("refuse", method="sendMessage", chat_id=siti.id, times=2, **words)
    await bot.send_message(budi.id, "a")
    await bot.get_me()
    for _ in range(2):
        with pytest.raises(Forbidden):
            await bot.send_message(siti.id, "a")
    await bot.send_message(siti.id, "b")
    assert fault.struck == 2
    assert siti.chat.messages[2].text == "b"


async def test_slow_down_carries_its_seconds(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    server.fault("refuse", retry_after=7)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(siti.id, "a")
    assert seconds(caught.value) == 7
    server.fault("refuse", code=500, description="Internal Server Error")
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.get_me()


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [("drop_before", 0), ("reset", 0), ("bad_gateway", 0), ("drop_after", 1), ("half", 1)],
)
async def test_a_network_that_fails_before_or_after(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, kind: str, arrived: int
) -> None:
    server.fault(kind, method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(siti.id, "a")
    assert len(siti.replies) == arrived
    await bot.send_message(siti.id, "b")
    assert siti.text == "b"


async def test_a_slow_network(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    server.fault("delay", seconds=0.2, times=None)
    began = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - began >= 0.2
    server.clear_faults()
    await bot.get_me()


async def test_chance_is_repeatable(bot: Bot, siti: SimulatedPerson) -> None:
    async def struck() -> list[int]:
        async with Sandbox() as other:
            other.add_bot(TOKEN)
            budi = other.person("Budi", started=True)
            other.fault("refuse", code=500, times=None, probability=0.5)
            failed = []
            async with aiohttp.ClientSession() as session:
                for i in range(20):
                    url = f"{other.url}/bot{TOKEN}/sendMessage"
                    async with session.post(url, json={"chat_id": budi.id, "text": "a"}) as answer:
                        failed += [i] if answer.status == 500 else []
            return failed

    first = await struck()
    assert 0 < len(first) < 20
    assert await struck() == first
    with pytest.raises(ValueError, match="no such kind"):
        Sandbox().fault("earthquake")


async def test_one_a_second_per_chat(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    budi = server.person("Budi", started=True)
    server.bot.flood.enabled = True
    server.bot.flood.private = (1, 1.0)
    await bot.send_message(siti.id, "a")
    with pytest.raises(RetryAfter):
        await bot.send_message(siti.id, "b")
    await bot.send_message(budi.id, "c")
    server.advance(1.01)
    await bot.send_message(siti.id, "b")
    assert server.stats()["refused_for_speed"] == 1


async def test_short_bursts_pass_by_default(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    server.bot.flood.enabled = True
    for _ in range(14):
        await bot.send_message(siti.id, "a")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(siti.id, "b")
    assert seconds(caught.value) == 11


async def test_twenty_a_minute_per_group(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    group = server.group("Staf", siti)
    server.bot.flood.enabled = True
    for _ in range(20):
        await bot.send_message(group.id, "a")
    with pytest.raises(RetryAfter):
        await bot.send_message(group.id, "b")
    server.advance(60)
    await bot.send_message(group.id, "b")


async def test_thirty_a_second_over_all(bot: Bot, server: Sandbox) -> None:
    people = [server.person(f"P{i}", started=True) for i in range(40)]
    server.bot.flood.enabled = True
    done = 0
    for person in people:
        try:
            await bot.send_message(person.id, "a")
        except RetryAfter:
            break
        done += 1
    assert 30 <= done <= 32
    assert server.bot.flood.most_in_a_second >= done


async def test_bodies_that_cannot_be_read(server: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{server.url}/bot{TOKEN}/sendMessage"
        for body, kind in ((b"{", "application/json"), (b"[1]", "application/json"),
                           (b"\xff", "application/x-www-form-urlencoded"),
                           (b"reply_markup=%7B", "application/x-www-form-urlencoded")):  # fmt: skip
            async with session.post(url, data=body, headers={"Content-Type": kind}) as answer:
                assert answer.status == 400
                assert (await answer.json())["description"].startswith("Bad Request: ")


async def test_every_way_to_give_parameters(server: Sandbox, siti: SimulatedPerson) -> None:
    given = {"chat_id": str(siti.id), "text": "halo"}
    form = aiohttp.FormData(given)
    multi = aiohttp.FormData(given, default_to_multipart=True)
    url = f"{server.url}/bot{TOKEN}/SENDmessage/"
    async with aiohttp.ClientSession() as session:
        for how in ({"params": given}, {"data": form}, {"data": multi}, {"json": given}):
            async with session.post(url, **how) as answer:
                assert (await answer.json())["result"]["text"] == "halo"
                assert answer.headers["Content-Type"].startswith("application/json")
        async with session.get(url, params=given) as answer:
            assert answer.status == 200
        async with session.get(f"{server.url}/bot{TOKEN}") as answer:
            assert await answer.json() == {
                "ok": False,
                "error_code": 404,
                "description": "Not Found",
            }
    assert len(siti.replies) == 5
