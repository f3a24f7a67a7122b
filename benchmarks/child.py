"""`peduli-ham run` with a thread round every statement and call: `python -m benchmarks.child FOLDER run`.

The product knows nothing of it. What is wanted stands in FOLDER: `points` (names passed already; the
process kills itself at the first other one that `only` fits), `clock` (seconds that its clock is off),
`pragma` (said once on the connection before a transaction), `no-names` (no host name is resolved).
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp.resolver
from aiohttp import web

from bot import app
from bot.cli import main, serving
from bot.storage import database, evidence_files
from bot.telegram import request, webhook

STATEMENT = re.compile(
    r"\s*(?:(WITH)\b.*|(INSERT)(?: OR \w+)? INTO (\w+)|(UPDATE) (\w+)|(DELETE) FROM (\w+)"
    r"|(SELECT)\b.*?\bFROM\s+(\w+)|(\w+)\s*(\w*))",
    re.DOTALL | re.IGNORECASE,
)
LOOPBACK = "127.0.0.1"


def under_control(folder: Path) -> tuple[str, ...]:
    """Return the command of a bot that obeys what stands in a folder."""
    return (sys.executable, "-m", "benchmarks.child", str(folder), "run")


def named(statement: str) -> str:
    """A statement by its verb and its table: `insert outbox`, `begin immediate`, `commit`."""
    match = STATEMENT.match(statement)
    words = [one for one in match.groups() if one] if match else ["?"]
    return " ".join(words).lower()


class Points:
    """Names every point the process passes, and ends it at the first that is new."""

    def __init__(self, folder: Path) -> None:
        self.unit = "start"
        self.passed = folder / "points"
        self.wanted = folder / "only"
        self.skip = Counter[str]()
        self.is_on = self.passed.exists()
        self.done = (
            set(self.passed.read_text(encoding="utf-8").splitlines()) if self.is_on else set()
        )
        rule, _, times = (
            self.wanted.read_text(encoding="utf-8").partition("\n") if self.is_on else ("", "", "")
        )
        self.only, self.times = re.compile(rule), int(times or 1)

    def reach(self, point: str) -> None:
        """Pass a point, or die at it."""
        if not self.is_on or point in self.done or not self.only.search(point):
            return
        self.skip[point] += 1
        if self.skip[point] < self.times:
            return
        with self.passed.open("a") as file:
            file.write(f"{point}\n")
        os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, text: str) -> None:
        if not text.startswith("--"):
            self.reach(f"{self.unit}: {named(text)}")


def unit_of(work: Callable[..., Any]) -> str:
    """The part of the bot whose work this is: `dispatch.handle`, `delivery.write`."""
    inner = work.func if isinstance(work, partial) else work
    names = [one for one in inner.__qualname__.split(".") if one not in ("<locals>", "<lambda>")]
    name = next((one for one in reversed(names) if one not in ("work", "note")), "")
    return f"{inner.__module__.rpartition('.')[2]}.{name.strip('_')}"


def trace_database(points: Points, folder: Path) -> None:
    """Name units and statements; say the ordered pragma before a transaction."""
    begin, read, opened = database.in_transaction, database.Database.read, sqlite3.connect
    pragma = folder / "pragma"
    applied_at: list[float] = []

    def in_transaction(connection: sqlite3.Connection, work: Callable[..., Any]) -> Any:
        points.unit = unit_of(work)
        if pragma.exists() and [pragma.stat().st_mtime] != applied_at:
            applied_at[:] = [pragma.stat().st_mtime]
            for statement in pragma.read_text(encoding="utf-8").splitlines():
                connection.execute(statement).fetchall()
        try:
            result = begin(connection, work)
            points.reach(f"{points.unit}: committed")
            return result
        finally:
            points.unit = "read"

    async def named_read(self: database.Database, work: Callable[..., Any]) -> Any:
        def traced(connection: sqlite3.Connection) -> Any:
            points.unit = unit_of(work)
            try:
                return work(connection)
            finally:
                points.unit = "read"

        return await read(self, traced)

    def connect(*given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = opened(*given, **named)
        if points.is_on:
            connection.set_trace_callback(points.statement)
        return connection

    database.in_transaction = in_transaction
    database.Database.read = named_read  # type: ignore[method-assign]
    sqlite3.connect = connect  # type: ignore[assignment]


def trace_calls(points: Points) -> None:
    """Name what goes out to the Bot API and what comes in by webhook, and the store of files."""
    ask, keep = request.AiohttpRequest.do_request, evidence_files.keep
    post = webhook.Webhook._post  # noqa: SLF001

    async def do_request(
        self: request.AiohttpRequest,
        url: str,
        method: str,
        request_data: Any = None,
        *more: Any,
        **named: Any,
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[-1]
        asked = getattr(request_data, "json_parameters", {})
        if name == "getUpdates" and "offset" in asked:
            name = "getUpdates with an offset"
        points.reach(f"call: before {name}")
        answer = await ask(self, url, method, request_data, *more, **named)
        points.reach(f"call: after {name}")
        return answer

    async def posted(self: webhook.Webhook, incoming: web.Request) -> web.Response:
        points.reach("webhook: a post arrived")
        response = await post(self, incoming)
        points.reach(f"webhook: before its {response.status}")
        return response

    def kept(folder: Path, content: bytes) -> str:
        points.reach("files: before the bytes are kept")
        digest = keep(folder, content)
        points.reach("files: after the bytes are kept")
        return digest

    request.AiohttpRequest.do_request = do_request  # type: ignore[method-assign]
    webhook.Webhook._post = posted  # type: ignore[assignment]  # noqa: SLF001
    evidence_files.keep = kept


def bend_clock(folder: Path) -> None:
    """The bot's clock is off by what the file says at that moment."""
    place = folder / "clock"

    def clock() -> datetime:
        off = float(place.read_text(encoding="utf-8") or 0) if place.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=off)

    serving.built = partial(app.built, clock=clock)  # type: ignore[attr-defined]


def own_names(folder: Path) -> None:
    """Every host is this machine, unless names cannot be resolved."""
    missing = folder / "no-names"

    async def resolve(
        _: object, host: str, port: int = 0, family: int = socket.AF_INET
    ) -> list[dict[str, Any]]:
        if missing.exists():
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [
            {"hostname": host, "host": LOOPBACK, "port": port, "family": family, "proto": 0,
             "flags": socket.AI_NUMERICHOST}
        ]  # fmt: skip

    aiohttp.resolver.ThreadedResolver.resolve = resolve  # type: ignore[assignment]


def start() -> None:
    """Bend what was ordered, then run the command as it is."""
    folder = Path(sys.argv.pop(1))
    points = Points(folder)
    trace_database(points, folder)
    trace_calls(points)
    bend_clock(folder)
    own_names(folder)
    main()


if __name__ == "__main__":
    start()
