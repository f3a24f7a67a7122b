"""`python -m benchmarks.mutation scoring --sample 400 --seed 1`: do the tests notice a changed line?

Draws mutants (`benchmarks/mutants.py`) and runs the tests that call the changed function until one fails
(`benchmarks/mutation_tests.py`). What no test notices survives, and is printed. Needs `.ci/env --mutation`.
Stopped, the same command goes on there; survivors are tried anew, as a test may have come.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from fractions import Fraction

import orjson
import pytest

from benchmarks.machine import ROOT, circumstances, keep
from scoring.replacing import replace

TESTS = {
    "scoring": ("tests/scoring",),
    "flows": ("tests/flows", "tests/messages", "tests/storage", "tests/imports"),
}
"""The tests that a package's own lines are to be noticed by."""
WANTED = Fraction(9, 10)


def main() -> None:
    """Run, print score and survivors, keep them; exit code 1 where the score is below nine in ten."""
    parser = argparse.ArgumentParser(description="Whether the tests notice changed lines.")
    parser.add_argument("package", choices=TESTS)
    parser.add_argument("--sample", type=int, help="so many mutants, drawn by the seed; else all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--anew", action="store_true", help="forget what was tried before")
    parser.add_argument("--control", action="store_true", help="change nothing: all must survive")
    given = parser.parse_args()
    try:
        from benchmarks.mutants import Mutant, draw
        from benchmarks.mutation_tests import (
            KILLED,
            PLUGINS,
            SURVIVED,
            TOO_LONG,
            UNTESTED,
            Recorder,
            Trial,
        )  # fmt: skip
    except ModuleNotFoundError as error:
        sys.exit(
            f"{error.name} is not installed: .ci/env --mutation python -m benchmarks.mutation …"
        )
    os.chdir(ROOT)  # where mutmut looks for its settings
    about = circumstances()
    path = ROOT / "build" / "mutation" / f"{given.package}.json"
    tried: dict[str, str] = {}
    if path.exists() and not given.anew and not given.control:
        tried = orjson.loads(path.read_bytes())
    chosen, count = draw(given.package, given.sample, given.seed)
    if given.control:
        chosen = [replace(mutant, text=mutant.original) for mutant in chosen]
    results = {mutant.name: tried[mutant.key] for mutant in chosen if mutant.key in tried}
    print(f"{len(chosen)} of {count} mutants, {len(results)} tried before", flush=True)

    def note(mutant: Mutant, result: str) -> None:
        results[mutant.name] = result
        if given.control:
            print(mutant.name, result, flush=True)
        elif result in (KILLED, TOO_LONG):
            tried[mutant.key] = result
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(orjson.dumps(tried))
        else:
            print(f"\n{mutant.name} {result} ({len(results)})\n{mutant.diff}", flush=True)

    recorder = Recorder(given.package)
    trial = Trial([mutant for mutant in chosen if mutant.name not in results], note, recorder)
    sys.setprofile(recorder)
    code = pytest.main([*PLUGINS, "-q", *TESTS[given.package]], plugins=[trial])
    sys.setprofile(None)
    if len(results) < len(chosen):
        sys.exit(f"Stopped after {len(results)} of {len(chosen)} ({code}).")
    counts = Counter(results.values())
    survivors = sorted(name for name, result in results.items() if result in (SURVIVED, UNTESTED))
    if given.control:
        sys.exit(None if not counts[KILLED] else "Tests fail here without any change.")
    share = Fraction(len(chosen) - len(survivors), len(chosen))
    print("\n" + ", ".join(f"{number} {result}" for result, number in counts.items()))
    print(f"{given.package}: {float(100 * share):.1f} % of {len(chosen)} were noticed")
    changes = {mutant.name: mutant.diff.splitlines() for mutant in chosen}
    keep(
        f"mutation-{given.package}",
        {**about, "seed": given.seed, "mutants": count, "tried": len(chosen),
         "result": counts, "share_noticed": round(float(share), 4),
         "survivors": {name: changes[name] for name in survivors}},
    )  # fmt: skip
    sys.exit(0 if share >= WANTED else 1)


if __name__ == "__main__":
    main()
