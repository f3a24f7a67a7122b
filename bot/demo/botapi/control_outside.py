"""More of `/sim`, for tests and benchmarks in other processes: bots, groups, the log of calls, waiting."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.demo.botapi.bodies import json_response, read_object
from bot.demo.botapi.control import RUBBISH
from bot.demo.botapi.people import Person
from bot.demo.botapi.server import Hang
from bot.demo.botapi.simulation import Simulation
from bot.demo.botapi.state import Chat
from bot.demo.botapi.transcript import detailed, plain

Said = dict[str, Any]
Act = Callable[[Simulation, Said], Awaitable[Any]]
ACTS: dict[str, Act] = {}
READING: set[str] = set()
"""Those that only tell, which a GET may ask too."""


def act(call: Act) -> Act:
    """Register: POST /sim/<name with - for _>, JSON in, JSON out."""
    ACTS[call.__name__.replace("_", "-")] = call
    return call


def reading(call: Act) -> Act:
    """The same for what changes nothing: GET as well."""
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


def _who(server: Simulation, said: Said) -> Person:
    return server.known(int(said["person"]))


def _where(server: Simulation, said: Said) -> Chat | None:
    return server.chats[int(said["chat"])] if "chat" in said else None


@act
async def bots(server: Simulation, said: Said) -> Said:
    """Make a bot (token, username, name)."""
    bot = server.add_bot(**{k: str(said[k]) for k in ("token", "username", "name") if k in said})
    return {"id": bot.account.id}


@act
async def groups(server: Simulation, said: Said) -> Said:
    """Make a group (title, members: ids)."""
    members = [server.known(int(one)) for one in said["members"]]
    return {"id": server.group(str(said["title"]), *members).id}


@act
async def members(server: Simulation, said: Said) -> Said:
    """Set what a person or the bot is in a group: member, administrator, left, kicked."""
    chat = server.chats[int(said["chat"])]
    who = server.accounts[int(said.get("person") or server.bot.account.id)]
    by = server.accounts[int(said.get("by") or next(iter(chat.members)))]
    server.set_member(chat, who, str(said["status"]), by=by)
    return {"members": chat.members}


@act
async def send(server: Simulation, said: Said) -> Said:
    """A person writes (person, text, chat, reply_to)."""
    sent = _who(server, said).send(
        str(said["text"]), chat=_where(server, said), reply_to=said.get("reply_to")
    )
    return {"message_id": sent.id}


@act
async def file(server: Simulation, said: Said) -> Said:
    """A person sends a photo, document or voice (kind, base64, name, caption, size)."""
    content = base64.b64decode(said.get("base64", ""))
    sent = _who(server, said).file(
        str(said.get("kind", "document")),
        content,
        said.get("name"),
        caption=str(said.get("caption", "")),
        size=said.get("size"),
    )
    return {"message_id": sent.id}


@act
async def location(server: Simulation, said: Said) -> Said:
    sent = _who(server, said).location(float(said["latitude"]), float(said["longitude"]))
    return {"message_id": sent.id}


@act
async def tap(server: Simulation, said: Said) -> Said:
    """A person presses a button (label | data | at: [row, column]; message_id, chat)."""
    at = tuple(said["at"]) if "at" in said else None
    query = _who(server, said).tap(
        str(said.get("label", "")),
        data=str(said.get("data", "")),
        message_id=said.get("message_id"),
        at=at,
        chat=_where(server, said),
    )
    return {"query_id": query}


@act
async def press(server: Simulation, said: Said) -> Said:
    """A person presses a button of the reply keyboard."""
    return {"message_id": _who(server, said).press(str(said["label"])).id}


@act
async def delete(server: Simulation, said: Said) -> Said:
    _who(server, said).delete(int(said["message_id"]), chat=_where(server, said))
    return {}


@act
async def react(server: Simulation, said: Said) -> Said:
    emoji = [str(one) for one in said.get("emoji", [])]
    _who(server, said).react(int(said["message_id"]), *emoji, chat=_where(server, said))
    return {}


@act
async def deactivate(server: Simulation, said: Said) -> Said:
    _who(server, said).deactivate()
    return {}


@act
async def choose_inline(server: Simulation, said: Said) -> Said:
    """A person sends one of the answers to an inline query (query_id, result_id, chat)."""
    found = _who(server, said).choose_inline(
        str(said["query_id"]), str(said["result_id"]), _where(server, said)
    )
    return {"message_id": found.id}


@reading
async def inline_results(server: Simulation, said: Said) -> Any:
    """What the bot answered to an inline query; null where it has not."""
    return server.bot.inline[str(said["query_id"])]["results"]


@reading
async def notices(server: Simulation, said: Said) -> Any:
    """Answers to a person's taps."""
    return _who(server, said).notices


@reading
async def calls(server: Simulation, said: Said) -> Any:
    """The log of calls, oldest first (method, chat_id, last: how many)."""
    method, chat = str(said.get("method", "")).lower(), said.get("chat_id")
    found = [
        asdict(one)
        for one in server.calls
        if (not method or one.method == method) and (chat is None or one.chat_id == int(chat))
    ]
    return found[-int(said.get("last", 1000)) :]


@reading
async def transcript(server: Simulation, said: Said) -> Any:
    """A chat with text, entities and HTML of each message (chat, as: json | text)."""
    chat = server.chats[int(said["chat"])]
    return {"text": plain(chat)} if said.get("as") == "text" else detailed(server, chat)


@reading
async def idle(server: Simulation, said: Said) -> Any:
    """Wait until nothing is pending or in flight (quiet, timeout: seconds)."""
    await server.idle(float(said.get("quiet", 0.15)), float(said.get("timeout", 30)))
    return server.stats()


@reading
async def wait(server: Simulation, said: Said) -> Any:
    """Wait for a number of calls of a method (calls, method, timeout)."""
    await server.wait_calls(int(said["calls"]), str(said["method"]), float(said.get("timeout", 30)))
    return server.stats()


@act
async def reset(server: Simulation, said: Said) -> Any:
    server.reset()
    return server.stats()


@act
async def flood(server: Simulation, said: Said) -> Any:
    """Switch Telegram's speed limits on or off for all bots (on: true | false)."""
    for bot in server.bots.values():
        bot.flood.enabled = bool(said["on"])
    return server.stats()
