"""What the bot takes: from start to ready, and memory at rest, with a small file and with a nation's.

`python -m benchmarks.footprint [--runs 5] [--small] [--no-keep]` (about two minutes).
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import country, nation
from benchmarks.machine import ROOT, circumstances, keep, options
from bot.demo.botapi import Sandbox
from tests.support.process import TOKEN, BotProcess, environment

REST = 3.0
"""Seconds after it is ready in which it has looked at what is due, and read the roster."""
SMALL = {"offices": 200, "answers": 620, "regions": 14, "provinces": 7}


def memory(pid: int) -> dict[str, float]:
    """Mebibytes in memory now and at most (`VmRSS`, `VmHWM`)."""
    lines = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    )
    now, most = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return {"rss_mib": round(now, 1), "peak_mib": round(most, 1)}


async def once(database: Path) -> dict[str, float]:
    """One life of `peduli-ham run`."""
    async with Sandbox(keep_calls=False) as server:
        server.add_bot(TOKEN)
        bot = BotProcess(environment(server.url, database, None), database.parent)
        await bot.start()
        try:
            await asyncio.wait_for(bot.ready.wait(), 60)
            await asyncio.sleep(REST)
            assert bot.ready_after is not None
            return {"ready_s": round(bot.ready_after, 2), **memory(bot.pid)}
        finally:
            await bot.stop()


async def measured(
    runs: int, size: dict[str, int], say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Both files."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-size-", dir=ROOT / "benchmarks") as name:
        small, large = Path(name) / "small.db", Path(name) / "nation.db"
        await asyncio.to_thread(country.build, small, 5, confirming=False)
        await asyncio.to_thread(nation.build, large, **size)
        for what, path in (("five offices", small), ("a nation, five years", large)):
            lives = [await once(path) for _ in range(runs)]
            result[what] = {
                name: round(statistics.median(one[name] for one in lives), 2) for name in lives[0]
            }
            say(f"{what}: {result[what]}")
    return result


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, runs=5, small=False, no_keep=False)
    about = circumstances()
    result = asyncio.run(measured(given.runs, SMALL if given.small else {}))
    if not given.no_keep and not given.small:
        keep("footprint", {**about, "runs": given.runs, "result": result})


if __name__ == "__main__":
    main()
