"""Writes `docs/benchmarks.md` from the kept results: `python -m benchmarks.report`. No figure by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from benchmarks.machine import RESULTS, ROOT
from benchmarks.reports import books, effort, faults, judges, lasting, safety, speed, waits

TARGET = ROOT / "docs" / "benchmarks.md"
HEAD = """# Measurements

Written by `python -m benchmarks.report` from `benchmarks/results/*.json`; each table says how it was made.
Both talk to the server in `bot/demo/botapi` on loopback, never to Telegram. Figures of different machines,
or of different runs, do not compare; ratios of one run do.
"""
SECTIONS: dict[str, Callable[[dict[str, Any]], str]] = {
    "effort": effort.effort,
    "taps": speed.taps,
    "where": speed.where,
    "latency": speed.latency,
    "waiting": waits.waiting,
    "evening": waits.evening,
    "strangers": speed.strangers,
    "flat": speed.flat,
    "national": speed.national,
    "bulk": speed.bulk,
    "papers": speed.papers,
    "machines": books.machines,
    "importing": books.importing,
    "append": speed.append,
    "criteria": speed.criteria,
    "footprint": speed.footprint,
    "growth": lasting.growth,
    "soak-256": lasting.soak,
    "crash-polling": partial(safety.crash, title="by polling"),
    "crash-webhook": partial(safety.crash, title="by webhook"),
    "points-polling": partial(faults.points, title="by polling"),
    "points-webhook": partial(faults.points, title="by webhook"),
    "powerloss": faults.power,
    "network": faults.network,
    "calls": faults.calls,
    "disk": faults.disk,
    "restore": partial(safety.restored, head=safety.RESTORE),
    "replica": partial(safety.restored, head=safety.REPLICA),
    "fuzz": safety.fuzz,
    "walks": safety.walks,
    "oracle": judges.oracle,
    "answers": judges.answers,
    "mutation-scoring": partial(judges.mutation, package="scoring"),
    "mutation-flows": partial(judges.mutation, package="flows"),
}
"""What is told of each kept result, in the order of the document."""


def made(kept: dict[str, Any]) -> str:
    """How, where and when the figures of a table were made."""
    machine, versions = kept["machine"], kept["versions"]
    listed = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"\n`{kept['command']}` · {kept['date']} · commit {kept['commit']} · {machine['cpu']},"
        f" {machine['cores']} cores, {machine['system']}, load before {machine['load_before']} · {listed}\n"
    )


def _kept(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return None
    figures: dict[str, Any] = orjson.loads(path.read_bytes())
    return figures


def report() -> str:
    """The whole document, from what has been kept."""
    sections = [(told, kept) for name, told in SECTIONS.items() if (kept := _kept(name))]
    return HEAD + "".join(told(kept) + made(kept) for told, kept in sections)


def main() -> None:
    """Write the document."""
    TARGET.write_text(report(), encoding="utf-8")
    print(Path(TARGET).relative_to(ROOT))


if __name__ == "__main__":
    main()
