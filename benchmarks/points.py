"""Killed by name: `python -m benchmarks.points [--rounds 1] [--seed N] [--webhook]`.

The bot names every point it passes: before each SQL statement, after each commit, round each call of the Bot
API, each webhook post and the writing of a file (`benchmarks.child`). It kills itself at the first point that
was not tried yet; a season goes on until none is left. Exit code 1 where an invariant does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import tempfile
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.child import under_control
from benchmarks.contact import Contact
from benchmarks.crash import Campaign, Season, prepared
from benchmarks.machine import circumstances, conclude
from benchmarks.proof import PROOF, proves
from bot.demo.botapi import Person, Sandbox
from tests.support.process import TOKEN, environment, free_port

NONE = "$^"
SEASON_SECONDS = 1200.0
LATER = 6
"""In later rounds a point kills at its first to sixth passing in a life."""
PATIENCE = 2.5
"""Lives are short here: a contact who taps again at once would only fill the queue."""


@dataclass
class Tried:
    """The points at which some life has ended, over all seasons of a round."""

    campaign: Campaign
    names: list[str] = field(default_factory=list)

    def result(self) -> dict[str, Any]:
        """The figures, for JSON."""
        parts = Counter(name.partition(":")[0] for name in self.names)
        found = self.campaign.result()
        return {**found, "points": len(set(self.names)), "parts": parts, "names": self.names}


@dataclass
class PointSeason(Season):
    """A season in which the process ends itself at points."""

    only: str = ""
    times: int = 1
    is_over: bool = False

    @property
    def passed(self) -> Path:
        return self.folder / "points"

    def order(self) -> None:
        """What the next life is to die of."""
        rule = self.only if self.kills > 0 and not self.is_over else NONE
        times = self.chance.randint(1, self.times)
        (self.folder / "only").write_text(f"{rule}\n{times}")

    async def _lives(self, contacts: list[Contact]) -> None:
        while True:
            self.order()
            before = self.passed.read_text()
            await self._start()
            assert self.life is not None
            code = await self.life.gone()
            if code != -9 or self.passed.read_text() == before:
                raise LookupError(f"the bot ended by itself, {code}")
            self._after(contacts)

    def _after(self, contacts: list[Contact]) -> None:
        assert self.life is not None
        self.complain(self.life.errors)
        self.kills -= 1
        self.campaign.kills += 1
        self.campaign.kills_before_ready += not self.life.ready.is_set()
        if self.life.ready_after is not None:
            self.campaign.ready_seconds.append(self.life.ready_after)
        self._examine(contacts)
        for one in contacts:
            one.bot_was_killed()

    def _beside(
        self, contacts: list[Contact], staff: Person
    ) -> Sequence[Coroutine[Any, Any, None]]:
        prover = next(one for one in contacts if one.short == PROOF)
        return (self._asks(staff), proves(prover, self.database))

    async def _asks(self, staff: Person) -> None:
        """The Kanwil's officer looks at the region until an answer comes."""
        while True:
            with contextlib.suppress(TimeoutError):
                await staff.wait_for("Selamat datang", timeout=1.0)
                mark = staff.send("/status").id
                await staff.wait_for("Jakarta Pusat", after=mark, timeout=1.5)
                return

    async def _end(self, contacts: list[Contact], staff: Person) -> None:
        """From here on nothing is killed: the last armed life goes, a calm one comes."""
        self.is_over = True
        assert self.life is not None
        await self.life.kill()
        self._examine(contacts)
        self.order()
        await super()._end(contacts, staff)


async def one_season(
    tried: Tried, chance: random.Random, kills: int, only: str, times: int, seconds: float
) -> int:
    """A season; returns how many points were tried in it."""
    before = tried.campaign.kills
    with tempfile.TemporaryDirectory(prefix="peduli-ham-points-") as name:
        folder = Path(name)
        async with Sandbox() as box:
            box.add_bot(TOKEN)
            port = free_port() if tried.campaign.webhook else None
            settings = environment(box.url, folder / "season.db", port)
            playing = PointSeason(
                tried.campaign, chance, kills, box, folder, settings, prepared(folder),
                command=under_control(folder), only=only, times=times, seconds=seconds,
                patience=PATIENCE,
            )  # fmt: skip
            playing.passed.write_text("".join(f"{one}\n" for one in tried.names))
            await playing.play()
            tried.names = playing.passed.read_text().splitlines()
    return tried.campaign.kills - before


async def run(
    rounds: int,
    seed: int,
    *,
    webhook: bool,
    kills: int = 10_000,
    only: str = "",
    seconds: float = SEASON_SECONDS,
    show: bool = False,
) -> Tried:
    """Rounds of seasons, each until a season passes without a new point, or the kills are spent."""
    campaign = Campaign(seed, webhook)
    every: list[str] = []
    chance = random.Random(seed)
    for number in range(rounds):
        tried, new = Tried(campaign), 1
        while new and kills > campaign.kills and not campaign.complaints:
            left = kills - campaign.kills
            times = LATER if number else 1
            new = await one_season(tried, chance, left, only, times, seconds)
            if show:
                print(
                    f"round {number + 1}: {new} points, {len(campaign.complaints)} violations",
                    flush=True,
                )
        every += tried.names
    return Tried(campaign, every)


def main() -> None:
    """Parse the command line, run, print, keep, and say by the exit code how it went."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.points", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--only", default="", help="a regular expression that points must fit")
    parser.add_argument("--webhook", action="store_true")
    given = parser.parse_args()
    about = circumstances()
    tried = asyncio.run(
        run(
            given.rounds,
            given.seed,
            webhook=given.webhook,
            kills=given.kills,
            only=given.only,
            show=True,
        )
    )
    result = tried.result()
    print("\n".join(sorted(set(tried.names))))
    conclude(
        "points-webhook" if given.webhook else "points-polling",
        about,
        result,
        tried.campaign.complaints,
    )


if __name__ == "__main__":
    main()
