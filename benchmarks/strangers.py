"""What a seat waits while strangers flood the bot: `python -m benchmarks.strangers [--runs 3] [--no-keep]`.

3,000 strangers, four times each (write, tap, ask inline, write), with Telegram's limits on; server on core
0, bot on core 1. Ten seats type a command, five a second in all, first quietly, then during the flood: once
within 30 seconds, once all at the same moment, by which seats stand behind it in Telegram's own queue.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import country
from benchmarks.contestants import OURS, Job
from benchmarks.latency import shares
from benchmarks.machine import ROOT, circumstances, keep, options
from benchmarks.pair import beside_server

AIM = 1.5
"""So many times its quiet p95 a seat may wait."""


@dataclass(frozen=True, slots=True)
class Flood:
    """How many strangers do something how often, within how many seconds."""

    name: str
    strangers: int = 3000
    each: int = 4
    within: float = 30.0


FLOODS = (Flood("within 30 s"), Flood("all at once", within=0.0))


async def once(
    flood: Flood, seats: int, rate: float, seconds: float, folder: Path
) -> dict[str, Any]:
    """One run: what the server tells at its end."""
    shape = {
        "seats": seats, "rate": rate, "seconds": seconds, "strangers": flood.strangers,
        "each": flood.each, "within": flood.within,
    }  # fmt: skip
    job = Job("strangers", 0, seats, folder / "template.db", folder)
    async with beside_server("strangers_server", shape) as pair:
        await asyncio.to_thread(OURS.prepare, job)
        settings = OURS.settings(pair.url, job) | {"RATE_LIMITS": "telegram"}
        await pair.start(OURS.command(pair.url, job), folder, settings)
        end = await pair.next_event("end")
    if end["left"] or end["quiet"]["unanswered"] or end["flooded"]["unanswered"]:
        raise RuntimeError(f"{flood.name}: {end['flooded']['unanswered']} of a seat unanswered")
    end["outbox"] = _outbox(job.database)
    return end


def _outbox(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            "SELECT state, count(*) FROM outbox WHERE stranger = 1 GROUP BY state"
        )
        return dict(rows.fetchall())
    finally:
        connection.close()


async def measured(
    floods: tuple[Flood, ...],
    runs: int,
    seconds: float = 40.0,
    seats: int = 10,
    rate: float = 5.0,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """All floods; medians of the runs, ratios run by run."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(
        prefix="peduli-ham-strangers-", dir=ROOT / "benchmarks"
    ) as name:
        folder = Path(name)
        country.build(folder / "template.db", max(seats, 5), confirming=False)
        for flood in floods:
            measurements = []
            for _ in range(runs):
                end = await once(flood, seats, rate, seconds, folder)
                quiet, flooded = shares(end["quiet"]["took"]), shares(end["flooded"]["took"])
                measurements.append((quiet, flooded, max(end["flooded"]["took"]), end))
                say(f"{flood.name}: quiet {quiet}, flooded {flooded}, {end['outbox']}")
            result[flood.name] = {
                "updates": flood.strangers * flood.each,
                "quiet": _medians([one[0] for one in measurements]),
                "flooded": _medians([one[1] for one in measurements]),
                "slowest_ms": round(statistics.median(one[2] for one in measurements), 1),
                "p95_ratio": round(
                    statistics.median(one[1]["p95"] / one[0]["p95"] for one in measurements), 2
                ),
                "answered": int(
                    statistics.median(o[3]["strangers_answered"] for o in measurements)
                ),
                "dropped": int(
                    statistics.median(o[3]["outbox"].get("dropped", 0) for o in measurements)
                ),
                "refused_for_speed": max(o[3]["refused_for_speed"] for o in measurements),
            }
    return result


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}


def main() -> None:
    """Parse the command line, measure, print, keep; exit code 1 where a seat waits too long."""
    given = options(__doc__, runs=3, seconds=40.0, no_keep=False)
    about = circumstances()
    result = asyncio.run(measured(FLOODS, given.runs, given.seconds))
    if not given.no_keep:
        keep("strangers", {**about, "runs": given.runs, "seconds": given.seconds, "result": result})
    sys.exit(1 if any(one["p95_ratio"] > AIM for one in result.values()) else 0)


if __name__ == "__main__":
    main()
