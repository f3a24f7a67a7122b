"""`/sim`: the server's people and faults over HTTP, for a page and for other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from bot.demo.botapi.bodies import json_response, read_object
from bot.demo.botapi.server import Hang
from bot.demo.botapi.simulated_people import SimulatedPerson
from bot.demo.botapi.simulation import Simulation
from bot.demo.botapi.state import Chat
from bot.demo.botapi.transcript import chat_view, plain

UPLOADS = ("photo", "document", "voice")
SAVED = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
"""What people upload is shown by the page or saved, never run as a page."""
Payload = dict[str, Any]
RUBBISH = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an order of nonsense raises; it is refused with its words."""


def routes(server: Simulation) -> Hang:
    """Return what hangs everything under /sim."""

    def hang(app: web.Application) -> None:
        _hang(server, app)

    return hang


def _hang(server: Simulation, app: web.Application) -> None:
    def on(verb: str, path: str, act: Callable[[Simulation, Payload, web.Request], Any]) -> None:
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
    on("POST", "/sim/faults", lambda b, payload, _: vars(b.fault(**payload)))
    on("DELETE", "/sim/faults", lambda b, _, __: b.faults.orders.clear())
    on("POST", "/sim/redeliver", lambda b, _, __: {"updates": b.redeliver()})
    on("POST", "/sim/preload", lambda b, payload, _: b.preload(payload["updates"]))
    on("POST", "/sim/advance", lambda b, payload, _: b.advance(float(payload["seconds"])))
    app.router.add_get("/sim/events", _stream(server))
    app.router.add_post("/sim/upload/{person}", _upload(server))
    app.router.add_get("/sim/files/{file}", _file(server))
    app.on_shutdown.append(_hang_up(server))


async def _handled(
    server: Simulation, act: Callable[[Simulation, Payload, web.Request], Any], request: web.Request
) -> web.Response:
    try:
        result = act(server, await read_object(request), request)
    except RUBBISH as error:
        return _wrong(error)
    return json_response(result)


def _wrong(error: Exception) -> web.Response:
    return json_response({"error": f"{type(error).__name__}: {error}"}, 400)


def _persons(server: Simulation, payload: Payload, request: web.Request) -> list[Payload]:
    if not server.bots:
        return []  # a demo that still sets its scene
    username = server.bot.account.username
    return [
        {
            "id": person.id,
            "name": person.account.first_name,
            "label": person.account.label,
            "start_link": person.account.start_link,
            "bot": server.bot.account.first_name,
            "username": username,
            "said": max((message.id for message in person.replies), default=0),
            "chats": [chat.id for chat in server.groups() if person.id in chat.members],
        }
        for person in server.people()
    ]


def _groups(server: Simulation, payload: Payload, request: web.Request) -> list[Payload]:
    people = {person.id for person in server.people()}
    return [
        {
            "id": group.id,
            "title": group.title,
            "members": [number for number in group.members if number in people],
            "pinned": group.pinned,
            "said": max((number for number in group.messages), default=0),
        }
        for group in server.groups()
    ]


def _chat(server: Simulation, payload: Payload, request: web.Request) -> Payload:
    """Return a chat; a group as one of its people sees it, whom `as` names."""
    viewer = request.query.get("as")
    chat = server.chats[int(request.match_info["chat"])]
    if viewer and chat.type != "private" and int(viewer) not in chat.members:
        raise LookupError(f"{viewer} is not in {chat.title}")
    return chat_view(chat, int(viewer) if viewer else None)


def _inline_results(server: Simulation, payload: Payload, request: web.Request) -> Payload:
    """Return what the bot answered to an inline query; null where it has not."""
    results = server.bot.inline[request.match_info["query"]]["results"]
    return {"results": None if results is None else [_result(result) for result in results]}


def _result(result: Payload) -> Payload:
    content = result.get("input_message_content") or {}
    shown: Payload = {key: result[key] for key in ("title", "description") if key in result}
    return {"id": str(result["id"]), "message_text": content.get("message_text", ""), **shown}


def _add_person(server: Simulation, payload: Payload, request: web.Request) -> Payload:
    person = server.person(str(payload["name"])[:64], label=str(payload.get("label", ""))[:64])
    person.account.start_link = payload.get("start_link")
    return {"id": person.id}


def _commands(server: Simulation, payload: Payload, request: web.Request) -> Any:
    """Return the menu of a person's own chat, or of the group that `chat` names."""
    person = server.known(int(request.match_info["person"]))
    return person.commands_in(int(request.query.get("chat") or person.id))


def _act(server: Simulation, payload: Payload, request: web.Request) -> Payload:
    person = server.known(int(request.match_info["person"]))
    return {"result": VERBS[request.match_info["verb"]](person, payload)}


def _place(person: SimulatedPerson, payload: Payload) -> Chat | None:
    """Return the group that `chat` names; None: the person's own chat."""
    chat_id = int(payload.get("chat") or person.id)
    return None if chat_id == person.id else person.server.chats[chat_id]


def _edit(person: SimulatedPerson, payload: Payload) -> None:
    person.edit(int(payload["message_id"]), str(payload["text"]), chat=_place(person, payload))


def _choose(person: SimulatedPerson, payload: Payload) -> int:
    query, result = str(payload["query_id"]), str(payload["result_id"])
    return person.choose_inline(query, result, _place(person, payload)).id


VERBS: dict[str, Callable[[SimulatedPerson, Payload], Any]] = {
    "send": lambda person, payload: (
        person.send(
            str(payload["text"]), chat=_place(person, payload), reply_to=payload.get("reply_to")
        ).id
    ),
    "open_link": lambda person, payload: person.open_link(str(payload.get("payload", ""))).id,
    "tap": lambda person, payload: person.tap(
        payload.get("label", ""),
        data=payload.get("data", ""),
        message_id=payload.get("message_id"),
        chat=_place(person, payload),
    ),
    "choose_inline": _choose,
    "edit": _edit,
    "block": lambda person, payload: person.block(),
    "unblock": lambda person, payload: person.unblock(),
    "contact": lambda person, payload: person.contact(str(payload["phone"])).id,
    "inline": lambda person, payload: person.ask_inline(str(payload["query"])),
}


def _stream(server: Simulation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        queue: asyncio.Queue[Payload] = asyncio.Queue()
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
            person = server.known(int(request.match_info["person"]))
        except RUBBISH as error:
            return _wrong(error)
        form = await request.post()
        kind = str(form.get("kind"))
        if kind not in UPLOADS:
            kind = "document"
        try:
            place = _place(person, {"chat": form.get("chat")})
        except RUBBISH as error:
            return _wrong(error)
        files = [
            (kind, given.file.read(), given.filename)
            for given in form.getall("file", [])
            if isinstance(given, web.FileField)
        ]
        several = len(files) > 1
        sent = (
            person.album(*files, chat=place)
            if several
            else [person.file(*found, chat=place) for found in files]
        )
        return web.json_response({"result": [message.id for message in sent]})

    return handle


def _file(server: Simulation) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        stored = server.bot.files.get(request.match_info["file"]) if server.bots else None
        if stored is None:
            raise web.HTTPNotFound
        kind = stored.mime or "application/octet-stream"
        return web.Response(body=stored.content, content_type=kind, headers=SAVED)

    return handle
