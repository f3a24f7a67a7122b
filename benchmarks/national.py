"""A whole nation in one process: scoring every region, and what staff wait for.

`python -m benchmarks.national [--runs 5] [--small] [--no-keep]` (about three minutes; `--small`: seconds, a
fiftieth). Scoring: every region by 17 and by 120 indicators. Boards: `/status` of a Kanwil, from the event to
the letters, in a database of one year and of five years (20,000 offices, 62,000 answers a year); first look
after a start, then after one answer of its province, and with nothing new; and the board that its group pins.
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import nation
from benchmarks.machine import ROOT, circumstances, keep, options
from bot.clock import iso
from bot.collector import settled
from bot.dispatch import Dispatcher
from bot.storage import codec, record
from bot.storage.database import open_database
from bot.storage.outbox import OutboxMessage
from bot.storage.record import Entry
from bot.storage.roster import RosterCache
from bot.storage.step_context import Speaker
from bot.telegram.updates import Incoming
from bot.workers.board_worker import Boards
from flows.model.events import Command
from flows.model.record_kinds import EntryKind
from scoring import Response, score

NOW = datetime(2017, 3, 10, 2, tzinfo=UTC)
PROVINCE = 7
YEARS = (1, 5)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a nation."""

    regions: int = nation.REGIONS
    offices: int = nation.OFFICES
    answers: int = nation.ANSWERS
    provinces: int = nation.PROVINCES


SMALL = Size(regions=14, offices=400, answers=1_240, provinces=7)


def scoring(size: Size, indicators: int) -> float:
    """Seconds for every region's score, each with answers of its own."""
    made = nation.instrument(indicators)
    given = [
        {
            one.no: Response((codec.answer_of(one, nation.answer(made, one.no, place)),), 1)
            for one in made
        }
        for place in range(size.regions)
    ]
    began = time.perf_counter()
    for responses in given:
        score(made, responses)
    return time.perf_counter() - began


class Asking:
    """Staff of one province, asking."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.number = 0

    async def once(self, command: str) -> float:
        """Seconds of the whole unit of work, its commit included."""
        self.number += 1
        chat = nation.FIRST_STAFF + PROVINCE
        update = Incoming(self.number, Speaker(chat, chat, "K", "id"), Command(command), str)
        began = time.perf_counter()
        sent = await self.dispatcher.handle([update])
        took = time.perf_counter() - began
        assert any("Kota Nomor" in letter.payload.get("text", "") for letter in sent)
        return took

    async def answered(self) -> None:
        """One more answer in the province."""

        def work(connection: sqlite3.Connection) -> None:
            roster = self.dispatcher.roster.get(connection)
            assert roster is not None
            mine = f"{PROVINCE:02}"
            unit = next(
                unit
                for unit in roster.owed
                if roster.provinces[roster.units[unit].region_id] == mine
            )
            indicator = roster.owed[unit][0]
            stored: int = connection.execute(
                "SELECT coalesce(max(revision), 0) FROM record WHERE kind = 'answer' AND unit_id = ?"
                " AND period_id = ? AND indicator = ?",
                (unit, roster.period.id, indicator),
            ).fetchone()[0]
            answer = nation.answer(roster.period.instrument, indicator, stored)
            details = {"answer": answer, "reason": None, "by": "Siti"}
            record.append(
                connection,
                Entry(roster.period.id, EntryKind.ANSWER, iso(NOW), unit, indicator, stored + 1,
                      details=details),
            )  # fmt: skip

        await self.dispatcher.database.transaction(work)


class Pinned:
    """The board (papan) of the province in a group of the Kanwil: pinned, and drawn anew as answers come."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.minutes = 0

    async def switched_on(self) -> None:
        """As /papan leaves it once its first message is sent and pinned."""
        await self.dispatcher.database.transaction(
            lambda connection: connection.execute(
                "INSERT INTO boards (chat_id, province, seat_id, at, message_id, pin)"
                " VALUES (-1, ?, (SELECT min(id) FROM seats WHERE role = 'kanwil'), ?, 1, 'pinned')",
                (f"{PROVINCE:02}", iso(NOW)),
            )
        )

    async def drawn(self) -> float:
        """Seconds of the tick that draws and queues it; the letter counts as sent behind it."""
        self.minutes += 1
        now, sent = NOW + timedelta(minutes=self.minutes), list[OutboxMessage]()
        dispatcher = self.dispatcher
        boards = Boards(
            dispatcher.database, lambda: now, UTC, sent.extend, roster=dispatcher.roster
        )
        began = time.perf_counter()
        await boards.tick()
        took = time.perf_counter() - began
        assert "Kota Nomor" in sent[0].payload["text"]
        await dispatcher.database.transaction(self._as_if_sent)
        return took

    @staticmethod
    def _as_if_sent(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE outbox SET state = 'sent'")
        connection.execute(
            "UPDATE boards SET shown = NULL"
        )  # so that the next is sent, even if alike


async def boards(path: Path, runs: int) -> dict[str, float]:
    """Milliseconds of `/status` and of a pinned board, medians."""
    async with open_database(path) as database:
        dispatcher = Dispatcher(database, lambda: NOW, UTC, "https://t.me/x")
        asking, pinned = Asking(dispatcher), Pinned(dispatcher)
        await pinned.switched_on()
        seconds: dict[str, list[float]] = {
            "roster": [], "first": [], "one": [], "same": [], "board": []
        }  # fmt: skip
        for _ in range(runs):
            dispatcher.roster = RosterCache()
            began = time.perf_counter()
            await database.read(dispatcher.roster.get)
            seconds["roster"].append(time.perf_counter() - began)
            settled()  # as `bot.app.prepare` does at the start
            seconds["first"].append(await asking.once("status"))
            await asking.answered()
            seconds["one"].append(await asking.once("status"))
            seconds["same"].append(await asking.once("status"))
            await asking.answered()
            seconds["board"].append(await pinned.drawn())
        return {name: round(statistics.median(its) * 1000, 1) for name, its in seconds.items()}


def measured(size: Size, runs: int, say: Callable[[str], None] = print) -> dict[str, Any]:
    """All of it."""
    result: dict[str, Any] = {"scoring_s": {}, "status_ms": {}, "bytes_per_answer": {}}
    for indicators in (17, 120):
        took = statistics.median(scoring(size, indicators) for _ in range(runs))
        result["scoring_s"][str(indicators)] = round(took, 3)
        say(f"{size.regions} regions × {indicators} indicators: {took:.2f} s")
    with tempfile.TemporaryDirectory(
        prefix="peduli-ham-national-", dir=ROOT / "benchmarks"
    ) as name:
        for years in YEARS:
            path = Path(name) / f"{years}.db"
            nation.build(
                path, years=years, offices=size.offices, answers=size.answers,
                regions=size.regions, provinces=size.provinces,
            )  # fmt: skip
            milliseconds = asyncio.run(boards(path, runs))
            result["status_ms"][str(years)] = milliseconds
            result["bytes_per_answer"][str(years)] = path.stat().st_size // (size.answers * years)
            say(f"{years} years, milliseconds: {milliseconds}")
    result["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"peak of this process: {result['peak_mib']} MiB")
    return result


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, runs=5, small=False, no_keep=False)
    about, size = circumstances(), SMALL if given.small else Size()
    result = measured(size, given.runs)
    if not given.no_keep and not given.small:
        shape = {name: getattr(size, name) for name in Size.__slots__}
        keep("national", {**about, "runs": given.runs, **shape, "result": result})


if __name__ == "__main__":
    main()
