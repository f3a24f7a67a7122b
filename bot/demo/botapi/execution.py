"""Carrying out a call of a bot: its method is looked up, run and noted in the log of calls."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.demo.botapi import (
    methods_chats,
    methods_edits,
    methods_files,
    methods_queries,
    methods_settings,
)
from bot.demo.botapi.api_errors import ApiError, bad
from bot.demo.botapi.methods import KNOWN, METHODS, Params, integer
from bot.demo.botapi.methods_settings import allow, described
from bot.demo.botapi.state import BotState, Call
from bot.demo.botapi.update_queue import LIMIT, TIMEOUT
from bot.demo.botapi.watching import Watch
from bot.demo.botapi.world import World

REGISTERED = (methods_chats, methods_edits, methods_files, methods_queries, methods_settings)
"""Imported for the methods that they register."""
POLL = frozenset({"offset", "limit", "timeout", "allowed_updates"})
CONFLICT_PAUSE = 3.0
BUSY_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)
ApiAnswer = tuple[int, dict[str, Any]]


async def answered(world: World, bot: BotState | None, name: str, params: Params) -> ApiAnswer:
    """Carry a call out: status and body."""
    before = bool(bot and bot.webhook)
    status = 200
    try:
        if bot is None:
            raise ApiError(401, "Unauthorized")
        if bot.logged_out:
            raise ApiError(400, "Logged out")
        if world.faults.orders:
            world.faults.refuse(name, params)
        if name == "getupdates":
            result: Any = await _get_updates(world, bot, params)
        else:
            method = METHODS.get(name)
            if method is None:
                raise ApiError(404, "Not Found: method not found")
            result = method(world, bot, params)
        body: dict[str, Any] = {"ok": True, "result": result}
        if text := described(name, params, before):
            body["description"] = text
    except ApiError as error:
        status, body = error.code, error.body()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        refused = bad(f"wrong parameters of {name}: {error!r}")
        status, body = refused.code, refused.body()
    _note(world, name, params, status, body)
    return status, body


def _note(world: World, name: str, params: Params, status: int, body: dict[str, Any]) -> None:
    world.counts[name] += 1
    watched = type(world.watch) is not Watch
    if not (world.keep_calls or watched) or (name == "getupdates" and status == 200):
        return
    known = POLL if name == "getupdates" else KNOWN.get(name)
    unknown = tuple(sorted(params.keys() - known)) if known is not None else ()
    unknown = tuple(one for one in unknown if not isinstance(params[one], tuple))  # attached files
    light = {
        key: {"file": value[0], "size": len(value[1])} if isinstance(value, tuple) else value
        for key, value in params.items()
    }
    result = body.get("result", body)
    call = Call(world.now(), name, light, result, status, unknown, integer(params, "chat_id"))
    if world.keep_calls:
        world.calls.append(call)
    world.watch.called(call)


async def _get_updates(world: World, bot: BotState, params: Params) -> list[dict[str, Any]]:
    loop = asyncio.get_running_loop()
    try:
        if bot.webhook:
            raise ApiError(409, BUSY_WEBHOOK)
        allow(bot, params)
        world.watch.polled()
        offset, limit = integer(params, "offset") or 0, integer(params, "limit")
        timeout = max(0, min(integer(params, "timeout") or 0, TIMEOUT))
        return await bot.queue.poll(offset, LIMIT if limit is None else limit, timeout)
    except ApiError as error:
        if error.code == 409:  # the first at once, others not oftener than every 3 s
            if loop.time() < bot.next_conflict:
                await world.pause(CONFLICT_PAUSE)
            else:
                bot.next_conflict = loop.time() + CONFLICT_PAUSE
        raise
