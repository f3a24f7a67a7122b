"""How long a person waits: from a tap to the message that answers it, beside the PTB echo bot.

`python -m benchmarks.latency [--seconds 20] [--runs 5] [--no-keep]` (about 15 minutes). Server on core 0,
bot on core 1; 30 taps a second, from 1, 100 and 1,000 people, whether or not the bot keeps up. A tap on
➡️ Lanjut makes ours read all that the office has, write where the chat stands, and send the open question;
the echo answers with the data of the button. *Bulk*: Telegram's limits on, 20,000 reminders wait, 10 taps.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import country
from benchmarks.contestants import ECHO, OURS, Contestant, Job
from benchmarks.latency_server import BULK_CHAT
from benchmarks.machine import ROOT, circumstances, keep, options
from benchmarks.pair import beside_server
from bot.storage import outbox
from bot.storage.database import connect, in_transaction
from bot.storage.outbox import OutboxMessage, with_serialized_payload

RATE = 30.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Who taps how often, and what else goes on."""

    name: str
    people: int
    rate: float = RATE
    bulk: int = 0


SCENES = (
    Scene("1 person", 1),
    Scene("100 people", 100),
    Scene("1,000 people", 1000),
    Scene("1,000 people during a bulk reminder", 1000, 10.0, 20_000),
)


async def once(contestant: Contestant, scene: Scene, seconds: float, job: Job) -> list[float]:
    """Milliseconds of every tap of one run."""
    shape = {"people": scene.people, "rate": scene.rate, "seconds": seconds, "bulk": scene.bulk}
    async with beside_server("latency_server", shape) as pair:
        await asyncio.to_thread(contestant.prepare, job)
        settings = contestant.settings(pair.url, job)
        if scene.bulk:
            settings["RATE_LIMITS"] = "telegram"
        await pair.start(contestant.command(pair.url, job), job.folder, settings)
        end = await pair.next_event("end")
    if end["unanswered"]:
        raise RuntimeError(
            f"{contestant.name}, {scene.name}: {end['unanswered']} taps without an answer"
        )
    if scene.bulk and end["others"] < seconds:
        raise RuntimeError(f"{contestant.name}, {scene.name}: the reminders did not go on")
    milliseconds: list[float] = end["took"]
    return milliseconds


def _template(path: Path, scene: Scene) -> None:
    country.build(path, max(scene.people, 5), confirming=False)
    letters = [
        with_serialized_payload(
            OutboxMessage(0, BULK_CHAT + n, "sendMessage", {"text": "🔔 Pengingat"}, bulk=True)
        )
        for n in range(scene.bulk)
    ]
    if letters:
        connection: sqlite3.Connection = connect(path)
        in_transaction(connection, lambda db: outbox.put(db, letters, "2017-03-10T02:00:00Z"))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


async def measured(
    scenes: tuple[Scene, ...], seconds: float, runs: int, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """All scenes; the echo takes part where there is no bulk."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="peduli-ham-latency-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        for scene in scenes:
            template = folder / "template.db"
            template.unlink(missing_ok=True)
            await asyncio.to_thread(_template, template, scene)
            job = Job("taps", 0, scene.people, template, folder)
            bots = (OURS,) if scene.bulk else (ECHO, OURS)
            readings: dict[str, list[dict[str, float]]] = {one.name: [] for one in bots}
            for _ in range(runs):
                for contestant in bots:
                    readings[contestant.name].append(
                        shares(await once(contestant, scene, seconds, job))
                    )
                    say(f"{scene.name}, {contestant.name}: {readings[contestant.name][-1]}")
            medians: dict[str, Any] = {
                bot: {p: round(statistics.median(run[p] for run in its), 1) for p in its[0]}
                for bot, its in readings.items()
            }
            if ECHO.name in readings:
                pairs = zip(readings[OURS.name], readings[ECHO.name], strict=True)
                medians["p95_ratio"] = round(
                    statistics.median(a["p95"] / b["p95"] for a, b in pairs), 2
                )
            result[scene.name] = medians
    return result


def shares(took: list[float]) -> dict[str, float]:
    """Milliseconds within which half, 95 % and 99 % were answered."""
    ranked = sorted(took)
    return {
        f"p{share}": round(ranked[min(len(ranked) - 1, len(ranked) * share // 100)], 2)
        for share in (50, 95, 99)
    }


def main() -> None:
    """Parse the command line, measure, print, keep."""
    given = options(__doc__, seconds=20.0, runs=5, no_keep=False)
    about = circumstances()
    result = asyncio.run(measured(SCENES, given.seconds, given.runs))
    if not given.no_keep:
        more = {"seconds": given.seconds, "runs": given.runs, "rate": RATE}
        keep("latency", {**about, **more, "result": result})


if __name__ == "__main__":
    main()
