"""What a seat waits while something large goes on: from its tap to the call that answers it.

`python -m benchmarks.waiting [echo reminder papers] [--runs 3] [--small] [--no-keep]` (about five minutes;
`--small`: a minute, a fortieth). Server on core 0; the bot, as `peduli-ham run` on a file with
`synchronous=FULL`, and whatever goes on beside it on core 1, as on a machine with one. *echo*: 30 taps a
second, beside PTB's bare echo, in turns. *reminder*: 10 a second with Telegram's limits on, while a reminder
to 20,000 people is previewed and confirmed, and while it goes out. *papers*: 30 a second at national size,
quiet, and while the recap of a province is made in chat again and again, `verify` and `backup` run beside the
bot, and `setup` reads a roster of 20,000 offices in.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import bulk, country, latency, nation, national
from benchmarks.contestants import ECHO, OURS, PINNED, Job
from benchmarks.latency import shares
from benchmarks.machine import ROOT, circumstances, keep, options, pin
from benchmarks.pair import Pair, beside_server
from benchmarks.period_days import running_days
from bot.holidays import calendar
from bot.roster import bundled, write_workbook
from bot.storage.database import connect, in_transaction
from scoring.replacing import replace
from tests.support.process import environment

RATE, RATE_WHILE_SENDING = 30.0, 10.0
PARTS = ("echo", "reminder", "papers")
AT_WORK = (
    "from pathlib import Path; from benchmarks.child import bend_clock; bend_clock(Path('.')); "
    + PINNED
)
ZONE = ZoneInfo("Asia/Jakarta")
OF_A_CITY = 250


@dataclass(frozen=True, slots=True)
class Size(national.Size):
    """How much of a nation, and for how long."""

    people: int = 1000
    seconds: float = 10.0


SMALL = Size(offices=500, answers=1_240, regions=14, provinces=7, people=100, seconds=2.0)


class Life:
    """One life of server and bot; scenes are played one after the other."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair

    async def during(self, seconds: float, deed: str | None = None) -> dict[str, Any]:
        """Return what taps took within so many seconds, while the staff does something."""
        await self.pair.order({"seconds": seconds, "deed": deed})
        return await self._took()

    async def while_running(self, *commands: list[str]) -> dict[str, Any]:
        """Return what taps took while commands run one after the other, and for how long they did."""
        await self.pair.order({"seconds": None})
        began = time.perf_counter()
        for command in commands:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, preexec_fn=_on_core_one
            )
            if await process.wait():
                raise RuntimeError(f"{command}: exit code {process.returncode}")
        seconds = time.perf_counter() - began
        await self.pair.order({"seconds": 0.1})  # ends the scene before it
        scene = await self._took()
        await self._took()
        return {**scene, "seconds": round(seconds, 1)}

    async def _took(self) -> dict[str, Any]:
        scene = await self.pair.next_event("took")
        if scene["unanswered"]:
            raise RuntimeError(f"{scene['unanswered']} taps without an answer")
        return scene


def _on_core_one() -> None:
    pin(1)


@asynccontextmanager
async def living(
    database: Path, asked: dict[str, Any], command: str = PINNED, **settings: str
) -> AsyncIterator[Life]:
    """One life of both, warmed up."""
    async with beside_server("waiting_server", asked) as pair:
        given = {**environment(pair.url, database, None), **settings}
        await pair.start((sys.executable, "-c", command, "run"), database.parent, given)
        await pair.next_event("warm")
        yield Life(pair)


async def beside_echo(folder: Path, size: Size, runs: int, say: Callable[[str], None]) -> Any:
    """Taps at the rate that Telegram allows, ours and the echo's in turns."""
    scene = latency.Scene("taps", size.people)
    template = folder / "template.db"
    country.build(template, scene.people, confirming=False)
    job = Job("taps", 0, scene.people, template, folder)
    runs_of: dict[str, list[dict[str, float]]] = {ECHO.name: [], OURS.name: []}
    for _ in range(runs):
        for contestant in (ECHO, OURS):
            runs_of[contestant.name].append(
                shares(await latency.once(contestant, scene, size.seconds, job))
            )
    ratios = [
        ours["p95"] / echo["p95"]
        for ours, echo in zip(runs_of[OURS.name], runs_of[ECHO.name], strict=True)
    ]
    result: dict[str, Any] = {name: medians(its) for name, its in runs_of.items()}
    result["ratio"] = round(statistics.median(ratios), 2)
    say(f"echo: {result}")
    return result


async def while_reminding(folder: Path, size: Size, runs: int, say: Callable[[str], None]) -> Any:
    """Taps while a reminder to everybody is prepared and goes out."""
    template, database = folder / "reminded.db", folder / "bot.db"
    country.build(template, size.offices + size.people, confirming=False)
    connection = connect(template)
    in_transaction(connection, bulk.kanwil)
    connection.execute("INSERT INTO provinces VALUES ('32', 'Jawa Barat')")
    connection.execute(
        "UPDATE regions SET province = '32' WHERE id IN (SELECT region_id FROM units WHERE id > ?)",
        (size.offices,),
    )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    (folder / "clock").write_text(str(working_hours_from_now()))
    asked = {
        "people": size.people, "first": size.offices, "staff": bulk.STAFF,
        "rate": RATE_WHILE_SENDING,
    }  # fmt: skip
    measurements = []
    for _ in range(runs):
        _fresh(template, database)
        async with living(database, asked, AT_WORK, RATE_LIMITS="telegram") as life:
            scenes = {"start": await life.during(size.seconds / 2)}
            scenes["quiet"] = await life.during(size.seconds)
            scenes["begun"] = await life.during(size.seconds, "remind")
            scenes["sending"] = await life.during(size.seconds)
        sent = scenes["sending"]["others"] / size.seconds
        if sent < min(10, size.offices / 100):
            raise RuntimeError(f"only {sent} reminders a second went out beside the taps")
        measurements.append({name: waits(scene) for name, scene in scenes.items()})
        measurements[-1]["sending"]["per_s"] = round(sent, 1)
        say(f"reminder: {measurements[-1]}")
    return {name: medians([one[name] for one in measurements]) for name in measurements[0]}


async def beside_papers(folder: Path, size: Size, runs: int, say: Callable[[str], None]) -> Any:
    """Taps at national size, quiet and while papers, a roster, a backup and a verify go on."""
    template, database = folder / "nation.db", folder / "bot.db"
    nation.build(
        template, years=1, offices=size.offices, answers=size.answers, regions=size.regions,
        provinces=size.provinces, indicators=17,
    )  # fmt: skip
    roster = folder / "roster.xlsx"
    write_roster(roster, size.offices)
    asked = {
        "people": size.people, "first": 0, "staff": nation.FIRST_STAFF + 1, "rate": RATE,
    }  # fmt: skip
    measurements = []
    for _ in range(runs):
        _fresh(template, database)
        async with living(database, asked) as life:
            scenes = {"start": await life.during(size.seconds / 2)}
            scenes["quiet"] = await life.during(size.seconds)
            scenes["recap"] = await life.during(size.seconds, "recap")
            where = ["--database", str(database)]
            copies = [folder / f"copy-{count}.db" for count in range(3)]
            program = [sys.executable, "-m", "bot"]
            scenes["verify"] = await life.while_running(*[[*program, "verify", *where]] * 3)
            scenes["backup"] = await life.while_running(
                *([*program, "backup", str(one), *where] for one in copies)
            )
            links = folder / "links.csv"
            scenes["roster"] = await life.while_running(
                [
                    *program,
                    "setup",
                    str(roster),
                    *where,
                    "--bot",
                    "UjiCobaBot",
                    "--links",
                    str(links),
                ]
            )
            for path in (links, *copies):
                path.unlink()
        its: dict[str, Any] = {name: waits(scene) for name, scene in scenes.items()}
        for name, scene in scenes.items():
            its[name]["ratio"] = round(its[name]["p95"] / its["quiet"]["p95"], 2)
            its[name] |= {"seconds": scene["seconds"]} if "seconds" in scene else {}
        its["recap"]["made"] = scenes["recap"]["made"]  # none, where the machine is busy
        measurements.append(its)
        say(f"papers: {its}")
    return {name: medians([one[name] for one in measurements]) for name in measurements[0]}


def waits(scene: dict[str, Any]) -> dict[str, float]:
    """Return within which milliseconds half, 95 % and all of the taps of a scene were answered."""
    took = scene["took"]
    return {**shares(took), "worst": round(max(took), 1), "taps": len(took)}


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure; of the worst the worst."""
    return {
        name: round((max if name == "worst" else statistics.median)(one[name] for one in runs), 2)
        for name in runs[0]
    }


def working_hours_from_now() -> float:
    """Return by how many seconds a clock must be put forward that it be a working day's morning."""
    now = datetime.now(UTC).astimezone(ZONE)
    moment = calendar(now.date(), None).slot(now + timedelta(hours=2))
    return (moment - now).total_seconds()


def write_roster(path: Path, offices: int) -> None:
    """Write a workbook with so many offices of cities that the database does not know."""
    plan = bundled("jakarta-pusat")
    opens, deadline, checked = (date.fromisoformat(day) for day in running_days())
    [model] = plan.regions
    [head] = [unit for unit in model.units if unit.coordinates]
    pattern = next(unit for unit in model.units if not unit.coordinates)
    count = len(plan.period.instrument.indicators)
    units = tuple(
        replace(
            pattern, code=f"u{place}", name=f"Suku Dinas Nomor {place}", short=f"Sudin {place}",
            aliases=(), owes=(place % count + 1,),
        )
        for place in range(min(offices, OF_A_CITY) - 1)
    )  # fmt: skip
    regions = tuple(
        replace(
            model, code=f"31.{place:02}", name=f"Kota Baru {place}", aliases=(),
            units=(replace(head, aliases=()), *units),
        )
        for place in range(1, max(1, offices // OF_A_CITY) + 1)
    )  # fmt: skip
    period = replace(plan.period, opens=opens, deadline=deadline, verification_deadline=checked)
    path.write_bytes(write_workbook(replace(plan, regions=regions, period=period)))


def _fresh(template: Path, database: Path) -> None:
    for tail in ("-wal", "-shm"):
        Path(f"{database}{tail}").unlink(missing_ok=True)
    shutil.copyfile(template, database)
    os.sync()  # what was just copied is written first, and not beside the taps


async def measured(
    parts: list[str], size: Size, runs: int, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Return the figures of the chosen parts."""
    works = {"echo": beside_echo, "reminder": while_reminding, "papers": beside_papers}
    result: dict[str, Any] = {}
    for part in parts:
        with tempfile.TemporaryDirectory(
            prefix="peduli-ham-waiting-", dir=ROOT / "benchmarks"
        ) as name:
            result[part] = await works[part](Path(name), size, runs, say)
    return result


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, parts=list(PARTS), runs=3, small=False, no_keep=False)
    about, size = circumstances(), SMALL if given.small else Size()
    if unknown := set(given.parts) - set(PARTS):
        sys.exit(f"{', '.join(sorted(unknown))}: no such part. There are {', '.join(PARTS)}.")
    result = asyncio.run(measured(given.parts, size, given.runs))
    if not given.no_keep and not given.small:
        keep("waiting", {**about, "runs": given.runs, "seconds": size.seconds, "result": result})


if __name__ == "__main__":
    main()
