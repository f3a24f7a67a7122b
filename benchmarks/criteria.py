"""What one proposal would do to a province of 13 regions × 120 indicators: milliseconds.

`python -m benchmarks.criteria [--runs 20] [--no-keep]`. All is answered. The board is read as /kriteria
reads it; *version*: the texts of the next version through the strict loader;
*effect*: every city by both versions.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

from benchmarks import nation
from benchmarks.machine import ROOT, circumstances, keep, options
from bot.storage.database import connect
from bot.storage.load_facts import board_of
from bot.storage.roster import read_roster
from flows.staff import criteria_effect
from scoring import Instrument
from scoring.amending import Occasion, amended

REGIONS, INDICATORS, OFFICES = 13, 120, 13 * 14
TARGET_MS = 300
OCCASION = Occasion("2017-03-10", "Aula", "Rapat koordinasi di Aula, 10 Maret 2017")


def timed(work: Callable[[], object], runs: int) -> dict[str, float]:
    """Return median and worst of a piece of work, in milliseconds."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return {"median_ms": round(statistics.median(taken), 1), "worst_ms": round(max(taken), 1)}


def measure(runs: int) -> dict[str, Any]:
    """Return the figures of each part of a preview, and of all together."""
    with tempfile.TemporaryDirectory(
        prefix="peduli-ham-criteria-", dir=ROOT / "benchmarks"
    ) as name:
        path = Path(name) / "province.db"
        nation.build(
            path, years=1, offices=OFFICES, answers=REGIONS * INDICATORS, regions=REGIONS,
            provinces=1, indicators=INDICATORS,
        )  # fmt: skip
        connection = connect(path)
        try:
            return _measured(connection, runs)
        finally:
            connection.close()


def _measured(connection: Any, runs: int) -> dict[str, Any]:
    roster = read_roster(connection)
    assert roster is not None
    regions, before = list(roster.regions.values()), nation.instrument(INDICATORS)
    texts = nation.texts(INDICATORS)
    change = {
        "indicator": 9,
        "bands": [{"points": 10, "range": "≤ 15"}, {"points": 0, "range": "> 15"}],
    }

    def board() -> Any:
        return board_of(connection, roster, UTC, regions)

    def version() -> Instrument:
        made = amended(texts, OCCASION, [change])
        assert made.instrument is not None, made.problems
        return made.instrument

    found, after = board(), version()

    def whole() -> None:
        criteria_effect.of_board(board(), before, version())

    return {
        "board": timed(board, runs),
        "version": timed(version, runs),
        "effect": timed(lambda: criteria_effect.of_board(found, before, after), runs),
        "all": timed(whole, runs),
    }


def main() -> None:
    """Measure, print, and keep the figures."""
    chosen = options(__doc__, runs=20, no_keep=False)
    about = circumstances()
    result = measure(chosen.runs)
    for part, figures in result.items():
        print(f"{part:>8}  {figures['median_ms']} ms, worst {figures['worst_ms']} ms")
    if not chosen.no_keep:
        keep("criteria", {**about, "runs": chosen.runs, "target_ms": TARGET_MS, "result": result})


if __name__ == "__main__":
    main()
