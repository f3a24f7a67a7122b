"""Power loss: `python -m benchmarks.powerloss [--seed N] [--every 1]` (frame).

A season is played and its WAL kept whole. Then the file is opened as a machine would find it that lost
power after each frame: cut there, with half of the next frame, with the next one garbled and what follows
it intact; and in the midst of a checkpoint. What `strace` saw synced when something was shown
must be there. Exit code 1 where an invariant does not hold.
"""

from __future__ import annotations

import asyncio
import bisect
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks import harness
from benchmarks.asked import RECEIPT
from benchmarks.child import under_control
from benchmarks.machine import circumstances, conclude, options
from bot.demo.botapi import Sandbox
from bot.storage import record

HEADER, FRAME_HEADER = 32, 24
WRITTEN = re.compile(r"pwrite64\(\d+<.*-wal>.*, (\d+), (\d+)(?:\) = (\d+)|.*unfinished)")
SYNCED = re.compile(r"(?:fdatasync|fsync)\(\d+<.*-wal>")
ENDED = re.compile(r"<([\d.]+)>$")
CHECKPOINTS = 60


@dataclass(frozen=True, slots=True)
class Said:
    """Something a person was shown, and how many frames of the WAL were safe at that moment."""

    frames: int
    receipt: int
    text: str


@dataclass
class Found:
    """What a run left: the base file, its WAL, and what was said meanwhile."""

    folder: Path
    receipts: list[Said] = field(default_factory=list)
    letters: list[tuple[int, str]] = field(default_factory=list)
    is_traced: bool = False
    complaints: list[str] = field(default_factory=list)

    @property
    def base(self) -> Path:
        return self.folder / "base.db"

    @property
    def wal(self) -> Path:
        return self.folder / "base.db-wal"

    def frame(self) -> int:
        """Bytes of a frame."""
        with self.wal.open("rb") as file:
            return FRAME_HEADER + int.from_bytes(file.read(12)[8:12], "big")

    def frames(self) -> int:
        return (self.wal.stat().st_size - HEADER) // self.frame()


def durable(log: Iterable[str], frame: int) -> list[tuple[float, int]]:
    """The moments at which a sync of the WAL had ended, with the frames it made safe."""
    size, syncs = 0, []
    going: dict[str, int] = {}
    for line in log:
        thread, moment, what = line.split(maxsplit=2)
        if written := WRITTEN.search(what):
            size = max(size, int(written[1]) + int(written[2]))
        elif SYNCED.search(what):
            if "unfinished" in what:
                going[thread] = size
            elif ended := ENDED.search(what):
                syncs.append((float(moment) + float(ended[1]), (size - HEADER) // frame))
        elif "sync resumed" in what and thread in going:
            syncs.append((float(moment), (going.pop(thread) - HEADER) // frame))
    return syncs


def safe_at(moments: Sequence[tuple[float, int]], when: float) -> int:
    """How many frames were safe at a moment."""
    place = bisect.bisect_right(moments, (when, sys.maxsize))
    return max((frames for _, frames in moments[:place]), default=0)


# The run


@dataclass
class Season(harness.Season):
    """A season without kills whose file and WAL are copied before the bot may tidy them up."""

    is_traced: bool = False
    sizes: list[tuple[float, int]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "strace.log"

    @property
    def command(self) -> tuple[str, ...]:
        command = under_control(self.folder)
        if not self.is_traced:
            return command
        calls = "trace=pwrite64,fdatasync,fsync"
        traced = ("strace", "-D", "-f", "--seccomp-bpf", "-ttt", "-T", "-y", "-e", calls)
        return (*traced, "-o", str(self.log), *command)

    async def faults(self) -> None:
        (self.folder / "pragma").write_text("PRAGMA wal_autocheckpoint = 0")
        await self.start()
        await _watch(Path(f"{self.database}-wal"), self.sizes)

    async def end(self) -> None:
        await self.server.idle(quiet=0.4)
        for tail in ("", "-wal"):
            shutil.copyfile(f"{self.database}{tail}", f"{self.folder / 'base.db'}{tail}")
        await super().end()


async def played(folder: Path, seed: int) -> Found:
    """Play a season; returns what it left."""
    outcome = Found(folder, is_traced=shutil.which("strace") is not None)
    campaign = harness.Campaign(seed)
    season = await harness.played(
        Season, campaign, random.Random(seed), folder=folder, is_traced=outcome.is_traced
    )
    outcome.complaints += campaign.complaints
    if not outcome.wal.exists():
        return outcome
    frame = outcome.frame()
    if outcome.is_traced:
        sizes = durable(season.log.read_text(encoding="utf-8").splitlines(), frame)
    else:
        sizes = [(when, (size - HEADER) // frame) for when, size in season.sizes]
    _note(outcome, season.server, sizes)
    return outcome


async def _watch(wal: Path, sizes: list[tuple[float, int]]) -> None:
    """Where nothing can trace the syncs: how large the WAL was, as if all of it were safe."""
    while True:
        if wal.exists():  # noqa: ASYNC240
            sizes.append((time.time(), wal.stat().st_size))  # noqa: ASYNC240
        await asyncio.sleep(0.002)


def _note(outcome: Found, server: Sandbox, sizes: Sequence[tuple[float, int]]) -> None:
    for call in server.calls:
        if call.status != 200 or call.method not in ("sendmessage", "editmessagetext"):
            continue
        text = str(call.params.get("text", ""))
        frames = safe_at(sizes, call.at)
        outcome.letters.append((frames, f"{call.params['chat_id']} {text}"))
        if match := RECEIPT.search(text):
            outcome.receipts.append(Said(frames, int(match[1]), text.split("\n")[0]))


# The cuts


def cuts(outcome: Found, every: int) -> list[tuple[int, str]]:
    """Where to cut, and how."""
    last = outcome.frames()
    places = [*range(0, last, every), last]
    hows = ("whole", "half", "garbled")
    return [(place, how) for place in places for how in hows if how == "whole" or place < last]


def cut(outcome: Found, target: Path, place: int, how: str) -> None:
    """The file and its WAL as power loss leaves them."""
    frame = outcome.frame()
    end = HEADER + place * frame
    shutil.copyfile(outcome.base, target)
    wal = Path(f"{target}-wal")
    shutil.copyfile(outcome.wal, wal)
    with wal.open("r+b") as file:
        if how == "garbled":
            file.seek(end + frame // 2)
            file.write(b"\xa5" * 64)
            file.truncate(min(end + 4 * frame, outcome.wal.stat().st_size))
        else:
            file.truncate(end + (frame // 2 if how == "half" else 0))
    if place == 0 and how == "whole":
        wal.unlink()


def examined(outcome: Found, target: Path, place: int, how: str) -> list[str]:
    """What is wrong with the file after a cut; empty where it is whole and holds all that was shown."""
    where = f"frame {place}, {how}"
    try:
        with closing(sqlite3.connect(target)) as connection:
            return [f"{where}: {one}" for one in _wrong(connection, outcome, place)]
    except sqlite3.DatabaseError as error:
        return [f"{where}: {error}"]
    finally:
        for tail in ("", "-wal", "-shm"):
            Path(f"{target}{tail}").unlink(missing_ok=True)


def _wrong(connection: sqlite3.Connection, outcome: Found, place: int) -> list[str]:
    faults = []
    if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        faults.append("the file is damaged")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        faults.append("a row points nowhere")
    verdict = record.verify(connection)
    if verdict.broken:
        faults.append(f"the record does not hold: {verdict.broken}")
    stored = {row[0] for row in connection.execute("SELECT id FROM record WHERE kind = 'answer'")}
    faults += [
        f"lost: {one.text!r}, shown with {one.frames} frames safe"
        for one in outcome.receipts
        if one.frames <= place and one.receipt not in stored
    ]
    letters = {
        f"{chat} {orjson.loads(body).get('text', '')}"
        for chat, body in connection.execute("SELECT chat_id, payload FROM outbox")
    }
    faults += [
        f"said but not there: {key!r}"
        for frames, key in outcome.letters
        if frames <= place and key not in letters
    ]
    return faults


def _some(outcome: Found, number: int, places: Sequence[tuple[int, str]]) -> list[str]:
    target = outcome.folder / f"cut-{number}.db"
    faults: list[str] = []
    for place, how in places:
        cut(outcome, target, place, how)
        faults += examined(outcome, target, place, how)
    return faults


def torn_checkpoints(outcome: Found, chance: random.Random) -> list[str]:
    """Power goes in the midst of a checkpoint: any pages are new, the others old, the WAL is whole."""
    target = outcome.folder / "torn.db"
    for tail in ("", "-wal"):
        shutil.copyfile(f"{outcome.base}{tail}", f"{target}{tail}")
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    new, old = target.read_bytes(), outcome.base.read_bytes()
    page = outcome.frame() - FRAME_HEADER
    faults: list[str] = []
    for number in range(CHECKPOINTS):
        share = number / (CHECKPOINTS - 1)
        mixed = bytearray(old)
        for start in range(0, len(new), page):
            if chance.random() < share:
                mixed[len(mixed) : start] = bytes(max(0, start - len(mixed)))
                mixed[start : start + page] = new[start : start + page]
        target.write_bytes(mixed)
        shutil.copyfile(outcome.wal, f"{target}-wal")
        faults += examined(outcome, target, outcome.frames(), f"torn checkpoint {number}")
    return faults


def run(folder: Path, seed: int, every: int = 1, workers: int = 2) -> dict[str, Any]:
    """Play, cut, and return the figures with the complaints."""
    outcome = asyncio.run(played(folder, seed))
    if outcome.complaints or not outcome.wal.exists():
        return {"complaints": outcome.complaints or ["no WAL was kept"]}
    places = cuts(outcome, every)
    parts = [places[number::workers] for number in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(_some, outcome, number, part) for number, part in enumerate(parts)]
        complaints = [fault for job in jobs for fault in job.result()]
    complaints += torn_checkpoints(outcome, random.Random(seed))
    kinds = {how: sum(1 for _, one in places if one == how) for how in ("whole", "half", "garbled")}
    return {
        "seed": seed,
        "syncs_traced": outcome.is_traced,
        "frames": outcome.frames(),
        **{f"cuts_{how}": number for how, number in kinds.items()},
        "torn_checkpoints": CHECKPOINTS,
        "receipts_shown": len(outcome.receipts),
        "letters_shown": len(outcome.letters),
        "violations": len(complaints),
        "complaints": complaints,
    }


def main() -> None:
    """Run, print, keep, and say by the exit code how it went."""
    given = options(__doc__, seed=1, every=1)
    about = circumstances()
    with tempfile.TemporaryDirectory(prefix="peduli-ham-power-") as name:
        result = run(Path(name), given.seed, given.every)
    complaints = result.pop("complaints")
    conclude("powerloss", about, result, complaints)


if __name__ == "__main__":
    main()
