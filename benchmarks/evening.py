"""The last evening on a small machine: a thousand people give 14,000 answers within 20 minutes.

`python -m benchmarks.evening [--minutes 20] [--people 1000] [--answers 14000] [--share 0.25] [--no-keep]` (it
runs in real time, and a minute or two longer; `--minutes 2` is a slice at the same rate). Evidence goes with
half of the answers. The bot, as `peduli-ham run` with Telegram's limits on, has a quarter of one core
(a cgroup; where there is none, that is said), the server another. Told apart is what Telegram's own limits
impose: the same calls at 30 a second, and a chat's at one, by a bot that needs no time.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import orjson

from benchmarks import country
from benchmarks.confined import confined
from benchmarks.latency import shares
from benchmarks.machine import ROOT, circumstances, keep, options
from benchmarks.pair import beside_server
from bot.storage.database import connect, in_transaction
from bot.telegram.pacing import TELEGRAM
from tests.support.process import CLI, environment

OWED = (1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17)
"""Fourteen of an office each: those that divide one figure by another."""


def build(path: Path, people: int) -> None:
    """Write a database in which each office has a city of its own, and owes fourteen."""
    country.build(path, people, confirming=False)
    connection = connect(path)
    try:
        in_transaction(connection, lambda db: _apart(db, people))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _apart(db: sqlite3.Connection, people: int) -> None:
    known: int = db.execute("SELECT max(id) FROM regions").fetchone()[0]
    db.executemany(
        "INSERT INTO regions VALUES (?, ?, '31', 'kota', ?, 'WIB')",
        [(number, f"31.{number}", f"Kota {number}") for number in range(known + 1, people + 1)],
    )
    db.execute("UPDATE units SET region_id = id")
    db.execute("DELETE FROM assignments")
    db.executemany(
        "INSERT INTO assignments VALUES (1, ?, ?, '2017-02-01', NULL)",
        [(unit, number) for unit in range(1, people + 1) for number in OWED],
    )


async def measured(minutes: float, people: int, rate: float, share: float) -> dict[str, Any]:
    """Return what an evening brought."""
    asked = {"people": people, "rate": rate, "seconds": minutes * 60}
    with (
        tempfile.TemporaryDirectory(prefix="peduli-ham-evening-", dir=ROOT / "benchmarks") as name,
        confined(share) as machine,
    ):
        database = Path(name) / "evening.db"
        build(database, people)
        async with beside_server("evening_server", asked) as pair:
            given = {**environment(pair.url, database, None), "RATE_LIMITS": "telegram"}
            await pair.start(machine.command((*CLI, "run")), Path(name), given)
            end = await pair.next_event("end", minutes * 60 * 4 + 600)
            machine_had = machine.figures()
        return {**reckoned(end), "machine": {"means": machine.means, **machine_had}}


def reckoned(end: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of an evening: what people waited, what was imposed, and what came on top."""
    waited, least = end["waited"], end["imposed"]
    calls_an_answer = end["calls"] / max(1, end["answers"])
    beyond = [max(0.0, one - other) for one, other in zip(waited, least, strict=True)]
    waits = {"waited": waited, "imposed": least, "beyond": beyond}
    return {
        "due": end["due"], "answers": end["answers"], "within": end["within"],
        "calls_an_answer": round(calls_an_answer, 2), "fullest_second": end["fullest"],
        "possible_in_20_min": round(TELEGRAM.overall * 1200 / max(1, calls_an_answer)),
        "seconds": round(end["seconds"], 1), "refused": end["refused"], "stuck": end["stuck"],
        "odd": end["odd"],
        "ms": {
            name: {**shares([one * 1000 for one in its]), "worst": round(max(its) * 1000)}
            for name, its in waits.items()
        },
        "beyond_2_s": sum(one > 2.0 for one in beyond),
    }  # fmt: skip


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, minutes=20.0, people=1000, answers=14_000, share=0.25, no_keep=False)
    about, rate = circumstances(), given.answers / 1200
    result = asyncio.run(measured(given.minutes, given.people, rate, given.share))
    print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
    if not given.no_keep:
        more = {"minutes": given.minutes, "people": given.people, "share": given.share}
        keep("evening", {**about, **more, "rate": round(rate, 2), "result": result})


if __name__ == "__main__":
    main()
