"""The official server's finer rules of delivery (telegram.md 4.6) and what a chat lets a bot do."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, ChatMember, Update
from telegram.error import Conflict, Forbidden, NetworkError

from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.sandbox.conftest import TOKEN
from tests.sandbox.test_messages import keys, refused
from tests.sandbox.test_webhook import Receiver, hook

__all__ = ["hook"]


def texts(updates: tuple[Update, ...]) -> list[str]:
    return [str(one.message.text) for one in updates if one.message]


async def test_repeats_come_with_what_is_new_and_all_is_acknowledged(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    """Ids ascend within an answer, so that the last one's successor acknowledges all of it."""
    for text in "abc":
        siti.send(text)
    offset = (await bot.get_updates(timeout=0))[-1].update_id + 1
    siti.send("d")
    server.redeliver()
    seen = []
    while updates := await bot.get_updates(offset=offset, limit=2, timeout=0):
        ids = [one.update_id for one in updates]
        assert ids == sorted(ids)
        seen += texts(updates)
        offset = ids[-1] + 1
    assert seen == ["/start", "a", "b", "c", "d", "d"]
    assert server.is_quiet


async def test_a_repeat_whose_answer_got_lost_comes_again(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    siti.send("a")
    offset = (await bot.get_updates(timeout=0))[-1].update_id + 1
    await bot.get_updates(offset=offset, timeout=0)
    server.redeliver(offset - 1)
    server.fault("drop_after", method="getUpdates")
    with pytest.raises(NetworkError):
        await bot.get_updates(timeout=0)
    assert texts(await bot.get_updates(timeout=0)) == ["a"]
    assert await bot.get_updates(offset=offset, timeout=0) == ()
    assert server.is_quiet


async def test_an_offset_far_in_the_future_is_none(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    """As after the ids began anew: a bot that remembers high ids is not left without updates."""
    siti.send("a")
    siti.send("b")
    assert texts(await bot.get_updates(offset=server.bot.queue.next_id + 11, timeout=0)) == [
        "a",
        "b",
    ]
    assert await bot.get_updates(offset=server.bot.queue.next_id, timeout=0) == ()


async def test_limits_are_brought_into_range(bot: Bot, siti: SimulatedPerson) -> None:
    for text in "ab":
        siti.send(text)
    assert texts(await bot.get_updates(limit=0, timeout=0)) == ["a"]
    assert texts(await bot.get_updates(limit=500, timeout=0)) == ["a", "b"]
    assert texts(await bot.get_updates(offset=-1, timeout=0)) == ["b"]


async def test_an_answer_has_at_most_4_mb(bot: Bot, siti: SimulatedPerson) -> None:
    for _ in range(60):
        siti.send("€" * 30_000)
    updates = await bot.get_updates(timeout=0)
    assert len(updates) == 46
    rest = await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    assert len(rest) == 14


async def test_kinds_that_are_not_wanted_use_up_no_id(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    before = server.bot.queue.next_id
    siti.react(siti.send("a").id, "👍")
    assert server.bot.queue.next_id == before + 1


async def status(server: Sandbox, session: aiohttp.ClientSession, **params: int) -> tuple[int, str]:
    async with session.get(f"{server.url}/bot{TOKEN}/getUpdates", params=params) as answer:
        return answer.status, (await answer.json()).get("description", "")


async def test_only_a_poll_that_waits_ends_another(server: Sandbox, siti: SimulatedPerson) -> None:
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        first = group.create_task(status(server, session, offset=1, timeout=5))
        await asyncio.sleep(0.05)
        assert (await status(server, session, offset=2, timeout=0))[0] == 200
        assert not first.done()
        second = group.create_task(status(server, session, offset=3, timeout=5))
        words = "terminated by other getUpdates request; make sure that only one bot instance is running"
        assert await first == (409, f"Conflict: {words}")
        siti.send("halo")
        assert (await second)[0] == 200


async def test_conflicts_are_not_told_oftener_than_every_3_seconds(
    server: Sandbox, siti: SimulatedPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.botapi.execution.CONFLICT_PAUSE", 0.4)
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        first = group.create_task(status(server, session, offset=1, timeout=50))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        second = group.create_task(status(server, session, offset=2, timeout=50))
        assert (await first)[0] == 409
        third = group.create_task(status(server, session, offset=3, timeout=50))
        assert (await second)[0] == 409
        assert time.monotonic() - began >= 0.4
        siti.send("halo")
        assert (await third)[0] == 200


async def test_asked_from_the_same_place_a_short_poll_waits(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    """Within 3 s, as if the timeout were 3; an update ends it."""
    server.bot.queue.brake = True
    assert await bot.get_updates(offset=7, timeout=0) == ()
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(bot.get_updates(offset=7, timeout=0))
        await asyncio.sleep(0.3)
        siti.send("halo")
    assert time.monotonic() - began >= 0.3
    assert texts(poll.result()) == ["halo"]


async def test_a_webhook_ends_a_poll_and_its_end_ends_none(
    bot: Bot, server: Sandbox, hook: Receiver, siti: SimulatedPerson
) -> None:
    async def poll() -> str:
        with pytest.raises(Conflict) as caught:
            await bot.get_updates(timeout=5)
        return caught.value.message

    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(poll())
        await asyncio.sleep(0.05)
        await bot.set_webhook(hook.url)
        assert await waiting == "Conflict: terminated by setWebhook request"
        await bot.delete_webhook()
        again = group.create_task(bot.get_updates(timeout=5))
        await asyncio.sleep(0.05)
        await bot.delete_webhook()
        siti.send("halo")
        assert texts(await again) == ["halo"]


async def test_posts_go_out_on_so_many_connections_and_no_more(
    bot: Bot, server: Sandbox, hook: Receiver
) -> None:
    people = [server.person(f"P{i}") for i in range(9)]
    hook.hold = asyncio.Event()
    await bot.set_webhook(hook.url, max_connections=3)
    for person in people:
        person.send("halo")
    await asyncio.sleep(0.2)
    assert len(hook.posts) == 3
    hook.hold.set()
    await server.idle(quiet=0.05)
    assert len(hook.posts) == 9


async def test_odd_answers_do_not_stop_the_posts(
    bot: Bot, server: Sandbox, hook: Receiver, siti: SimulatedPerson
) -> None:
    server.pusher.pauses = (0.02, 0.05)
    answers = {
        1: web.Response(status=503, headers={"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}),
        2: web.Response(status=302, headers={"Location": "/lain"}),
        3: web.json_response({"method": "sendMediaGroup", "chat_id": "x", "media": [1, 2]}),
        4: web.json_response({"method": "deleteWebhook"}),
        5: web.Response(status=201, text="{"),
    }
    hook.reply = lambda attempt: answers.get(attempt) or web.Response()
    await bot.set_webhook(hook.url)
    for text in "abcd":
        siti.send(text)
    await server.idle(quiet=0.05)
    assert hook.texts == ["a", "a", "a", "b", "c", "d"]


async def test_a_tap_too_old_between_two_tries_is_dropped(
    bot: Bot, server: Sandbox, hook: Receiver, siti: SimulatedPerson
) -> None:
    server.pusher.pauses = (0.1, 0.1)
    sent = await bot.send_message(siti.id, "a", reply_markup=keys("x"))
    hook.reply = lambda _: web.Response(status=500)
    await bot.set_webhook(hook.url)
    siti.tap("x")
    await asyncio.sleep(0.05)
    server.advance(151)
    await server.idle(quiet=0.15)
    assert len(hook.posts) == 1
    assert server.stats()["expired"] == 1
    assert sent


async def test_a_secret_has_a_length(bot: Bot) -> None:
    await refused(
        bot.set_webhook("http://127.0.0.1:9/", secret_token="a" * 257), "secret token is too long"
    )
    assert await bot.set_webhook("http://127.0.0.1:9/", secret_token="a" * 256)


async def test_a_chat_that_blocked_can_be_read_but_not_written_to(
    bot: Bot, siti: SimulatedPerson
) -> None:
    own = siti.send("a").id
    siti.block()
    assert (await bot.get_chat(siti.id)).first_name == "Siti"
    assert (await bot.get_chat_member(siti.id, siti.id)).status == ChatMember.MEMBER
    for call in (
        bot.send_message(siti.id, "a"),
        bot.send_chat_action(siti.id, "typing"),
        bot.copy_message(siti.id, siti.id, own),
    ):
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await call


async def test_who_was_thrown_out_is_told_apart_from_who_left(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    budi = server.person("Budi")
    group = server.group("Staf", siti, budi)
    server.set_member(group, budi.account, "kicked", by=siti.account)
    assert (await bot.get_chat_member(group.id, budi.id)).status == ChatMember.BANNED
    server.set_member(group, budi.account, "member", by=siti.account)
    server.set_member(group, budi.account, "left", by=budi.account)
    assert (await bot.get_chat_member(group.id, budi.id)).status == ChatMember.LEFT
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "a")
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.get_chat(group.id)


async def test_idle_waits_for_what_follows_an_acknowledgement(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    """A bot acknowledges first and speaks a moment later."""

    async def serve() -> None:
        updates = await bot.get_updates(timeout=5)
        await asyncio.sleep(0.3)
        await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
        await asyncio.sleep(0.05)
        await bot.send_message(siti.id, "baik")

    async with asyncio.TaskGroup() as group:
        group.create_task(serve())
        siti.send("halo")
        await server.idle()
        assert siti.text == "baik"


async def test_every_kind_of_update_can_be_read(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    await bot.get_updates(timeout=0, allowed_updates=Update.ALL_TYPES)
    budi = server.person("Budi")
    group = server.group("Staf", siti, budi)
    server.set_member(group, server.bot.account, "administrator", by=siti.account)
    server.set_member(group, server.person("Ani").account, "member", by=siti.account)
    message = siti.send("halo", chat=group)
    siti.react(message.id, "👍", chat=group)
    siti.edit(message.id, "halo semua", chat=group)
    siti.contact("+62", of=budi)
    siti.location(-6.2, 106.8)
    siti.file("voice", b"OggS")
    sent = await bot.send_message(group.id, "a", reply_markup=keys("x"))
    budi.tap("x", chat=group, message_id=sent.message_id)
    siti.ask_inline("status")
    siti.block()
    updates = await bot.get_updates(timeout=0)
    kinds = [next(kind for kind in one.to_dict() if kind != "update_id") for one in updates]
    assert set(kinds) == {
        "message", "edited_message", "callback_query", "inline_query", "my_chat_member", "chat_member",
        "message_reaction",
    }  # fmt: skip
    assert [one.update_id for one in updates] == sorted({one.update_id for one in updates})
    assert all(not one.api_kwargs for one in updates)


async def test_who_logged_out_is_answered_no_more(bot: Bot, server: Sandbox) -> None:
    assert await bot.log_out()
    await refused(bot.get_me(), "logged out")


async def test_preloaded_taps_keep_their_own_order(
    bot: Bot, server: Sandbox, hook: Receiver, siti: SimulatedPerson
) -> None:
    sent = await bot.send_message(siti.id, "a")
    tap = {"id": "1", "from": siti.account.user(), "chat_instance": "1", "data": "x"}
    server.preload([{"callback_query": {**tap, "message": sent.to_dict()}}])
    assert next(server.bot.queue.everything()).key == str(siti.id + 3 * 2**33)
