"""More of `/sim`, for tests and benchmarks in other processes: bots, groups, the log of calls, waiting."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from msgspec.structs import asdict

from bot.demo.botapi.bodies import json_response, read_object
from bot.demo.botapi.control import RUBBISH
from bot.demo.botapi.server import Hang
from bot.demo.botapi.simulated_people import SimulatedPerson
from bot.demo.botapi.simulation import Simulation
from bot.demo.botapi.state import Chat
from bot.demo.botapi.transcript import detailed, plain

Payload = dict[str, Any]
Act = Callable[[Simulation, Payload], Awaitable[Any]]
ACTS: dict[str, Act] = {}
READING: set[str] = set()
"""Those that only tell, which a GET may ask too."""


def act(call: Act) -> Act:
    """Register: POST /sim/<name with - for _>, JSON in, JSON out."""
    ACTS[call.__name__.replace("_", "-")] = call
    return call


def reading(call: Act) -> Act:
    """Register the same for what changes nothing: GET as well."""
    READING.add(call.__name__.replace("_", "-"))
    return act(call)


def routes(server: Simulation) -> Hang:
    """Return what hangs every act under /sim."""

    def hang(app: web.Application) -> None:
        for name in ACTS:
            handle = _handler(server, ACTS[name])
            app.router.add_post(f"/sim/{name}", handle)
            if name in READING:
                app.router.add_get(f"/sim/{name}", handle)

    return hang


def _handler(server: Simulation, call: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        status = 200
        try:
            result = await call(server, await read_object(request) | dict(request.query))
        except TimeoutError as error:
            status, result = 408, {"error": str(error)}
        except RUBBISH as error:
            status, result = 400, {"error": f"{type(error).__name__}: {error}"}
        return json_response(result, status)

    return handle


def _who(server: Simulation, payload: Payload) -> SimulatedPerson:
    return server.known(int(payload["person"]))


def _where(server: Simulation, payload: Payload) -> Chat | None:
    return server.chats[int(payload["chat"])] if "chat" in payload else None


@act
async def bots(server: Simulation, payload: Payload) -> Payload:
    """Make a bot (token, username, name)."""
    bot = server.add_bot(
        **{k: str(payload[k]) for k in ("token", "username", "name") if k in payload}
    )
    return {"id": bot.account.id}


@act
async def groups(server: Simulation, payload: Payload) -> Payload:
    """Make a group (title, members: ids)."""
    members = [server.known(int(member)) for member in payload["members"]]
    return {"id": server.group(str(payload["title"]), *members).id}


@act
async def members(server: Simulation, payload: Payload) -> Payload:
    """Set what a person or the bot is in a group: member, administrator, left, kicked."""
    chat = server.chats[int(payload["chat"])]
    who = server.accounts[int(payload.get("person") or server.bot.account.id)]
    by = server.accounts[int(payload.get("by") or next(iter(chat.members)))]
    server.set_member(chat, who, str(payload["status"]), by=by)
    return {"members": chat.members}


@act
async def send(server: Simulation, payload: Payload) -> Payload:
    """Let a person write (person, text, chat, reply_to)."""
    sent = _who(server, payload).send(
        str(payload["text"]), chat=_where(server, payload), reply_to=payload.get("reply_to")
    )
    return {"message_id": sent.id}


@act
async def file(server: Simulation, payload: Payload) -> Payload:
    """Let a person send a photo, document or voice (kind, base64, name, caption, size)."""
    content = base64.b64decode(payload.get("base64", ""))
    sent = _who(server, payload).file(
        str(payload.get("kind", "document")),
        content,
        payload.get("name"),
        caption=str(payload.get("caption", "")),
        size=payload.get("size"),
    )
    return {"message_id": sent.id}


@act
async def location(server: Simulation, payload: Payload) -> Payload:
    sent = _who(server, payload).location(float(payload["latitude"]), float(payload["longitude"]))
    return {"message_id": sent.id}


@act
async def tap(server: Simulation, payload: Payload) -> Payload:
    """Let a person press a button (label | data | at: [row, column]; message_id, chat)."""
    at = tuple(payload["at"]) if "at" in payload else None
    query = _who(server, payload).tap(
        str(payload.get("label", "")),
        data=str(payload.get("data", "")),
        message_id=payload.get("message_id"),
        at=at,
        chat=_where(server, payload),
    )
    return {"query_id": query}


@act
async def press(server: Simulation, payload: Payload) -> Payload:
    """Let a person press a button of the reply keyboard."""
    return {"message_id": _who(server, payload).press(str(payload["label"])).id}


@act
async def delete(server: Simulation, payload: Payload) -> Payload:
    _who(server, payload).delete(int(payload["message_id"]), chat=_where(server, payload))
    return {}


@act
async def react(server: Simulation, payload: Payload) -> Payload:
    emoji = [str(one) for one in payload.get("emoji", [])]
    _who(server, payload).react(int(payload["message_id"]), *emoji, chat=_where(server, payload))
    return {}


@act
async def deactivate(server: Simulation, payload: Payload) -> Payload:
    _who(server, payload).deactivate()
    return {}


@act
async def choose_inline(server: Simulation, payload: Payload) -> Payload:
    """Let a person send one of the answers to an inline query (query_id, result_id, chat)."""
    message = _who(server, payload).choose_inline(
        str(payload["query_id"]), str(payload["result_id"]), _where(server, payload)
    )
    return {"message_id": message.id}


@reading
async def inline_results(server: Simulation, payload: Payload) -> Any:
    """Return what the bot answered to an inline query; null where it has not."""
    return server.bot.inline[str(payload["query_id"])]["results"]


@reading
async def notices(server: Simulation, payload: Payload) -> Any:
    """Return the answers to a person's taps."""
    return _who(server, payload).notices


@reading
async def calls(server: Simulation, payload: Payload) -> Any:
    """Return the log of calls, oldest first (method, chat_id, last: how many)."""
    method, chat = str(payload.get("method", "")).lower(), payload.get("chat_id")
    log = [
        asdict(call)
        for call in server.calls
        if (not method or call.method == method) and (chat is None or call.chat_id == int(chat))
    ]
    return log[-int(payload.get("last", 1000)) :]


@reading
async def transcript(server: Simulation, payload: Payload) -> Any:
    """Return a chat with text, entities and HTML of each message (chat, as: json | text)."""
    chat = server.chats[int(payload["chat"])]
    return {"text": plain(chat)} if payload.get("as") == "text" else detailed(server, chat)


@reading
async def idle(server: Simulation, payload: Payload) -> Any:
    """Wait until nothing is pending or in flight (quiet, timeout: seconds)."""
    await server.idle(float(payload.get("quiet", 0.15)), float(payload.get("timeout", 30)))
    return server.stats()


@reading
async def wait(server: Simulation, payload: Payload) -> Any:
    """Wait for a number of calls of a method (calls, method, timeout)."""
    await server.wait_calls(
        int(payload["calls"]), str(payload["method"]), float(payload.get("timeout", 30))
    )
    return server.stats()


@act
async def reset(server: Simulation, payload: Payload) -> Any:
    server.reset()
    return server.stats()


@act
async def flood(server: Simulation, payload: Payload) -> Any:
    """Switch Telegram's speed limits on or off for all bots (on: true | false)."""
    for bot in server.bots.values():
        bot.flood.enabled = bool(payload["on"])
    return server.stats()
