"""Whether speed depends on how much is stored: the same work over 1,000 and over 1,000,000 answers.

`python -m benchmarks.flat [--updates 2000] [--runs 5] [--answers 1000000] [--no-keep]` (about ten minutes).
The stored answers are of other offices in the same period, in one valid chain; the runs take turns.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import country, nation, taps
from benchmarks.contestants import OURS, Job
from benchmarks.machine import ROOT, circumstances, keep, options
from bot.storage.database import connect, in_transaction
from scoring.replacing import replace

FEW = 1_000
EACH = 17


def fill(path: Path, answers: int, *, offices: int = 0, province: str = "31") -> None:
    """Add answers of offices of their own, by default as many offices as there are answers for; their
    revisions begin at 2, for the work that is measured counts first ones.
    """
    made = nation.instrument(EACH)
    offices = offices or max(1, min(20_000, answers // EACH))
    connection = connect(path)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        first: int = connection.execute("SELECT max(id) FROM units").fetchone()[0]

        def work(db: Any) -> None:
            db.execute("INSERT OR IGNORE INTO provinces VALUES (?, 'Provinsi Penuh')", (province,))
            db.execute(
                "INSERT INTO regions VALUES (900000, '99', ?, 'kota', 'Kota Penuh', 'WIB')",
                (province,),
            )
            db.executemany(
                "INSERT INTO units VALUES (?, 900000, ?, ?, ?)",
                [(first + n, f"p{n}", f"Dinas Nomor {n}", f"D{n}") for n in range(1, offices + 1)],
            )
            db.executemany(
                "INSERT INTO persons (id, telegram_id, name, joined_at)"
                " VALUES (?, ?, 'Lain', '2017-01-01T00:00:00Z')",
                [(first + n, 800_000_000 + n) for n in range(1, offices + 1)],
            )
            db.executemany(
                "INSERT INTO seats (id, person_id, role, unit_id, since)"
                " VALUES (?, ?, 'contact', ?, '2017-01-01T00:00:00Z')",
                [(first + n, first + n, first + n) for n in range(1, offices + 1)],
            )
            nation.record(db, 1, _turns(first, offices, answers), made)

        in_transaction(connection, work)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _turns(first: int, offices: int, answers: int) -> Iterator[tuple[int, int, int]]:
    for count in range(answers):
        rest, office = divmod(count, offices)
        yield first + office, rest % EACH + 1, rest // EACH + 2


async def measured(
    updates: int, runs: int, answers: int, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Both loads on both files, taking turns."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-flat-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        for load in taps.LOADS:
            contacts = (updates + taps.WARM) // (2 if load == "texts" else 1)
            job = Job(load, updates, contacts, folder, folder)
            jobs = {}
            for stored in (FEW, answers):
                jobs[stored] = replace(job, template=folder / f"{load}-{stored}.db")
                country.build(jobs[stored].template, contacts, confirming=load == "taps")
                fill(jobs[stored].template, stored)
            runs_of: dict[int, list[taps.Run]] = {stored: [] for stored in jobs}
            for _ in range(runs):
                for stored, prepared_job in jobs.items():
                    runs_of[stored].append(await taps.once(OURS, prepared_job))
                    say(f"{load}, {stored:,} stored: {runs_of[stored][-1].rate:.0f}/s")
            result[load] = summed(runs_of[FEW], runs_of[answers])
            for prepared_job in jobs.values():
                prepared_job.template.unlink()
    return result


def summed(few: list[taps.Run], many: list[taps.Run]) -> dict[str, Any]:
    """Medians, and the rate with many as a share of the rate with few, run by run."""
    shares = [b.rate / a.rate for a, b in zip(few, many, strict=True)]
    costs = [
        (b.cpu / b.updates) / (a.cpu / a.updates) if a.cpu else 1.0
        for a, b in zip(few, many, strict=True)
    ]
    return {
        "few_per_s": round(statistics.median(one.rate for one in few)),
        "many_per_s": round(statistics.median(one.rate for one in many)),
        "share": round(statistics.median(shares), 2),
        "share_least": round(min(shares), 2),
        "cpu_ratio": round(statistics.median(costs), 2),
    }


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, updates=2000, runs=5, answers=1_000_000, no_keep=False)
    about = circumstances()
    result = asyncio.run(measured(given.updates, given.runs, given.answers))
    print(result)
    if not given.no_keep:
        shape = {"updates": given.updates, "runs": given.runs, "few": FEW, "answers": given.answers}
        keep("flat", {**about, **shape, "result": result})


if __name__ == "__main__":
    main()
