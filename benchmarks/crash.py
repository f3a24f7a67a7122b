"""The crash campaign: `python -m benchmarks.crash [--kills 200] [--seed N] [--webhook] [--workers 1]`.

Seasons are played over real HTTP against `peduli-ham run`, which is killed (SIGKILL) at random instants and
started again. Exit code 1 where an acknowledged answer is lost, anything is counted twice, a question comes
back wrongly, or the record does not verify.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import crash_checks as checks
from benchmarks.asked import Reader
from benchmarks.contact import Contact
from benchmarks.machine import circumstances, conclude
from bot.demo.botapi import Person, Sandbox
from bot.roster import SetupResult, apply_roster, bundled
from bot.storage.database import connect, in_transaction
from scoring import load_bundled
from tests.support import season
from tests.support.process import COMMAND, TOKEN, BotProcess, environment, free_port

ACTIVITY = 110
"""A life ends after up to this many updates and calls, drawn uniformly; a season has some 400."""
CALLS_EACH = 3
"""Most updates bring about so many calls."""
BY_TIME = 0.15
"""The share of kills that fall anywhere in the first seconds, starting included."""
ADDED = (
    "kills", "kills_before_ready", "seasons", "acknowledged", "repeated_messages", "repeated_edits",
    "repeated_actions", "asked_where_one_stands", "ready_seconds", "complaints",
)  # fmt: skip
"""What several campaigns add up to."""
START_SECONDS, SEASON_SECONDS = 1.5, 180.0
PATIENCE = 2.0
"""Longer than a start takes: who taps again at every life piles up more than a short life can read."""


@dataclass
class Campaign:
    """What has been counted so far."""

    seed: int
    webhook: bool
    kills: int = 0
    kills_before_ready: int = 0
    seasons: int = 0
    acknowledged: int = 0
    tally: checks.Tally = field(default_factory=checks.Tally)
    repeated_messages: int = 0
    repeated_edits: int = 0
    most_unmarked_at_a_kill: int = 0
    repeated_actions: int = 0
    asked_where_one_stands: int = 0
    ready_seconds: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def result(self) -> dict[str, Any]:
        """The figures, for JSON."""
        found = asdict(self)
        found.pop("complaints")
        times = found.pop("ready_seconds")
        found |= found.pop("tally")
        found["restart_to_ready_median_s"] = round(statistics.median(times), 3) if times else None
        found["restart_to_ready_max_s"] = round(max(times), 3) if times else None
        found["violations"] = len(self.complaints)
        return found


@dataclass
class Season:
    """One season: a fresh server, a fresh file, and as many lives of the bot as it takes."""

    campaign: Campaign
    chance: random.Random
    kills: int
    box: Sandbox
    folder: Path
    settings: dict[str, str]
    setup: SetupResult
    command: tuple[str, ...] = COMMAND
    seconds: float = SEASON_SECONDS
    patience: float = PATIENCE
    in_bad_network: bool = False
    clock_was_bent: bool = False
    life: BotProcess | None = None
    unmarked: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    @property
    def database(self) -> Path:
        return self.folder / "season.db"

    async def play(self) -> None:
        """Everybody plays while the killer goes about; then the reckoning."""
        contacts = self._contacts()
        staff = self.box.person("Budi")
        try:
            async with asyncio.timeout(self.seconds), asyncio.TaskGroup() as group:
                playing = [group.create_task(one.play()) for one in contacts]
                playing.append(group.create_task(self._staff_joins(staff)))
                playing += [group.create_task(one) for one in self._beside(contacts, staff)]
                killing = group.create_task(self._lives(contacts))
                await asyncio.wait(playing)
                killing.cancel()
            await self._end(contacts, staff)
        except* (TimeoutError, LookupError) as error:
            stuck = [(one.short, one.newest()) for one in contacts if not one.done]
            state = f"{stuck} {self.box.stats()} {checks.outbox_states(self.database)}"
            self.complain([f"the season does not end: {error!r} {state} {self._heard()}"])
        finally:
            if self.life is not None:
                await self.life.stop()
                self.complain(self.life.errors)
        for one in contacts:
            self.complain(one.faults)
            self.campaign.acknowledged += len(one.seen)
            self.campaign.repeated_actions += one.repeated
            self.campaign.asked_where_one_stands += one.asked_again
        self.campaign.seasons += 1

    def _contacts(self) -> list[Contact]:
        reader = Reader(load_bundled("permenkumham-25-2013"), "Jakarta Pusat", 2016)
        found = []
        for short, own in season.ANSWERS.items():
            office, name = season.NAMES[short]
            correction = season.CORRECTION[1:] if short == season.CORRECTION[0] else None
            chance = random.Random(self.chance.random())
            person = self.box.person(name)
            found.append(
                Contact(
                    person,
                    self._token(office),
                    short,
                    own,
                    reader,
                    chance,
                    correction,
                    patience=self.patience,
                )
            )
        return found

    def _beside(
        self,
        contacts: list[Contact],
        staff: Person,
    ) -> Sequence[Coroutine[Any, Any, None]]:
        """What else is to be done before the season ends; nothing in the plain campaign."""
        return ()

    def _token(self, office: str) -> str:
        return next(one.token for one in self.setup.links if office in (one.label, one.role))

    async def _staff_joins(self, staff: Person) -> None:
        """The Kanwil's officer opens the link again until the bot greets."""
        while not staff.replies:
            staff.open_link(self._token("kanwil"))
            with contextlib.suppress(TimeoutError):
                await staff.wait_for("Selamat datang", timeout=1.5)

    # Killing

    async def _lives(self, contacts: list[Contact]) -> None:
        while True:
            await self._start()
            if self.kills <= 0:
                await asyncio.Event().wait()
            await self._instant()
            assert self.life is not None
            early = not self.life.ready.is_set()
            if not await self.life.kill():
                self.complain([f"the bot ended by itself: {self._heard()}"])
            self.complain(self.life.errors)
            self.kills -= 1
            self.campaign.kills += 1
            self.campaign.kills_before_ready += early
            if self.life.ready_after is not None:
                self.campaign.ready_seconds.append(self.life.ready_after)
            self._examine(contacts)
            for one in contacts:
                one.bot_was_killed()

    async def _start(self) -> None:
        self.life = BotProcess(self.settings, self.folder, self.command)
        await self.life.start()

    async def _instant(self) -> None:
        """Wait for the moment of the kill: uniform over what the bot does, some uniform over its start."""
        assert self.life is not None
        if self.chance.random() < BY_TIME:
            await asyncio.sleep(self.chance.uniform(0, START_SECONDS))
            return
        await self.life.ready.wait()
        waiting = self.box.bot.queue.waiting  # a backlog must be worked off some day: longer lives
        end = self._activity() + self.chance.randint(1, ACTIVITY + CALLS_EACH * waiting)
        while self._activity() < end and not self.life.ended:
            await asyncio.sleep(0.0005)
        await asyncio.sleep(self.chance.uniform(0, 0.006))

    def _activity(self) -> int:
        """Calls and acknowledged updates; one that is only delivered again to each life is none."""
        return sum(self.box.counts.values()) + self.box.bot.queue.confirmed

    def _examine(self, contacts: list[Contact]) -> None:
        with checks.copied(self.database) as connection:
            self.complain(checks.check(connection, contacts, self.campaign.tally))
            found = checks.in_flight(connection)
            self.unmarked |= found
            most = self.campaign.most_unmarked_at_a_kill
            self.campaign.most_unmarked_at_a_kill = max(most, sum(found.values()))

    # The end

    async def _end(self, contacts: list[Contact], staff: Person) -> None:
        if self.life is None or self.life.ended:
            if self.life is not None:
                await self.life.gone()
            await self._start()
        await self.box.idle()
        mark = staff.send("/status").id
        said = await staff.wait_for("76,25", after=mark, timeout=15)
        if "71,76" not in str(said.body["text"]):
            self.complain([f"status: {said.body['text']}"])
        await self.box.idle()
        assert self.life is not None
        if await self.life.stop() != 0:
            self.complain([f"the bot did not stop in order: {self._heard()}"])
        with checks.copied(self.database) as connection:
            self.complain(checks.check(connection, contacts, self.campaign.tally))
            self.complain(checks.check_end(connection, spinners_may_drop=self.in_bad_network))
            if not self.clock_was_bent:
                self.complain(checks.untaken(self.box, connection))
            twice = checks.repeated(self.box, connection)
        for (method, chat, text), count in twice.items():
            if method == "sendmessage":
                self.campaign.repeated_messages += count
            else:
                self.campaign.repeated_edits += count
            if not self.unmarked[method, chat, text]:
                self.complain([f"sent again though not in flight: {chat} {text!r}"])

    def _heard(self) -> str:
        return " | ".join(list(self.life.said)[-5:]) if self.life else ""

    def complain(self, found: list[str]) -> None:
        """Note what does not hold."""
        self.campaign.complaints += found


async def one_season(campaign: Campaign, chance: random.Random, kills: int) -> None:
    """A season in a temporary folder, with at most this many kills."""
    with tempfile.TemporaryDirectory(prefix="peduli-ham-crash-") as name:
        folder = Path(name)
        async with Sandbox() as box:
            box.add_bot(TOKEN)
            settings = environment(
                box.url, folder / "season.db", free_port() if campaign.webhook else None
            )
            playing = Season(campaign, chance, kills, box, folder, settings, prepared(folder))
            await playing.play()


def prepared(folder: Path) -> SetupResult:
    """A fresh file with the bundled roster; returns the links of invitation."""
    connection = connect(folder / "season.db")
    try:
        roster = bundled("jakarta-pusat")
        return in_transaction(
            connection,
            lambda db: apply_roster(db, roster, now=datetime.now(UTC), bot_username="PeduliHamBot"),
        )
    finally:
        connection.close()


async def run(kills: int, seed: int, *, webhook: bool, show: bool = False) -> Campaign:
    """Seasons until the kills are spent; stops early after a season with violations."""
    campaign = Campaign(seed, webhook)
    chance = random.Random(seed)
    while campaign.kills < kills and campaign.seasons < kills * 2 and not campaign.complaints:
        await one_season(campaign, chance, kills - campaign.kills)
        if show:
            print(
                f"season {campaign.seasons}: {campaign.kills} kills, {campaign.acknowledged} answers,"
                f" {campaign.repeated_messages} messages repeated,"
                f" {len(campaign.complaints)} violations",
                flush=True,
            )
    return campaign


def _side_by_side(kills: int, seed: int, workers: int, *, webhook: bool) -> Campaign:
    """The kills shared out among processes, each with its own seed; their figures together."""
    shares = [kills // workers + (number < kills % workers) for number in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(_alone, share, seed + 1000 * number, webhook=webhook)
            for number, share in enumerate(shares)
        ]
        return together(seed, webhook, [job.result() for job in jobs])


def _alone(kills: int, seed: int, *, webhook: bool) -> Campaign:
    return asyncio.run(run(kills, seed, webhook=webhook, show=True))


def together(seed: int, webhook: bool, campaigns: Sequence[Campaign]) -> Campaign:
    """One campaign with the figures of several."""
    whole = Campaign(seed, webhook)
    for one in campaigns:
        for name in ADDED:
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        for name in vars(whole.tally):
            setattr(whole.tally, name, getattr(whole.tally, name) + getattr(one.tally, name))
        whole.most_unmarked_at_a_kill = max(
            whole.most_unmarked_at_a_kill, one.most_unmarked_at_a_kill
        )
    return whole


def main() -> None:
    """Parse the command line, run, print, keep, and say by the exit code how it went."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true")
    parser.add_argument("--workers", type=int, default=1, help="campaigns side by side")
    given = parser.parse_args()
    about = circumstances()
    campaign = _side_by_side(given.kills, given.seed, given.workers, webhook=given.webhook)
    result = campaign.result()
    conclude(
        "crash-webhook" if given.webhook else "crash-polling", about, result, campaign.complaints
    )


if __name__ == "__main__":
    main()
