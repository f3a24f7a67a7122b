"""Writes `docs/benchmarks.md` from the kept results: `python -m benchmarks.report`. No figure by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from benchmarks import report_faults as faults
from benchmarks.machine import RESULTS, ROOT
from benchmarks.taps import ECHO, OURS

TARGET = ROOT / "docs" / "benchmarks.md"
HEAD = """# Measurements

Written by `python -m benchmarks.report` from `benchmarks/results/*.json`; each table says how it was made.
Both talk to the server in `bot/sandbox` on loopback, never to Telegram. Figures of different machines, or of
different runs, do not compare; ratios of one run do.
"""
TAPS = """
## Updates a second

The whole durable path of `peduli-ham run` (`RATE_LIMITS=off`, file on disk, `synchronous=FULL`) beside a bare
echo bot on python-telegram-bot as it comes. Server on core 0, bot on core 1; {updates} updates queued at
once after a warm-up, from then until all are acknowledged and all replies have arrived; median of {runs}
(least to most), the bots taking turns. After each run the database is asked whether the work was done.

- *texts*: a typed figure. Ours reads and checks it, stores the draft and sends the next prompt; the echo
  sends it back.
- *taps*: a tap on ✅ Simpan. Ours stores a revision in the hash chain, ends the spinner, edits the message
  and asks the next question (three calls); the echo ends the spinner and sends one message (two calls).

| load | bot | updates/s | CPU s per 1,000 | server busy |
|---|---|---|---|---|
"""
CRASH = """
## Killed at random instants: {title}

`peduli-ham run` is a child process that is ended by SIGKILL, uniformly over what it does (some kills
uniformly over its start), and started again, while eleven contacts and a Kanwil officer play whole seasons
over HTTP. After each kill the file is examined; at the end of each season answers, points and totals are
compared with the figures worked out by hand in `tests/e2e/season.py`.

| | |
|---|---|
"""
WORDS = {
    "kills": "kills",
    "kills_before_ready": "of these before the bot was ready",
    "seasons": "seasons played to the end",
    "acknowledged": "answers shown to a person as stored",
    "lost": "**of these lost**",
    "drafts_lost": "**drafts lost whose next prompt was seen**",
    "doubled": "**answers stored twice**",
    "broken": "**records that do not verify**",
    "failed_updates": "updates that failed",
    "violations": "**violations of any kind**",
    "repeated_messages": "messages sent again (not yet marked at a kill; without rate limits)",
    "repeated_actions": "times a person tapped or wrote again",
    "restart_to_ready_median_s": "start of the process to ready, median, seconds",
    "restart_to_ready_max_s": "the same, longest",
    "seed": "seed",
}


def made(kept: dict[str, Any]) -> str:
    """How, where and when the figures of a table were made."""
    machine, versions = kept["machine"], kept["versions"]
    listed = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"\n`{kept['command']}` · {kept['date']} · commit {kept['commit']} · {machine['cpu']},"
        f" {machine['cores']} cores, {machine['system']}, load before {machine['load_before']} · {listed}\n"
    )


def taps(kept: dict[str, Any]) -> str:
    """The table of speeds."""
    lines = []
    for load, summed in kept["result"].items():
        for bot in (ECHO, OURS):
            one = summed[bot]
            lines.append(
                f"| {load} | {bot} | {one['updates_per_s']:,} ({one['least']:,}–{one['most']:,}) |"
                f" {one['cpu_s_per_1000']} | {one['server_cpu_share']:.0%} |"
            )
        span = f"{summed['ratio_least']}–{summed['ratio_most']}"
        lines.append(f"| {load} | **ratio** | **{summed['ratio']}** ({span}) | | |")
    return TAPS.format(**kept) + "\n".join(lines) + "\n" + made(kept)


def crash(kept: dict[str, Any], title: str) -> str:
    """The table of one campaign."""
    result = kept["result"]
    lines = [f"| {words} | {result[name]} |" for name, words in WORDS.items()]
    return CRASH.format(title=title) + "\n".join(lines) + "\n" + made(kept)


def _kept(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return None
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found


def report() -> str:
    """The whole document, from what has been kept."""
    parts = [HEAD]
    if kept := _kept("taps"):
        parts.append(taps(kept))
    for name, title in (("crash-polling", "by polling"), ("crash-webhook", "by webhook")):
        if kept := _kept(name):
            parts.append(crash(kept, title))
    for name, title in (("points-polling", "by polling"), ("points-webhook", "by webhook")):
        if kept := _kept(name):
            parts.append(faults.points(kept, title) + made(kept))
    for name, table in (
        ("powerloss", faults.power),
        ("network", faults.network),
        ("disk", faults.disk),
    ):
        if kept := _kept(name):
            parts.append(table(kept) + made(kept))
    return "".join(parts)


def main() -> None:
    """Write the document."""
    TARGET.write_text(report(), encoding="utf-8")
    print(Path(TARGET).relative_to(ROOT))


if __name__ == "__main__":
    main()
