"""Updates a second through the whole durable path, beside other bots on the same server.

`python -m benchmarks.taps [--updates 3000] [--runs 5] [--only NAME ...]`. Server on core 0, bot on core 1, a
backlog queued at once after a warm-up; from then until everything is acknowledged and every reply has
arrived. Contestants take turns (`benchmarks.contestants`; `.ci/env --bench true` once, for those on aiogram).
Ours: `peduli-ham run` on a file with synchronous=FULL; each text is read, checked, stored as a draft and
answered; each tap stores a revision, answers the tap, edits its message and asks the next question.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import orjson

from benchmarks import country
from benchmarks.contestants import EVERYBODY, NODE, OTHERS, OURS, Contestant, Job, present
from benchmarks.machine import ROOT, circumstances, keep
from benchmarks.pair import beside_server

LOADS = ("texts", "taps")
TICKS = os.sysconf("SC_CLK_TCK")
WARM = 200
"""Seconds that the server is waited for; its own limit is below this."""


@dataclass(frozen=True, slots=True)
class Run:
    """One contestant under one load, once."""

    updates: int
    seconds: float
    cpu: float
    server_cpu: float

    @property
    def rate(self) -> float:
        return self.updates / self.seconds


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process has used, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def once(contestant: Contestant, job: Job) -> Run:
    """Start server and bot, let them work off the backlog, end both, check the work."""
    asked = {
        "load": job.load, "updates": job.updates, "warm": WARM,
        "calls": contestant.calls[job.load], "button": contestant.button,
    }  # fmt: skip
    async with beside_server("load_server", asked) as pair:
        await asyncio.to_thread(contestant.prepare, job)
        command, settings = contestant.command(pair.url, job), contestant.settings(pair.url, job)
        bot = await pair.start(command, job.folder, settings)
        await pair.next_event("begin")
        before = cpu_of(bot.pid)
        end = await pair.next_event("end")
        run = Run(job.updates, end["seconds"], cpu_of(bot.pid) - before, end["server_cpu"])
    await asyncio.to_thread(contestant.check, job, job.updates + WARM)
    return run


async def measure(
    updates: int, runs: int, bots: tuple[Contestant, ...], show: bool = True
) -> dict[str, Any]:
    """All loads, contestants taking turns."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-taps-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        for load in LOADS:
            template = folder / f"template-{load}.db"
            country.build(template, _contacts(load, updates), confirming=load == "taps")
            runs_of: dict[str, list[Run]] = {one.name: [] for one in bots}
            for _ in range(runs):
                for contestant in bots:
                    count = int(updates * contestant.share) // 2 * 2
                    job = Job(load, count, _contacts(load, count), template, folder)
                    runs_of[contestant.name].append(await once(contestant, job))
                    if show:
                        last = runs_of[contestant.name][-1]
                        print(f"{load} {contestant.name}: {last.rate:.0f}/s", flush=True)
            result[load] = summed(runs_of)
    return result


def _contacts(load: str, updates: int) -> int:
    return (updates + WARM) // (2 if load == "texts" else 1)


def summed(runs_of: dict[str, list[Run]]) -> dict[str, Any]:
    """Medians of each bot, and how many times as fast ours is as each other, run by run."""
    bots: dict[str, Any] = {}
    for name, its in runs_of.items():
        rates = [one.rate for one in its]
        bots[name] = {
            "updates": its[0].updates,
            "updates_per_s": round(statistics.median(rates)),
            "least": round(min(rates)),
            "most": round(max(rates)),
            "cpu_s_per_1000": round(
                statistics.median(one.cpu * 1000 / one.updates for one in its), 3
            ),
            "server_cpu_share": round(
                statistics.median(one.server_cpu / one.seconds for one in its), 2
            ),
        }
    ratios: dict[str, Any] = {}
    for name, its in runs_of.items():
        if name == OURS.name or OURS.name not in runs_of:
            continue
        times = [a.rate / b.rate for a, b in zip(runs_of[OURS.name], its, strict=True)]
        ratios[name] = {
            "median": round(statistics.median(times), 2),
            "least": round(min(times), 2),
            "most": round(max(times), 2),
        }
    return {"bots": bots, "ratios": ratios}


def table(result: dict[str, Any]) -> str:
    """The figures as lines of text."""
    head = f"{'load':<7}{'bot':<27}{'updates/s (min-max)':<22}{'CPU s/1000':<12}{'server busy':<13}"
    lines = [f"{head}ours is … times as fast"]
    for load, its in result.items():
        for name, figures in its["bots"].items():
            rates = f"{figures['updates_per_s']} ({figures['least']}-{figures['most']})"
            ratio = its["ratios"].get(name)
            times = f"{ratio['median']} ({ratio['least']}-{ratio['most']})" if ratio else ""
            busy = f"{figures['server_cpu_share']:.0%}"
            lines.append(
                f"{load:<7}{name:<27}{rates:<22}{figures['cpu_s_per_1000']:<12}{busy:<13}{times}"
            )
    return "\n".join(lines)


def versions() -> dict[str, str]:
    """Of the bots in the other environment."""
    places = [str(one) for one in OTHERS.parent.parent.glob("lib/python*/site-packages")]
    installed = {one.name.replace("_", "-"): one.version for one in distributions(path=places)}
    peers: tuple[str, ...] = ("aiogram", "aiogram-dialog")
    python = {name: installed[name] for name in peers if name in installed}
    return {**(python if places else {}), **_node_versions()}


def _node_versions() -> dict[str, str]:
    path = NODE / "grammy" / "package.json"
    if not path.exists():
        return {}
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return {"grammy": orjson.loads(path.read_bytes())["version"], "node": node.strip()}


def main() -> None:
    """Parse the command line, measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.taps", description=__doc__)
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=5)
    names = [one.name for one in EVERYBODY]
    parser.add_argument("--only", nargs="+", choices=names, help="a comparison of these alone")
    parser.add_argument("--no-keep", action="store_true", help="leave the kept figures alone")
    given = parser.parse_args()
    bots = tuple(one for one in present() if not given.only or one.name in given.only)
    about = circumstances()
    about["versions"] |= versions()
    result = asyncio.run(measure(given.updates, given.runs, bots))
    print(f"\n{about['date']} · {about['machine']} · {about['versions']}\n{table(result)}")
    if not given.no_keep:
        stores = {one.name: one.stores for one in bots}
        more = {"updates": given.updates, "runs": given.runs, "stores": stores}
        keep("taps", {**about, **more, "result": result})


if __name__ == "__main__":
    main()
