"""The crash campaign: `python -m benchmarks.crash [--kills 200] [--seed N] [--webhook] [--workers 1]`.

Seasons are played over real HTTP against `peduli-ham run`, which is killed (SIGKILL) at random instants and
started again. Exit code 1 where an acknowledged answer is lost, anything is counted twice, a question comes
back wrongly, or the record does not verify.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import ClassVar

from benchmarks import crash_checks as checks
from benchmarks import harness
from benchmarks.machine import circumstances, conclude, options

ACTIVITY = 110
"""A life ends after up to this many updates and calls, drawn uniformly; a season has some 400."""
CALLS_EACH = 3
"""Most updates bring about so many calls."""
BY_TIME = 0.15
"""The share of kills that fall anywhere in the first seconds, starting included."""
START_SECONDS = 1.5


@dataclass
class Campaign(harness.Campaign):
    """What has been counted so far."""

    TIMES: ClassVar[str] = "restart_to_ready_{what}_s"
    webhook: bool = False
    kills: int = 0
    kills_before_ready: int = 0
    acknowledged: int = 0
    repeated_messages: int = 0
    repeated_edits: int = 0
    most_unmarked_at_a_kill: int = 0
    repeated_actions: int = 0
    asked_where_one_stands: int = 0
    ready_seconds: list[float] = field(default_factory=list)


@dataclass
class Season(harness.Season):
    """A season in which the bot is killed, so many times at most."""

    campaign: Campaign
    kills: int = 0
    unmarked: Counter[checks.Key] = field(default_factory=Counter)

    async def play(self) -> None:
        await super().play()
        for contact in self.contacts:
            self.campaign.acknowledged += len(contact.seen)
            self.campaign.repeated_actions += contact.repeated
            self.campaign.asked_where_one_stands += contact.asked_again

    async def faults(self) -> None:
        while True:
            await self.start()
            if self.kills <= 0:
                await asyncio.Event().wait()
            await self._instant()
            early = not self.running.ready.is_set()
            if not await self.running.kill():
                self.complain([f"the bot ended by itself: {self.heard()}"])
            self.campaign.kills_before_ready += early
            self.killed()

    async def _instant(self) -> None:
        """Wait for the moment of the kill: uniform over what the bot does, some uniform over its start."""
        if self.chance.random() < BY_TIME:
            await asyncio.sleep(self.chance.uniform(0, START_SECONDS))
            return
        await self.running.ready.wait()
        # A backlog must be worked off some day: longer lives.
        waiting = self.server.bot.queue.waiting
        end = self._activity() + self.chance.randint(1, ACTIVITY + CALLS_EACH * waiting)
        while self._activity() < end and not self.running.ended:
            await asyncio.sleep(0.0005)
        await asyncio.sleep(self.chance.uniform(0, 0.006))

    def _activity(self) -> int:
        """Calls and acknowledged updates; one that is only delivered again to each life is none."""
        return sum(self.server.counts.values()) + self.server.bot.queue.confirmed

    def killed(self) -> None:
        """Take over what a life that has ended said, and look at what it left."""
        self.complain(self.running.errors)
        self.kills -= 1
        self.campaign.kills += 1
        if self.running.ready_after is not None:
            self.campaign.ready_seconds.append(self.running.ready_after)
        self.examine()

    def examine(self) -> None:
        """Look at the file that a dead process has left, and note what it had not marked as sent."""
        with checks.copied(self.database) as connection:
            self.complain(checks.check(connection, self.contacts, self.campaign.tally))
            self.unmarked |= checks.letters(connection, "state = 'queued'")
            left = checks.states(connection).get("queued", 0)
        most = self.campaign.most_unmarked_at_a_kill
        self.campaign.most_unmarked_at_a_kill = max(most, left)

    def reckon(self, connection: sqlite3.Connection) -> None:
        self.complain(checks.untaken(self.server, connection))
        for (method, chat, text), count in checks.repeated(self.server, connection).items():
            if method == "sendmessage":
                self.campaign.repeated_messages += count
            else:
                self.campaign.repeated_edits += count
            if not self.unmarked[method, chat, text]:
                self.complain([f"sent again though not in flight: {chat} {text!r}"])


async def run(kills: int, seed: int, *, webhook: bool, show: bool = False) -> Campaign:
    """Play seasons until the kills are spent; stops early after a season with violations."""
    campaign, chance = Campaign(seed, webhook=webhook), random.Random(seed)
    while campaign.kills < kills and campaign.seasons < kills * 2 and not campaign.complaints:
        left = kills - campaign.kills
        await harness.played(Season, campaign, chance, webhook=webhook, kills=left)
        if show:
            print(
                f"season {campaign.seasons}: {campaign.kills} kills, {campaign.acknowledged} answers,"
                f" {campaign.repeated_messages} messages repeated,"
                f" {len(campaign.complaints)} violations",
                flush=True,
            )
    return campaign


def _alone(kills: int, seed: int, *, webhook: bool) -> Campaign:
    return asyncio.run(run(kills, seed, webhook=webhook, show=True))


def main() -> None:
    """Share the kills out among processes, each with its own seed; print and keep their figures together."""
    given = options(__doc__, kills=200, seed=1, webhook=False, workers=1)
    about, whole = circumstances(), Campaign(given.seed, webhook=given.webhook)
    with ProcessPoolExecutor(given.workers) as pool:
        jobs = []
        for place in range(given.workers):
            share = given.kills // given.workers + (place < given.kills % given.workers)
            seed = given.seed + 1000 * place
            jobs.append(pool.submit(_alone, share, seed, webhook=given.webhook))
        for job in jobs:
            whole.add(job.result())
    name = "crash-webhook" if given.webhook else "crash-polling"
    conclude(name, about, whole.result(), whole.complaints)


if __name__ == "__main__":
    main()
