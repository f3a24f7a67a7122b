"""What other programs take of a nation's record, and what taps beside them wait: feed, workbook, `--follow`.

`python -m benchmarks.machines [--runs 3] [--small] [--no-keep]` (minutes; `--small`: seconds, a fiftieth).
One process has the bot's dispatcher, its feed and its worker of exports, and an office that taps every 50 ms;
readers are processes of their own. *feed*: the whole record, page by page. *workbook*: all answers as
`/ekspor` makes them, by the command beside the bot. *from the first*: `export --follow` until it has all;
*as it comes*: then from each commit to its line.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from benchmarks import beside, nation
from benchmarks.machine import ROOT, circumstances, keep, options
from benchmarks.machines_reader import TOKEN
from benchmarks.national import NOW, SMALL, Size
from bot.clock import iso
from bot.collector import settled
from bot.config import Config
from bot.dispatch import Dispatcher
from bot.feed import feeding
from bot.given_settings import Secret
from bot.storage import export_orders, record
from bot.storage.database import Database, open_database
from bot.storage.record import Entry
from bot.workers.exports import Exports
from flows.model.paper_changes import OrderExport
from flows.model.record_kinds import EntryKind
from flows.model.workdays import Calendar
from tests.support.process import free_port

LIMITS = (200, 1000)
"""Entries of a page: as it is where nobody says how many, and the most."""
COMMITS, BETWEEN = 40, 0.3
Work = Callable[[], Awaitable[dict[str, Any]]]


async def _no_hint(_: int) -> None:
    """Show nothing in a chat: there is none."""


class Machines:
    """A bot at national size, and the programs that read beside it."""

    def __init__(self, folder: Path, database: Database, seconds: float) -> None:
        self.folder, self.database, self.seconds = folder, database, seconds
        self.dispatcher = Dispatcher(database, lambda: NOW, UTC, "https://t.me/x")
        self.office = beside.Office(self.dispatcher)

    @property
    def path(self) -> Path:
        return self.folder / "nation.db"

    async def prepared(self) -> None:
        """Read the roster once, as a bot has that runs."""
        await self.database.read(self.dispatcher.roster.get)
        await self.office.once()
        await self.feed(LIMITS[-1])  # so that what words an entry is read
        settled()

    async def compared(self, work: Work) -> dict[str, Any]:
        """Return what some work takes, and how long taps wait before and meanwhile."""
        quiet = await self.office.quiet(self.seconds)
        busy, result = await self.office.meanwhile(work())
        return {**result, "taps": beside.compared(quiet, busy)}

    async def feed(self, limit: int) -> dict[str, Any]:
        """Have the whole record fetched in pages of so many entries."""
        listen = f"127.0.0.1:{free_port()}"
        config = Config(
            bot_token=Secret("1:X"), database=self.path, timezone="UTC", feed_listen=listen,
            feed_token=Secret(TOKEN),
        )  # fmt: skip
        before = beside.reset_peak()
        async with feeding(config, self.database, self.dispatcher.roster):
            reader = await self._started("benchmarks.machines_reader", listen, str(limit))
            output, _ = await reader.communicate()
        figures: dict[str, Any] = orjson.loads(output)
        return {**figures, "grown_mib": float(beside.peak_mib() - before)}

    async def workbook(self) -> dict[str, Any]:
        """Have all answers made into a workbook, as `/ekspor` does."""
        roster = await self.database.read(self.dispatcher.roster.get)
        assert roster is not None
        period_id, chat = roster.period.id, nation.FIRST_STAFF + 1

        def order(connection: sqlite3.Connection) -> None:
            wanted = OrderExport("answers")
            export_orders.order(connection, wanted, chat, period_id, None, iso(NOW))

        await self.database.transaction(order)
        exports = Exports(
            self.database, lambda: NOW, UTC, lambda _: Calendar(), lambda _: None, path=self.path,
            folder=self.folder / "exports", hint=_no_hint,
        )  # fmt: skip
        began, used = time.perf_counter(), beside.seconds_of_children()
        await exports.tick()
        seconds, cpu = time.perf_counter() - began, beside.seconds_of_children() - used
        [made] = (self.folder / "exports").glob("*.xlsx")
        size = made.stat().st_size
        made.unlink()
        return {"seconds": round(seconds, 1), "cpu_s": round(cpu, 1), "megabytes": size / 1e6}

    async def whole(self, last: int) -> dict[str, Any]:
        """Have `export --follow` print all that there is."""
        began = time.perf_counter()
        process = await self._following(0)
        peak = asyncio.ensure_future(beside.peak_of(process))
        assert process.stdout is not None
        count = 0
        async for line in process.stdout:
            count += 1
            if orjson.loads(line)["entry"] >= last:
                break
        seconds = time.perf_counter() - began
        process.terminate()
        await process.wait()
        return {
            "entries": count, "seconds": round(seconds, 1), "per_s": round(count / seconds, 1),
            "peak_mib": await peak,
        }  # fmt: skip

    async def as_it_comes(self) -> dict[str, Any]:
        """Return the milliseconds from each of some commits to its line."""
        process = await self._following(await self.last())
        assert process.stdout is not None
        took = []
        try:
            await self._noted()
            await process.stdout.readline()  # it has begun
            for _ in range(COMMITS):
                await asyncio.sleep(BETWEEN + secrets.randbelow(100) / 200)
                entry, at = await self._noted()
                line = await process.stdout.readline()
                took.append(time.perf_counter() - at)
                assert orjson.loads(line)["entry"] == entry
        finally:
            process.terminate()
            await process.wait()
        return {
            "delay_ms": round(statistics.median(took) * 1000, 1),
            "worst_delay_ms": round(max(took) * 1000, 1),
        }

    async def _noted(self) -> tuple[int, float]:
        """Have the last office answer anew; return the number of the entry, and when it was committed."""

        def work(connection: sqlite3.Connection) -> int:
            roster = self.dispatcher.roster.get(connection)
            assert roster is not None
            unit = max(roster.owed)
            indicator = roster.owed[unit][0]
            answer = nation.answer(roster.period.instrument, indicator, unit)
            details = {"answer": answer, "reason": None, "by": "Siti"}
            revision = 1_000_000 + record.next_receipt(connection)
            kind, at = EntryKind.ANSWER, iso(NOW)
            entry = Entry(roster.period.id, kind, at, unit, indicator, revision, details=details)
            return record.append(connection, entry)

        return await self.database.transaction(work), time.perf_counter()

    async def last(self) -> int:
        """Return the number of the newest entry."""
        return await self.database.read(record.next_receipt) - 1

    async def _following(self, after: int) -> asyncio.subprocess.Process:
        return await self._started(
            "bot", "export", "--database", str(self.path), "--follow", "--everyone", "--after",
            str(after),
        )  # fmt: skip

    async def _started(self, *command: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, limit=2**24
        )


async def once(machines: Machines, say: Callable[[str], None]) -> dict[str, Any]:
    """Return all figures of one run."""
    last = await machines.last()
    parts: dict[str, Work] = {
        **{f"feed {limit}": partial(machines.feed, limit) for limit in LIMITS},
        "workbook": machines.workbook,
        "from the first": partial(machines.whole, last),
        "as it comes": machines.as_it_comes,
    }
    figures = {}
    for name, work in parts.items():
        figures[name] = await machines.compared(work)
        say(f"{name}: {figures[name]}")
    return figures


async def measured(
    size: Size, runs: int, seconds: float, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Return the medians of some runs in one database."""
    with tempfile.TemporaryDirectory(
        prefix="peduli-ham-machines-", dir=ROOT / "benchmarks"
    ) as name:
        folder = Path(name)
        nation.build(
            folder / "nation.db", years=1, offices=size.offices, answers=size.answers,
            regions=size.regions, provinces=size.provinces, indicators=17,
        )  # fmt: skip
        async with open_database(folder / "nation.db") as database:
            machines = Machines(folder, database, seconds)
            await machines.prepared()
            return beside.medians([await once(machines, say) for _ in range(runs)])


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, runs=3, small=False, no_keep=False)
    about, size = circumstances(), SMALL if given.small else Size()
    result = asyncio.run(measured(size, given.runs, 2.0 if given.small else 8.0))
    if not given.no_keep and not given.small:
        shape = {name: getattr(size, name) for name in Size.__slots__}
        keep("machines", {**about, "runs": given.runs, **shape, "result": result})


if __name__ == "__main__":
    main()
