"""Cases in parts whose seeds follow from the seed alone, so that any number of processes gives the same."""

from __future__ import annotations

import logging
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from benchmarks.fuzz import figures, files, updates
from benchmarks.fuzz.finding import Complaint, Found

WHAT = ("updates", "numbers", "instruments", "rosters", "workbooks", "settings")
CHUNK = {
    "updates": updates.TOWN,
    "numbers": 10_000,
    "instruments": 200,
    "rosters": 400,
    "workbooks": 50,
    "settings": 500,
}
SHARE = {
    "updates": 0.5,
    "numbers": 0.41,
    "instruments": 0.02,
    "rosters": 0.04,
    "workbooks": 0.005,
    "settings": 0.025,
}
"""How `--what all` divides the cases, so that no kind takes the time of all the others."""
Chunk = tuple[str, str, int]
Total = dict[str, tuple[float, Found]]


def chunks(what: str, cases: int, seed: int) -> Iterator[Chunk]:
    """What is to be done, in parts whose seeds follow from the seed alone."""
    kinds = WHAT if what == "all" else (what,)
    for kind in kinds:
        left = max(1, round(cases * (SHARE[kind] if what == "all" else 1)))
        number = 0
        while left > 0:
            size = min(left, CHUNK[kind])
            yield kind, f"{seed}.{kind}.{number}", size
            left, number = left - size, number + 1


def run_chunk(chunk: Chunk) -> tuple[str, float, Found]:
    """One part, in whatever process."""
    logging.getLogger("dotenv").setLevel(logging.CRITICAL)
    what, seed, size = chunk
    began = time.monotonic()
    if what == "updates":
        tally = updates.run(seed, size)
    else:
        tally = figures.run(seed, size) if what == "numbers" else files.run(what, seed, size)
    return what, time.monotonic() - began, tally


def run(what: str, cases: int, seed: int, processes: int = 1, quiet: bool = True) -> Total:
    """All parts; seconds of work and what was found, by kind."""
    total: Total = {}
    todo = list(chunks(what, cases, seed))
    if processes == 1:
        results = map(run_chunk, todo)
        return _summed(total, results, len(todo), quiet)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        done = as_completed([pool.submit(run_chunk, chunk) for chunk in todo])
        return _summed(total, (future.result() for future in done), len(todo), quiet)


def _summed(
    total: Total, results: Iterable[tuple[str, float, Found]], count: int, quiet: bool
) -> Total:
    for number, (what, took, tally) in enumerate(results, 1):
        before, sum_of = total.get(what, (0.0, Found()))
        sum_of.add(tally)
        total[what] = (before + took, sum_of)
        if not quiet and number % 20 == 0:
            done = sum(one.cases for _, one in total.values())
            wrong = sum(len(one.complaints) for _, one in total.values())
            print(
                f"{number} of {count} parts, {done:,} cases, {wrong} complaints",
                file=sys.stderr,
                flush=True,
            )
    return total


def different(complaints: list[Complaint]) -> list[Complaint]:
    """The first of each kind of complaint."""
    return list({one.kind: one for one in reversed(complaints)}.values())
