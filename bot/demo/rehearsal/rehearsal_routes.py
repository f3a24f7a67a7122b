"""/sim/stage/rehearsal: what was played as a file to keep, and a file to be played again."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from aiohttp import web

from bot.demo.botapi.bodies import json_response
from bot.demo.not_now import NotNow
from bot.demo.rehearsal.recorder_session import RecorderSession
from bot.terminal import problem_line
from scoring.errors import InstrumentError

ROOT = "/sim/stage/rehearsal"


def routes(recorder: RecorderSession) -> Callable[[web.Application], None]:
    """Return what hangs the rehearsals' addresses into the server."""

    async def save(request: web.Request) -> web.Response:
        try:
            text = recorder.text(request.query.get("name", "")[:100])
        except NotNow as error:
            return json_response({"error": error.sentence.shown("id")}, 400)
        name = f"latihan-{recorder.stage.state}.yaml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(text=text, content_type="application/yaml", headers=headers)

    async def replay(request: web.Request) -> web.Response:
        try:
            given = orjson.loads(await request.read())
            text, name = given["yaml"], str(given.get("name") or "latihan.yaml")
            if not isinstance(text, str):
                raise TypeError
        except (orjson.JSONDecodeError, TypeError, LookupError):
            return json_response(
                {"error": 'an object is expected: {"yaml": "…", "name": "…"}'}, 400
            )
        try:
            played = await recorder.replay(text, name)
        except InstrumentError as error:
            lines = "\n".join(problem_line(one, "id") for one in error.problems)
            return json_response({"ok": False, "steps": 0, "problem": lines})
        except NotNow as error:
            return json_response({"error": error.sentence.shown("id")}, 400)
        problem = played.problem.shown("id") if played.problem else None
        return json_response({"ok": played.ok, "steps": played.steps, "problem": problem})

    def hang(app: web.Application) -> None:
        app.router.add_get(ROOT, save)
        app.router.add_post(ROOT, replay)

    return hang
