"""The record for other programs of this machine: read only, by a token, in pages (FEED_LISTEN, FEED_TOKEN).

A page is read on a thread and a connection of its own, so that no answer of the bot waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from http import HTTPStatus
from typing import Any

from aiohttp import web
from msgspec import Struct

from bot.config import Config
from bot.export import log_table as exported
from bot.export.export_scope import ExportScope
from bot.export.machine import document, records
from bot.storage import log
from bot.storage.database import Database
from bot.storage.roster import Roster, RosterCache
from bot.storage.setup import open_existing
from bot.telegram.door import may_ask, serving

PAGE, LARGEST = 200, 1_000
NUMBER = re.compile(r"[0-9]{1,15}")
KNOWN = ("after", "limit", "names", "period", "trial")


class _Refused(Exception):
    """A request that cannot be answered: why, and what would be."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Asked(Struct, frozen=True):
    """Which page is asked for."""

    period: str | None
    after: int
    limit: int
    names: bool
    trial: bool


@contextlib.asynccontextmanager
async def feeding(config: Config, database: Database, rosters: RosterCache) -> AsyncIterator[None]:
    """Serve `/record` at FEED_LISTEN."""
    assert config.feed_listen is not None
    assert config.feed_token is not None
    listen, token = config.feed_listen, config.feed_token.reveal()

    async def page(request: web.Request) -> web.Response:
        if not may_ask(listen, request.host):
            return web.Response(status=HTTPStatus.FORBIDDEN)
        if not _is_known(request.headers.get("Authorization", ""), token):
            challenge = {"WWW-Authenticate": 'Bearer realm="peduli-ham"'}
            return web.Response(status=HTTPStatus.UNAUTHORIZED, headers=challenge)
        try:
            asked = _read(request.query)
            roster = await database.read(lambda connection: _roster(connection, rosters, asked))
            body = await asyncio.to_thread(_page, config, roster, asked)
        except _Refused as refused:
            text = document({"error": str(refused)})
            return web.Response(status=refused.status, text=text, content_type="application/json")
        except sqlite3.Error:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return _answered(request, body)

    application = web.Application()
    application.router.add_get("/record", page)
    async with serving(application, listen, "FEED_LISTEN"):
        yield


def _is_known(given: str, token: str) -> bool:
    kind, _, rest = given.partition(" ")
    is_same = hmac.compare_digest(rest.strip().encode(), token.encode())
    return kind.lower() == "bearer" and is_same


def _read(query: Mapping[str, str]) -> _Asked:
    """Return the page that a query means. Raises _Refused."""
    odd = next((name for name in query if name not in KNOWN), None)
    if odd is not None:
        raise _Refused(HTTPStatus.BAD_REQUEST, f"{odd}: not known. Give {', '.join(KNOWN)}.")
    names = query.get("names", "yes")
    trial = query.get("trial", "no")
    for name, given in (("names", names), ("trial", trial)):
        if given not in ("yes", "no"):
            raise _Refused(HTTPStatus.BAD_REQUEST, f"{name}: give yes or no.")
    limit = _number(query, "limit", PAGE)
    if not 1 <= limit <= LARGEST:
        raise _Refused(HTTPStatus.BAD_REQUEST, f"limit: give 1 to {LARGEST}.")
    after = _number(query, "after", 0)
    return _Asked(query.get("period"), after, limit, names == "yes", trial == "yes")


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    given = query.get(name)
    if given is None:
        return default
    if not NUMBER.fullmatch(given):
        raise _Refused(HTTPStatus.BAD_REQUEST, f"{name}: give a number, such as 412.")
    return int(given)


def _roster(connection: sqlite3.Connection, rosters: RosterCache, asked: _Asked) -> Roster:
    """Return the period that is asked for; a trial only where that is asked for too. Raises _Refused."""
    roster = _named(connection, rosters, asked)
    if roster.period.trial and not asked.trial:
        text = f"The period {roster.period.code} is a trial, whose results count nowhere. Give trial=yes."
        raise _Refused(HTTPStatus.NOT_FOUND, text)
    return roster


def _named(connection: sqlite3.Connection, rosters: RosterCache, asked: _Asked) -> Roster:
    roster = rosters.get(connection)
    if roster is None:
        raise _Refused(HTTPStatus.NOT_FOUND, "There is no period yet.")
    if asked.period is None:
        return roster
    codes = {neighbour.code: neighbour.id for neighbour in roster.neighbours}
    if asked.period not in codes:
        raise _Refused(
            HTTPStatus.NOT_FOUND, f"period: no such one. There are {', '.join(sorted(codes))}."
        )
    return rosters.get(connection, codes[asked.period]) or roster


def _page(config: Config, roster: Roster, asked: _Asked) -> bytes:
    scope = ExportScope(roster, config.zone, names=asked.names, after=asked.after)
    with closing(open_existing(config.database)) as connection:
        connection.execute("BEGIN")
        entries = list(log.entries(connection, roster.period.id, asked.after, asked.limit + 1))
        shown = entries[: asked.limit]
        context = exported.read_context(connection, scope, shown)
        rows = exported.of_entries(context, shown, everyone=True)
    body: dict[str, Any] = {
        "period": roster.period.code,
        "trial": roster.period.trial,
        "instrument": roster.period.instrument.code,
        "after": asked.after,
        "next": shown[-1].entry_id if shown else asked.after,
        "more": len(entries) > len(shown),
        "rows": list(records(rows)),
    }
    return document(body).encode()


def _answered(request: web.Request, body: bytes) -> web.Response:
    """Return a page, or that it is what the reader has already."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if any(one.value in (tag, "*") for one in request.if_none_match or ()):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)
