"""Where a tap and a text go: processor time by stage, in one process and on one thread.

`python -m benchmarks.where [--updates 2000] [--no-keep]` (half a minute). The updates of `benchmarks.taps`, a
hundred a batch, on a file with `synchronous=FULL` and without a thread of its own, so that no stage waits for
the interpreter's lock; the local server is a process of its own. Of each stage the microseconds an update, in
the median batch and in the quickest: where others use the machine, the latter says more.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import orjson
import uvloop

from benchmarks import country
from benchmarks.contestants import ALL
from benchmarks.machine import ROOT, circumstances, keep, options, pin
from benchmarks.pair import beside_server
from benchmarks.taps import LOADS
from bot import dispatch
from bot.clock import system_clock
from bot.config import load_config
from bot.dispatch import Dispatcher
from bot.preloading import preload
from bot.storage import outbox
from bot.storage.apply_changes import ChangeWriter
from bot.storage.database import open_inline
from bot.telegram import calls
from bot.telegram.client import make_bot
from bot.telegram.delivery import Delivery
from bot.telegram.delivery_results import DeliveryResults
from bot.telegram.update_guard import received
from bot.telegram.updates import WANTED, Incoming
from bot.telegram.wire import loads
from tests.support.process import environment

BATCH = 100
JAKARTA = ZoneInfo("Asia/Jakarta")
STAGES = {
    "read": (),
    "gather": ((dispatch, "load_facts"), (Dispatcher, "_roster_for")),
    "step": ((dispatch, "step"),),
    "apply": ((ChangeWriter, "apply"), (ChangeWriter, "note_arrivals")),
    "render": ((Dispatcher, "_written"), (dispatch, "new_menus")),
    "outbox": ((outbox, "put"),),
    "unit": (),
    "call": (),
    "mark": ((DeliveryResults, "_write"),),
}
"""What is timed as which stage; `unit` is what else a transaction costs, its commit included."""


class Watch:
    """Adds up the processor time of each stage; what runs inside another is taken off that other."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(STAGES, 0)
        self._inner: list[int] = []

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        self._inner.append(0)
        before = time.thread_time_ns()
        try:
            yield
        finally:
            took = time.thread_time_ns() - before
            self.spent[stage] += took - self._inner.pop()
            if self._inner:
                self._inner[-1] += took

    def wrapped(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **more: Any) -> Any:
            with self.on(stage):
                return work(*args, **more)

        return timed

    def taken(self) -> dict[str, int]:
        """What was spent since the last time."""
        spent, self.spent = self.spent, dict.fromkeys(STAGES, 0)
        return spent


async def fetched(url: str, settings: dict[str, str], updates: int) -> list[bytes]:
    """Take every update from the server, as one body a batch."""
    with patch.dict("os.environ", settings):
        bot = make_bot(load_config())
    await bot.request.initialize()
    batches: list[list[dict[str, Any]]] = []
    offset = None
    while sum(len(batch) for batch in batches) < updates:
        batches.append(await calls.updates(bot, offset, BATCH, 5, WANTED))
        offset = batches[-1][-1]["update_id"] + 1
    await calls.updates(bot, offset, BATCH, 0, WANTED)
    await bot.request.shutdown()
    return [orjson.dumps(one) for one in batches]


async def worked(settings: dict[str, str], batches: list[bytes]) -> list[dict[str, float]]:
    """Handle, deliver and mark each batch before the next; the microseconds an update by stage."""
    watch, measurements = Watch(), []
    with ExitStack() as stack:
        stack.enter_context(patch.dict("os.environ", settings))
        for stage, places in STAGES.items():
            for owner, name in places:
                stack.enter_context(
                    patch.object(owner, name, watch.wrapped(stage, getattr(owner, name)))
                )
        config = load_config()
        preload(system_clock(), config)
        async with open_inline(config.database) as database:
            bot = make_bot(config)
            await bot.request.initialize()
            dispatcher = Dispatcher(database, system_clock, JAKARTA)
            delivery = Delivery(bot, database, system_clock, None, dispatcher.lost)
            delivering = asyncio.ensure_future(delivery.run())
            for body in batches:
                with watch.on("read"):
                    batch: list[Incoming] = [one for raw in loads(body) if (one := received(raw))]
                with watch.on("unit"):
                    letters = dispatcher_work(database, dispatcher, batch)
                before, marking = time.thread_time_ns(), watch.spent["mark"]
                delivery.add(letters)
                while delivery.under_way:
                    await asyncio.sleep(0.002)
                outside = time.thread_time_ns() - before
                watch.spent["call"] += outside - (watch.spent["mark"] - marking)
                measurements.append({k: v / 1000 / len(batch) for k, v in watch.taken().items()})
            delivering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await delivering
            await bot.request.shutdown()
    return measurements


def dispatcher_work(database: Any, dispatcher: Dispatcher, batch: list[Incoming]) -> Any:
    """One batch, on this thread."""
    handling = dispatcher.handle(batch)
    try:
        handling.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("the unit of work waits for something")


async def measured(load: str, updates: int) -> dict[str, Any]:
    """One load."""
    contacts = updates // (2 if load == "texts" else 1)
    asked = {"load": load, "updates": updates, "warm": 0, "calls": {}, "button": None}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-where-", dir=ROOT / "benchmarks") as name:
        path = Path(name) / "where.db"
        await asyncio.to_thread(country.build, path, contacts, confirming=load == "taps")
        async with beside_server("load_server", asked) as pair:
            settings = environment(pair.url, path, None)
            batches = await fetched(pair.url, settings, updates)
            measurements = await worked(settings, batches)
        letters = country.work_done(path)["letters_sent"]
    if letters != updates * sum(ALL[load].values()):
        raise RuntimeError(f"{letters} letters were sent")
    warm = measurements[2:]
    return {
        "median": {k: round(statistics.median(one[k] for one in warm), 1) for k in STAGES},
        "least": {k: round(min(one[k] for one in warm), 1) for k in STAGES},
    }


def table(result: dict[str, Any]) -> str:
    """The figures as lines of text."""
    columns = {f"{load} {kind}": one for load, its in result.items() for kind, one in its.items()}
    rows = [("µs an update", *columns)]
    rows += [(stage, *(str(its[stage]) for its in columns.values())) for stage in STAGES]
    rows.append(("all", *(f"{sum(its.values()):.0f}" for its in columns.values())))
    return "\n".join("".join(f"{cell:>16}" for cell in row) for row in rows)


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, updates=2000, no_keep=False)
    about = circumstances()
    pin(1)
    result = {load: uvloop.run(measured(load, given.updates)) for load in LOADS}
    print(table(result))
    if not given.no_keep:
        keep("where", {**about, "updates": given.updates, "result": result})


if __name__ == "__main__":
    main()
