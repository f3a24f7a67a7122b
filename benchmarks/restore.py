"""Backups under load and life after them: `python -m benchmarks.restore [--seasons 10] [--seed N]`.

Seasons are played over HTTP against `peduli-ham run` while `peduli-ham backup` copies without a pause. Every
copy is examined. At a random instant the bot is killed, database and evidence are deleted, one copy is put
back with `peduli-ham restore`; the bot starts on it and the season goes on to its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from benchmarks import crash_checks as checks
from benchmarks import harness
from benchmarks import restore_checks as copies
from benchmarks.machine import circumstances, conclude, options
from benchmarks.proving import Later
from tests.support import season

PAUSE, LEAST = (0.1, 1.0), 3
"""Seconds between what a contact sees and does; backups that there must be before the bot is killed."""
ANSWERS = sum(len(own) for own in season.ANSWERS.values())


@dataclass
class Campaign(harness.Campaign):
    """What has been counted so far."""

    backups: int = 0
    backup_seconds: list[float] = field(default_factory=list)
    shown_before_a_backup: int = 0
    evidence_files: int = 0
    restores: int = 0
    shown_after_the_backup: int = 0
    letters_queued_in_the_backup: int = 0
    letters_sent_again: int = 0
    restore_seconds: list[float] = field(default_factory=list)


@dataclass
class Season(harness.Season):
    """One season: played, lost, restored, played to its end."""

    PROVES: ClassVar[bool] = True
    SECONDS: ClassVar[float] = 600.0
    campaign: Campaign
    patience: float = 1.0
    pause: tuple[float, float] = PAUSE
    made: list[copies.Copy] = field(default_factory=list)
    keeps_files: bool = False
    taking: asyncio.Future[bool] | None = None
    shown: int = 0
    files: int = 0

    @property
    def safe(self) -> Path:
        return self.folder / "safe"

    # What a season with another kind of copy does its own way

    @property
    def is_covered(self) -> bool:
        """Whether there is enough to restore from: copies, of which some hold what people were shown."""
        return len(self.made) >= LEAST and min(self.shown, self.files) > 0

    async def chosen(self) -> copies.Copy:
        """Return the copy that is put back."""
        return self.chance.choice(self.made)

    async def finished(self) -> None:
        """Look at what else there is when the season has ended well."""

    async def course(self) -> None:
        await self._until_lost()
        await self._restored(await self.chosen())

    # Before

    async def _until_lost(self) -> None:
        """Everybody plays while copies are made, until the instant comes."""
        await self.start()
        instant = self.chance.randint(1, ANSWERS)
        async with _tasks(self.backups(), self.prover.play(), *self.works()) as (backing, *_):
            while not backing.done() and (not self.is_covered or self.seen() < instant):
                await asyncio.sleep(0.01)
        if self.taking is not None:
            await self.taking
        if not await self.running.kill():
            self.complain([f"the bot ended by itself: {self.heard()}"])
        self.complain(self.running.errors)

    def seen(self) -> int:
        """Return how many answers people have been shown as stored."""
        for contact in self.contacts:
            contact.look()
        return sum(len(one.seen) for one in self.contacts)

    async def backups(self) -> None:
        """Make one backup after the other, and examine each."""
        while True:
            self.prover.look()
            path = self.folder / f"copy-{len(self.made)}.db"
            copy = copies.Copy(path, copies.witnesses(self.contacts), set(self.prover.received))
            began = time.perf_counter()
            if await self.backup(path):
                self.campaign.backups += 1
                self.campaign.backup_seconds.append(time.perf_counter() - began)
                self.made.append(copy)
                self.examine(copy)
                await self.command_line("verify", "--database", path, "--files", self.safe)

    async def backup(self, path: Path) -> bool:
        """One backup, which the end of the playing does not cut off."""
        self.taking = asyncio.ensure_future(
            self.command_line("backup", path, "--files-to", self.safe)
        )
        return await asyncio.shield(self.taking)

    def examine(self, copy: copies.Copy) -> None:
        """Look whether a copy holds all that was shown before it was begun."""
        self.complain(copies.check(copy, self.campaign.tally))
        shown = sum(len(one.seen) for one in copy.witnesses)
        files = copies.evidence_files(copy.path)
        self.campaign.shown_before_a_backup += shown
        self.campaign.evidence_files += files
        self.shown += shown
        self.files += files

    # After

    async def _restored(self, copy: copies.Copy) -> None:
        """Database and evidence are gone; the copy is put back, and the season goes on."""
        for tail in ("", "-wal", "-shm"):
            (self.folder / f"{self.database.name}{tail}").unlink(missing_ok=True)
        if not self.keeps_files:
            shutil.rmtree(self.folder / "peduli-ham-files", ignore_errors=True)
        queued, last = copies.queued(copy.path)
        before, calls = checks.executed(self.server), len(self.server.calls)
        entries = copies.last_entry(copy.path)
        self._count_lost(entries, queued, before)
        began = time.perf_counter()
        folders = () if self.keeps_files else ("--files-from", self.safe)
        if not await self.command_line("restore", copy.path, *folders):
            return
        self.campaign.restore_seconds.append(time.perf_counter() - began)
        await self.command_line("verify")
        seen = {
            one.short: {number: seen for number, seen in one.seen.items() if number <= entries}
            for one in self.contacts
        }
        self.cast({name: Later(person) for name, person in self.people.items()}, seen)
        await self.start()
        await self.running.ready.wait()
        self.campaign.restores += 1
        async with _tasks(self.prover.play(), *self.works()) as (_, *playing):
            await asyncio.wait(playing)
        await self.end()
        await self.command_line("verify")
        with checks.copied(self.database) as connection:
            allowed = queued + checks.letters(connection, f"id > {last}")
        strange = checks.executed(self.server, calls) - allowed
        self.complain([f"sent again: {chat} {text!r}" for (_, chat, text) in strange])
        await self.finished()

    def _count_lost(self, entries: int, queued: Any, before: Any) -> None:
        self.seen()
        numbers = [number for one in self.contacts for number in one.seen]
        self.campaign.shown_after_the_backup += sum(number > entries for number in numbers)
        self.campaign.letters_queued_in_the_backup += queued.total()
        self.campaign.letters_sent_again += (queued & before).total()


@contextlib.asynccontextmanager
async def _tasks(
    *works: Coroutine[Any, Any, None],
) -> AsyncIterator[Sequence[asyncio.Future[None]]]:
    """Let these go on until the block ends."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run(seasons: int, seed: int, *, show: bool = False) -> Campaign:
    """Play seasons, each lost and restored once; stops early after one with violations."""
    campaign, chance = Campaign(seed), random.Random(seed)
    while campaign.seasons < seasons and not campaign.complaints:
        await harness.played(Season, campaign, chance)
        if show:
            print(
                f"season {campaign.seasons}: {campaign.backups} backups,"
                f" {campaign.shown_before_a_backup} answers looked for,"
                f" {len(campaign.complaints)} violations",
                flush=True,
            )
    return campaign


def main() -> None:
    """Run, print, keep, and say by the exit code how it went."""
    given, about = options(__doc__, seasons=10, seed=1), circumstances()
    campaign = asyncio.run(run(given.seasons, given.seed, show=True))
    conclude("restore", about, campaign.result(), campaign.complaints)


if __name__ == "__main__":
    main()
