"""getUpdates: offsets, redelivery until acknowledged, lifetimes, conflict, the kinds that are wanted."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, NetworkError

from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.sandbox.conftest import TOKEN, bot_for


async def texts(bot: Bot, **how: Any) -> list[str]:
    given: dict[str, Any] = {"timeout": 0, **how}
    updates = await bot.get_updates(**given)
    return [str(one.message.text) for one in updates if one.message]


async def test_updates_come_again_until_a_higher_offset_is_asked_for(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    for text in "abc":
        siti.send(text)
    first = await bot.get_updates(timeout=0)
    assert await texts(bot) == ["a", "b", "c"]
    assert await texts(bot, offset=first[1].update_id) == ["b", "c"]
    assert await texts(bot, limit=1) == ["b"]
    assert await texts(bot, offset=first[2].update_id + 1) == []
    assert server.stats()["pending"] == 0
    assert [one.update_id for one in first] == sorted(one.update_id for one in first)


async def test_a_negative_offset_keeps_the_newest(bot: Bot, siti: SimulatedPerson) -> None:
    for text in "abcd":
        siti.send(text)
    assert await texts(bot, offset=-2) == ["c", "d"]
    assert await texts(bot) == ["c", "d"]


async def test_at_most_a_hundred(bot: Bot, siti: SimulatedPerson) -> None:
    for index in range(120):
        siti.send(str(index))
    assert len(await bot.get_updates(timeout=0)) == 100


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, siti: SimulatedPerson) -> None:
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        polling = group.create_task(bot.get_updates(timeout=50))
        await asyncio.sleep(0.1)
        siti.send("halo")
    assert len(polling.result()) == 1
    assert time.monotonic() - began < 40
    assert await texts(bot, offset=polling.result()[0].update_id + 1, timeout=1) == []


async def test_a_second_poll_ends_the_first_with_a_conflict(bot: Bot, server: Sandbox) -> None:
    async with bot_for(server) as other, asyncio.TaskGroup() as group:
        first = group.create_task(_conflicts(bot.get_updates(timeout=50)))
        await asyncio.sleep(0.1)
        second = group.create_task(other.get_updates(timeout=1))
        words = "terminated by other getUpdates request; make sure that only one bot instance is running"
        assert words in await first
    assert second.result() == ()


async def _conflicts(call: object) -> str:
    with pytest.raises(Conflict) as caught:
        await call  # type: ignore[misc]
    return caught.value.message


async def test_no_polling_beside_a_webhook(bot: Bot, server: Sandbox) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    assert words in await _conflicts(bot.get_updates(timeout=0))
    await bot.delete_webhook()
    assert await bot.get_updates(timeout=0) == ()


async def test_asking_the_same_again_at_once_gets_one_update_only(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    """telegram.md 4.6: within 0.5 s from the same offset."""
    server.bot.queue.brake = True
    for text in "abc":
        siti.send(text)
    assert len(await texts(bot)) == 3
    assert len(await texts(bot)) == 1


@pytest.mark.parametrize(("seconds", "left"), [(149, 3), (151, 2), (86_401, 0)])
async def test_taps_live_150_seconds_and_messages_a_day(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, seconds: int, left: int
) -> None:
    """telegram.md 4.6."""
    sent = await bot.send_message(siti.id, "a")
    siti.send("12")
    siti.tap(data="x", message_id=sent.message_id)
    siti.edit(2 + 1, "13")
    server.advance(seconds)
    assert len(await bot.get_updates(timeout=0)) == left
    assert server.stats()["expired"] == 3 - left


async def test_inline_queries_live_30_seconds(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    siti.ask_inline("jakpus")
    server.advance(31)
    assert await bot.get_updates(timeout=0) == ()


async def test_only_kinds_that_were_asked_for(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    sent = await bot.send_message(siti.id, "a")
    siti.react(sent.message_id, "👍")
    assert await bot.get_updates(timeout=0) == (), "reactions come on request only"
    await bot.get_updates(timeout=0, allowed_updates=["message_reaction"])
    siti.react(sent.message_id, "🔥")
    siti.send("halo")
    updates = await bot.get_updates(timeout=0)
    assert [bool(one.message_reaction) for one in updates] == [True]
    siti.block()
    await bot.get_updates(offset=updates[0].update_id + 1, timeout=0, allowed_updates=[])
    siti.unblock()
    assert len(await bot.get_updates(timeout=0)) == 1


async def test_a_poll_whose_answer_got_lost_loses_nothing(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    siti.send("a")
    server.fault("drop_after", method="getUpdates")
    with pytest.raises(NetworkError):
        await bot.get_updates(timeout=0)
    assert await texts(bot) == ["a"]


async def test_redelivery_by_the_same_ids(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    for text in "abc":
        siti.send(text)
    first = await bot.get_updates(timeout=0)
    offset = first[-1].update_id + 1
    assert await bot.get_updates(offset=offset, timeout=0) == ()
    assert server.redeliver() == 4  # the first is the /start of the fixture
    again = await bot.get_updates(offset=offset, timeout=0)
    assert [one.update_id for one in again[1:]] == [one.update_id for one in first]
    siti.send("d")
    assert await texts(bot, offset=again[-1].update_id + 1) == ["d"]
    assert server.redeliver(first[0].update_id) == 1


async def test_duplicates_and_preloaded_updates(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    server.fault("duplicate", times=1)
    siti.send("a")
    siti.send("b")
    assert await texts(bot) == ["a", "a", "b"]
    message = {
        "message_id": 900,
        "date": 1_700_000_000,
        "text": "jauh",
        "chat": {"id": 7, "type": "private"},
    }
    server.preload([{"message": message}])
    assert (await texts(bot))[-1] == "jauh"


async def test_a_wrong_token_and_an_unknown_method(bot: Bot, server: Sandbox) -> None:
    with pytest.raises(InvalidToken):
        async with bot_for(server, "1:WRONG"):
            pass
    with pytest.raises(EndPointNotFound):  # PTB's reading of 404
        await bot.do_api_request("sendGlitter")
    assert server.called("sendGlitter")[0].status == 404


async def test_ids_may_start_anew(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    siti.send("a")
    await bot.get_updates(offset=(await bot.get_updates(timeout=0))[-1].update_id + 1, timeout=0)
    server.bot.queue.next_id = 5
    siti.send("b")
    assert [one.update_id for one in await bot.get_updates(timeout=0)] == [5]
    assert TOKEN in server.bots
