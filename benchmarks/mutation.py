"""`python -m benchmarks.mutation scoring --sample 400 --seed 1`: do the tests notice a changed line?

mutmut changes a line at a time and runs the tests that reach it. What no test notices survives, and is
printed. Needs `.ci/env --mutation`. What was tried is kept in `build/mutation`: a second call goes on there.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import orjson

from benchmarks.machine import ROOT, circumstances, keep

TESTS = {"scoring": ("tests/scoring",), "flows": ("tests/flows", "tests/messages")}
"""The tests that a package's own lines are to be noticed by."""
COPIED = ("scoring", "flows", "messages", "bot", "tests", "docs", "benchmarks")
KILLED, SURVIVED, UNTESTED, TOO_LONG = "killed", "survived", "untested", "too long"
EXITS = {0: SURVIVED, 33: UNTESTED, 5: UNTESTED, **dict.fromkeys((24, -24, 36, 152, 255), TOO_LONG)}
"""What mutmut notes of a mutant; any other number is that of a test that failed, or of a crash."""
WANTED = Fraction(9, 10)
SETTINGS = """[mutmut]
source_paths={package}
also_copy=
    {copied}
pytest_add_cli_args=
    -p
    no:cacheprovider
    -p
    tests.support.unread
pytest_add_cli_args_test_selection=
    {tests}
track_dependencies=false
use_git_change_detection=false
"""


def main() -> None:
    """Run, print score and survivors, keep them; exit code 1 where the score is below nine in ten."""
    parser = argparse.ArgumentParser(description="Whether the tests notice changed lines.")
    parser.add_argument("package", choices=TESTS)
    parser.add_argument("--sample", type=int, help="so many mutants, drawn by the seed; else all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--anew", action="store_true", help="forget what was tried before")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    if shutil.which("mutmut") is None:
        sys.exit("mutmut is not installed: .ci/env --mutation python -m benchmarks.mutation …")
    about = circumstances()
    folder = ROOT / "build" / "mutation" / given.package
    if given.anew:
        shutil.rmtree(folder, ignore_errors=True)
    copy(folder, given.package)
    # No command of mutmut makes the mutants alone: one that names none makes them, and stops.
    mutmut(folder, "run", "none-of-this-name", "--max-children", str(given.workers), quiet=True)
    mutants = outcomes(folder)
    if not mutants:
        sys.exit("No mutants were made; run mutmut in build/mutation to see why.")
    chosen = draw(mutants, given.sample, given.seed)
    waiting = [name for name in chosen if mutants[name] is None]
    if waiting and len(waiting) == len(mutants):
        mutmut(folder, "run", "--max-children", str(given.workers))
    elif waiting:
        mutmut(folder, "run", "--max-children", str(given.workers), *waiting)
    tried = {name: outcome for name, outcome in outcomes(folder).items() if name in set(chosen)}
    counts = Counter(tried.values())
    survivors = sorted(name for name, outcome in tried.items() if outcome in (SURVIVED, UNTESTED))
    for name in survivors:
        print(f"\n{shown(folder, name)}")
    print(
        "\n" + ", ".join(f"{count} {outcome or 'not tried'}" for outcome, count in counts.items())
    )
    done = sum(count for outcome, count in counts.items() if outcome is not None)
    if done < len(chosen):
        sys.exit(f"Stopped after {done} of {len(chosen)}; the same command goes on there.")
    share = Fraction(done - len(survivors), done)
    print(f"{given.package}: {float(100 * share):.1f} % of {done} were noticed")
    keep(
        f"mutation-{given.package}",
        {**about, "seed": given.seed, "mutants": len(mutants), "tried": done,
         "result": {str(outcome): count for outcome, count in counts.items()},
         "share_noticed": round(float(share), 4), "survivors": survivors},
    )  # fmt: skip
    sys.exit(0 if share >= WANTED else 1)


def copy(folder: Path, package: str) -> None:
    """Lay the tree beside its mutants as it is now; mutmut forgets results of functions that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.glob("*.*"):
        if path.is_file() and path.suffix in (".toml", ".md"):
            shutil.copy2(path, folder / path.name)
    settings = SETTINGS.format(
        package=package, copied="\n    ".join(COPIED), tests="\n    ".join(TESTS[package])
    )
    (folder / "setup.cfg").write_text(settings, encoding="utf-8")


def mutmut(folder: Path, *words: str, quiet: bool = False) -> str:
    """Run mutmut in a folder and return what it prints; unless `quiet`, it goes to standard error."""
    output = subprocess.PIPE if quiet else sys.stderr
    done = subprocess.run(
        ["mutmut", *words],
        cwd=folder,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout or ""


def outcomes(folder: Path) -> dict[str, str | None]:
    """Return what became of each mutant; None: not tried yet."""
    found: dict[str, str | None] = {}
    for path in sorted((folder / "mutants").rglob("*.meta")):
        for name, code in orjson.loads(path.read_bytes())["exit_code_by_key"].items():
            found[name] = None if code is None else EXITS.get(code, KILLED)
    return found


def draw(mutants: Iterable[str], sample: int | None, seed: int) -> list[str]:
    """Return all names, or as many as the sample wants: the same ones for the same seed."""
    names = sorted(mutants)
    if sample is None or sample >= len(names):
        return names
    return sorted(random.Random(seed).sample(names, sample))


def shown(folder: Path, name: str) -> str:
    """Return a mutant as the lines that differ, under its name."""
    text = mutmut(folder, "show", name, quiet=True)
    changed = re.findall(r"^[-+](?![-+]).*$", text, re.M)
    return "\n".join((name, *changed))


if __name__ == "__main__":
    main()
