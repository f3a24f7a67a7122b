"""Taps and inline queries: found, forced, answered once and in time."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)
from telegram.error import BadRequest

from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.sandbox.test_messages import keys, refused

OLD = "query is too old and response timeout expired or query ID is invalid"


async def test_a_tap_is_answered_once(bot: Bot, siti: SimulatedPerson) -> None:
    await bot.send_message(siti.id, "a", reply_markup=keys("x", "y"))
    siti.tap("y")
    (update,) = await bot.get_updates(timeout=0)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("y", siti.id)
    assert isinstance(query.message, Message)
    assert query.message.reply_markup == keys("x", "y")
    assert await bot.answer_callback_query(query.id, "Tersimpan")
    assert siti.toasts == ["Tersimpan"]
    assert siti.notices[-1]["alert"] is False
    await refused(bot.answer_callback_query(query.id, "Lagi"), OLD)


async def test_a_tap_waits_150_seconds_for_its_answer(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    await bot.send_message(siti.id, "a", reply_markup=keys("x"))
    early, late = siti.tap("x"), siti.tap(at=(0, 0))
    server.advance(149)
    assert await bot.answer_callback_query(early, "a" * 200, show_alert=True)
    assert siti.notices[-1]["alert"] is True
    server.advance(2)
    await refused(bot.answer_callback_query(late), OLD)
    await refused(bot.answer_callback_query("17"), OLD)


async def test_an_answer_has_at_most_200_characters(bot: Bot, siti: SimulatedPerson) -> None:
    await bot.send_message(siti.id, "a", reply_markup=keys("x"))
    query_id = siti.tap("x")
    await refused(bot.answer_callback_query(query_id, "a" * 201), "MESSAGE_TOO_LONG")
    assert await bot.answer_callback_query(query_id)
    assert (await siti.wait_notice(query_id))["text"] == ""
    assert siti.toasts == []


async def test_old_buttons_can_be_pressed_again(bot: Bot, siti: SimulatedPerson) -> None:
    sent = await bot.send_message(siti.id, "a", reply_markup=keys("x"))
    await bot.edit_message_text("b", siti.id, sent.message_id, reply_markup=keys("y"))
    with pytest.raises(LookupError):
        siti.tap("x")
    assert siti.every_button() == [(sent.message_id, "x"), (sent.message_id, "y")]
    siti.tap(data="x", message_id=sent.message_id)
    await bot.delete_message(siti.id, sent.message_id)
    siti.tap(data="y", message_id=sent.message_id)
    old, gone = await bot.get_updates(timeout=0)
    assert old.callback_query is not None
    assert isinstance(old.callback_query.message, Message)
    assert gone.callback_query is not None
    assert (
        gone.callback_query.message is not None
    )  # PTB 22.8 reads an inaccessible message as a message
    assert gone.callback_query.message.date.timestamp() == 0
    assert gone.to_dict()["callback_query"]["message"].keys() >= {"chat", "message_id", "date"}


async def test_a_button_that_opens_something_sends_no_tap(bot: Bot, siti: SimulatedPerson) -> None:
    link = InlineKeyboardButton("Buka", url="https://example.org/a")
    await bot.send_message(siti.id, "a", reply_markup=InlineKeyboardMarkup([[link]]))
    with pytest.raises(LookupError, match="opens something"):
        siti.tap("Buka")


def article(result_id: str, text: str, **more: object) -> InlineQueryResultArticle:
    content = InputTextMessageContent(text, parse_mode="HTML")
    return InlineQueryResultArticle(result_id, "Status", content, **more)  # type: ignore[arg-type]


async def test_an_inline_query_is_answered_chosen_and_edited(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    asked = siti.ask_inline("jakpus")
    (update,) = await bot.get_updates(timeout=0)
    assert update.inline_query is not None
    assert update.inline_query.query == "jakpus"
    card = article("1", "<b>76,25</b>", reply_markup=keys("x"))
    assert await bot.answer_inline_query(asked, [card], cache_time=0, is_personal=True)
    chosen = siti.choose_inline(asked, "1")
    assert chosen.html == "<b>76,25</b>"
    news = (await bot.get_updates(timeout=0))[-1].chosen_inline_result
    assert news is not None
    inline_id = news.inline_message_id
    assert await bot.edit_message_text("77", inline_message_id=inline_id) is True
    assert chosen.text == "77"
    await refused(bot.edit_message_text("78", inline_message_id="I0"), "MESSAGE_ID_INVALID")
    await refused(bot.answer_inline_query(asked, [card]), OLD)


async def test_inline_answers_that_are_refused(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    asked = siti.ask_inline("a")
    with pytest.raises(BadRequest, match=r"(?i)can't parse entities"):
        await bot.answer_inline_query(asked, [article("1", "<b>")])
    twice = [article("1", "a"), article("1", "b")]
    await refused(bot.answer_inline_query(asked, twice), "RESULT_ID_DUPLICATE")
    many = [article(str(i), "a") for i in range(51)]
    given = {"inline_query_id": asked, "results": [one.to_dict() for one in many]}
    with pytest.warns(match="Please use"):  # PTB's own method would cut the list
        await refused(bot.do_api_request("answer_inline_query", given), "RESULTS_TOO_MUCH")
    server.advance(31)
    await refused(bot.answer_inline_query(asked, [article("1", "a")]), OLD)
