"""Bad networks by name: `python -m benchmarks.network [NAME …]`.

In each scenario a whole season is played over HTTP against `peduli-ham run`, which is never started again.
Exit code 1 where an answer is lost or counted twice, where something is said twice without need, or where the
bot does not recover by itself.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

from benchmarks import crash, harness
from benchmarks import crash_checks as checks
from benchmarks.child import under_control
from benchmarks.machine import circumstances, keep, options

Figures = dict[str, Any]
BEGIN = 0.8
"""Trouble starts so many seconds after the bot was ready, when most are in the midst of a question."""
LOSSY = ("drop_after", "half")
"""Answers of the server get lost: what was sent may be said once more, which no client can prevent."""
Trouble = Callable[["Weather"], Awaitable[None]]


@dataclass
class Weather(crash.Season):
    """A season without kills, in which a named trouble comes and goes."""

    HOST: ClassVar[str] = "localhost"  # a name, so that names can fail
    patience: float = 3.0
    in_bad_network: bool = True
    trouble: Trouble | None = None
    for_seconds: float = 6.0
    began: float = 0.0
    ended: float = 0.0
    recovered: float = 0.0
    sent_after: float = 0.0
    ahead: float = 0.0
    clock_was_bent: bool = False
    repeated: int = 0

    @property
    def command(self) -> tuple[str, ...]:
        return under_control(self.folder)

    def hours(self, seconds: float) -> None:
        """Both clocks, the server's and the bot's, go on."""
        self.server.advance(seconds)
        self.bot_clock(self.ahead + seconds)

    def bot_clock(self, off: float) -> None:
        """The bot's clock shows this much more than the true time."""
        self.ahead = off
        self.clock_was_bent = self.clock_was_bent or off != 0
        self.order("clock", str(off))

    def order(self, name: str, text: str) -> None:
        """Write what the bot is to obey, all at once."""
        draft = self.folder / f"{name}.new"
        draft.write_text(text)
        draft.replace(self.folder / name)

    async def faults(self) -> None:
        loop = asyncio.get_running_loop()
        self.bot_clock(0)
        await self.start()
        assert self.trouble is not None
        await self.running.ready.wait()
        await asyncio.sleep(BEGIN)
        self.began = loop.time()
        await self.trouble(self)
        self.server.clear_faults()
        self.ended = loop.time()
        before = self.server.bot.queue.confirmed
        while self.server.bot.queue.confirmed == before:
            await asyncio.sleep(0.01)
        self.recovered = loop.time() - self.ended
        await asyncio.Event().wait()

    def works(self) -> Sequence[Coroutine[Any, Any, None]]:
        return [*super().works(), self._weathered()]

    async def _weathered(self) -> None:
        """The season is not over before the trouble is."""
        while not self.ended:
            await asyncio.sleep(0.05)

    async def end(self) -> None:
        loop = asyncio.get_running_loop()
        while checks.outbox_states(self.database).get("queued"):
            await asyncio.sleep(0.1)
        self.sent_after = max(0.0, loop.time() - self.ended)
        await super().end()

    def reckon(self, connection: sqlite3.Connection) -> None:
        """Repeats are judged by number here, not by what was in flight at a kill."""
        if not self.clock_was_bent:
            self.complain(checks.untaken(self.server, connection))
        self.repeated = checks.repeated(self.server, connection).total()
        lost = sum(self.server.faults.struck_by[kind] for kind in LOSSY)
        if self.repeated > lost:
            self.complain([f"{self.repeated} said again, {lost} answers were lost"])


# The troubles


def faults(*orders: dict[str, Any]) -> Trouble:
    """These faults, each by chance."""

    async def trouble(season: Weather) -> None:
        for order in orders:
            season.server.fault(**{"times": None, **order})
        await asyncio.sleep(season.for_seconds)

    return trouble


async def hour(season: Weather) -> None:
    """Nothing gets through; on all clocks an hour passes."""
    for kind in ("reset", "drop_before"):
        season.server.fault(kind, times=None, probability=0.5)
    season.server.fault("reset", times=None)
    season.server.bot.queue.interrupt("Bad Gateway", 502)
    for _ in range(12):
        await asyncio.sleep(season.for_seconds / 12)
        season.hours(300)


async def no_names(season: Weather) -> None:
    """Host names cannot be resolved; connections that were open are gone."""
    mark = season.folder / "no-names"
    mark.touch()
    season.server.bot.queue.interrupt("Bad Gateway", 502)
    season.server.fault("reset", times=80)
    await asyncio.sleep(season.for_seconds)
    mark.unlink()


def jumps(*offs: float) -> Trouble:
    """The bot's clock jumps; the server's does not."""

    async def trouble(season: Weather) -> None:
        for off in offs:
            season.bot_clock(off)
            await asyncio.sleep(1.2)
        season.bot_clock(0)

    return trouble


async def again(season: Weather) -> None:
    """Every update comes twice, and now and then all there ever were."""
    season.server.fault("duplicate", times=None)
    for _ in range(5):
        await asyncio.sleep(season.for_seconds / 5)
        season.server.redeliver()


async def storm(season: Weather) -> None:
    """429 for nearly every call, with a second or two to wait."""
    for seconds in (1, 2):
        season.server.fault("refuse", retry_after=seconds, times=None, probability=0.35)
    await asyncio.sleep(season.for_seconds)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named trouble; `webhook` None: by polling."""

    trouble: Trouble
    webhook: bool = False


SCENARIOS = {
    "calm": Scenario(faults()),
    "latency": Scenario(
        faults({"kind": "delay", "seconds": 0.3}, {"kind": "delay", "seconds": 1.5, "probability": 0.1})
    ),
    "resets": Scenario(
        faults({"kind": "reset", "probability": 0.3}, {"kind": "drop_before", "probability": 0.2})
    ),
    "half answers": Scenario(faults({"kind": "half", "probability": 0.25})),
    "lost answers": Scenario(faults({"kind": "drop_after", "probability": 0.25})),
    "bad gateway": Scenario(faults({"kind": "bad_gateway", "probability": 0.5})),
    "errors 500": Scenario(faults({"kind": "refuse", "code": 500, "probability": 0.5})),
    "429 storm": Scenario(storm),
    "no names": Scenario(no_names),
    "an hour without Telegram": Scenario(hour),
    "clock forwards": Scenario(jumps(90, 3700, 3 * 86_400)),
    "clock backwards": Scenario(jumps(-90, -3700, -3 * 86_400)),
    "clock to and fro": Scenario(jumps(3700, -3700, 90, -86_400)),
    "twice": Scenario(again),
    "twice, by webhook": Scenario(again, webhook=True),
    "late and out of order, by webhook": Scenario(
        faults({"kind": "late", "seconds": 0.25, "probability": 0.3},
            {"kind": "duplicate", "probability": 0.3},
        ),
        webhook=True,
    ),
    "resets, by webhook": Scenario(
        faults({"kind": "reset", "probability": 0.3}, {"kind": "half", "probability": 0.1}), webhook=True
    ),
}  # fmt: skip


@dataclass
class Outcome:
    """What came of a scenario."""

    answers: int = 0
    trouble_s: float = 0.0
    recovered_after_s: float = 0.0
    struck: dict[str, int] = field(default_factory=dict)
    said_again: int = 0
    acted_again: int = 0
    sent_after_s: float = 0.0
    violations: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, season: Weather) -> Outcome:
        """The figures of a season that was played."""
        campaign = season.campaign
        return cls(
            campaign.acknowledged,
            round(season.ended - season.began, 1),
            round(season.recovered, 2),
            {kind: number for kind, number in season.server.faults.struck_by.items() if number},
            season.repeated,
            campaign.repeated_actions,
            round(season.sent_after, 1),
            campaign.complaints,
        )


async def play_scenario(name: str, seed: int = 1, seconds: float = 6.0) -> Outcome:
    """Play a scenario by name."""
    scenario, campaign = SCENARIOS[name], crash.Campaign(seed)
    season = await harness.played(
        Weather, campaign, random.Random(seed), webhook=scenario.webhook,
        trouble=scenario.trouble, for_seconds=seconds,
    )  # fmt: skip
    return Outcome.of(season)


def play_all(
    name: str, scenarios: Collection[str], names: Sequence[str], play: Callable[[str], Figures]
) -> NoReturn:
    """Play these scenarios, or all and keep what came of them; exit code 1 where anything is wrong."""
    if unknown := [one for one in names if one not in scenarios]:
        sys.exit(f"no such scenario: {unknown[0]}; there are {'; '.join(scenarios)}")
    about, kept, wrong = circumstances(), dict[str, Figures](), 0
    for scenario in names or scenarios:
        try:
            figures = play(scenario)
        except PermissionError as error:
            print(f"{scenario}: not tried, {error}")
            continue
        violations = figures["violations"]
        wrong += len(violations)
        kept[scenario] = {**figures, "violations": len(violations)}
        print(scenario, kept[scenario], *violations, sep="\n  ", flush=True)
    if not names:
        keep(name, {**about, "result": kept})
    sys.exit(1 if wrong else 0)


def main() -> None:
    """Play what is asked for, print, keep, and say by the exit code how it went."""
    given = options(__doc__, names=[], seed=1)
    play_all(
        "network",
        SCENARIOS,
        given.names,
        lambda name: vars(asyncio.run(play_scenario(name, given.seed))),
    )


if __name__ == "__main__":
    main()
