"""What a command takes before it does anything: seconds of processor, the least of some runs.

`python -m benchmarks.startup [--runs 5] [COMMAND ...]` (a few seconds).
"""

from __future__ import annotations

import argparse
import os
import subprocess

from benchmarks.process import CLI

ASKED = ("--help", "check --help", "doctor --help", "run --help", "demo --help")


def once(words: str) -> float:
    """Return the seconds of processor of one process."""
    before = os.times()
    subprocess.run([*CLI, *words.split()], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    spent = after.children_user + after.children_system
    return spent - before.children_user - before.children_system


def measured(commands: tuple[str, ...], runs: int) -> dict[str, float]:
    """Return the least of the runs of every command."""
    return {words: round(min(once(words) for _ in range(runs)), 2) for words in commands}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", default=ASKED)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    result = measured(tuple(given.commands), given.runs)
    for words, seconds in result.items():
        print(f"peduli-ham {words}: {seconds:.2f} s")


if __name__ == "__main__":
    main()
