"""Every call fails in every way, with a restart: `python -m benchmarks.calls [--short]` (10 minutes).

For each method of the Bot API that the bot calls, and each way in which it may be answered: the real bot
runs against the local server over HTTP, the call is made to fail, somebody else is served, the bot dies, is
started again while the trouble lasts, and then the trouble ends. Afterwards every row is settled, in the way
that its answer deserves; no update is lost. Waiting times are shortened so that a cell takes a second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from telegram.error import InvalidToken

from benchmarks.calls_town import DEADLINE, PATIENCE, Town
from benchmarks.calls_ways import ACTS, METHODS, WAYS, Act, Way, short
from benchmarks.machine import circumstances, conclude
from bot import app
from bot.demo.botapi import Sandbox
from bot.demo.botapi.execution import answered
from bot.telegram import api_responses, calls, intake, request, verdict
from bot.telegram.verdict import holds
from bot.workers import download
from tests.support.process import TOKEN, free_port

LASTS = 0.35
"""Seconds for which trouble lasts in each of the two lives."""
QUICK: tuple[tuple[Any, str, Any], ...] = (
    (verdict, "BACKOFF", (0.05, 0.1, 0.2, 0.3)),
    (verdict, "HARD_TRIES", 40),
    (download, "PAUSES", (0.05, 0.1, 0.2, 0.3)),
    (intake, "PAUSES", (0.05, 0.1, 0.2, 0.3)),
    (intake, "POLL_SECONDS", 1),
    (intake, "LONGEST_PAUSE", 1.0),
    (calls, "FILE_SECONDS", DEADLINE),
    (request, "UPLOAD_DEADLINE", DEADLINE),
    (api_responses, "UNSAID_HOLD", 1),
    (app, "INSISTING_PAUSE", 0.1),
    (app, "TICK_SECONDS", 0.2),
)
"""Waiting times that are shortened: what is waited for stays the same."""


@contextlib.contextmanager
def hurried() -> Iterator[None]:
    """With shorter waiting times."""
    before = [(place, name, getattr(place, name)) for place, name, _ in QUICK]
    for place, name, value in QUICK:
        setattr(place, name, value)
    try:
        yield
    finally:
        for place, name, value in before:
            setattr(place, name, value)


@dataclass
class Table(Town):
    """The town with what the cells have shown; the bot dies once in each."""

    complaints: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    # Cells

    async def cell(self, method: str, way: Way) -> None:
        """One method, answered in one way, with a restart."""
        self.cells += 1
        act = ACTS[method]
        name = f"{method}, {way.name}"
        try:
            async with asyncio.timeout(60):
                await self._played(act, way, name)
        except Exception as error:
            self.complaints.append(f"{name}: {type(error).__name__}: {error}"[:300])
        self.server.clear_faults()
        self.hook = None

    async def _played(self, act: Act, way: Way, name: str) -> None:
        mark = self._newest()
        if act.at_start:
            await self._at_start(act, way, name)
        else:
            await self._in_service(act, way, name)
        self._judge(act, way, name, mark)

    async def _in_service(self, act: Act, way: Way, name: str) -> None:
        async with self.life() as running:
            fault = way.order(self.server, act, self)
            await act.done(self, running)
            await self.server.until(lambda: fault.struck > 0, PATIENCE, f"{name} to be called")
            if act.others_are_served:
                await self._served(name)
            waits = way.holds and act.is_row and act.repeated
            if waits:
                await self.server.until(self._is_noted, PATIENCE, f"{name} to be noted")
            await asyncio.sleep(LASTS)
        async with self.life():
            await asyncio.sleep(LASTS)
            struck = fault.struck
            self.server.clear_faults()
            if not waits:
                await self._ends(name)
                return
        if struck > 1:
            self.complaints.append(f"{name}: a restart forgets what Telegram said")
        self.clock.ahead += timedelta(seconds=api_responses.LONGEST_HOLD + 1)
        async with self.life():
            await self._ends(name)

    def _is_noted(self) -> bool:
        """Whether it is on record until when a row waits."""
        return bool(self.stored("SELECT 1 FROM waits"))

    async def _ends(self, name: str) -> None:
        """The trouble is over."""
        await self._all_settled(name)
        await self._served(name)
        await self.server.idle()

    async def _at_start(self, act: Act, way: Way, name: str) -> None:
        if act.method == "deleteWebhook":
            self.server.bot.webhook = {}
            await answered(
                self.server, self.server.bot, "setwebhook", {"url": "http://127.0.0.1:9/x"}
            )
        self.hook = free_port() if act.method == "setWebhook" else None
        fault = way.order(self.server, act, self)
        ends = act.method == "getMe" and way.refuses_token
        try:
            async with self.life(2.0):
                await self.server.until(lambda: fault.struck > 0, PATIENCE, f"{name} to be called")
                await asyncio.sleep(LASTS)
                if ends:
                    await asyncio.sleep(1.0)
        except Exception as error:
            if not (ends and holds(error, InvalidToken)):
                raise
        else:
            if ends:
                self.complaints.append(f"{name}: the bot goes on")
        self.server.clear_faults()
        async with self.life():
            await self._ends(name)
        if self.hook:
            await answered(self.server, self.server.bot, "deletewebhook", {})
            self.hook = None

    async def _served(self, name: str) -> None:
        """Somebody else asks and is answered."""
        siti = self.people["Siti"]
        last = siti.last.id
        began = time.monotonic()
        siti.send("/bantuan")
        await siti.wait_for(lambda message: message.id > last + 1, timeout=PATIENCE)
        self.waits.append(time.monotonic() - began)

    async def _all_settled(self, name: str) -> None:
        end = time.monotonic() + PATIENCE
        while (left := self._unsettled()) and time.monotonic() < end:
            await asyncio.sleep(0.02)
        if left:
            raise TimeoutError(f"stuck: {left}")

    # What is stored

    def _unsettled(self) -> list[tuple[Any, ...]]:
        return self.stored(
            "SELECT id, method FROM outbox WHERE state = 'queued' UNION ALL"
            " SELECT id, 'evidence' FROM evidence WHERE state = 'waiting'"
        )

    def _newest(self) -> tuple[int, int]:
        row = self.stored(
            "SELECT (SELECT coalesce(max(id), 0) FROM outbox),"
            " (SELECT coalesce(max(id), 0) FROM evidence)"
        )[0]
        return row[0], row[1]

    def _judge(self, act: Act, way: Way, name: str, mark: tuple[int, int]) -> None:
        """Every update is handled, none failed; the row came to the end that it deserves."""
        handled = {row[0] for row in self.stored("SELECT update_id FROM handled")}
        sent = {one["update_id"] for one in self.server.bot.queue.history}
        if missing := sent - handled:
            self.complaints.append(f"{name}: updates lost: {sorted(missing)[:5]}")
        if self.stored("SELECT 1 FROM failed_updates"):
            self.complaints.append(f"{name}: an update failed")
        if act.at_start or not act.has_row:
            return
        if act.is_letter:
            rows = self.stored(
                "SELECT state FROM outbox WHERE id > ? AND method = ? AND chat_id = ? ORDER BY id",
                mark[0], act.method, act.chat(self),
            )  # fmt: skip
            states = {row[0] for row in rows[:1]}
        else:
            rows = self.stored("SELECT state FROM evidence WHERE id > ?", mark[1])
            states = {row[0] for row in rows}
        if not states or not states <= act.wanted(way):
            self.complaints.append(
                f"{name}: ended as {sorted(states)}, not {sorted(act.wanted(way))}"
            )


async def played(cells: list[tuple[str, Way]], say: Callable[[str], None] = print) -> Table:
    """Play these cells."""
    with hurried(), tempfile.TemporaryDirectory(prefix="peduli-ham-calls-") as place:
        async with Sandbox() as server:
            server.add_bot(TOKEN)
            table = Table(server, Path(place) / "calls.db")
            await table.settle()
            for method, way in cells:
                before = len(table.complaints)
                await table.cell(method, way)
                for complaint in table.complaints[before:]:
                    say(complaint)
            return table


def figures(table: Table) -> dict[str, Any]:
    """What is kept of a run."""
    waits = sorted(table.waits)
    return {
        "methods": len(METHODS),
        "ways": len(WAYS),
        "cells": table.cells,
        "restarts": table.cells,
        "others_served": len(waits),
        "others_slowest_s": round(waits[-1], 2),
        "violations": len(table.complaints),
    }


def main() -> None:
    """Parse the command line, play, print, keep, and say by the exit code how it went."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calls", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the cells that CI plays")
    parser.add_argument("--only", nargs="*", default=[], help="methods")
    given = parser.parse_args()
    cells = short() if given.short else [(method, way) for method in METHODS for way in WAYS]
    cells = [(method, way) for method, way in cells if not given.only or method in given.only]
    about = circumstances()
    table = asyncio.run(played(cells))
    if given.only:
        print(figures(table))
        raise SystemExit(1 if table.complaints else 0)
    conclude("calls", about, figures(table), table.complaints)


if __name__ == "__main__":
    main()
