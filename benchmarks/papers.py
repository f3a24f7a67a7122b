"""What papers take, in a nation's database: recaps of a city and a province, the national sheet, a bundle.

`python -m benchmarks.papers [--runs 5] [--megabytes 400] [--small] [--no-keep]` (three minutes; `--small`:
seconds, a fiftieth). A recap is timed as the bot makes it: drawn from a snapshot and laid out as PDF; what
reading the roster takes is told apart, which a region's own bot has hardly any of. The sheet is
`peduli-ham export --what answers`, in a process of its own. The bundle is written beside `zip -0` of the same
files, taking turns. Taps are answered one every 50 ms, quiet and while recaps are made one after the other.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import nation
from benchmarks.machine import ROOT, circumstances, keep, options
from benchmarks.national import NOW, PROVINCE, SMALL, Asking, Size
from bot.dispatch import Dispatcher
from bot.papers import bundle, paper_kinds
from bot.papers.making import PaperFormat, PaperSource, PaperSubject, make
from bot.storage import paper_orders
from bot.storage.database import open_database
from bot.storage.evidence_files import place_of
from bot.storage.evidence_rows import StoredFile
from bot.storage.roster import Roster, read_roster
from bot.storage.setup import open_existing
from bot.workers.paper_worker import Papers
from flows.model.outcome import OrderPaper
from flows.model.workdays import Calendar

PAUSE = 0.05
MEGABYTE = 2**20
CODE = "year-1"


@dataclass(slots=True)
class Times:
    """Seconds by what was done, run by run."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    def note(self, what: str, began: float) -> None:
        self.taken.setdefault(what, []).append(time.perf_counter() - began)

    def medians(self) -> dict[str, float]:
        return {what: round(statistics.median(took), 3) for what, took in self.taken.items()}


def recaps(path: Path, runs: int) -> dict[str, float]:
    """Seconds of a city's recap and of a province's, each from a snapshot of its own."""
    times = Times()
    for _ in range(runs):
        with closing(open_existing(path)) as connection:
            connection.execute("BEGIN")
            began = time.perf_counter()
            roster = read_roster(connection)
            times.note("roster", began)
            assert roster is not None
            province = f"{PROVINCE:02}"
            region = next(one for one, own in roster.provinces.items() if own == province)
            for what, subject in (
                ("city", PaperSubject("recap", region_id=region)),
                ("province", PaperSubject("province_recap", province=province)),
            ):
                fresh = read_roster(connection)
                assert fresh is not None
                began = time.perf_counter()
                source = PaperSource(connection, fresh, subject, NOW, UTC)
                made = make(source, paper_kinds.draw(source), PaperFormat.PDF)
                times.note(what, began)
                assert made.content.startswith(b"%PDF")
    return times.medians()


def national_sheet(path: Path, folder: Path) -> dict[str, float]:
    """Seconds and peak memory of the sheet of all answers, by the command."""
    target = folder / "answers.xlsx"
    target.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.child_peak", "export", "--what", "answers",
               "--format", "xlsx", "--out", str(target)]  # fmt: skip
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "DATABASE": str(path)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": round(took, 1),
        "cpu_s": round(busy, 1),
        "peak_mib": int(done.stderr.split()[-1]),
    }


def members(folder: Path, megabytes: int) -> tuple[bundle.Member, ...]:
    """Files of a megabyte each in a store, in forty folders."""
    files = []
    for number in range(megabytes):
        content = os.urandom(MEGABYTE)
        digest = hashlib.sha256(content).hexdigest()
        place = place_of(folder, digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        stored = StoredFile(
            number, 1, 1, "document", f"{number}.pdf", "application/pdf", MEGABYTE, digest, ""
        )
        files.append(
            bundle.Member(stored, f"{number % 40}/{number}.pdf", datetime(2017, 3, 1, tzinfo=UTC))
        )
    return tuple(files)


def bundles(folder: Path, megabytes: int, runs: int) -> dict[str, float]:
    """Megabytes a second of a bundle and of `zip -0`, and the ratio of each pair."""
    store = folder / "store"
    chosen = members(store, megabytes)
    ours, theirs = [], []
    for _ in range(runs):
        target = folder / "bundle.zip"
        began = time.perf_counter()
        lost = bundle.write(target, chosen, store, lambda _: b"", lambda _: None)
        ours.append(time.perf_counter() - began)
        assert not lost
        target.unlink()
        began = time.perf_counter()
        subprocess.run(["zip", "-0", "-q", "-r", str(target), "."], cwd=store, check=True)
        theirs.append(time.perf_counter() - began)
        target.unlink()
    shutil.rmtree(store)
    return {
        "ours_mb_s": round(megabytes / statistics.median(ours)),
        "zip_mb_s": round(megabytes / statistics.median(theirs)),
        "share": round(statistics.median(b / a for a, b in zip(ours, theirs, strict=True)), 2),
    }


async def p95(asking: Asking, seconds: float) -> tuple[float, int]:
    """Milliseconds that 19 of 20 taps take at most, and how many there were."""
    took = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        took.append(await asking.once("status"))
        await asyncio.sleep(PAUSE)
    return statistics.quantiles(took, n=20)[-1] * 1000, len(took)


async def busy_taps(path: Path, seconds: float) -> dict[str, float]:
    """The same quiet, and while papers are made one after the other as the bot makes them."""
    async with open_database(path) as database:
        dispatcher = Dispatcher(database, lambda: NOW, UTC, "https://t.me/x")
        await database.read(dispatcher.roster.get)
        asking = Asking(dispatcher)
        await asking.once("status")
        papers = Papers(
            database, lambda: NOW, UTC, lambda _: Calendar(), lambda _: None, roster=dispatcher.roster,
            path=path, folder=path.with_name("papers"), hint=_no_hint,
        )  # fmt: skip
        quiet, _ = await p95(asking, seconds)
        made = asyncio.ensure_future(_make_for_ever(papers, dispatcher))
        try:
            busy, count = await p95(asking, seconds)
        finally:
            made.cancel()
            await asyncio.gather(made, return_exceptions=True)
            papers.maker.stop()
        papers_made = await database.read(
            lambda db: db.execute(
                "SELECT count(*) FROM paper_orders WHERE state = 'made'"
            ).fetchone()[0]
        )
    return {
        "quiet_ms": round(quiet, 1), "busy_ms": round(busy, 1), "ratio": round(busy / quiet, 2),
        "taps": count, "papers": papers_made,
    }  # fmt: skip


async def _no_hint(_: int) -> None:
    return


async def _make_for_ever(papers: Papers, dispatcher: Dispatcher) -> None:
    roster: Roster | None = await papers.database.read(dispatcher.roster.get)
    assert roster is not None
    mine = [one for one, own in roster.provinces.items() if own == f"{PROVINCE:02}"]
    while True:
        for region in mine:
            wanted = OrderPaper("recap", "pdf", region_id=region)
            await papers.database.transaction(
                lambda db, wanted=wanted: paper_orders.order(  # type: ignore[misc]
                    db, wanted, 1, roster.period.id, None, "2017-03-10T02:00:00Z"
                )
            )
            await papers.tick()


def measured(
    size: Size, runs: int, megabytes: int, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """All of it."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-papers-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        path = folder / "nation.db"
        nation.build(
            path, years=1, offices=size.offices, answers=size.answers, regions=size.regions,
            provinces=size.provinces, indicators=17,
        )  # fmt: skip
        parts: dict[str, Callable[[], dict[str, float]]] = {
            "recap_s": lambda: recaps(path, runs),
            "sheet": lambda: national_sheet(path, folder),
            "bundle": lambda: bundles(folder, megabytes, runs),
            "taps": lambda: _run(busy_taps(path, 20.0 if megabytes > 40 else 4.0)),
        }
        for what, measure in parts.items():
            result[what] = measure()
            say(f"{what}: {result[what]}")
    return result


def _run(work: Awaitable[dict[str, float]]) -> dict[str, float]:
    async def whole() -> dict[str, float]:
        return await work

    return asyncio.run(whole())


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, runs=5, megabytes=400, small=False, no_keep=False)
    about, size = circumstances(), SMALL if given.small else Size()
    result = measured(size, given.runs, 40 if given.small else given.megabytes)
    if not given.no_keep and not given.small:
        shape = {name: getattr(size, name) for name in Size.__slots__}
        keep(
            "papers",
            {**about, "runs": given.runs, "megabytes": given.megabytes, **shape, "result": result},
        )


if __name__ == "__main__":
    main()
