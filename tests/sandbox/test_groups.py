"""Groups: who is in them, what a bot hears there, and what it is told about itself."""

from __future__ import annotations

import pytest
from telegram import Bot, ChatMember
from telegram.error import BadRequest, ChatMigrated

from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.sandbox.test_messages import refused


async def test_members_and_administrators(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    budi, orang = server.person("Budi"), server.person("Orang")
    group = server.group("Staf", budi, siti)
    assert (await bot.get_chat(group.id)).title == "Staf"
    assert await bot.get_chat_member_count(group.id) == 3
    assert [one.user.id for one in await bot.get_chat_administrators(group.id)] == [budi.id]
    assert (await bot.get_chat_member(group.id, orang.id)).status == ChatMember.LEFT
    await refused(bot.get_chat_member(group.id, 9), "user not found")
    await refused(bot.get_chat_member(group.id, 0), "invalid user_id specified")
    call = bot.get_chat_administrators(siti.id)
    await refused(call, "there are no administrators in the private chat")
    with pytest.raises(ValueError, match="not in"):
        orang.send("halo", chat=group)


async def test_privacy_mode_lets_commands_and_replies_through(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    group = server.group("Staf", siti)
    sent = await bot.send_message(group.id, "halo")
    siti.send("obrolan", chat=group)
    siti.send("/status@LainBot", chat=group)
    siti.send("/status@PeduliHamBot", chat=group)
    siti.send("baik", chat=group, reply_to=sent.message_id)
    heard = [one.message.text for one in await bot.get_updates(timeout=0) if one.message]
    assert heard == ["/status@PeduliHamBot", "baik"]
    server.set_member(group, server.bot.account, "administrator", by=siti.account)
    siti.send("obrolan lagi", chat=group)
    last = (await bot.get_updates(timeout=0))[-1].message
    assert last is not None
    assert last.text == "obrolan lagi"


async def test_the_bot_is_told_when_it_comes_and_goes(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    group = server.group("Staf", siti, with_bot=False)
    await refused(bot.send_message(group.id, "halo"), "chat not found")
    server.set_member(group, server.bot.account, "member", by=siti.account)
    await bot.send_message(group.id, "halo")
    assert await bot.leave_chat(group.id)
    words = "Forbidden: bot is not a member of the supergroup chat"
    await refused(bot.send_message(group.id, "halo"), words)
    changes = [one.my_chat_member for one in await bot.get_updates(timeout=0)]
    states = [one.new_chat_member.status for one in changes if one]
    assert states == ["member", "left"]


async def test_a_blocked_bot_is_told(bot: Bot, siti: SimulatedPerson) -> None:
    siti.block()
    siti.block()
    siti.unblock()
    changes = [one.my_chat_member for one in await bot.get_updates(timeout=0)]
    assert [one.new_chat_member.status for one in changes if one] == ["kicked", "member"]


async def test_an_upgraded_group_has_a_new_id(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    group = server.group("Staf", siti, kind="group")
    new = server.upgrade(group)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "halo")
    assert caught.value.new_chat_id == new.id
    await bot.send_message(new.id, "halo")


async def test_rights_in_groups(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    group = server.group("Staf", siti)
    message_id = siti.send("halo", chat=group).id
    await refused(bot.delete_message(group.id, message_id), "message can't be deleted")
    words = "not enough rights to manage pinned messages in the chat"
    await refused(bot.pin_chat_message(group.id, message_id), words)
    server.set_member(group, server.bot.account, "administrator", by=siti.account)
    assert await bot.pin_chat_message(group.id, message_id)
    assert await bot.delete_message(group.id, message_id)
    with pytest.raises(BadRequest):
        await bot.leave_chat(siti.id)
