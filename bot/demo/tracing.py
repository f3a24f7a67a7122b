"""The trace: what came in, what was committed for it, what went out; from what really happened."""

from __future__ import annotations

import re
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from bot.demo import titles
from bot.demo.botapi.watching import Watch
from bot.storage import changes_since
from bot.storage.changes_since import Changes, Cursor

if TYPE_CHECKING:
    from bot.demo.botapi import Sandbox
    from bot.demo.botapi.faults import Fault
    from bot.demo.botapi.state import Call

KEPT = 600
OPEN = 500
"""How many updates may wait to be taken up before the oldest are given up."""
QUIET = ("getme", "setmycommands", "getupdates", "getfile", "deletewebhook")
"""Calls that say nothing to anybody."""
_SPACES = re.compile(r"\s+")


class Trace(Struct):
    """The newest entries, in order; `on_entry` is called after each."""

    clock: Callable[[], float]
    on_entry: Callable[[], None] = lambda: None
    entries: deque[dict[str, Any]] = msgspec.field(default_factory=lambda: deque(maxlen=KEPT))
    _number: count[int] = msgspec.field(default_factory=lambda: count(1))

    def add(
        self, kind: str, title: str, details: Sequence[str] = (), chat: int | None = None
    ) -> None:
        """Note one line; `kind`: update, transaction, message, fault, process or clock."""
        entry = {
            "id": next(self._number),
            "at": self.clock(),
            "kind": kind,
            "chat": chat,
            "title": _SPACES.sub(" ", title),
            "details": list(details),
        }
        self.entries.append(entry)
        self.on_entry()

    def after(self, entry_id: int) -> list[dict[str, Any]]:
        """Return the entries behind this one that are still kept."""
        return [entry for entry in self.entries if entry["id"] > entry_id]


@dataclass
class Observer(Watch):
    """Notes what the server sees, and before each call what the database has gained."""

    server: Sandbox
    trace: Trace
    committed: Callable[[Changes], None] = lambda _: None
    heard: Callable[[dict[str, Any]], None] = lambda _: None
    """Told of each update once, and, without an id, of what the bot does not ask for."""
    _database: sqlite3.Connection | None = None
    _version: int = -1
    _marks: Cursor = field(default_factory=Cursor)
    _open: dict[int, None] = field(default_factory=dict)

    def look_at(self, path: Path) -> None:
        """Begin with another database; what is in it already is not news."""
        self.close()
        self._database = changes_since.connect_read_only(path)
        self._marks, self._version = changes_since.newest_rows(self._database), -1
        self._open.clear()

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    @property
    def database(self) -> sqlite3.Connection | None:
        """The connection that only reads."""
        return self._database

    # What the server sees

    def queued(self, update: dict[str, Any], *, again: bool) -> None:
        chat, title, details = titles.of_update(self.server, update)
        if again:
            title = f"Dikirim sekali lagi: {title}"
        else:
            self.heard(update)
            self._open[update["update_id"]] = None
            if len(self._open) > OPEN:
                del self._open[next(iter(self._open))]
        self.trace.add("update", title, [f"update {update['update_id']}", *details], chat)

    def unwanted(self, kind: str, body: dict[str, Any]) -> None:
        self.heard({"update_id": None, kind: body})

    def polled(self) -> None:
        self.sync()

    async def before(self, method: str, params: dict[str, Any]) -> bool:  # noqa: ARG002
        self.sync()
        return True

    def called(self, call: Call) -> None:
        if call.method in QUIET:
            return
        chat, title, details = titles.of_call(self.server, call)
        self.trace.add("message", title, details, chat)

    def struck(self, fault: Fault, method: str) -> None:
        if title := titles.of_fault(fault.kind, method):
            self.trace.add("fault", title, [f"{fault.kind} · {method}"])

    # What the database has gained

    def sync(self) -> None:
        """Note what was committed since the last look."""
        if self._database is None:
            return
        try:
            version = changes_since.version(self._database)
            if version == self._version:
                return
            news = changes_since.since(self._database, self._marks, self._open)
            self._marks = changes_since.newest_rows(self._database)
        except sqlite3.OperationalError:  # busy, or about to be replaced: the next look will tell
            return
        self._version = version
        for update_id in news.handled:
            self._open.pop(update_id, None)
        if news != Changes():
            self.trace.add(
                "transaction", titles.of_news(news), titles.details_of(self.server, news)
            )
            self.committed(news)
