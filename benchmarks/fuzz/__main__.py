"""`python -m benchmarks.fuzz --cases N --seed S --what …`: figures on the screen, JSON in the results, cases kept."""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from benchmarks.fuzz import figures, files, keeping, updates
from benchmarks.fuzz.finding import Complaint, Found
from benchmarks.machine import circumstances, keep

WHAT = ("updates", "numbers", "instruments", "rosters", "workbooks", "settings")
CHUNK = {"updates": updates.TOWN, "numbers": 10_000, "instruments": 200, "rosters": 400, "workbooks": 50, "settings": 500}
SHARE = {"updates": 0.5, "numbers": 0.41, "instruments": 0.02, "rosters": 0.04, "workbooks": 0.005, "settings": 0.025}
"""How `--what all` divides the cases, so that no kind takes the time of all the others."""
Chunk = tuple[str, str, int]


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


def one(chunk: Chunk) -> tuple[str, float, Found]:
    """One part, in whatever process."""
    logging.getLogger("dotenv").setLevel(logging.CRITICAL)
    what, seed, size = chunk
    began = time.monotonic()
    if what == "updates":
        found = updates.run(seed, size)
    else:
        found = figures.run(seed, size) if what == "numbers" else files.run(what, seed, size)
    return what, time.monotonic() - began, found


def run(what: str, cases: int, seed: int, processes: int = 1, quiet: bool = True) -> dict[str, tuple[float, Found]]:
    """All parts; seconds of work and what was found, by kind."""
    total: dict[str, tuple[float, Found]] = {}
    todo = list(chunks(what, cases, seed))
    if processes == 1:
        results = map(one, todo)
        return _summed(total, results, len(todo), quiet)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        done = as_completed([pool.submit(one, chunk) for chunk in todo])
        return _summed(total, (future.result() for future in done), len(todo), quiet)


def _summed(total, results, count, quiet):  # type: ignore[no-untyped-def]
    for number, (what, took, found) in enumerate(results, 1):
        before, sum_of = total.get(what, (0.0, Found()))
        sum_of.add(found)
        total[what] = (before + took, sum_of)
        if not quiet and number % 20 == 0:
            done = sum(one.cases for _, one in total.values())
            wrong = sum(len(one.complaints) for _, one in total.values())
            print(f"{number} of {count} parts, {done:,} cases, {wrong} complaints", file=sys.stderr, flush=True)
    return total


def different(complaints: list[Complaint]) -> list[Complaint]:
    """The first of each kind of complaint."""
    return list({one.kind: one for one in reversed(complaints)}.values())


def main() -> None:
    """Run, print, keep."""
    parser = argparse.ArgumentParser(description="Bad input against the real parts.")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--what", choices=(*WHAT, "all"), default="all")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep-cases", action="store_true", help="write what failed to tests/campaigns/cases")
    given = parser.parse_args()
    about, began = circumstances(), time.monotonic()
    total = run(given.what, given.cases, given.seed, given.processes, quiet=False)
    took = time.monotonic() - began
    result = {
        what: {
            "cases": found.cases, "cases_per_core_s": round(found.cases / seconds, 1),
            "complaints": len(found.complaints), "seen": dict(sorted(found.seen.items())),
        }
        for what, (seconds, found) in total.items()
    }  # fmt: skip
    cases = sum(found.cases for _, found in total.values())
    complaints = different([one for _, found in total.values() for one in found.complaints])
    for what, summed in result.items():
        print(what, summed)
    print(f"{cases:,} cases in {took:.0f} s: {cases / took:,.0f} a second; {len(complaints)} different complaints")
    for one_of in complaints:
        where = keeping.store(one_of) if given.keep_cases else one_of.seed
        print(f"  {one_of.what}: {one_of.rule}: {ascii(one_of.said[-200:])} ({where})")
    keep("fuzz", {**about, "seed": given.seed, "processes": given.processes, "cases": cases, "took_s": round(took),
                  "complaints": [[one.what, one.rule, ascii(one.said[-200:])] for one in complaints],
                  "result": result})  # fmt: skip
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
