"""Backups under load and life after them: `python -m benchmarks.restore [--seasons 10] [--seed N]`.

Seasons are played over HTTP against `peduli-ham run` while `peduli-ham backup` copies without a pause. Every
copy is examined. At a random instant the bot is killed, database and evidence are deleted, one copy is put
back with `peduli-ham restore`; the bot starts on it and the season goes on to its end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import crash_checks as checks
from benchmarks import restore_checks as copies
from benchmarks.asked import Reader
from benchmarks.contact import Contact
from benchmarks.machine import circumstances, conclude
from benchmarks.proving import Later, Prover
from bot.clock import iso
from bot.demo.botapi import Sandbox
from bot.roster import apply_roster, bundled
from bot.storage import people as store
from bot.storage.database import connect, in_transaction
from scoring import load_bundled
from tests.support import season
from tests.support.process import CLI, TOKEN, BotProcess, environment

SEASON_SECONDS, PATIENCE = 600.0, 90.0
INSTRUMENT, PROVER = "permenkumham-25-2013", "Sudinkes"
"""The prover is a second contact of this office, and sends evidence all the while."""
PAUSE, LEAST = (0.1, 1.0), 3
"""Seconds between what a contact sees and does; backups that there must be before the bot is killed."""
ANSWERS = sum(len(own) for own in season.ANSWERS.values())


@dataclass
class Campaign:
    """What has been counted so far."""

    seed: int
    seasons: int = 0
    backups: int = 0
    backup_seconds: list[float] = field(default_factory=list)
    shown_before_a_backup: int = 0
    evidence_files: int = 0
    restores: int = 0
    shown_after_the_backup: int = 0
    letters_queued_in_the_backup: int = 0
    letters_sent_again: int = 0
    restore_seconds: list[float] = field(default_factory=list)
    tally: checks.Tally = field(default_factory=checks.Tally)
    complaints: list[str] = field(default_factory=list)

    def result(self) -> dict[str, Any]:
        """The figures, for JSON."""
        found = asdict(self)
        found.pop("complaints")
        found |= found.pop("tally")
        for name in ("backup_seconds", "restore_seconds"):
            times = found.pop(name)
            found[f"{name}_median"] = round(statistics.median(times), 3) if times else None
            found[f"{name}_max"] = round(max(times), 3) if times else None
        found["violations"] = len(self.complaints)
        return found


@dataclass
class Season:
    """One season: played, lost, restored, played to its end."""

    campaign: Campaign
    chance: random.Random
    box: Sandbox
    folder: Path
    tokens: dict[str, str]
    copies: list[copies.Copy] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    prover: Prover | None = None
    life: BotProcess | None = None
    keeps_files: bool = False
    taking: asyncio.Future[bool] | None = None

    @property
    def database(self) -> Path:
        return self.folder / "season.db"

    @property
    def safe(self) -> Path:
        return self.folder / "safe"

    async def play(self) -> None:
        """The whole course; what does not hold is complained of."""
        people = {short: self.box.person(season.NAMES[short][1]) for short in season.ANSWERS}
        people |= {"prover": self.box.person("Ani"), "kanwil": self.box.person("Budi")}
        try:
            async with asyncio.timeout(SEASON_SECONDS):
                await self._until_lost(people)
                await self._restored(await self._chosen(), people)
        except (TimeoutError, LookupError, AssertionError) as error:
            stuck = [(one.short, one.person.text) for one in self.contacts if not one.done]
            self._complain([f"the season does not end: {error!r} {stuck} {self._heard()}"])
        finally:
            if self.life is not None:
                await self.life.stop()
            await self._cleared()
        for one in self.contacts:
            self._complain(one.faults)
        self.campaign.seasons += 1

    # What a season with another kind of copy does its own way

    @property
    def is_covered(self) -> bool:
        """Whether there is enough to restore from."""
        return len(self.copies) >= LEAST

    async def _chosen(self) -> copies.Copy:
        return self.chance.choice(self.copies)

    async def _finished(self) -> None:
        """The season has ended well."""

    async def _cleared(self) -> None:
        """Nothing of ours may run on."""

    # Before

    async def _until_lost(self, people: dict[str, Any]) -> None:
        """Everybody plays while copies are made, until the instant comes."""
        self._cast(people, {})
        await self._start()
        instant = self.chance.randint(1, ANSWERS)
        backing = asyncio.ensure_future(self._backups())
        playing = [asyncio.ensure_future(one) for one in self._works(people)]
        try:
            while not self.is_covered or self._seen() < instant:
                await asyncio.sleep(0.01)
                if backing.done():
                    break
        finally:
            for task in (backing, *playing):
                task.cancel()
            await asyncio.gather(backing, *playing, return_exceptions=True)
            if self.taking is not None:
                await self.taking
        assert self.life is not None
        if not await self.life.kill():
            self._complain([f"the bot ended by itself: {self._heard()}"])
        self._complain(self.life.errors)

    def _cast(self, people: dict[str, Any], kept: dict[str, dict[int, Any]]) -> None:
        """The contacts, with the receipts that still hold, and the prover."""
        reader = Reader(load_bundled(INSTRUMENT), "Jakarta Pusat", 2016)
        self.contacts = []
        for short, own in season.ANSWERS.items():
            correction = season.CORRECTION[1:] if short == season.CORRECTION[0] else None
            chance = random.Random(self.chance.random())
            token = self.tokens[season.NAMES[short][0]]
            one = Contact(people[short], token, short, own, reader, chance, correction, PAUSE)
            one.seen = dict(kept.get(short, {}))
            self.contacts.append(one)
        chance = random.Random(self.chance.random())
        question = reader.instrument.indicator(1).short
        self.prover = Prover(people["prover"], self.tokens["prover"], "Hidup", question, chance)

    def _works(self, people: dict[str, Any]) -> list[Coroutine[Any, Any, None]]:
        assert self.prover is not None
        found = [one.play() for one in self.contacts]
        return [*found, self.prover.play(), self._staff(people["kanwil"])]

    async def _staff(self, person: Any) -> None:
        while not person.replies:
            mark = person.send(f"/start {self.tokens['kanwil']}").id
            with contextlib.suppress(
                TimeoutError
            ):  # the greeting of the lost time counts for nothing
                await person.wait_for("Selamat datang", after=mark, timeout=1.5)

    def _seen(self) -> int:
        for one in self.contacts:
            one.look()
        return sum(len(one.seen) for one in self.contacts)

    async def _backups(self) -> None:
        while True:
            assert self.prover is not None
            self.prover.look()
            path = self.folder / f"copy-{len(self.copies)}.db"
            copy = copies.Copy(path, copies.witnesses(self.contacts), set(self.prover.received))
            began = time.perf_counter()
            if await self._backup(path):
                self.campaign.backups += 1
                self.campaign.backup_seconds.append(time.perf_counter() - began)
                self.copies.append(copy)
                self._examine(copy)
                await self._cli("verify", "--database", path, "--files", self.safe)

    async def _backup(self, path: Path) -> bool:
        """One backup, which the end of the playing does not cut off."""
        self.taking = asyncio.ensure_future(self._cli("backup", path, "--files-to", self.safe))
        return await asyncio.shield(self.taking)

    def _examine(self, copy: copies.Copy) -> None:
        self._complain(copies.check(copy, self.campaign.tally))
        shown = sum(len(one.seen) for one in copy.witnesses)
        self.campaign.shown_before_a_backup += shown
        self.campaign.evidence_files += copies.evidence_files(copy.path)

    async def _cli(self, *words: object) -> bool:
        """A command beside the bot; what it says is a complaint where it fails."""
        process = await asyncio.create_subprocess_exec(
            *CLI, *map(str, words), env=self._settings(), cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, said = await process.communicate()
        if process.returncode:
            self._complain([f"{words}: exit code {process.returncode}, {said.decode()}"])
        return process.returncode == 0

    def _settings(self) -> dict[str, str]:
        return environment(self.box.url, self.database, None)

    async def _start(self) -> None:
        self.life = BotProcess(self._settings(), self.folder)
        await self.life.start()

    # After

    async def _restored(self, copy: copies.Copy, people: dict[str, Any]) -> None:
        """Database and evidence are gone; the copy is put back, and the season goes on."""
        for tail in ("", "-wal", "-shm"):
            (self.folder / f"{self.database.name}{tail}").unlink(missing_ok=True)
        if not self.keeps_files:
            shutil.rmtree(self.folder / "peduli-ham-files", ignore_errors=True)
        queued, last = copies.queued(copy.path)
        before, calls = copies.executed(self.box), len(self.box.calls)
        entries = copies.last_entry(copy.path)
        self._count_lost(entries, queued, before)
        began = time.perf_counter()
        folders = () if self.keeps_files else ("--files-from", self.safe)
        if not await self._cli("restore", copy.path, *folders):
            return
        self.campaign.restore_seconds.append(time.perf_counter() - began)
        await self._cli("verify")
        later = {name: Later(person) for name, person in people.items()}
        kept = {
            one.short: {number: seen for number, seen in one.seen.items() if number <= entries}
            for one in self.contacts
        }
        self._cast(later, kept)
        await self._start()
        assert self.life is not None
        await self.life.ready.wait()
        self.campaign.restores += 1
        works = [asyncio.ensure_future(one) for one in self._works(later)]
        try:
            await asyncio.wait(
                {task for place, task in enumerate(works) if place != len(season.ANSWERS)}
            )
        finally:
            for task in works:
                task.cancel()
            await asyncio.gather(*works, return_exceptions=True)
        await self._end(later["kanwil"])
        self._compare(queued, last, calls)
        await self._finished()

    def _count_lost(self, entries: int, queued: Any, before: Any) -> None:
        self._seen()
        numbers = [number for one in self.contacts for number in one.seen]
        self.campaign.shown_after_the_backup += sum(number > entries for number in numbers)
        self.campaign.letters_queued_in_the_backup += queued.total()
        self.campaign.letters_sent_again += (queued & before).total()

    async def _end(self, staff: Any) -> None:
        await self.box.idle()
        mark = staff.send("/status").id
        said = await staff.wait_for("76,25", after=mark, timeout=PATIENCE)
        if "71,76" not in str(said.body["text"]):
            self._complain([f"status: {said.body['text']}"])
        await self.box.idle()
        assert self.life is not None
        if await self.life.stop() != 0:
            self._complain([f"the bot did not stop in order: {self._heard()}"])
        self._complain(self.life.errors)
        with checks.copied(self.database) as connection:
            found = checks.check(connection, self.contacts, self.campaign.tally)
            self._complain(found + checks.check_end(connection, joined=len(season.ANSWERS) + 2))
        await self._cli("verify")

    def _compare(self, queued: Any, last: int, calls: int) -> None:
        """After the restore nothing was sent but what the copy had not sent and what is new."""
        with checks.copied(self.database) as connection:
            allowed = queued + copies.made_after(connection, last)
        strange = copies.executed(self.box, calls) - allowed
        self._complain([f"sent again: {chat} {text!r}" for (_, chat, text) in strange])

    def _heard(self) -> str:
        return " | ".join(list(self.life.said)[-5:]) if self.life else ""

    def _complain(self, found: list[str]) -> None:
        self.campaign.complaints += found


def prepared(folder: Path) -> dict[str, str]:
    """Jakarta Pusat with one more link for the prover's office; the tokens by office or role."""
    now = datetime.now(UTC)

    def work(db: sqlite3.Connection) -> dict[str, str]:
        made = apply_roster(db, bundled("jakarta-pusat"), now=now, bot_username="PeduliHamBot")
        unit = db.execute("SELECT id FROM units WHERE short = ?", (PROVER,)).fetchone()[0]
        fields = {"role": "contact", "unit_id": unit, "region_id": None, "province": None}
        until = iso(now + timedelta(days=30))
        store.create_invitation(db, "prover", until, iso(now), {**fields, "label": "Ani"})
        return {one.label: one.token for one in made.links} | {
            one.role: one.token for one in made.links if one.role == "kanwil"
        }

    connection = connect(folder / "season.db")
    try:
        return {**in_transaction(connection, work), "prover": "prover"}
    finally:
        connection.close()


async def run(seasons: int, seed: int, *, show: bool = False) -> Campaign:
    """Seasons, each lost and restored once; stops early after one with violations."""
    campaign = Campaign(seed)
    chance = random.Random(seed)
    while campaign.seasons < seasons and not campaign.complaints:
        with tempfile.TemporaryDirectory(prefix="peduli-ham-restore-") as name:
            folder = Path(name)
            async with Sandbox() as box:
                box.add_bot(TOKEN)
                tokens = prepared(folder)
                await Season(campaign, chance, box, folder, tokens).play()
        if show:
            print(
                f"season {campaign.seasons}: {campaign.backups} backups,"
                f" {campaign.shown_before_a_backup} answers looked for,"
                f" {len(campaign.complaints)} violations",
                flush=True,
            )
    return campaign


def main() -> None:
    """Parse the command line, run, print, keep, and say by the exit code how it went."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.restore", description=__doc__)
    parser.add_argument("--seasons", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    about = circumstances()
    campaign = asyncio.run(run(given.seasons, given.seed, show=True))
    result = campaign.result()
    conclude("restore", about, result, campaign.complaints)


if __name__ == "__main__":
    main()
