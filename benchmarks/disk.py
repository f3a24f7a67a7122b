"""Disks that fail by name: `python -m benchmarks.disk [NAME …] [--seconds 60]`.

In each scenario a whole season is played over HTTP against `peduli-ham run` while its disk is full, cannot be
written, is held by another process, or has lost the evidence folder. Exit code 1 where something is lost or
said twice, where the bot does not recover by itself, or where neither log nor `doctor` tells the operator.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks.child import under_control
from benchmarks.contact import Contact
from benchmarks.crash import Campaign, prepared
from benchmarks.machine import circumstances, keep
from benchmarks.network import Outcome, Weather
from benchmarks.proof import PROOF, proves, stored
from bot.demo.botapi import Person, Sandbox
from tests.support.process import TOKEN, environment, free_port

DOCTOR = (sys.executable, "-c", "from bot.cli import main; main()", "doctor", "--json")
ROOM = 160
"""Megabytes of the small file system: `doctor` calls a disk with less than 50 MB free full."""
FAILING = {"disk_full", "locked", "unwritable", "damaged", "files_lost", "files_missing"}
Trouble = Callable[["Disk"], Awaitable[None]]


@dataclass
class Disk(Weather):
    """A season on a disk that fails for `for_seconds`; the operator looks meanwhile and afterwards."""

    expects: tuple[str, str] = ("", "")
    told: set[str] = field(default_factory=set)
    told_after: set[str] = field(default_factory=set)
    logged: list[str] = field(default_factory=list)

    async def suffer(self) -> None:
        """Let the trouble last, and look at the log and at what `doctor` says before it ends."""
        await asyncio.sleep(self.for_seconds)
        self.told = await asyncio.to_thread(self.doctor)
        assert self.life is not None
        self.logged = [one for one in self.life.said if " ERROR " in one or " WARNING " in one]

    def doctor(self) -> set[str]:
        """The codes of all that `peduli-ham doctor` finds wrong."""
        said = subprocess.run(
            DOCTOR, cwd=self.folder, env=self.settings, capture_output=True, timeout=60, check=False
        ).stdout
        return {code for one in orjson.loads(said)["checks"] for code in one["wrong"]}

    def pragma(self, statement: str) -> None:
        """Say something on the bot's connection before its next transaction."""
        draft = self.folder / "pragma.new"
        draft.write_text(statement)
        draft.replace(self.folder / "pragma")

    def _beside(self, contacts: list[Contact], staff: Person) -> Sequence[Any]:
        prover = next(one for one in contacts if one.short == PROOF)
        return (self._weathered(), self._proves(prover))

    async def _proves(self, contact: Contact) -> None:
        """The picture comes while the trouble lasts."""
        while not self.began:
            await asyncio.sleep(0.05)
        await proves(contact, self.database)

    async def _end(self, contacts: list[Contact], staff: Person) -> None:
        assert self.life is not None
        line, code = self.expects
        if not any(line in one for one in self.logged):
            self.complain([f"the log does not say {line!r}: {self.logged[-3:]}"])
        if code and code not in self.told:
            self.complain([f"doctor does not say {code}, but {sorted(self.told)}"])
        self.life.said.clear()  # errors of the trouble itself were to be expected
        await super()._end(contacts, staff)
        if not stored(self.database):
            self.complain(["the proof is not in the store"])
        self.told_after = await asyncio.to_thread(self.doctor)
        if "was_unwritable" not in self.told_after or FAILING & self.told_after:
            self.complain([f"afterwards doctor says {sorted(self.told_after)}"])


# The troubles


async def few_pages(season: Disk) -> None:
    """SQLite itself may take no further page."""
    season.pragma("PRAGMA max_page_count = 1")
    await season.suffer()
    season.pragma("PRAGMA max_page_count = 4294967294")


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
    season.pragma("PRAGMA query_only = ON")
    await season.suffer()
    season.pragma("PRAGMA query_only = OFF")


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


async def one(name: str, seconds: float, seed: int = 1) -> tuple[Outcome, Disk]:
    """Play a scenario by name. Raises PermissionError where it needs rights that are not given."""
    scenario = SCENARIOS[name]
    campaign = Campaign(seed, scenario.webhook)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peduli-ham-disk-")))
        place = stack.enter_context(small_disk(folder)) if scenario.mounts else folder
        async with Sandbox() as box:
            box.add_bot(TOKEN)
            port = free_port() if scenario.webhook else None
            settings = environment(box.url, place / "season.db", port)
            playing = Disk(
                campaign, random.Random(seed), 0, box, place, settings, prepared(place),
                command=under_control(folder), patience=3.0, in_bad_network=True,
                trouble=scenario.trouble, for_seconds=seconds, expects=(scenario.line, scenario.code),
            )  # fmt: skip
            playing.bot_clock(0)
            await playing.play()
    return Outcome.of(playing), playing


def main() -> None:
    """Parse the command line, run, print, keep, and say by the exit code how it went."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.disk", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="; ".join(SCENARIOS))
    parser.add_argument("--seconds", type=float, default=60, help="how long a trouble lasts")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in SCENARIOS]:
        parser.error(f"no such scenario: {unknown[0]}; there are {'; '.join(SCENARIOS)}")
    about = circumstances()
    kept: dict[str, Any] = {}
    wrong = 0
    for name in given.names or SCENARIOS:
        try:
            found, season = asyncio.run(one(name, given.seconds, given.seed))
        except PermissionError as error:
            print(f"{name}: not tried, {error}")
            continue
        wrong += len(found.violations)
        told = {"log": season.expects[0], "doctor": sorted(season.told)}
        kept[name] = {**vars(found), **told, "violations": len(found.violations)}
        print(name, kept[name], *found.violations, sep="\n  ", flush=True)
    if not given.names:
        keep("disk", {**about, "result": kept})
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
