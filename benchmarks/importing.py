"""How long `peduli-ham import --apply` takes for a nation's answers, while a bot could go on beside it.

`python -m benchmarks.importing [--offices 20000] [--answers 62000] [--runs 3] [--no-keep]` (minutes). A
table as KoboToolbox writes it, with a row for each office, goes into a database of which nothing is answered;
each run into a fresh copy, in a file, `synchronous=FULL`. `longest`: the longest transaction, for which a bot
waits. Meanwhile a row is written twenty times a second, as by a bot: `p95` and `worst` are how long it waits.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks import nation
from benchmarks.machine import circumstances, keep, options
from bot.clock import system_clock
from bot.imports import mapping, reading, storing, suggesting
from bot.imports.places import Places
from bot.imports.storing import Source, store
from bot.imports.tables import read_table
from bot.instruments.conditions import input_name
from bot.storage import waits
from bot.storage.database import connect, in_transaction
from bot.storage.roster import read_roster
from scoring import Instrument

INDICATORS = 120


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


@contextmanager
def writing(database: Path) -> Iterator[list[float]]:
    """Write a row twenty times a second, as a bot beside does; yields how long each had to wait."""
    waited: list[float] = []
    over = threading.Event()

    def write() -> None:
        with closing(connect(database)) as connection:
            while not over.wait(1 / 20):
                began = time.perf_counter()
                row = [waits.Wait(1, 1, "2017-01-01T00:00:00Z")]
                in_transaction(connection, partial(waits.hold, kind="benchmark", waits=row))
                waited.append(time.perf_counter() - began)

    beside = threading.Thread(target=write)
    beside.start()
    try:
        yield waited
    finally:
        over.set()
        beside.join()


def once(database: Path, table: Path) -> dict[str, Any]:
    """Import the table; return seconds, what was stored, and the longest transaction."""
    longest = 0.0

    def timed(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], Any]) -> Any:
        nonlocal longest
        began = time.perf_counter()
        done = in_transaction(connection, work)
        longest = max(longest, time.perf_counter() - began)
        return done

    began = time.perf_counter()
    with closing(connect(database)) as connection, patch.object(storing, "in_transaction", timed):
        roster = read_roster(connection)
        assert roster is not None
        places = Places(roster)
        read = read_table(table)
        made = mapping.as_text(suggesting.suggest(read, places).map)
        mapped = mapping.the_map(mapping.read_map(made, "map.yaml"), places, read.headings)
        given = reading.of_table(read, mapped, places)
        source = Source(table.name, "", "")
        with writing(database) as waited:
            result = store(connection, roster, given.by_unit, source, system_clock())
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "stored": len(result.taken),
        "refused": len(result.refused) + len(given.unplaced),
        "longest": longest,
        "p95": statistics.quantiles(waited, n=20)[-1],
        "worst": max(waited),
    }


def measured(offices: int, answers: int, runs: int) -> dict[str, Any]:
    """The median of some runs."""
    with tempfile.TemporaryDirectory(prefix="peduli-ham-import-") as name:
        folder = Path(name)
        regions = max(1, offices * nation.REGIONS // nation.OFFICES)
        nation.build(
            folder / "empty.db", years=1, offices=offices, answers=0, regions=regions,
            provinces=min(38, regions), indicators=INDICATORS,
        )  # fmt: skip
        made = nation.instrument(INDICATORS)
        written = write(folder / "kobo.csv", offices, answers, made)
        took = []
        for run in range(runs):
            database = shutil.copy(folder / "empty.db", folder / f"{run}.db")
            took.append(once(Path(database), folder / "kobo.csv"))
    return {
        "answers": written,
        "stored": min(one["stored"] for one in took),
        "refused": max(one["refused"] for one in took),
        "seconds": round(statistics.median(one["seconds"] for one in took), 1),
        "longest": round(max(one["longest"] for one in took), 2),
        "p95": round(max(one["p95"] for one in took), 2),
        "worst": round(max(one["worst"] for one in took), 2),
    }


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
