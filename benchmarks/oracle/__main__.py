"""`python -m benchmarks.oracle --cases N --seed S`: figures on the screen, JSON in the results.

Needs the package `tdjson` (`.ci/env --dev`). At most `--seconds` in all.
"""

from __future__ import annotations

import sys
import time
from importlib.metadata import version

from benchmarks.machine import circumstances, keep, options
from benchmarks.oracle import tdlib
from benchmarks.oracle.comparing import COMPARISONS, SHOWN, Compared, compare, whole
from benchmarks.oracle.templates import rendered
from messages import names


def main() -> None:
    """Run, print, keep; exit code 1 where anything differs."""
    given = options(__doc__, cases=60_000, seed=1, seconds=900)
    if not tdlib.HERE:
        sys.exit("The package tdjson is not installed.")
    about, renderings = circumstances(), rendered()
    results = {"messages of the templates": _messages(renderings)}
    began = time.monotonic()
    for at, kind in enumerate(COMPARISONS, start=1):
        until = began + given.seconds * at / len(COMPARISONS)
        results[kind] = compare(kind, given.cases, given.seed, until)
    for kind, compared in results.items():
        counted = f"{len(compared.differences):>6,} differ, {compared.passed:,} passed over"
        print(f"{compared.cases:>8,} {kind:<32} {counted}", flush=True)
        for difference in compared.differences[:SHOWN]:
            print(f"   {difference}")
    about["versions"]["tdjson"] = version("tdjson")
    kept = {kind: {"cases": one.cases, "taken": one.taken, "passed": one.passed,
                   "differences": len(one.differences)}
            for kind, one in results.items()}  # fmt: skip
    keep("oracle", {**about, "seed": given.seed, "result": kept, "templates": len(names()),
                    "templates_rendered": len(renderings)})  # fmt: skip
    sys.exit(1 if any(one.differences for one in results.values()) else 0)


def _messages(renderings: dict[str, set[str]]) -> Compared:
    compared = Compared()
    for text in sorted({text for texts in renderings.values() for text in texts}):
        whole(text, compared)
    return compared


if __name__ == "__main__":
    main()
