"""A long time at once: `python -m benchmarks.soak [--hours 2] [--seed N] [--cities 6] [--mebibytes N]`.

One server, one file and one bot, which is never given a new one: province after province joins by roster, its
cities answer everything, agree on another criterion and end their season, while two lanes of trouble drawn by
the seed go on: network and clock in the one; kills, disk, strangers, rosters in the other. An hour of both
clocks is worth five times the answers of the real load. What people were shown and what the record says is
compared after each province; size, memory, descriptors and what waits are noted. 24 hours take half an hour.
`--mebibytes 256`: the bot and all that it starts on one core, with so much memory (by cgroup, else told).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import statistics
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from benchmarks import crash, harness, nation, network
from benchmarks import crash_checks as checks
from benchmarks.confined import Confined, confined
from benchmarks.footprint import memory
from benchmarks.machine import circumstances, conclude, options
from benchmarks.soak_province import AGREED, BEFORE, Province
from benchmarks.soak_troubles import INSIDE
from bot.demo.botapi import SimulatedPerson
from tests.support import season

WORKDAYS, TIMES = 42, 5
AN_HOUR = TIMES * nation.ANSWERS / WORKDAYS / 24
"""Answers: the nation's of a year, within the working days of February and March, five times over."""
ANSWERS = sum(len(own) for own in season.ANSWERS.values()) + 1
"""Of a city, the correction included."""
FIRST, LAST = 40, 99
"""Provinces by code; there are 60."""
PATIENCE = 300.0
FILES = 40
"""Of evidence, a province."""
EXPECTED = ("the database says", "could not be kept", "the evidence folder is gone")
"""What the log may call an error while the disk fails; anything else is a complaint."""
OUTSIDE = tuple(
    name
    for name, one in network.SCENARIOS.items()
    if not one.webhook and name not in ("calm", "429 storm")
)


@dataclass
class Campaign(crash.Campaign):
    """What has been counted so far, and how large everything was after each province."""

    hours: float = 0.0
    provinces: int = 0
    evidence: int = 0
    repeated: int = 0
    answers_lost: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    sizes: dict[int, dict[str, float]] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)

    def result(self) -> dict[str, Any]:
        figures, sizes = super().result(), list(self.sizes.values())
        half = sizes[len(sizes) // 2 :]
        shown = {
            name: {
                "first": sizes[0][name], "half": half[0][name], "last": sizes[-1][name],
                "most": max(one[name] for one in sizes),
                "median_2nd_half": statistics.median(one[name] for one in half),
            }
            for name in (sizes[0] if sizes else ())
        }  # fmt: skip
        return {
            **figures,
            "sizes": shown,
            "troubles": dict(self.troubles),
            "struck": dict(self.struck),
        }


@dataclass
class Soak(network.Weather):
    """One bot over all of it. The clocks only go on; a trouble bends the bot's beside that."""

    SECONDS: ClassVar[float] = 7 * 86_400.0
    HOST: ClassVar[str] = "localhost"
    campaign: Campaign
    hours_wanted: float = 1.0
    cities: int = 6
    short: bool = False
    base: float = 0.0
    now_at: Province | None = None
    all_of_them: list[Province] = field(default_factory=list)
    strangers: list[SimulatedPerson] = field(default_factory=list)
    in_flight: int = 0
    is_bent: bool = False
    machine: Confined | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """What a life of the bot runs, on a small machine where one is given."""
        command = super().command
        return self.machine.command(command) if self.machine else command

    @property
    def activity(self) -> int:
        """How much it has done."""
        return self._activity()

    # Clocks

    def bot_clock(self, off: float) -> None:
        self.is_bent = self.is_bent or off != 0
        self.order("clock", str(self.base + off))

    def hours(self, seconds: float) -> None:
        self.server.advance(seconds)
        self.base += seconds
        self.bot_clock(0)

    # The course

    async def course(self) -> None:
        self.bot_clock(0)
        await self.start()
        for code in range(FIRST, LAST + 1):
            if self.campaign.hours >= self.hours_wanted or self.campaign.complaints:
                break
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.province(f"{code}")
            except TimeoutError:
                self.complain([f"province {code} does not end: {self.stuck()}"])
        await self.finished()

    def stuck(self) -> str:
        """Where everybody stands, for a complaint."""
        assert self.now_at is not None
        where = [(one.short, one.newest()) for one in self.now_at.contacts if not one.done][:3]
        replies = self.now_at.staff.replies[-1:]
        return (
            f"{where} Kanwil: {[one.text[:200] for one in replies]} {self.server.stats()}"
            f" {checks.outbox_states(self.database)} {self.heard()}"
        )

    async def province(self, code: str) -> None:
        """A province from its roster to its end, with trouble all the while."""
        self.server.calls.clear()
        self.server.bot.queue.history.clear()
        self.in_flight, self.is_bent = 0, False
        self.server.faults.struck_by.clear()
        first = self._last_letter()
        province = await asyncio.to_thread(
            Province.joining, self.server, self.database, code, self.cities, self.chance
        )
        self.now_at, self.contacts = province, province.contacts
        self.all_of_them.append(province)
        proving = asyncio.ensure_future(self._proves(province))
        try:
            await self._under_trouble(
                province.joins(), *(each.play() for each in province.contacts)
            )
            await self._quiet()
            self._look(province, agreed=False)
            self.complain(await province.seen_status(BEFORE))
            await self._under_trouble(province.agrees(), lanes=1)
        finally:
            proving.cancel()
            await asyncio.gather(proving, return_exceptions=True)
            self.server.clear_faults()
        await self._quiet()
        province.prover.look()
        self.complain(await province.seen_status(AGREED))
        self._look(province, agreed=True)
        await self.ends(province)
        await self._reckon_calls(first)
        self._note(province)

    async def _proves(self, province: Province) -> None:
        """The prover sends some files, not all the while."""
        playing = asyncio.ensure_future(province.prover.play())
        try:
            while len(province.prover.received) < FILES:
                await asyncio.sleep(0.2)
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)

    async def _under_trouble(self, *works: Any, lanes: int = 2) -> None:
        """Let everybody play, and trouble go on meanwhile; over when both are."""
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
            group.create_task(self._outside())
            if lanes > 1:
                group.create_task(self._inside())

    async def _outside(self) -> None:
        """Network and clock."""
        for name in self.chance.sample(OUTSIDE, 1 if self.short else 2):
            await self.running.ready.wait()
            await asyncio.sleep(self.chance.uniform(0.2, 1.0))
            self.campaign.troubles[name] += 1
            self.for_seconds = self.chance.uniform(1.0, 3.0)
            await network.SCENARIOS[name].trouble(self)
            self.server.clear_faults()

    async def _inside(self) -> None:
        """The process, its disk, its roster, strangers."""
        for name in self.chance.sample(tuple(INSIDE), 2 if self.short else 3):
            await self.running.ready.wait()
            await asyncio.sleep(self.chance.uniform(0.2, 1.5))
            self.campaign.troubles[name] += 1
            await INSIDE[name](self)

    async def _quiet(self) -> None:
        """Nothing waits any more."""
        await self.running.ready.wait()
        while (
            self.server.bot.queue.waiting
            or self.server.in_flight
            or checks.outbox_states(self.database).get("queued")
        ):
            await asyncio.sleep(0.1)

    async def suffer(self) -> None:
        """How long a trouble of the disk lasts."""
        await asyncio.sleep(self.chance.uniform(0.5, 2.5))

    async def ends(self, province: Province) -> None:
        """The operator closes the season; every city hears of it, and nothing is taken any more."""
        before = self._last_entry()
        marks = {each.short: len(each.person.replies) for each in province.contacts}
        await self.command_line("close", "--province", province.code, "--yes")
        while any(len(each.person.replies) <= marks[each.short] for each in province.contacts):
            await asyncio.sleep(0.1)
        for each in province.contacts:
            each.person.send("/lanjut")
            each.person.send("13 dari 15.000")
        await asyncio.sleep(0.5)
        await self._quiet()
        with checks.snapshot(self.database) as connection:
            late = connection.execute(
                "SELECT count(*) FROM record WHERE id > ? AND kind = 'answer'", (before,)
            ).fetchone()[0]
        if late:
            self.complain([f"province {province.code}: {late} answers taken after its end"])

    # The checker: what people were shown, what the record says

    def examine(self) -> None:
        """What a killed process left."""
        super().examine()
        self.in_flight += self._queued_now

    def _look(self, province: Province, *, agreed: bool) -> None:
        with checks.snapshot(self.database) as connection:
            self.complain(checks.check(connection, province.contacts, self.campaign.tally))
            self.complain(province.judged(connection, agreed=agreed))

    async def _reckon_calls(self, first: int) -> None:
        """Whatever was acknowledged is handled, and nothing is said again without need.

        A tap that grew too old before the bot fetched it, in an hour without Telegram, is none of it. The bot
        goes on meanwhile: a copy in which letters wait is looked at again when those are gone.
        """
        while True:
            await self._quiet()
            with checks.snapshot(self.database) as connection:
                if not checks.states(connection).get("queued"):
                    self._compare_calls(connection, first)
                    return

    def _compare_calls(self, connection: sqlite3.Connection, first: int) -> None:
        extras = checks.executed(self.server) - checks.letters(connection, f"id > {first}")
        if not self.is_bent:
            handled = {row[0] for row in connection.execute("SELECT update_id FROM handled")}
            done = handled | set(self.server.bot.queue.too_old)
            missing = [
                update
                for update in self.server.bot.queue.history
                if update["update_id"] not in done and self._counts(update)
            ]
            self.complain([f"acknowledged, not handled: {update}" for update in missing])
        lost = sum(self.server.faults.struck_by[kind] for kind in network.LOSSY)
        self.campaign.repeated += extras.total()
        self.campaign.answers_lost += lost
        if extras.total() > lost + self.in_flight:
            self.complain(
                [
                    f"{extras.total()} said again; {lost} answers lost, {self.in_flight} in flight: {extras}"
                ]
            )

    def _counts(self, update: dict[str, Any]) -> bool:
        """Strangers are bounded: what they send may be dropped, and then it is not noted either."""
        sender = next(one["from"]["id"] for one in update.values() if isinstance(one, dict))
        return sender not in {one.id for one in self.strangers}

    async def finished(self) -> None:
        """Everything that anybody was ever shown is still there, files included; the bot stops in order."""
        if await self.running.stop() != 0:
            self.complain([f"the bot did not stop in order: {self.heard()}"])
        self.heed_log()
        self.life, self.contacts = None, []
        everybody = [each for one in self.all_of_them for each in one.contacts]
        with checks.copied(self.database) as connection:
            self.complain(checks.check(connection, everybody, self.campaign.tally))
        await self.command_line("verify")

    def heed_log(self) -> None:
        """Complain of errors that no trouble explains, and forget what was logged."""
        strange = [
            one for one in self.running.errors if not any(known in one for known in EXPECTED)
        ]
        self.complain(strange)
        if strange:
            self.complain([f"around it: {list(self.running.log_lines)[-40:]}"])
        self.running.log_lines.clear()

    # Sizes

    def _last_letter(self) -> int:
        return self._number("SELECT coalesce(max(id), 0) FROM outbox")

    def _last_entry(self) -> int:
        return self._number("SELECT coalesce(max(id), 0) FROM record")

    @property
    def _queued_now(self) -> int:
        return self._number("SELECT count(*) FROM outbox WHERE state = 'queued'")

    def _number(self, statement: str) -> int:
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return int(connection.execute(statement).fetchone()[0])
        finally:
            connection.close()

    def _note(self, province: Province) -> None:
        """Count the province; what it leaves behind."""
        self.heed_log()
        for each in province.contacts:
            self.complain(each.faults)
            self.campaign.repeated_actions += each.repeated
        answers = sum(len(each.seen) for each in province.contacts)
        campaign, worth = self.campaign, answers / AN_HOUR
        campaign.provinces += 1
        campaign.acknowledged += answers
        campaign.evidence += len(province.prover.received)
        campaign.hours = round(campaign.hours + worth, 2)
        campaign.struck.update(self.server.faults.struck_by)
        wal = Path(f"{self.database}-wal")
        size = campaign.sizes[campaign.provinces] = {
            "rss_mib": memory(self.running.pid)["rss_mib"],
            "descriptors": len(list(Path(f"/proc/{self.running.pid}/fd").iterdir())),
            "file_bytes_an_entry": self.database.stat().st_size // self._last_entry(),
            "file_mib": round(self.database.stat().st_size / 2**20, 1),
            "wal_mib": round(wal.stat().st_size / 2**20, 1) if wal.exists() else 0.0,
            "letters_waiting": self._queued_now,
        }
        print(
            f"{campaign.hours:6.2f} h, province {province.code}: {campaign.acknowledged} answers,"
            f" {campaign.kills} kills, {size}, {len(campaign.complaints)} violations",
            flush=True,
        )
        self.hours(worth * 3600)


async def run(
    hours: float, seed: int, *, cities: int = 6, short: bool = False, mebibytes: int = 0
) -> Campaign:
    """Soak for so many hours of both clocks; stops early after a province with violations."""
    campaign = Campaign(seed)
    with confined(mebibytes=mebibytes) if mebibytes else contextlib.nullcontext() as machine:
        await harness.played(
            Soak, campaign, random.Random(seed), hours_wanted=hours, cities=cities, short=short,
            machine=machine,
        )  # fmt: skip
        if machine:
            campaign.machine = {"means": machine.means, **machine.figures()}
    return campaign


def main() -> None:
    """Run, print, keep, and say by the exit code how it went."""
    given, about = options(__doc__, hours=2.0, seed=1, cities=6, mebibytes=0), circumstances()
    campaign = asyncio.run(
        run(given.hours, given.seed, cities=given.cities, mebibytes=given.mebibytes)
    )
    name = f"soak-{given.mebibytes}" if given.mebibytes else "soak"
    conclude(name, about, campaign.result(), campaign.complaints)


if __name__ == "__main__":
    main()
