"""getMe, names, menus by scope and language, and what a person then sees."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
    MenuButtonDefault,
)
from telegram.error import BadRequest

from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.sandbox.test_messages import refused


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert me.is_bot
    assert me.username == "PeduliHamBot"
    assert me.supports_inline_queries
    assert me.can_join_groups
    assert me.can_read_all_group_messages is False
    assert me.has_topics_enabled is False
    assert await bot.close()
    assert await bot.log_out()


async def test_menus_by_scope_and_language(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    john = server.person("John", language="en")
    await bot.set_my_commands([("mulai", "Mulai")])
    await bot.set_my_commands([("mulai", "Start")], language_code="en")
    assert [one["description"] for one in (*siti.commands, *john.commands)] == ["Mulai", "Start"]
    staff = BotCommandScopeChat(siti.id)
    await bot.set_my_commands([("/status", "Status wilayah")], scope=staff)
    assert siti.commands == [{"command": "status", "description": "Status wilayah"}]
    assert await bot.get_my_commands(scope=staff) == (BotCommand("status", "Status wilayah"),)
    assert await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats()) == ()
    await bot.delete_my_commands(scope=staff)
    assert siti.commands[0]["command"] == "mulai"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("Mulai", "x"), "BOT_COMMAND_INVALID"),
        (("a" * 33, "x"), "BOT_COMMAND_INVALID"),
        (("mulai", ""), "BOT_COMMAND_DESCRIPTION_INVALID"),
        (("mulai", "a" * 257), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_commands_that_are_refused(bot: Bot, command: tuple[str, str], words: str) -> None:
    await refused(bot.set_my_commands([command]), words)


async def test_other_menus_that_are_refused(bot: Bot) -> None:
    await refused(bot.set_my_commands([("a", "b")] * 101), "BOT_COMMANDS_TOO_MUCH")
    await refused(bot.set_my_commands([("a", "b")], scope=BotCommandScopeChat(9)), "chat not found")
    call = bot.set_my_commands([("a", "b")], language_code="indonesia")
    await refused(call, "invalid language code specified")


async def test_names_and_descriptions(bot: Bot) -> None:
    assert (await bot.get_my_name()).name == "Peduli HAM"
    await bot.set_my_name("Peduli HAM Jakarta")
    await bot.set_my_description("Menilai kota peduli HAM")
    await bot.set_my_short_description("Human rights city", language_code="en")
    assert (await bot.get_my_name("en")).name == "Peduli HAM Jakarta"
    assert (await bot.get_my_description()).description == "Menilai kota peduli HAM"
    assert (await bot.get_my_short_description("en")).short_description == "Human rights city"
    with pytest.raises(BadRequest):
        await bot.set_my_name("a" * 65)


async def test_the_menu_button(bot: Bot, siti: SimulatedPerson) -> None:
    assert isinstance(await bot.get_chat_menu_button(), MenuButtonDefault)
    await bot.set_chat_menu_button(siti.id, MenuButtonCommands())
    assert isinstance(await bot.get_chat_menu_button(siti.id), MenuButtonCommands)
