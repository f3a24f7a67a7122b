"""Who may call: the server's own page and programs on this machine, but no page of another origin.

A browser says where a request comes from (Host, Origin, Sec-Fetch-Site); programs say nothing of the kind.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OWN = frozenset({"same-origin", "none"})
"""What a browser says of its own page, and of an address that somebody typed."""
JSON = "application/json"
FORM = "multipart/form-data"
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def guarded(host: str) -> Middleware:
    """Return what every request goes through first; `host` is where the server listens."""
    is_local = host in LOOPBACK

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if is_local and not _is_here(request.host):
            return _refusal(403, f"{request.host} is not this server: use 127.0.0.1 or localhost.")
        if not _is_own(request):
            return _refusal(403, "only the server's own page may call it, not one of elsewhere.")
        if not _is_typed(request):
            return _refusal(415, f"the body must be {JSON} (a file: {FORM}).")
        return await handler(request)

    return guard


def _refusal(status: int, why: str) -> web.Response:
    return web.json_response({"error": f"Refused: {why}"}, status=status)


def _is_here(host: str) -> bool:
    """Tell whether the name is this machine's own, and not one of elsewhere that resolves to it."""
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False


def _is_own(request: web.Request) -> bool:
    """Tell whether no page of another origin is behind a request; a link to the page may be followed."""
    origin = request.headers.get("Origin")
    if origin is not None:
        try:
            return urlsplit(origin).netloc.casefold() == request.host.casefold()
        except ValueError:
            return False
    fetch = request.headers.get("Sec-Fetch-Site")
    return fetch is None or fetch in OWN or _is_followed(request)


def _is_followed(request: web.Request) -> bool:
    headers = {name: request.headers.get(f"Sec-Fetch-{name}") for name in ("Mode", "Dest")}
    is_link = headers == {"Mode": "navigate", "Dest": "document"}
    return request.method == "GET" and request.path == "/" and is_link


def _is_typed(request: web.Request) -> bool:
    """Tell whether a body for /sim says that it is JSON, or the file that somebody uploads."""
    if request.method in READING or not request.path.startswith("/sim/"):
        return True
    if not request.body_exists:
        return True
    wanted = FORM if request.path.startswith("/sim/upload/") else JSON
    return request.content_type == wanted
