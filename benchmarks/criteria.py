"""What a proposal would do to a province of 13 regions × 120 indicators, and what agreeing takes, in ms.

`python -m benchmarks.criteria [--runs 20] [--seconds 20] [--no-keep]`. All is answered. The board is read as
/kriteria reads it; *version*: the texts of the next version through the strict loader; *effect*: every city
by both versions. *agreed*: the tap that closes a meeting, from the event to the commit: the next version,
every city scored anew, the news to each office; *first look*: `/status` of the province behind it. An office
asks for its summary every 50 ms: quiet, and while a meeting is held and closed every two seconds.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

from benchmarks import country, nation
from benchmarks.machine import ROOT, circumstances, keep, options
from benchmarks.national import NOW
from bot.clock import iso
from bot.collector import settled
from bot.dispatch import Dispatcher
from bot.storage import criteria_rows, record
from bot.storage.database import connect, open_database
from bot.storage.load_facts import board_of
from bot.storage.outbox import OutboxMessage
from bot.storage.record import Entry
from bot.storage.roster import read_roster
from bot.storage.step_context import Speaker
from bot.telegram.updates import Incoming
from flows.model.buttons import Verb, data
from flows.model.criteria import Author
from flows.model.criteria_changes import ProposeCriterion
from flows.model.events import Command, Event, Tap
from flows.model.record_kinds import EntryKind
from flows.staff import criteria_effect
from scoring import Instrument, amending
from scoring.amending import AgreementOccasion, amended

REGIONS, INDICATORS, OFFICES = 13, 120, 13 * 14
TARGET_MS, AGREED_MS = 300, 200
AT = iso(NOW)
PAUSE, BETWEEN = 0.05, 2.0
"""Seconds between two summaries of an office, and between two agreements."""
OCCASION = AgreementOccasion("2017-03-10", "Aula", "Rapat koordinasi di Aula, 10 Maret 2017")


def timed(work: Callable[[], object], runs: int) -> dict[str, float]:
    """Return median and worst of a piece of work, in milliseconds."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return _figures(taken)


class Meetings:
    """A Kanwil that holds one meeting after the other, and an office that asks meanwhile."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.updates = 0
        self.seat = OFFICES + 1
        self.edge = 15

    async def _handle(self, chat_id: int, event: Event) -> tuple[float, list[OutboxMessage]]:
        """Return the seconds of a whole unit of work, its commit included, and what is said."""
        self.updates += 1
        update = Incoming(self.updates, Speaker(chat_id, chat_id, "K", "id"), event, lambda: "{}")
        began = time.perf_counter()
        letters = await self.dispatcher.handle([update])
        return time.perf_counter() - began, letters

    async def _kanwil(self, event: Event) -> float:
        took, letters = await self._handle(nation.FIRST_STAFF + 1, event)
        assert letters
        return took

    def _tap(self, verb: Verb, *rest: object) -> Tap:
        return Tap(data(verb, self.seat, *rest), 5, f"q{self.updates}")

    async def prepared(self) -> int:
        """Open a meeting that has taken up other ranges; return its number."""
        self.edge = 31 - self.edge  # 15 and 16 in turn
        change = {
            "bands": [
                {"points": 10, "range": f"≤ {self.edge}"},
                {"points": 0, "range": f"> {self.edge}"},
            ]
        }
        proposal = ProposeCriterion("01", "i9", change, Author("K", "Kanwil", "kanwil"))

        def work(connection: Any) -> int:
            roster = self.dispatcher.roster.get(connection)
            assert roster is not None
            period_id = roster.period.id

            def note(kind: EntryKind, details: dict[str, Any]) -> int:
                return record.append(connection, Entry(period_id, kind, AT, details=details))

            criteria_rows.write(connection, proposal, period_id, None, AT, note)
            return int(connection.execute("SELECT max(id) FROM criteria_proposals").fetchone()[0])

        proposal_id = await self.dispatcher.database.transaction(work)
        await self._kanwil(Command("rakor", "Aula"))
        await self._kanwil(self._tap(Verb.DECIDE, "i9", "changed", proposal_id))
        await self._kanwil(self._tap(Verb.CLOSING))  # what it would do is always shown first
        query = "SELECT id FROM meetings WHERE state = 'open'"
        row = await self.dispatcher.database.read(lambda db: db.execute(query).fetchone())
        return int(row[0])

    async def agreed(self) -> float:
        """Seconds of the tap by which an open meeting is closed."""
        meeting = await self.prepared()
        took = await self._kanwil(self._tap(Verb.AGREE, meeting))
        query = "SELECT state FROM meetings WHERE id = ?"
        state = await self.dispatcher.database.read(
            lambda db: db.execute(query, (meeting,)).fetchone()
        )
        assert state == ("agreed",)
        return took

    async def looked(self) -> float:
        """Seconds of a look at the province."""
        return await self._kanwil(Command("status"))

    async def asks(self, seconds: float) -> list[float]:
        """Seconds of each summary that an office asks for, one every PAUSE."""
        took, until = [], time.perf_counter() + seconds
        while time.perf_counter() < until:
            took.append((await self._handle(country.FIRST_CONTACT, Command("ringkasan")))[0])
            await asyncio.sleep(PAUSE)
        return took


async def agreeing(path: Path, runs: int, seconds: float) -> dict[str, Any]:
    """Return what an agreement takes, the look behind it, and how long others wait meanwhile."""
    async with open_database(path) as database:
        dispatcher = Dispatcher(database, lambda: NOW, UTC, "https://t.me/x")
        await database.read(dispatcher.roster.get)
        meetings = Meetings(dispatcher)
        await meetings.looked()
        settled()  # as `bot.app.prepare` does at the start
        taken, looks = [], []
        for _ in range(runs):
            taken.append(await meetings.agreed() * 1000)
            looks.append(await meetings.looked() * 1000)
        quiet = _p95(await meetings.asks(seconds))
        closing = asyncio.ensure_future(_one_after_the_other(meetings))
        busy = await meetings.asks(seconds)
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        return {
            "agreed": _figures(taken),
            "first look": _figures(looks),
            "others": {
                "quiet_ms": quiet,
                "busy_ms": _p95(busy),
                "ratio": round(_p95(busy) / quiet, 2),
                "worst_ms": round(max(busy) * 1000, 1),
                "taps": len(busy),
            },
        }


async def _one_after_the_other(meetings: Meetings) -> None:
    while True:
        await meetings.agreed()
        await asyncio.sleep(BETWEEN)


def _p95(took: list[float]) -> float:
    return round(statistics.quantiles(took, n=20)[-1] * 1000, 1)


def _figures(taken: list[float]) -> dict[str, float]:
    return {"median_ms": round(statistics.median(taken), 1), "worst_ms": round(max(taken), 1)}


def measure(runs: int, seconds: float) -> dict[str, Any]:
    """Return the figures of each part of a preview, of all together, and of an agreement."""
    with tempfile.TemporaryDirectory(
        prefix="peduli-ham-criteria-", dir=ROOT / "benchmarks"
    ) as name:
        path = Path(name) / "province.db"
        nation.build(
            path, years=1, offices=OFFICES, answers=REGIONS * INDICATORS, regions=REGIONS,
            provinces=1, indicators=INDICATORS,
        )  # fmt: skip
        connection = connect(path)
        try:
            preview = _measured(connection, runs)
        finally:
            connection.close()
        return {"preview": preview, **asyncio.run(agreeing(path, runs, seconds))}


def _measured(connection: Any, runs: int) -> dict[str, Any]:
    roster = read_roster(connection)
    assert roster is not None
    regions, before = list(roster.regions.values()), nation.instrument(INDICATORS)
    texts = nation.texts(INDICATORS)
    change = {
        "indicator": 9,
        "bands": [{"points": 10, "range": "≤ 15"}, {"points": 0, "range": "> 15"}],
    }

    def board() -> Any:
        return board_of(connection, roster, UTC, regions)

    def version() -> Instrument:
        amending.read_version.cache_clear()  # as for a proposal that nobody has seen before
        made = amended(texts, OCCASION, [change])
        assert made.instrument is not None, made.problems
        return made.instrument

    current_board, after = board(), version()

    def whole() -> None:
        criteria_effect.of_board(board(), before, version())

    return {
        "board": timed(board, runs),
        "version": timed(version, runs),
        "effect": timed(lambda: criteria_effect.of_board(current_board, before, after), runs),
        "all": timed(whole, runs),
    }


def main() -> None:
    """Measure, print, and keep the figures."""
    chosen = options(__doc__, runs=20, seconds=20, no_keep=False)
    about = circumstances()
    result = measure(chosen.runs, chosen.seconds)
    for part, figures in {**result["preview"], **result}.items():
        if part != "preview":
            print(f"{part:>10}  {figures}")
    if not chosen.no_keep:
        aims = {"target_ms": TARGET_MS, "agreed_ms": AGREED_MS}
        keep("criteria", {**about, "runs": chosen.runs, **aims, "result": result})


if __name__ == "__main__":
    main()
