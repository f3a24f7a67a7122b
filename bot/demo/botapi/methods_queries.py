"""Answers to taps and to inline queries, and signs of life."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.api_errors import bad
from bot.demo.botapi.entities import units
from bot.demo.botapi.methods import (
    SENDING,
    Params,
    chat_of,
    flag,
    integer,
    method,
    send,
    text_content,
)
from bot.demo.botapi.reply_markup import check_markup
from bot.demo.botapi.size_limits import NOTICE
from bot.demo.botapi.state import BotState, old_query
from bot.demo.botapi.world import World

RESULTS, RESULT_ID = 50, 64
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


@method("callback_query_id text show_alert url cache_time")
def answer_callback_query(world: World, bot: BotState, params: Params) -> bool:
    """Answer a tap: once, and within its life."""
    query = bot.queries.get(str(params.get("callback_query_id")))
    if query is None or query.answer is not None or query.expires <= world.now():
        raise old_query()
    text = str(params.get("text") or "")
    if units(text) > NOTICE:
        raise bad("MESSAGE_TOO_LONG")
    query.answer = {
        "text": text,
        "alert": flag(params, "show_alert"),
        "message_id": query.message_id,
        "url": params.get("url"),
    }
    world.notice(query)
    return True


@method("chat_id action message_thread_id business_connection_id")
def send_chat_action(world: World, bot: BotState, params: Params) -> bool:
    chat = chat_of(world, bot, params)
    if params.get("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.action_until = world.now() + 5
    world.changed("action", chat, None)
    return True


@method("inline_query_id results cache_time is_personal next_offset button")
def answer_inline_query(world: World, bot: BotState, params: Params) -> bool:
    query = bot.inline.get(str(params.get("inline_query_id")))
    if query is None or query["results"] is not None or query["expires"] <= world.now():
        raise old_query()
    results: Any = params.get("results")
    if not isinstance(results, list):
        raise bad("can't parse inline query results JSON object")
    if len(results) > RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    ids = [str(one.get("id", "")) for one in results]
    if any(not 1 <= len(one.encode()) <= RESULT_ID for one in ids):
        raise bad("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    for result in results:
        content = result.get("input_message_content")
        if content and "message_text" in content:
            text_content(world, {**content, "text": content.get("message_text")})
        check_markup(result.get("reply_markup"), inline_only=True)
    query["results"] = results
    query["button"] = params.get("button")
    world.changed("inline", None, None)
    return True


@method(
    f"{SENDING} latitude longitude horizontal_accuracy live_period heading proximity_alert_radius"
)
def send_location(world: World, bot: BotState, params: Params) -> Params:
    try:
        place = {name: float(params[name]) for name in ("latitude", "longitude")}
    except (KeyError, TypeError, ValueError):
        raise bad("wrong latitude or longitude") from None
    return send(world, bot, params, {"location": place})


@method(f"{SENDING} phone_number first_name last_name vcard")
def send_contact(world: World, bot: BotState, params: Params) -> Params:
    if not params.get("phone_number") or not params.get("first_name"):
        raise bad(
            "phone_number is empty" if not params.get("phone_number") else "first_name is empty"
        )
    names = ("phone_number", "first_name", "last_name", "vcard")
    return send(
        world, bot, params, {"contact": {n: str(params[n]) for n in names if params.get(n)}}
    )


@method("chat_id message_thread_id draft_id text parse_mode entities")
def send_message_draft(world: World, bot: BotState, params: Params) -> bool:
    """Take a draft and show the bot as writing; the page does not stream it."""
    chat = chat_of(world, bot, params)
    if not integer(params, "draft_id"):
        raise bad("draft_id is empty")
    text_content(world, params)
    chat.action_until = world.now() + 5
    world.changed("action", chat, None)
    return True
