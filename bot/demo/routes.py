"""/sim/stage: the stage over HTTP, for the page's panel and for whoever scripts the demo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.demo.botapi.bodies import json_response, read_object
from bot.demo.botapi.control import RUBBISH
from bot.demo.stage import Stage

Said = dict[str, Any]
Act = Callable[[Stage, Said], Awaitable[Any]]
ROOT = "/sim/stage"


def routes(stage: Stage) -> Callable[[web.Application], None]:
    """What hangs the stage's addresses into the server."""

    def hang(app: web.Application) -> None:
        app.router.add_get(ROOT, _handler(stage, _view))
        app.router.add_get(f"{ROOT}/trace", _handler(stage, _trace))
        for name, act in ACTS.items():
            app.router.add_post(f"{ROOT}/{name}", _handler(stage, act))

    return hang


def _handler(stage: Stage, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        status = 200
        try:
            result = await act(stage, await read_object(request) | dict(request.query))
        except RUBBISH as error:
            text = str(error.args[0]) if error.args else type(error).__name__
            status, result = 400, {"error": text}
        return json_response(result, status)

    return handle


async def _view(stage: Stage, said: Said) -> Said:  # noqa: ARG001
    return await stage.view()


async def _trace(stage: Stage, said: Said) -> Said:
    return {"entries": stage.trace.after(int(said.get("after", 0)))}


async def _clock(stage: Stage, said: Said) -> Said:
    if "forward" in said:
        await stage.move(forward=float(said["forward"]))
    else:
        await stage.move(code=str(said["to"]))
    return await stage.view()


async def _signal(stage: Stage, said: Said) -> Said:
    if not all(isinstance(on, bool) for on in said.values()):
        raise TypeError("true or false is expected")
    stage.set_signal(said)
    return await stage.view()


async def _bot(stage: Stage, said: Said) -> Said:
    match said.get("do"):
        case "kill":
            stage.kill()
        case "start":
            await stage.restart()
        case "crash":
            stage.arm()
        case other:
            raise LookupError(f"{other}: kill, start, crash")
    return await stage.view()


async def _state(stage: Stage, said: Said) -> Said:
    await stage.set_state(str(said["code"]))
    return await stage.view()


ACTS: dict[str, Act] = {"clock": _clock, "signal": _signal, "bot": _bot, "state": _state}
