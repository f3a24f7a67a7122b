"""Killed by name: `python -m benchmarks.points [--rounds 1] [--seed N] [--only RULE] [--webhook]`.

The bot names every point it passes: before each SQL statement, after each commit, round each call of the Bot
API, each webhook post and the writing of a file (`benchmarks.child`). It kills itself at the first point that
was not tried yet (`--only`: and fits a regular expression); a season goes on until none is left. Exit code 1
where an invariant does not hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from benchmarks import crash, harness
from benchmarks.child import under_control
from benchmarks.machine import circumstances, conclude, options

NONE = "$^"
LATER = 6
"""In later rounds a point kills at its first to sixth passing in a life."""
PATIENCE = 2.5
"""Lives are short here: a contact who taps again at once would only fill the queue."""


@dataclass
class Tried:
    """The points at which some life has ended, over all seasons of a round."""

    campaign: crash.Campaign
    names: list[str] = field(default_factory=list)

    def result(self) -> dict[str, Any]:
        """Return the figures, for JSON."""
        parts = Counter(name.partition(":")[0] for name in self.names)
        figures = self.campaign.result()
        return {**figures, "points": len(set(self.names)), "parts": parts, "names": self.names}


@dataclass
class Season(crash.Season):
    """A season in which the process ends itself at points; `tried` are passed over, and added to."""

    PROVES: ClassVar[bool] = True
    SECONDS: ClassVar[float] = 1200.0
    only: str = ""
    times: int = 1
    tried: list[str] = field(default_factory=list)
    is_over: bool = False

    @property
    def passed(self) -> Path:
        return self.folder / "points"

    @property
    def command(self) -> tuple[str, ...]:
        return under_control(self.folder)

    async def play(self) -> None:
        self.passed.write_text("".join(f"{one}\n" for one in self.tried))
        await super().play()
        self.tried[:] = self.passed.read_text(encoding="utf-8").splitlines()

    async def start(self) -> None:
        """Say what the next life is to die of, and begin it."""
        rule = self.only if self.kills > 0 and not self.is_over else NONE
        (self.folder / "only").write_text(f"{rule}\n{self.chance.randint(1, self.times)}")
        await super().start()

    async def faults(self) -> None:
        while True:
            before = self.passed.read_text(encoding="utf-8")
            await self.start()
            code = await self.running.gone()
            if code != -9 or self.passed.read_text(encoding="utf-8") == before:
                raise LookupError(f"the bot ended by itself, {code}")
            self.campaign.kills_before_ready += not self.running.ready.is_set()
            self.killed()

    def works(self) -> Sequence[Coroutine[Any, Any, None]]:
        return [*super().works(), self._asks(), self.prover.play(self.database)]

    async def _asks(self) -> None:
        """The Kanwil's officer looks at the region until an answer comes."""
        staff = self.people["kanwil"]
        while True:
            with contextlib.suppress(TimeoutError):
                await staff.wait_for("Selamat datang", timeout=1.0)
                mark = staff.send("/status").id
                await staff.wait_for("Jakarta Pusat", after=mark, timeout=1.5)
                return

    async def end(self) -> None:
        """From here on nothing is killed: the last armed life goes, a calm one comes."""
        self.is_over = True
        await self.running.kill()
        self.examine()
        await super().end()


async def run(
    rounds: int,
    seed: int,
    *,
    webhook: bool,
    kills: int = 10_000,
    only: str = "",
    show: bool = False,
) -> Tried:
    """Play rounds of seasons, each until one passes without a new point, or the kills are spent."""
    campaign, chance = crash.Campaign(seed, webhook=webhook), random.Random(seed)
    every: list[str] = []
    for place in range(rounds):
        names: list[str] = []
        new = 1
        while new and kills > campaign.kills and not campaign.complaints:
            before = campaign.kills
            await harness.played(
                Season, campaign, chance, webhook=webhook, patience=PATIENCE, only=only, tried=names,
                kills=kills - before, times=LATER if place else 1,
            )  # fmt: skip
            new = campaign.kills - before
            if show:
                summary = f"{new} points, {len(campaign.complaints)} violations"
                print(f"round {place + 1}: {summary}", flush=True)
        every += names
    return Tried(campaign, every)


def main() -> None:
    """Run, print, keep, and say by the exit code how it went."""
    given = options(__doc__, rounds=1, seed=1, kills=10_000, only="", webhook=False)
    about = circumstances()
    tried = asyncio.run(run(**vars(given), show=True))
    print("\n".join(sorted(set(tried.names))))
    name = "points-webhook" if given.webhook else "points-polling"
    conclude(name, about, tried.result(), tried.campaign.complaints)


if __name__ == "__main__":
    main()
