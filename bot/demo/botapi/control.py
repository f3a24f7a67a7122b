"""`/sim`: the server's people and faults over HTTP, for a page and for other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from bot.demo.botapi.bodies import json_response, read_object
from bot.demo.botapi.people import Person
from bot.demo.botapi.server import Hang
from bot.demo.botapi.simulation import Simulation
from bot.demo.botapi.state import Chat
from bot.demo.botapi.transcript import chat_view, plain

UPLOADS = ("photo", "document", "voice")
SAVED = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
"""What people upload is shown by the page or saved, never run as a page."""
Said = dict[str, Any]
RUBBISH = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an order of nonsense raises; it is refused with its words."""


def routes(server: Simulation) -> Hang:
    """Return what hangs everything under /sim."""

    def hang(app: web.Application) -> None:
        _hang(server, app)

    return hang


def _hang(server: Simulation, app: web.Application) -> None:
    def on(verb: str, path: str, act: Callable[[Simulation, Said, web.Request], Any]) -> None:
        async def handle(request: web.Request) -> web.Response:
            return await _handled(server, act, request)

        app.router.add_route(verb, path, handle)

    on("GET", "/sim/persons", _persons)
    on("POST", "/sim/persons", _add_person)
    on("GET", "/sim/groups", _groups)
    on("GET", "/sim/chats/{chat}", _chat)
    on("GET", "/sim/inline/{query}", _inline_results)
    on(
        "GET",
        "/sim/chats/{chat}/text",
        lambda b, _, r: {"text": plain(b.chats[int(r.match_info["chat"])])},
    )
    on("POST", "/sim/persons/{person}/{verb}", _act)
    on("GET", "/sim/commands/{person}", _commands)
    on("GET", "/sim/stats", lambda b, _, __: b.stats())
    on("POST", "/sim/faults", lambda b, said, _: vars(b.fault(**said)))
    on("DELETE", "/sim/faults", lambda b, _, __: b.faults.orders.clear())
    on("POST", "/sim/redeliver", lambda b, _, __: {"updates": b.redeliver()})
    on("POST", "/sim/preload", lambda b, said, _: b.preload(said["updates"]))
    on("POST", "/sim/advance", lambda b, said, _: b.advance(float(said["seconds"])))
    app.router.add_get("/sim/events", _stream(server))
    app.router.add_post("/sim/upload/{person}", _upload(server))
    app.router.add_get("/sim/files/{file}", _file(server))
    app.on_shutdown.append(_hang_up(server))


async def _handled(
    server: Simulation, act: Callable[[Simulation, Said, web.Request], Any], request: web.Request
) -> web.Response:
    try:
        result = act(server, await read_object(request), request)
    except RUBBISH as error:
        return _wrong(error)
    return json_response(result)


def _wrong(error: Exception) -> web.Response:
    return json_response({"error": f"{type(error).__name__}: {error}"}, 400)


def _persons(server: Simulation, said: Said, request: web.Request) -> list[Said]:
    if not server.bots:
        return []  # a demo that still sets its scene
    username = server.bot.account.username
    return [
        {
            "id": one.id,
            "name": one.account.first_name,
            "label": one.account.label,
            "start_link": one.account.start_link,
            "bot": server.bot.account.first_name,
            "username": username,
            "said": max((message.id for message in one.replies), default=0),
            "chats": [chat.id for chat in server.groups() if one.id in chat.members],
        }
        for one in server.people()
    ]


def _groups(server: Simulation, said: Said, request: web.Request) -> list[Said]:
    people = {one.id for one in server.people()}
    return [
        {
            "id": one.id,
            "title": one.title,
            "members": [number for number in one.members if number in people],
            "pinned": one.pinned,
            "said": max((number for number in one.messages), default=0),
        }
        for one in server.groups()
    ]


def _chat(server: Simulation, said: Said, request: web.Request) -> Said:
    """A chat; a group as one of its people sees it, whom `as` names."""
    viewer = request.query.get("as")
    chat = server.chats[int(request.match_info["chat"])]
    if viewer and chat.type != "private" and int(viewer) not in chat.members:
        raise LookupError(f"{viewer} is not in {chat.title}")
    return chat_view(chat, int(viewer) if viewer else None)


def _inline_results(server: Simulation, said: Said, request: web.Request) -> Said:
    """What the bot answered to an inline query; null where it has not."""
    found = server.bot.inline[request.match_info["query"]]["results"]
    return {"results": None if found is None else [_result(one) for one in found]}


def _result(one: Said) -> Said:
    content = one.get("input_message_content") or {}
    shown: Said = {key: one[key] for key in ("title", "description") if key in one}
    return {"id": str(one["id"]), "message_text": content.get("message_text", ""), **shown}


def _add_person(server: Simulation, said: Said, request: web.Request) -> Said:
    one = server.person(str(said["name"])[:64], label=str(said.get("label", ""))[:64])
    one.account.start_link = said.get("start_link")
    return {"id": one.id}


def _commands(server: Simulation, said: Said, request: web.Request) -> Any:
    """The menu of a person's own chat, or of the group that `chat` names."""
    one = server.known(int(request.match_info["person"]))
    return one.commands_in(int(request.query.get("chat") or one.id))


def _act(server: Simulation, said: Said, request: web.Request) -> Said:
    one = server.known(int(request.match_info["person"]))
    return {"result": VERBS[request.match_info["verb"]](one, said)}


def _place(one: Person, said: Said) -> Chat | None:
    """The group that `chat` names; None: the person's own chat."""
    number = int(said.get("chat") or one.id)
    return None if number == one.id else one.server.chats[number]


def _edit(one: Person, said: Said) -> None:
    one.edit(int(said["message_id"]), str(said["text"]), chat=_place(one, said))


def _choose(one: Person, said: Said) -> int:
    query, result = str(said["query_id"]), str(said["result_id"])
    return one.choose_inline(query, result, _place(one, said)).id


VERBS: dict[str, Callable[[Person, Said], Any]] = {
    "send": lambda one, said: (
        one.send(str(said["text"]), chat=_place(one, said), reply_to=said.get("reply_to")).id
    ),
    "open_link": lambda one, said: one.open_link(str(said.get("payload", ""))).id,
    "tap": lambda one, said: one.tap(
        said.get("label", ""),
        data=said.get("data", ""),
        message_id=said.get("message_id"),
        chat=_place(one, said),
    ),
    "choose_inline": _choose,
    "edit": _edit,
    "block": lambda one, said: one.block(),
    "unblock": lambda one, said: one.unblock(),
    "contact": lambda one, said: one.contact(str(said["phone"])).id,
    "inline": lambda one, said: one.ask_inline(str(said["query"])),
}


def _stream(server: Simulation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        queue: asyncio.Queue[Said] = asyncio.Queue()
        server.news.append(queue)
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n: selamat datang\n\n")
            while event := await queue.get():
                await response.write(b"data: " + orjson.dumps(event) + b"\n\n")
        except (ConnectionError, asyncio.CancelledError):
            return response
        finally:
            server.news.remove(queue)
        return response

    return handle


def _hang_up(server: Simulation) -> Callable[[web.Application], Awaitable[None]]:
    """End every stream of events, also of pages that are gone, so that the server can end."""

    async def hang_up(app: web.Application) -> None:
        for queue in server.news:
            queue.put_nowait({})

    return hang_up


def _upload(server: Simulation) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            one = server.known(int(request.match_info["person"]))
        except RUBBISH as error:
            return _wrong(error)
        form = await request.post()
        kind = str(form.get("kind"))
        if kind not in UPLOADS:
            kind = "document"
        try:
            place = _place(one, {"chat": form.get("chat")})
        except RUBBISH as error:
            return _wrong(error)
        files = [
            (kind, given.file.read(), given.filename)
            for given in form.getall("file", [])
            if isinstance(given, web.FileField)
        ]
        several = len(files) > 1
        sent = (
            one.album(*files, chat=place)
            if several
            else [one.file(*found, chat=place) for found in files]
        )
        return web.json_response({"result": [message.id for message in sent]})

    return handle


def _file(server: Simulation) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        found = server.bot.files.get(request.match_info["file"]) if server.bots else None
        if found is None:
            raise web.HTTPNotFound
        kind = found.mime or "application/octet-stream"
        return web.Response(body=found.content, content_type=kind, headers=SAVED)

    return handle
