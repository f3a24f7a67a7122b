"""Sending, editing, deleting: what goes through and what is refused, in Telegram's words."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.sandbox.conftest import TOKEN


def keys(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(one, callback_data=one)] for one in data])


async def refused(call: Any, text: str) -> None:
    """Check a refusal's words without regard to case: PTB strips "Bad Request: " and capitalises."""
    with pytest.raises((BadRequest, Forbidden)) as caught:
        await call
    assert caught.value.message.lower() == text.lower()


async def test_a_message_arrives_with_what_the_bot_api_shows(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    sent = await bot.send_message(
        siti.id, " <b>Hak hidup</b> &amp; 🏟 <i>lain</i>\n", parse_mode="HTML", protect_content=True
    )
    assert sent.text == "Hak hidup & 🏟 lain"
    assert [(one.type, one.offset, one.length) for one in sent.entities] == [
        ("bold", 0, 9),
        ("italic", 15, 4),
    ]
    assert sent.from_user is not None
    assert sent.from_user.is_bot
    assert sent.date.timestamp() == 1_700_000_000
    assert sent.has_protected_content
    assert siti.text == sent.text
    assert siti.last.html == "<b>Hak hidup</b> &amp; 🏟 <i>lain</i>"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        ("  \n", "text must be non-empty"),
        ("<b> </b>", "text must be non-empty"),
        ("a" * 4097, "message is too long"),
        ("🏟" * 2049, "message is too long"),
        ("é" * 16_385, "text is too long"),
        ("<b>tebal", 'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
        ("<x>a</x>", 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
        ("é <b>a</i>", 'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("1 < 2", 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
    ],
)  # fmt: skip
async def test_texts_that_are_refused(
    bot: Bot, siti: SimulatedPerson, text: str, words: str
) -> None:
    await refused(bot.send_message(siti.id, text, parse_mode="HTML"), words)
    assert not siti.replies


async def test_the_longest_text_counts_after_the_markup_is_read(
    bot: Bot, siti: SimulatedPerson
) -> None:
    sent = await bot.send_message(siti.id, "<b>" + "🏟" * 2048 + "</b>", parse_mode="HTML")
    assert sent.entities[0].length == 4096


@pytest.mark.parametrize(
    ("mode", "text", "html"),
    [
        ("MarkdownV2", "*a _b_* ||c|| [d](a.id) \\.", '<b>a </b><b><i>b</i></b> <tg-spoiler>c</tg-spoiler>'
         ' <a href="http://a.id/">d</a> .'),
        ("MarkdownV2", ">a\n>b||\nc", "<blockquote expandable>a\nb\n</blockquote>c"),
        ("Markdown", "*a* _b_ `c` [d](a.id)", '<b>a</b> <i>b</i> <code>c</code> <a href="http://a.id/">d</a>'),
    ],
)  # fmt: skip
async def test_markdown(bot: Bot, siti: SimulatedPerson, mode: str, text: str, html: str) -> None:
    await bot.send_message(siti.id, text, parse_mode=mode)
    assert siti.last.html == html


async def test_markdown_that_is_refused(bot: Bot, siti: SimulatedPerson) -> None:
    words = "can't parse entities: Can't find end of Bold entity at byte offset 0"
    await refused(bot.send_message(siti.id, "*a", parse_mode="MarkdownV2"), words)
    words = "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"
    await refused(bot.send_message(siti.id, "a.", parse_mode="MarkdownV2"), words)
    await refused(bot.send_message(siti.id, "a", parse_mode="Wiki"), "unsupported parse_mode")
    await refused(bot.send_message(siti.id, "a", parse_mode="BBCode"), "unsupported parse_mode")


async def test_chats_that_cannot_be_written_to(
    bot: Bot, server: Sandbox, siti: SimulatedPerson
) -> None:
    await refused(bot.send_message(42, "halo"), "chat not found")
    await refused(bot.send_message("", "halo"), "chat_id is empty")
    stranger = server.person("Orang")
    await refused(bot.send_message(stranger.id, "halo"), "chat not found")
    group = server.group("Staf", siti, stranger)
    words = "bot can't initiate conversation with a user"
    await refused(bot.send_message(stranger.id, "halo"), f"Forbidden: {words}")
    siti.block()
    await refused(bot.send_message(siti.id, "halo"), "Forbidden: bot was blocked by the user")
    siti.unblock()
    siti.deactivate()
    await refused(bot.send_chat_action(siti.id, "typing"), "Forbidden: user is deactivated")
    server.set_member(group, server.bot.account, "kicked", by=siti.account)
    words = "Forbidden: bot was kicked from the supergroup chat"
    await refused(bot.send_message(group.id, "halo"), words)


async def test_a_person_who_writes_again_unblocks(bot: Bot, siti: SimulatedPerson) -> None:
    siti.block()
    siti.send("halo")
    await bot.send_message(siti.id, "selamat datang kembali")
    kinds = [one.my_chat_member or one.message for one in await bot.get_updates(timeout=0)]
    assert [type(one).__name__ for one in kinds] == [
        "ChatMemberUpdated",
        "ChatMemberUpdated",
        "Message",
    ]


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "a", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "a"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": " ", "callback_data": "a"}, "inline keyboard button text must be non-empty"),
        ({"text": "a", "url": "http://localhost:1/"},
         "inline keyboard button URL 'http://localhost:1/' is invalid: Wrong HTTP URL"),
        ({"text": "a", "copy_text": CopyTextButton("a" * 257)}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "a", "callback_data": "a", "style": "blink"}, "BUTTON_TYPE_INVALID"),
    ],
)  # fmt: skip
async def test_buttons_that_are_refused(
    bot: Bot, siti: SimulatedPerson, button: dict[str, Any], words: str
) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton(**button)]])
    await refused(bot.send_message(siti.id, "a", reply_markup=markup), words)


async def test_keyboards_have_a_size(bot: Bot, siti: SimulatedPerson) -> None:
    button = InlineKeyboardButton("a", callback_data="a" * 64)
    await bot.send_message(siti.id, "a", reply_markup=InlineKeyboardMarkup([[button] * 8] * 12))
    words = "reply markup is too long"
    for rows in ([[button] * 9], [[button] * 8] * 13):
        call = bot.send_message(siti.id, "a", reply_markup=InlineKeyboardMarkup(rows))
        await refused(call, words)


async def test_reply_keyboards_come_and_go(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    phone = KeyboardButton("Bagikan nomor", request_contact=True)
    markup = ReplyKeyboardMarkup([["Ya", "Tidak"], [phone]])
    await bot.send_message(siti.id, "Nomor?", reply_markup=markup)
    assert siti.press("Ya").text == "Ya"
    assert siti.press("Bagikan nomor").body["contact"]["user_id"] == siti.id
    await bot.send_message(siti.id, "Baik", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(LookupError):
        siti.press("Ya")
    group = server.group("Staf", siti)
    words = "phone number can be requested in private chats only"
    await refused(bot.send_message(group.id, "Nomor?", reply_markup=markup), words)


async def test_replies_quote_what_is_there(bot: Bot, siti: SimulatedPerson) -> None:
    first = siti.send("12").id
    sent = await bot.send_message(siti.id, "?", reply_parameters=ReplyParameters(first))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "12"
    words = "message to be replied not found"
    await refused(bot.send_message(siti.id, "?", reply_parameters=ReplyParameters(99)), words)
    anyway = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(siti.id, "?", reply_parameters=anyway)).reply_to_message is None


async def test_edits_change_in_place_and_an_edit_to_the_same_is_refused(
    bot: Bot, siti: SimulatedPerson
) -> None:
    sent = await bot.send_message(siti.id, "<b>a</b>", parse_mode="HTML", reply_markup=keys("x"))
    place: dict[str, Any] = {"chat_id": siti.id, "message_id": sent.message_id}
    same = (
        "message is not modified: specified new message content and reply markup are exactly the same as a"
        " current content and reply markup of the message"
    )
    call = bot.edit_message_text("<b>a</b>", **place, parse_mode="HTML", reply_markup=keys("x"))
    await refused(call, same)
    edited = await bot.edit_message_text("a", **place, reply_markup=keys("x"))
    assert isinstance(edited, Message)
    assert edited.edit_date is not None
    edited = await bot.edit_message_text("a", **place)
    assert isinstance(edited, Message)
    assert edited.reply_markup is None, "an edit without a keyboard takes it away"
    await refused(bot.edit_message_reply_markup(**place), same)
    assert siti.every_button() == [(sent.message_id, "x")]
    assert siti.last.edited


async def test_messages_that_cannot_be_edited(bot: Bot, siti: SimulatedPerson) -> None:
    own = siti.send("12").id
    await refused(bot.edit_message_text("a", siti.id, own), "message can't be edited")
    await refused(bot.edit_message_text("a", siti.id, 99), "message to edit not found")
    sent = await bot.send_message(siti.id, "a")
    call = bot.edit_message_caption(siti.id, sent.message_id, caption="b")
    await refused(call, "there is no caption in the message to edit")
    await bot.delete_message(siti.id, sent.message_id)
    call = bot.edit_message_text("b", siti.id, sent.message_id)
    await refused(call, "message to edit not found")


async def test_deleting(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    sent = await bot.send_message(siti.id, "a")
    words = "message to delete not found"
    assert await bot.delete_message(siti.id, sent.message_id)
    await refused(bot.delete_message(siti.id, sent.message_id), words)
    old = await bot.send_message(siti.id, "b")
    server.advance(48 * 3600 + 1)
    call = bot.delete_message(siti.id, old.message_id)
    await refused(call, "message can't be deleted for everyone")
    new = [(await bot.send_message(siti.id, "c")).message_id for _ in range(2)]
    assert await bot.delete_messages(siti.id, [*new, 4000])
    assert [one.text for one in siti.replies] == ["b"]


async def test_pins_reactions_copies_and_forwards(bot: Bot, siti: SimulatedPerson) -> None:
    own = siti.send("12").id
    sent = await bot.send_message(siti.id, "<b>a</b>", parse_mode="HTML")
    assert await bot.pin_chat_message(siti.id, sent.message_id)
    assert (await bot.get_chat(siti.id)).pinned_message == sent
    assert await bot.unpin_chat_message(siti.id)
    await bot.set_message_reaction(siti.id, own, [ReactionTypeEmoji("👍")])
    assert siti.chat.messages[own].reactions == {123456: [{"type": "emoji", "emoji": "👍"}]}
    call = bot.set_message_reaction(siti.id, own, ReactionTypeEmoji("💾"))
    await refused(call, "REACTION_INVALID")
    copied = await bot.copy_message(siti.id, siti.id, sent.message_id)
    assert siti.chat.messages[copied.message_id].html == "<b>a</b>"
    forwarded = await bot.forward_message(siti.id, siti.id, own)
    assert forwarded.forward_origin is not None
    secret = await bot.send_message(siti.id, "rahasia", protect_content=True)
    forwarding = bot.forward_message(siti.id, siti.id, secret.message_id)
    await refused(forwarding, "message can't be forwarded")


async def test_typing_shows_for_five_seconds(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    await bot.send_chat_action(siti.id, "typing")
    assert siti.is_being_written_to
    server.advance(6)
    assert not siti.is_being_written_to
    await refused(bot.send_chat_action(siti.id, "dancing"), "wrong parameter action in request")


async def test_unknown_parameters_are_seen_in_the_log(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    await bot.send_message(siti.id, "a", api_kwargs={"glitter": True})
    call = server.called("sendMessage", siti.id)[-1]
    assert call.unknown == ("glitter",)
    assert call.params["text"] == "a"
    assert call.status == 200
    await refused(bot.send_message(siti.id, ""), "message text is empty")
    assert server.called("sendMessage")[-1].status == 400


async def test_many_at_once_keep_their_ids_apart(
    bot: Bot, siti: SimulatedPerson, server: Sandbox
) -> None:
    sent = await asyncio.gather(*(bot.send_message(siti.id, str(i)) for i in range(30)))
    assert len({one.message_id for one in sent}) == 30
    assert server.stats()["sent"] == 30
    assert TOKEN not in str(server.calls[-1])
