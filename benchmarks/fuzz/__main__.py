"""`python -m benchmarks.fuzz --cases N --seed S --what …`: figures on the screen and as JSON, cases kept."""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks.fuzz import keeping
from benchmarks.fuzz.running import WHAT, different, run
from benchmarks.machine import circumstances, keep


def main() -> None:
    """Run, print, keep."""
    parser = argparse.ArgumentParser(description="Bad input against the real parts.")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--what", choices=(*WHAT, "all"), default="all")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--keep-cases", action="store_true", help="write what failed to tests/campaigns/cases"
    )
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
    print(
        f"{cases:,} cases in {took:.0f} s: {cases / took:,.0f} a second;"
        f" {len(complaints)} different complaints"
    )
    for one_of in complaints:
        where = keeping.store(one_of) if given.keep_cases else one_of.seed
        print(f"  {one_of.what}: {one_of.rule}: {one_of.detail[-200:]!a} ({where})")
    keep("fuzz", {**about, "seed": given.seed, "processes": given.processes,
                  "cases": cases, "took_s": round(took),
                  "complaints": [[one.what, one.rule, ascii(one.detail[-200:])] for one in complaints],
                  "result": result})  # fmt: skip
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
