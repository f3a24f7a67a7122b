"""An office that taps beside other work: how long it waits, quiet and meanwhile; and what the work takes."""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import time
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import country
from bot.dispatch import Dispatcher
from bot.storage.step_context import Speaker
from bot.telegram.updates import Incoming
from flows.model.events import Command

T = TypeVar("T")
PAUSE = 0.05
"""Seconds between two taps."""
LOOK = 0.1


class Office:
    """A contact who asks for the summary of the office; each is a whole unit of work with its commit."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.updates = 0

    async def once(self) -> float:
        """Return the seconds from the update to the committed letters."""
        self.updates += 1
        chat = country.FIRST_CONTACT
        update = Incoming(
            self.updates, Speaker(chat, chat, "K", "id"), Command("ringkasan"), lambda: "{}"
        )
        began = time.perf_counter()
        letters = await self.dispatcher.handle([update])
        took = time.perf_counter() - began
        assert letters
        assert not self.dispatcher.counters.failed
        return took

    async def quiet(self, seconds: float) -> list[float]:
        """Return what each tap takes while nothing else happens."""
        took, until = [], time.perf_counter() + seconds
        while time.perf_counter() < until:
            took.append(await self.once())
            await asyncio.sleep(PAUSE)
        return took

    async def meanwhile(self, work: Awaitable[T]) -> tuple[list[float], T]:
        """Return what each takes while some work goes on, and what came of that."""
        took: list[float] = []
        going = asyncio.ensure_future(work)
        try:
            while not going.done():
                took.append(await self.once())
                await asyncio.sleep(PAUSE)
        finally:
            going.cancel()
            with suppress(asyncio.CancelledError):
                await going
        return took, going.result()


def compared(quiet: list[float], busy: list[float]) -> dict[str, float]:
    """Return the milliseconds within which 19 of 20 taps are answered, the worst, and the ratio."""
    calm, loaded = p95(quiet), p95(busy)
    return {
        "quiet_ms": round(calm * 1000, 1),
        "busy_ms": round(loaded * 1000, 1),
        "worst_ms": round(max(busy) * 1000, 1),
        "ratio": round(loaded / calm, 2),
        "taps": len(busy),
    }


def p95(took: list[float]) -> float:
    """Return the seconds within which 19 of 20 are done."""
    return sorted(took)[len(took) * 95 // 100]


async def peak_of(process: asyncio.subprocess.Process) -> int:
    """Look at a process until it ends; return the most memory that it had, in MiB."""
    most = 0
    while process.returncode is None:
        most = max(most, peak_mib(process.pid))
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), LOOK)
    return most


def peak_mib(pid: int | str = "self") -> int:
    """Return the most memory of a process since it was last reset; 0 where that cannot be seen."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    [kilobytes] = re.findall(r"VmHWM:\s*(\d+) kB", status) or ["0"]
    return int(kilobytes) // 1024


def reset_peak() -> int:
    """Count the most memory of this process from now on; return what it has now."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak_mib()


def seconds_of_children() -> float:
    """Return the processor's seconds of all processes that were waited for."""
    times = os.times()
    return times.children_user + times.children_system


def medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the median of each figure of some runs; of the worst the worst, of counts the least."""
    figures: dict[str, Any] = {}
    for name, first in runs[0].items():
        values = [run[name] for run in runs]
        if isinstance(first, dict):
            figures[name] = medians(values)
        elif name.startswith("worst"):
            figures[name] = max(values)
        elif isinstance(first, int):
            figures[name] = min(values) if name != "peak_mib" else max(values)
        else:
            figures[name] = round(statistics.median(values), 2)
    return figures
