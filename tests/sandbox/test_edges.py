"""What is rarely done, and what is kept small."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo
from telegram.constants import ReactionEmoji

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.api_errors import ApiError
from bot.demo.botapi.methods_edits import REACTIONS
from bot.demo.botapi.reply_markup import check_markup
from bot.demo.botapi.url_rules import LinkError, address
from tests.sandbox.test_messages import keys, refused


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("t.me/x?start=a", "http://t.me/x?start=a"),
        ("https://a.id", "https://a.id/"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("mailto://a@b.id", None),
        ("http://a b.id", None),
        ("http://127.0.0.1:8081/x", "http://127.0.0.1:8081/x"),
        ("http://a.id:x/", None),
        ("", None),
    ],
)
def test_addresses(url: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(LinkError):
            address(url)
    else:
        assert address(url) == kept


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ([], "object expected as reply markup"),
        ({"inline_keyboard": {}}, 'field "inline_keyboard" must be of type Array'),
        ({"inline_keyboard": ["a"]}, 'field "inline_keyboard" must be an Array of Arrays'),
        (
            {"inline_keyboard": [["a"]]},
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (
            {"inline_keyboard": [[{}]]},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"inline_keyboard": [[{"text": 1}]]},
            'can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        ({"keyboard": [[""]]}, "keyboard button text must be non-empty"),
        (
            {"keyboard": [["a"]], "input_field_placeholder": "a" * 65},
            "input field placeholder is too long",
        ),
    ],
)
def test_markups_that_are_refused(markup: Any, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_markup(markup)
    assert caught.value.description == f"Bad Request: {words}"


def test_markups_that_are_none() -> None:
    empty: tuple[Any, ...] = (
        {"inline_keyboard": []}, {"inline_keyboard": [[]]}, {"keyboard": []}, {}, None,
    )  # fmt: skip
    for markup in empty:
        assert check_markup(markup) is None
    assert check_markup({"force_reply": True}) == {"force_reply": True}


async def test_a_reply_keyboard_cannot_be_edited_in(bot: Bot, siti: SimulatedPerson) -> None:
    sent = await bot.send_message(siti.id, "a")
    given = {
        "chat_id": siti.id,
        "message_id": sent.message_id,
        "reply_markup": {"keyboard": [["a"]]},
    }
    with pytest.warns(match="Please use"):
        await refused(
            bot.do_api_request("edit_message_reply_markup", given), "inline keyboard expected"
        )
    app = InlineKeyboardButton("a", web_app=WebAppInfo("http://example.org/"))
    call = bot.send_message(siti.id, "a", reply_markup=InlineKeyboardMarkup([[app]]))
    words = "inline keyboard button Web App URL 'http://example.org/' is invalid: Only HTTPS links are allowed"
    await refused(call, words)


async def test_nothing_is_pinned_and_a_draft(bot: Bot, siti: SimulatedPerson) -> None:
    await refused(bot.unpin_chat_message(siti.id), "message to unpin not found")
    assert await bot.send_message_draft(siti.id, 1, "sebentar")
    assert siti.is_being_written_to


async def test_waiting_for_an_edit(bot: Bot, siti: SimulatedPerson) -> None:
    sent = await bot.send_message(siti.id, "a", reply_markup=keys("x"))
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(siti.wait_edit(sent.message_id, "b"))
        await bot.edit_message_text("b", siti.id, sent.message_id)
    assert waiting.result().text == "b"
    with pytest.raises(TimeoutError, match="Siti waited for 'c', has 'b'"):
        await siti.wait_for("c", timeout=0.02)


async def test_an_own_message_is_edited_and_deleted(bot: Bot, siti: SimulatedPerson) -> None:
    own = siti.send("12 /lanjut").id
    siti.edit(own, "13")
    siti.delete(own)
    sent, edited = await bot.get_updates(timeout=0)
    assert sent.message is not None
    assert sent.message.text == "12 /lanjut", "an update is a picture of its moment"
    assert edited.edited_message is not None
    assert edited.edited_message.text == "13"
    assert not edited.edited_message.entities
    other = await bot.send_message(siti.id, "a")
    with pytest.raises(ValueError, match="is not Siti's"):
        siti.edit(other.message_id, "b")
    with pytest.raises(ValueError, match="opens no such payload"):
        siti.open_link("a" * 65)
    assert siti.open_link("https://t.me/PeduliHamBot?start=abc").text == "/start abc"


async def test_old_messages_are_forgotten(siti: SimulatedPerson, server: Sandbox) -> None:
    siti.chat.kept = 100
    for i in range(300):
        siti.send(str(i))
    assert 100 <= len(siti.chat.messages) <= 125
    assert siti.messages[-1].text == "299"


async def test_a_large_backlog_costs_little(server: Sandbox) -> None:
    body = {"date": 1, "text": "a", "chat": {"id": 7, "type": "private", "first_name": "Siti"}}
    server.preload([{"message": {**body, "message_id": i}} for i in range(20_000)])
    offset, costs = 0, []
    for _ in range(5):
        began = time.process_time()
        for _ in range(40):
            updates = await server.bot.queue.poll(offset, 100, 0)
            offset = updates[-1]["update_id"] + 1
        costs.append(time.process_time() - began)
    assert await server.bot.queue.poll(offset, 100, 0) == []
    assert server.bot.queue.confirmed == 20_000
    assert costs[0] < 5 * min(costs[2:]), "a poll of a full queue costs as little"
    assert server.known(7).chat.started


def test_reactions_are_those_of_the_bot_api() -> None:
    known = {str(one.value).replace("\ufe0f", "") for one in ReactionEmoji}
    assert known <= {one.replace("\ufe0f", "") for one in REACTIONS}
