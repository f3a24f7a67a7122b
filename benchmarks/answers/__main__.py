"""`python -m benchmarks.answers`: what of the local server's answers does not fit; JSON in the results.

aiogram: `.ci/env --bench true`. @grammyjs/types: with `--install`, by npm, into a folder of its own.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.answers import judging
from benchmarks.answers.recording import everything
from benchmarks.machine import circumstances, keep


def main() -> None:
    """Record, judge, print, keep; exit code 1 where anything does not fit or nobody could judge."""
    parser = argparse.ArgumentParser(description="The local server's objects by others' types.")
    parser.add_argument("--install", action="store_true", help="get the types by npm first")
    given = parser.parse_args()
    if given.install:
        judging.install_types()
    about, recorded = circumstances(), everything()
    verdicts: dict[str, list[str]] = {}
    if judging.has_aiogram():
        verdicts["aiogram's models"] = judging.by_aiogram(recorded)
    if judging.has_types():
        verdicts["@grammyjs/types"] = judging.by_types(recorded)
    for judge, faults in verdicts.items():
        print(f"{judge}: {len(recorded)} answers, {len(faults)} do not fit")
        for fault in faults:
            print(f"   {fault}")
    kept = {
        judge: {"answers": len(recorded), "faults": len(faults)}
        for judge, faults in verdicts.items()
    }
    methods = {method for method, _ in recorded}
    keep("answers", {**about, "methods": len(methods), "result": kept})
    sys.exit(1 if not verdicts or any(verdicts.values()) else 0)


if __name__ == "__main__":
    main()
