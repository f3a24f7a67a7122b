"""What importing a nation's answers takes, and how long an office that taps beside it waits.

`python -m benchmarks.importing [--offices 20000] [--answers 62000] [--runs 3] [--no-keep]` (minutes). A
table as KoboToolbox writes it, with a row for each office, goes into a database of which nothing is answered;
each run into a fresh copy, in a file, `synchronous=FULL`, by `peduli-ham import --apply` in a process of its
own. Meanwhile an office asks for its summary every 50 ms, as it did before while nothing else happened.
"""

from __future__ import annotations

import asyncio
import csv
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC
from pathlib import Path
from typing import Any

from benchmarks import beside, nation
from benchmarks.machine import ROOT, circumstances, keep, options
from bot.clock import system_clock
from bot.collector import settled
from bot.dispatch import Dispatcher
from bot.instruments.condition_expressions import input_name
from bot.storage.database import Database, open_database
from scoring import Instrument

INDICATORS, QUIET = 120, 10.0
COUNTED = "SELECT count(*) FROM record WHERE kind = 'answer'"


def write(path: Path, offices: int, answers: int, made: Instrument) -> int:
    """Write the table; return how many answers it holds."""
    shape = (offices, max(1, offices * nation.REGIONS // nation.OFFICES), 38)
    inputs = [(one.no, ask.code) for one in made for ask in one.inputs]
    columns = [f"hak/i{no}/{input_name(no, code)}" for no, code in inputs]
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["daerah", "ukpd", *columns])
        for place in range(offices):
            mine = nation.owed(place, shape, made)[: -(-answers // offices)]
            mine = mine[: max(0, answers - count)]
            count += len(mine)
            given = {number: nation.answer(made, number, place)["inputs"] for number in mine}
            cells = [given.get(no, {}).get(code, "") for no, code in inputs]
            region = f"Kota Nomor {nation.region_of(place, shape)}"
            writer.writerow([region, f"Sudin {place + 1}", *cells])
    return count


def command(database: Path, table: Path, *more: str) -> list[str]:
    """Return the command that imports the table."""
    program = [sys.executable, "-m", "bot", "import", str(table)]
    return [*program, "--database", str(database), *more]


async def once(path: Path, table: Path, made: Path) -> dict[str, Any]:
    """Import the table by its map; return what that takes, and what taps wait."""
    async with open_database(path) as database:
        dispatcher = Dispatcher(database, system_clock, UTC, "https://t.me/x")
        await database.read(dispatcher.roster.get)
        office = beside.Office(dispatcher)
        await office.once()
        settled()
        quiet = await office.quiet(QUIET)
        work = _imported(database, command(path, table, "--map", str(made), "--apply"))
        busy, result = await office.meanwhile(work)
    return {**result, "taps": beside.compared(quiet, busy)}


async def _imported(database: Database, arguments: list[str]) -> dict[str, Any]:
    began, used = time.perf_counter(), beside.seconds_of_children()
    process = await asyncio.create_subprocess_exec(
        *arguments, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    peak = await beside.peak_of(process)
    seconds, cpu = time.perf_counter() - began, beside.seconds_of_children() - used
    assert process.returncode == 0
    stored = await database.read(lambda connection: connection.execute(COUNTED).fetchone()[0])
    return {
        "stored": stored, "seconds": round(seconds, 1), "cpu_s": round(cpu, 1), "peak_mib": peak,
    }  # fmt: skip


def measured(offices: int, answers: int, runs: int) -> dict[str, Any]:
    """Return the medians of some runs."""
    with tempfile.TemporaryDirectory(prefix="peduli-ham-import-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        regions = max(1, offices * nation.REGIONS // nation.OFFICES)
        empty, table, made = (folder / one for one in ("empty.db", "kobo.csv", "map.yaml"))
        nation.build(
            empty, years=1, offices=offices, answers=0, regions=regions,
            provinces=min(38, regions), indicators=INDICATORS,
        )  # fmt: skip
        written = write(table, offices, answers, nation.instrument(INDICATORS))
        suggest = command(empty, table, "--suggest", str(made))
        subprocess.run(suggest, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        took = []
        for run in range(runs):
            database = Path(shutil.copy(empty, folder / f"{run}.db"))
            took.append(asyncio.run(once(database, table, made)))
            print(took[-1])
            database.unlink()
    return {"answers": written, **beside.medians(took)}


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, offices=20_000, answers=62_000, runs=3, no_keep=False)
    about = circumstances()
    result = measured(given.offices, given.answers, given.runs)
    print(result)
    if not given.no_keep:
        keep("importing", {**about, "offices": given.offices, "runs": given.runs, "result": result})


if __name__ == "__main__":
    main()
