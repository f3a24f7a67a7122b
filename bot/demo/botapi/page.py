"""A page that is served beside the Bot API: index.html under /, the files beside it under /page/."""

from __future__ import annotations

import contextlib
from pathlib import Path

from aiohttp import web

from bot.demo.botapi.server import Hang

KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"


def routes(folder: Path) -> Hang:
    """Return what hangs a folder's files into the server, under a policy that loads nothing else."""

    async def show(request: web.Request) -> web.Response:
        path = folder / Path(request.match_info.get("name", "index.html")).name
        with contextlib.suppress(OSError):
            headers = {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
            kind = KINDS.get(path.suffix, "application/octet-stream")
            return web.Response(
                body=path.read_bytes(), content_type=kind, charset="utf-8", headers=headers
            )
        raise web.HTTPNotFound

    def hang(app: web.Application) -> None:
        app.router.add_get("/", show)
        app.router.add_get("/page/{name}", show)

    return hang
