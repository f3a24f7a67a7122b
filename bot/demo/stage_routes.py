"""/sim/stage: the stage over HTTP, for the page's panel and for whoever scripts the demo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.demo.botapi.bodies import json_response, read_object
from bot.demo.botapi.control import RUBBISH
from bot.demo.not_now import NotNow
from bot.demo.stage import DemoStage

Payload = dict[str, Any]
Act = Callable[[DemoStage, Payload], Awaitable[Any]]
ROOT = "/sim/stage"


def routes(stage: DemoStage) -> Callable[[web.Application], None]:
    """Return what hangs the stage's addresses into the server."""

    def hang(app: web.Application) -> None:
        app.router.add_get(ROOT, _handler(stage, _view))
        app.router.add_get(f"{ROOT}/trace", _handler(stage, _trace))
        for name, act in ACTS.items():
            app.router.add_post(f"{ROOT}/{name}", _handler(stage, act))

    return hang


def _handler(stage: DemoStage, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        status = 200
        try:
            result = await act(stage, await read_object(request) | dict(request.query))
        except NotNow as error:  # the page speaks Indonesian
            status, result = 400, {"error": error.sentence.shown("id")}
        except RUBBISH as error:
            text = str(error.args[0]) if error.args else type(error).__name__
            status, result = 400, {"error": text}
        return json_response(result, status)

    return handle


async def _view(stage: DemoStage, payload: Payload) -> Payload:  # noqa: ARG001
    return await stage.view()


async def _trace(stage: DemoStage, payload: Payload) -> Payload:
    return {"entries": stage.trace.after(int(payload.get("after", 0)))}


async def _clock(stage: DemoStage, payload: Payload) -> Payload:
    if "forward" in payload:
        await stage.move(forward=float(payload["forward"]))
    else:
        await stage.move(code=str(payload["to"]))
    return await stage.view()


async def _signal(stage: DemoStage, payload: Payload) -> Payload:
    if not all(isinstance(on, bool) for on in payload.values()):
        raise TypeError("true or false is expected")
    stage.set_signal(payload)
    return await stage.view()


async def _bot(stage: DemoStage, payload: Payload) -> Payload:
    match payload.get("do"):
        case "kill":
            stage.kill()
        case "start":
            await stage.restart()
        case "crash":
            stage.arm()
        case other:
            raise LookupError(f"{other}: kill, start, crash")
    return await stage.view()


async def _state(stage: DemoStage, payload: Payload) -> Payload:
    await stage.set_state(str(payload["code"]))
    return await stage.view()


ACTS: dict[str, Act] = {"clock": _clock, "signal": _signal, "bot": _bot, "state": _state}
