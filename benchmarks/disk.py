"""Disks that fail by name: `python -m benchmarks.disk [NAME …] [--seconds 60]`.

In each scenario a whole season is played over HTTP against `peduli-ham run` while its disk is full, cannot be
written, is held by another process, or has lost the evidence folder. Exit code 1 where something is lost or
said twice, where the bot does not recover by itself, or where neither log nor `doctor` tells the operator.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import orjson

from benchmarks import crash, harness
from benchmarks.machine import options
from benchmarks.network import Outcome, Weather, play_all

DOCTOR = (sys.executable, "-c", "from bot.cli import main; main()", "doctor", "--json")
ROOM = 160
"""Megabytes of the small file system: `doctor` calls a disk with less than 50 MB free full."""
FAILING = {"disk_full", "locked", "unwritable", "damaged", "files_lost", "files_missing"}
Trouble = Callable[["Disk"], Awaitable[None]]


@dataclass
class Disk(Weather):
    """A season on a disk that fails for `for_seconds`; the operator looks meanwhile and afterwards."""

    HOST: ClassVar[str] = "127.0.0.1"
    PROVES: ClassVar[bool] = True
    expects: tuple[str, str] = ("", "")
    codes: set[str] = field(default_factory=set)
    told_after: set[str] = field(default_factory=set)
    logged: list[str] = field(default_factory=list)

    async def suffer(self) -> None:
        """Let the trouble last, and look at the log and at what `doctor` says before it ends."""
        await asyncio.sleep(self.for_seconds)
        self.codes = await asyncio.to_thread(self.doctor)
        self.logged = [
            one for one in self.running.log_lines if " ERROR " in one or " WARNING " in one
        ]

    def doctor(self) -> set[str]:
        """Return the codes of all that `peduli-ham doctor` finds wrong."""
        output = subprocess.run(
            DOCTOR, cwd=self.folder, env=self.settings, capture_output=True, timeout=60, check=False
        ).stdout
        return {code for one in orjson.loads(output)["checks"] for code in one["wrong"]}

    def works(self) -> Sequence[Coroutine[Any, Any, None]]:
        return [*super().works(), self._proved()]

    async def _proved(self) -> None:
        """The picture comes while the trouble lasts."""
        while not self.began:
            await asyncio.sleep(0.05)
        await self.prover.play(self.database)

    async def end(self) -> None:
        line, code = self.expects
        if not any(line in one for one in self.logged):
            self.complain([f"the log does not say {line!r}: {self.logged[-3:]}"])
        if code and code not in self.codes:
            self.complain([f"doctor does not say {code}, but {sorted(self.codes)}"])
        self.running.log_lines.clear()  # errors of the trouble itself were to be expected
        await super().end()
        self.told_after = await asyncio.to_thread(self.doctor)
        if "was_unwritable" not in self.told_after or FAILING & self.told_after:
            self.complain([f"afterwards doctor says {sorted(self.told_after)}"])


# The troubles

WELL = "PRAGMA max_page_count = 4294967294\nPRAGMA query_only = OFF"
"""A bot obeys the last order alone, at its next transaction: so each ends what an earlier one began."""


async def few_pages(season: Disk) -> None:
    """SQLite itself may take no further page."""
    season.order("pragma", f"{WELL}\nPRAGMA max_page_count = 1")
    await season.suffer()
    season.order("pragma", WELL)


async def full(season: Disk) -> None:
    """The file system of the database has no room at all."""
    filler = season.database.parent / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(2**16))
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1))
    await season.suffer()
    filler.unlink()


async def read_only(season: Disk) -> None:
    """Every write is refused."""
    season.order("pragma", f"{WELL}\nPRAGMA query_only = ON")
    await season.suffer()
    season.order("pragma", WELL)


async def locked(season: Disk) -> None:
    """Another process holds the write lock."""
    other = sqlite3.connect(season.database, isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    await season.suffer()
    other.execute("ROLLBACK")
    other.close()


async def no_folder(season: Disk) -> None:
    """The evidence folder is gone while a picture comes in."""
    folder = season.folder / "peduli-ham-files"
    away = folder.with_name("elsewhere")
    folder.rename(away)
    await _proof_has_come(season)
    await season.suffer()
    if folder.exists():
        season.complain(["the evidence folder was made anew, in another place than it was"])
        return
    away.rename(folder)


async def no_room_for_files(season: Disk) -> None:
    """Something else stands where the evidence is to be written."""
    folder = season.folder / "peduli-ham-files"
    away = folder.with_name("elsewhere")
    folder.rename(away)
    folder.write_text("")
    await _proof_has_come(season)
    await season.suffer()
    folder.unlink()
    away.rename(folder)


async def _proof_has_come(season: Disk) -> None:
    """The file is noted; from now on its bytes are fetched."""
    while True:
        with contextlib.closing(sqlite3.connect(season.database)) as connection:
            if connection.execute("SELECT 1 FROM evidence").fetchone():
                return
        await asyncio.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named trouble, and what the log and `doctor` must say of it while it lasts.

    Afterwards `doctor` must say `was_unwritable`, and nothing worse.
    """

    trouble: Trouble
    line: str
    code: str
    webhook: bool = False
    mounts: bool = False


WRITES = "the database says"
SCENARIOS = {
    "no further page": Scenario(few_pages, WRITES, ""),
    "full": Scenario(full, WRITES, "disk_full", mounts=True),
    "full, by webhook": Scenario(full, WRITES, "disk_full", webhook=True, mounts=True),
    "read-only": Scenario(read_only, WRITES, ""),
    "locked": Scenario(locked, WRITES, "locked"),
    "evidence folder gone": Scenario(no_folder, "could not be kept", "files_lost"),
    "evidence folder unwritable": Scenario(no_room_for_files, "could not be kept", "files_lost"),
}


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own. Raises PermissionError where this user may not mount one."""
    place = folder / "disk"
    place.mkdir()
    options = f"size={ROOM}m,mode=700"
    asked = ["mount", "-t", "tmpfs", "-o", options, "peduli-ham", str(place)]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        raise PermissionError("a small file system can only be mounted by root")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


async def play_scenario(name: str, seconds: float, seed: int = 1) -> tuple[Outcome, Disk]:
    """Play a scenario by name. Raises PermissionError where it needs rights that are not given."""
    scenario, campaign = SCENARIOS[name], crash.Campaign(seed)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peduli-ham-disk-")))
        place = stack.enter_context(small_disk(folder)) if scenario.mounts else folder
        season = await harness.played(
            Disk, campaign, random.Random(seed), webhook=scenario.webhook, folder=place,
            trouble=scenario.trouble, for_seconds=seconds, expects=(scenario.line, scenario.code),
        )  # fmt: skip
    return Outcome.of(season), season


def main() -> None:
    """Play what is asked for, print, keep, and say by the exit code how it went."""
    given = options(__doc__, names=[], seconds=60.0, seed=1)

    def play(name: str) -> dict[str, Any]:
        outcome, season = asyncio.run(play_scenario(name, given.seconds, given.seed))
        return {**vars(outcome), "log": season.expects[0], "doctor": sorted(season.codes)}

    play_all("disk", SCENARIOS, given.names, play)


if __name__ == "__main__":
    main()
