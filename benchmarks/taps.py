"""Updates a second through the whole durable path, beside a bare PTB echo bot on the same server.

`python -m benchmarks.taps [--updates 3000] [--runs 5]`. Server on core 0, bot on core 1, a backlog queued at
once after a warm-up; from then until everything is acknowledged and every reply has arrived. Contestants
take turns. Ours: `peduli-ham run` on a file with synchronous=FULL; each text is read, checked, stored as a
draft and answered; each tap stores a revision, answers the tap, edits its message and asks the next question.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks import country
from benchmarks.machine import ROOT, circumstances, keep
from benchmarks.process import environment

LOADS = ("texts", "taps")
ECHO, OURS = "PTB echo", "Peduli HAM"
CALLS = {
    (ECHO, "texts"): {"sendmessage": 1},
    (ECHO, "taps"): {"answercallbackquery": 1, "sendmessage": 1},
    (OURS, "texts"): {"sendmessage": 1},
    (OURS, "taps"): {"answercallbackquery": 1, "editmessagetext": 1, "sendmessage": 1},
}
PINNED = "from benchmarks.machine import pin; pin(1); from bot.cli import main; main()"
TICKS = os.sysconf("SC_CLK_TCK")
WARM = 200


class WorkNotDoneError(Exception):
    """The database does not show what was asked of the bot."""


@dataclass(frozen=True, slots=True)
class Run:
    """One contestant under one load, once."""

    seconds: float
    cpu: float
    server_cpu: float


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process has used, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def once(contestant: str, load: str, updates: int, template: Path, folder: Path) -> Run:
    """Start server and bot, let them work off the backlog, end both, check the work."""
    database = folder / "taps.db"
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load_server", load, str(updates), str(WARM),
        orjson.dumps(CALLS[contestant, load]).decode(),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip
    bot = None
    try:
        url = (await _told(server, "serving"))["url"]
        if contestant == OURS:
            _renewed(template, database)
            command, settings = ["-c", PINNED, "run"], environment(url, database, None)
        else:
            command, settings = ["-m", "benchmarks.echo", url], environment(url, database, None)
        with (folder / "bot.log").open("wb") as log:
            bot = await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=folder, env=settings, stderr=log, stdout=log
            )
        await _told(server, "begin")
        before = cpu_of(bot.pid)
        told = await _told(server, "end")
        run = Run(told["seconds"], cpu_of(bot.pid) - before, told["server_cpu"])
    finally:
        if bot is not None and bot.returncode is None:
            bot.terminate()
            await bot.wait()
        if server.returncode is None:
            server.kill()
            await server.wait()
    if contestant == OURS:
        _check(database, load, updates + WARM)
    return run


def _renewed(template: Path, database: Path) -> None:
    for tail in ("-wal", "-shm"):
        Path(f"{database}{tail}").unlink(missing_ok=True)
    shutil.copyfile(template, database)


async def _told(server: asyncio.subprocess.Process, what: str) -> dict[str, Any]:
    assert server.stdout is not None
    line = await asyncio.wait_for(server.stdout.readline(), 330)
    if not line:
        raise WorkNotDoneError("the server has ended")
    told: dict[str, Any] = orjson.loads(line)
    assert told["is"] == what, told
    return told


def _check(database: Path, load: str, updates: int) -> None:
    done = country.work_done(database)
    taps = load == "taps"
    wanted = {
        "answers": updates if taps else 0,
        "handled": updates,
        "failed_updates": 0,
        "letters_sent": updates * sum(CALLS[OURS, load].values()),
        "letters_unsent": 0,
        "at_confirmation": 0 if taps else updates // 2,
    }
    if done != wanted:
        raise WorkNotDoneError(f"asked: {wanted}, done: {done}")


async def measure(updates: int, runs: int, show: bool = True) -> dict[str, Any]:
    """All loads, contestants taking turns."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-taps-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        for load in LOADS:
            template = folder / f"template-{load}.db"
            contacts = (updates + WARM) // (2 if load == "texts" else 1)
            country.build(template, contacts, confirming=load == "taps")
            found: dict[str, list[Run]] = {ECHO: [], OURS: []}
            for _ in range(runs):
                for contestant, its in found.items():
                    its.append(await once(contestant, load, updates, template, folder))
                    if show:
                        print(f"{load} {contestant}: {updates / its[-1].seconds:.0f}/s", flush=True)
            result[load] = _summed(found, updates)
    return result


def _summed(found: dict[str, list[Run]], updates: int) -> dict[str, Any]:
    summed: dict[str, Any] = {}
    for contestant, its in found.items():
        rates = [updates / one.seconds for one in its]
        summed[contestant] = {
            "updates_per_s": round(statistics.median(rates)),
            "least": round(min(rates)),
            "most": round(max(rates)),
            "cpu_s_per_1000": round(statistics.median(one.cpu for one in its) * 1000 / updates, 3),
            "server_cpu_share": round(
                statistics.median(one.server_cpu / one.seconds for one in its), 2
            ),
        }
    ours, echo = found[OURS], found[ECHO]
    ratios = [b.seconds / a.seconds for a, b in zip(ours, echo, strict=True)]
    summed["ratio"] = round(statistics.median(ratios), 2)
    summed["ratio_least"] = round(min(ratios), 2)
    summed["ratio_most"] = round(max(ratios), 2)
    return summed


def table(result: dict[str, Any]) -> str:
    """The figures as lines of text."""
    lines = [f"{'load':<7}{'bot':<12}{'updates/s (min-max)':<24}{'CPU s/1000':<12}server busy"]
    for load, summed in result.items():
        for contestant in (ECHO, OURS):
            one = summed[contestant]
            rates = f"{one['updates_per_s']} ({one['least']}-{one['most']})"
            lines.append(
                f"{load:<7}{contestant:<12}{rates:<24}{one['cpu_s_per_1000']:<12}"
                f"{one['server_cpu_share']:.0%}"
            )
        lines.append(
            f"{load:<7}{'ratio':<12}{summed['ratio']} ({summed['ratio_least']}-{summed['ratio_most']})"
        )
    return "\n".join(lines)


def main() -> None:
    """Parse the command line, measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.taps", description=__doc__)
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-keep", action="store_true", help="leave the kept figures alone")
    given = parser.parse_args()
    about = circumstances()
    result = asyncio.run(measure(given.updates - given.updates % 2, given.runs))
    print(f"\n{about['date']} · {about['machine']} · {about['versions']}\n{table(result)}")
    if not given.no_keep:
        keep("taps", {**about, "updates": given.updates, "runs": given.runs, "result": result})


if __name__ == "__main__":
    main()
