"""`python -m benchmarks.walks --steps N --seed S`: figures on the screen, JSON in the results."""

from __future__ import annotations

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from benchmarks.machine import circumstances, keep, options
from benchmarks.walks.running import Walked, parts, run


def main() -> None:
    """Run, print, keep."""
    given = options(__doc__, steps=6_000, seed=1, processes=2)
    about, began, total = circumstances(), time.monotonic(), Walked()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.processes, mp_context=spawn) as pool:
        todo = parts(given.steps, given.seed)
        for walked in pool.map(run, [seed for seed, _ in todo], [size for _, size in todo]):
            total.add(walked)
            for difference in walked.wrong:
                print(ascii(difference), flush=True)
    took = time.monotonic() - began
    plays = sum(total.plays.values())
    print(
        f"{total.steps:,} steps, {plays:,} plays in {took:.0f} s: {total.steps / took:,.0f} steps a second"
    )
    print(dict(total.plays), dict(total.ends))
    print(f"{len(total.wrong)} differences from the model")
    keep("walks", {**about, "seed": given.seed, "steps": total.steps, "plays": plays, "took_s": round(took),
                   "by_play": dict(total.plays), "states_at_the_end": dict(total.ends),
                   "differences": len(total.wrong)})  # fmt: skip
    sys.exit(1 if total.wrong else 0)


if __name__ == "__main__":
    main()
