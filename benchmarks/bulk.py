"""A reminder to 20,000: how fast it is queued, and how near its delivery comes to the permitted rate.

`python -m benchmarks.bulk [--people 20000] [--runs 5] [--no-keep]` (about two minutes). Queued: preview and
confirmation on a real file. Delivered: the real delivery and its marks under a simulated clock, against a
Bot API whose road takes 30–250 ms; every call is noted at the moment it counts there.
"""

from __future__ import annotations

import asyncio
import random
import selectors
import sqlite3
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from telegram import Bot

from benchmarks import country
from benchmarks.machine import ROOT, circumstances, keep, options
from bot.clock import iso
from bot.dispatch import Dispatcher
from bot.storage import outbox
from bot.storage.database import Database, connect, in_transaction, open_database
from bot.storage.outbox import OutboxMessage, with_serialized_payload
from bot.storage.step_context import Speaker
from bot.telegram.delivery import Delivery
from bot.telegram.pacing import TELEGRAM
from bot.telegram.request import AiohttpRequest
from bot.telegram.updates import Incoming
from flows.model.events import Command, Event, Tap
from flows.model.workdays import Calendar

T = TypeVar("T")
START = datetime(2017, 3, 10, 2, tzinfo=UTC)
STAFF = 77
ROADS = {"30 ms": (0.03, 0.005), "100 ms": (0.08, 0.02), "250 ms": (0.2, 0.05)}
"""Mean time of a call: the least it takes, and the mean of what comes on top, at random."""


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Whenever all wait, the clock is put forward to whatever is due first."""

    def __init__(self) -> None:
        selector = selectors.DefaultSelector()
        super().__init__(selector)
        self._now = 0.0
        select = selector.select

        def at_once(timeout: float | None = None) -> Any:
            self._now += timeout or 0.0
            return select(0)

        selector.select = at_once  # type: ignore[method-assign]

    def time(self) -> float:
        return self._now


class Far(AiohttpRequest):
    """A Bot API at some distance. `moments`: when each call counted there."""

    def __init__(self, least: float, more: float, seed: int) -> None:
        super().__init__()
        self.road = (least / 2, more / 2)
        self.random = random.Random(seed)
        self.moments: list[float] = []

    async def call(self, url: str, payload: dict[str, Any], longer: float = 0.0) -> Any:
        await self._way()
        self.moments.append(asyncio.get_running_loop().time())
        await self._way()
        return {"message_id": len(self.moments)}

    async def _way(self) -> None:
        least, more = self.road
        await asyncio.sleep(least + self.random.expovariate(1 / more))


class Here:
    """A database on this very thread, since a simulated clock cannot wait for another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    async def transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return in_transaction(self.connection, work)


def delivered(
    folder: Path, people: int, road: tuple[float, float], seed: int = 1
) -> dict[str, Any]:
    """Rate and the fullest second of one delivery."""
    path = folder / "delivery.db"
    path.unlink(missing_ok=True)
    connection = connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    letters = [
        with_serialized_payload(
            OutboxMessage(0, country.FIRST_CONTACT + n, "sendMessage", {"text": "🔔"}, bulk=True)
        )
        for n in range(people)
    ]
    in_transaction(connection, lambda db: outbox.put(db, letters, "2017-03-10T02:00:00Z"))
    loop = SimulatedLoop()
    try:
        moments = loop.run_until_complete(_sent(Far(*road, seed), connection, letters))
        waiting = connection.execute("SELECT count(*) FROM outbox WHERE state <> 'sent'").fetchone()
    finally:
        loop.close()
        connection.close()
    assert waiting == (0,)
    assert len(moments) == people
    span = moments[-1] - moments[0]
    rate = (people - 1) / span
    return {
        "seconds": round(span, 1),
        "per_s": round(rate, 2),
        "share": round(rate / TELEGRAM.overall, 3),
        "fullest_second": fullest(moments),
    }


async def _sent(
    far: Far, connection: sqlite3.Connection, letters: list[OutboxMessage]
) -> list[float]:
    loop = asyncio.get_running_loop()
    bot = Bot("1:X", request=far, get_updates_request=far)

    def clock() -> datetime:
        return START + timedelta(seconds=loop.time())

    delivery = Delivery(
        bot, cast("Database", Here(connection)), clock, TELEGRAM, lambda db, chat: []
    )
    running = loop.create_task(delivery.run())
    delivery.add(letters)
    while delivery._under_way:  # noqa: SLF001
        await asyncio.sleep(1.0)
    running.cancel()
    await asyncio.wait([running])
    return sorted(far.moments)


def fullest(moments: list[float]) -> int:
    """The most calls in any second."""
    most, window = 0, deque[float]()
    for moment in moments:
        window.append(moment)
        while window[0] <= moment - 1.0:
            window.popleft()
        most = max(most, len(window))
    return most


def queued(folder: Path, people: int, runs: int) -> dict[str, float]:
    """Seconds of the preview and of the confirmation: by the clock, and of processor."""
    template = folder / "template.db"
    country.build(template, people, confirming=False)
    seconds: dict[str, list[float]] = {}
    for run in range(runs):
        path = folder / f"{run}.db"
        path.write_bytes(template.read_bytes())
        for name, took in asyncio.run(confirmed(path)).items():
            seconds.setdefault(name, []).append(took)
        path.unlink()
    return {name: round(statistics.median(its), 2) for name, its in seconds.items()}


async def confirmed(path: Path) -> dict[str, float]:
    """Preview and confirmation in seconds, by the clock and of processor (`_cpu`)."""
    seconds: dict[str, float] = {}
    async with open_database(path) as database:
        await database.transaction(kanwil)
        desk = Dispatcher(
            database, lambda: START, UTC, "https://t.me/x", calendar=lambda _: Calendar()
        )
        event: Event = Command("ingatkan")
        for number, name in enumerate(("preview", "confirmation"), 1):
            began, used = time.perf_counter(), time.process_time()
            letters = await desk.handle([_update(number, event)])
            seconds[name] = time.perf_counter() - began
            seconds[f"{name}_cpu"] = time.process_time() - used
            if number == 1:
                keys = letters[-1].payload["reply_markup"]["inline_keyboard"]
                event = Tap(keys[0][0]["callback_data"], 5, "q")
        count = await database.read(
            lambda db: db.execute("SELECT count(*) FROM campaign_recipients").fetchone()[0]
        )
        assert count > 0
    return seconds


def _update(number: int, event: Event) -> Incoming:
    return Incoming(number, Speaker(STAFF, STAFF, "Budi", "id"), event, lambda: "{}")


def kanwil(db: sqlite3.Connection) -> None:
    """Give the province a member of the Kanwil."""
    now = iso(START)
    number = db.execute(
        "INSERT INTO persons (telegram_id, name, joined_at) VALUES (?, 'Budi', ?)", (STAFF, now)
    ).lastrowid
    db.execute(
        "INSERT INTO seats (person_id, role, province, since) VALUES (?, 'kanwil', '31', ?)",
        (number, now),
    )


def measured(people: int, runs: int, say: Callable[[str], None] = print) -> dict[str, Any]:
    """All of it."""
    with tempfile.TemporaryDirectory(prefix="peduli-ham-bulk-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        result: dict[str, Any] = {"queued": queued(folder, people, runs), "delivered": {}}
        say(f"queued, seconds: {result['queued']}")
        for road, (least, more) in ROADS.items():
            began = time.perf_counter()
            result["delivered"][road] = delivered(folder, people, (least, more))
            took = time.perf_counter() - began
            say(f"road of {road}: {result['delivered'][road]} ({took:.0f} s of ours)")
    return result


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, people=20_000, runs=5, no_keep=False)
    about = circumstances()
    result = measured(given.people, given.runs)
    if not given.no_keep:
        keep("bulk", {**about, "people": given.people, "runs": given.runs, "result": result})


if __name__ == "__main__":
    main()
