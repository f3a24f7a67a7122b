"""What grows with the record: `python -m benchmarks.growth [--most 1000000] [--seconds 10] [--no-keep]`.

The same sixty people and a Kanwil on files with 1,000, 10,000 … entries of a thousand other offices in one
valid chain: 95 % of taps at 30 a second, `/status` of the province (first after a start, then another), start
and memory; and what reads everything: verify, by a process for each processor and by one alone, verify since
a checkpoint with 1,000 entries after it, backup, restore. Three minutes; ten times the entries take ten times
as long, and 1.2 GB of disk for each million.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks import country, footprint, nation
from benchmarks.contestants import OURS, Job
from benchmarks.flat import fill
from benchmarks.latency import Scene, once, shares
from benchmarks.machine import ROOT, circumstances, keep, options
from bot.clock import iso, system_clock
from bot.collector import settled
from bot.dispatch import Dispatcher
from bot.ops import readers
from bot.portable import processors
from bot.storage import record
from bot.storage.database import connect, in_transaction, open_database
from bot.storage.record import Entry
from bot.storage.setup import open_existing, verdict
from bot.storage.step_context import Speaker
from bot.telegram.updates import Incoming
from flows.model.events import Command
from flows.model.record_kinds import EntryKind
from tests.support.process import CLI

LEAST, PEOPLE, OFFICES = 1_000, 60, 1_000
NEW = 1_000
"""Entries of a busy day, read by a verify that goes on from a checkpoint."""
OVER = 3
"""How often /status is asked; the median counts."""


def build(path: Path, entries: int) -> None:
    """People with an open question and their Kanwil, beside so many entries of others."""
    country.build(path, PEOPLE, confirming=False)
    fill(path, entries, offices=OFFICES, province="32")
    with closing(connect(path)) as connection:
        in_transaction(connection, _seat)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _seat(db: Any) -> None:
    now = iso(system_clock())
    person = db.execute(
        "INSERT INTO persons (telegram_id, name, joined_at) VALUES (?, 'Budi', ?)",
        (nation.FIRST_STAFF, now),
    ).lastrowid
    db.execute(
        "INSERT INTO seats (person_id, role, province, since) VALUES (?, 'kanwil', '31', ?)",
        (person, now),
    )


async def status(path: Path) -> dict[str, float]:
    """Milliseconds of /status, its commit included: the first after a start, and one with nothing new."""
    firsts: list[float] = []
    others: list[float] = []
    for _ in range(OVER):
        async with open_database(path) as database:
            dispatcher = Dispatcher(database, system_clock, country_zone(), "https://t.me/x")
            await database.read(dispatcher.roster.get)
            settled()  # as `bot.app.prepare` does at the start
            firsts.append(await _asked(dispatcher, 2 * len(firsts) + 1))
            others.append(await _asked(dispatcher, 2 * len(firsts)))
    return {
        "status_first_ms": round(statistics.median(firsts) * 1000, 1),
        "status_ms": round(statistics.median(others) * 1000, 1),
    }


def country_zone() -> Any:
    """The zone of the people here."""
    from zoneinfo import ZoneInfo

    return ZoneInfo("Asia/Jakarta")


async def _asked(dispatcher: Dispatcher, number: int) -> float:
    speaker = Speaker(nation.FIRST_STAFF, nation.FIRST_STAFF, "Budi", "id")
    update = Incoming(time.time_ns() % 10**9 + number, speaker, Command("status"), str)
    began = time.perf_counter()
    sent = await dispatcher.handle([update])
    took = time.perf_counter() - began
    assert any("Kota" in letter.payload.get("text", "") for letter in sent), sent
    return took


def proofs(path: Path) -> dict[str, float]:
    """Seconds of a whole verify, as the command does it and by one process, and of one since a checkpoint.

    The file gets so many entries more.
    """
    with closing(open_existing(path)) as connection:
        began = time.perf_counter()
        whole = readers.verdict(path, connection, room=processors())
        took = time.perf_counter() - began
        assert whole.broken is None
        began = time.perf_counter()
        assert verdict(connection) == whole
        alone = time.perf_counter() - began
    with closing(connect(path)) as connection:
        in_transaction(connection, _more)
    with closing(open_existing(path)) as connection:
        began = time.perf_counter()
        since = verdict(connection, whole.until)
        later = time.perf_counter() - began
        assert since.broken is None
        assert since.entries == whole.entries + NEW
    return {
        "verify_s": round(took, 2),
        "verified_per_s": round(whole.entries / took),
        "verify_alone_s": round(alone, 2),
        "verified_alone_per_s": round(whole.entries / alone),
        "verify_since_s": round(later, 3),
    }


def _more(db: Any) -> None:
    for _ in range(NEW):
        record.append(db, Entry(1, EntryKind.NOTE, iso(system_clock()), details={"by": "Siti"}))


def copies(path: Path, folder: Path) -> dict[str, float]:
    """Seconds of `peduli-ham backup`, which verifies the copy, and of `restore`, which does so again."""
    took = {}
    for name, words in (
        ("backup_s", ("backup", "copy.db", "--database", path)),
        ("restore_s", ("restore", "copy.db", "--database", "back.db")),
    ):
        began = time.perf_counter()
        subprocess.run(
            [*CLI, *map(str, words)], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )  # fmt: skip
        took[name] = round(time.perf_counter() - began, 2)
    for made in ("copy.db", "back.db"):
        (folder / made).unlink()
    return took


async def measured(entries: int, seconds: float) -> dict[str, float]:
    """Everything on a file with so many entries."""
    with tempfile.TemporaryDirectory(prefix="peduli-ham-growth-", dir=ROOT / "benchmarks") as name:
        folder = Path(name)
        path = folder / "template.db"
        await asyncio.to_thread(build, path, entries)
        size = path.stat().st_size
        job = Job("taps", 0, PEOPLE, path, folder)
        took = shares(await once(OURS, Scene("growth", PEOPLE), seconds, job))
        job.database.unlink()
        figures = {"tap_p50_ms": took["p50"], "tap_p95_ms": took["p95"]}
        figures |= await status(path)
        life = await footprint.once(path)
        figures |= {"ready_s": life["ready_s"], "rss_mib": life["rss_mib"]}
        figures |= await asyncio.to_thread(proofs, path)
        figures |= await asyncio.to_thread(copies, path, folder)
        return {**figures, "bytes_an_entry": size // entries}


def main() -> None:
    """Measure, print, keep."""
    given = options(__doc__, most=1_000_000, seconds=10.0, no_keep=False)
    about, result, entries = circumstances(), dict[str, Any](), LEAST
    while entries <= given.most:
        result[str(entries)] = asyncio.run(measured(entries, given.seconds))
        print(f"{entries:>10,}: {result[str(entries)]}", flush=True)
        entries *= 10
    if not given.no_keep:
        more = {"seconds": given.seconds, "offices": OFFICES, "people": PEOPLE, "new": NEW}
        keep("growth", {**about, **more, "result": result})


if __name__ == "__main__":
    main()
