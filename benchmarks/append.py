"""What sealing an entry costs: appends as they are, beside the same without seals, taking turns.

`python -m benchmarks.append [--entries 2000] [--runs 9] [--no-keep]` (seconds). Without: the body is hashed
as it is kept, as before names and free words could be erased. One transaction a run, in a file,
`synchronous=FULL`.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks import nation
from benchmarks.machine import circumstances, keep, options
from bot.storage import record, sealing
from bot.storage.chain import COLUMNS, digest
from bot.storage.database import connect, in_transaction
from bot.storage.record import Entry
from flows.model.record_kinds import EntryKind

Append = Callable[[sqlite3.Connection, Entry], object]


def unsealed(connection: sqlite3.Connection, entry: Entry) -> None:
    """Append as `record.append` did before there were seals."""
    last = connection.execute(
        "SELECT hash FROM record WHERE period_id = ? ORDER BY id DESC LIMIT 1", (entry.period_id,)
    ).fetchone()
    previous = last[0] if last else ""
    columns = {name: getattr(entry, name) for name in COLUMNS}
    body = sealing.dumps({**columns, "period_id": entry.period_id, **(entry.details or {})})
    connection.execute(
        "INSERT INTO record (period_id, kind, unit_id, indicator, revision, person_id, seat_id, at,"
        " body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (entry.period_id, *columns.values(), body, previous, digest(previous, body)),
    )


def entry(revision: int) -> Entry:
    """An answer as an office gives it."""
    answer = {"inputs": {"kematian_ibu": "12", "kelahiran_hidup": "14250"}}
    details = {
        "answer": answer,
        "reason": "Menurut laporan tahunan.",
        "by": "Siti Rahma",
        "flags": [],
    }
    return Entry(
        1, EntryKind.ANSWER, "2017-03-08T03:00:00Z", 1, 1, revision, person_id=1, seat_id=1,
        details=details,
    )  # fmt: skip


def measured(entries: int, runs: int) -> dict[str, Any]:
    """Microseconds an entry of both ways, and how many times as long the sealed one takes, run by run."""
    took: dict[str, list[float]] = {"sealed": [], "plain": []}
    ways: dict[str, Append] = {"sealed": record.append, "plain": unsealed}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-append-") as name:
        path = Path(name) / "append.db"
        nation.build(path, years=1, offices=20, answers=20, regions=2, provinces=1, indicators=17)
        with closing(connect(path)) as connection:
            revision = 1000
            for _ in range(runs):
                for way, append in ways.items():
                    given = [entry(revision + place) for place in range(entries)]
                    revision += entries

                    def work(
                        db: sqlite3.Connection, append: Append = append, its: list[Entry] = given
                    ) -> None:
                        for new_entry in its:
                            append(db, new_entry)

                    began = time.perf_counter()
                    in_transaction(connection, work)
                    took[way].append((time.perf_counter() - began) / entries * 1e6)
    ratios = [a / b for a, b in zip(took["sealed"], took["plain"], strict=True)]
    return {
        "sealed_us": round(statistics.median(took["sealed"]), 1),
        "plain_us": round(statistics.median(took["plain"]), 1),
        "ratio": round(statistics.median(ratios), 2),
    }


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, entries=2000, runs=9, no_keep=False)
    about = circumstances()
    result = measured(given.entries, given.runs)
    print(result)
    if not given.no_keep:
        keep("append", {**about, "entries": given.entries, "runs": given.runs, "result": result})


if __name__ == "__main__":
    main()
