"""Makes papers in a process of their own, so that whoever taps meanwhile does not wait for them.

An order is a line of JSON on its standard input, what was made a line on its output; the file lies in its
folder then. It ends with its input, so that it outlives no bot.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from msgspec import Struct, to_builtins
from msgspec.structs import asdict

from bot.clock import iso, parse
from bot.papers import bundling, paper_kinds
from bot.papers.bundling import Archive, Bundled
from bot.papers.making import Made, PaperFormat, PaperSource, PaperSubject, make, remade
from bot.portable import politely, standing_back
from bot.storage import paper_rows
from bot.storage.database import FolderGoneError, folder_within
from bot.storage.evidence_files import write_whole
from bot.storage.paper_orders import PaperOrder
from bot.storage.paper_rows import PaperRow
from bot.storage.roster import read_roster
from bot.storage.setup import open_existing
from flows.model.bundles import BUNDLE
from scoring.replacing import replace

LONGEST = 120.0
"""Seconds after which a paper is given up."""
PATIENCE = 20.0
"""Seconds after which one is asked for again in earnest: the process may get no processor from others."""
EARNEST = "earnest"
COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "bot.papers.paper_process")
KEPT = ("PATH", "LANG", "TZ", "TMPDIR", "SYSTEMROOT")
"""Variables of the environment that another process is given."""


class ReadyPaper(Struct, frozen=True):
    """A paper whose file lies in the folder."""

    filename: str
    row: PaperRow


class Maker:
    """Another process that makes papers, one after the other; begun when one is wanted, ended by `rest`."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._is_earnest = False

    def make(self, order: PaperOrder, now: datetime, zone: tzinfo) -> ReadyPaper:
        """Return a paper that was made there. Raises LookupError where there is nothing to draw.

        Raises sqlite3.OperationalError where the database has to be waited for, FolderGoneError where the
        evidence folder has, RuntimeError for all else.
        """
        answer = self._asked(self._wanted(order, now, zone))
        return ReadyPaper(answer["filename"], PaperRow(**answer["row"]))

    def bundle(
        self, order: PaperOrder, now: datetime, zone: tzinfo, step: Callable[[int], None]
    ) -> Bundled:
        """Return the archives that were made there; `step` hears how far it is. Raises as `make`."""
        answer = self._asked(self._wanted(order, now, zone), step)
        return Bundled(tuple(Archive(**archive) for archive in answer["archives"]), answer["lost"])

    def _wanted(self, order: PaperOrder, now: datetime, zone: tzinfo) -> dict[str, Any]:
        return {
            "database": str(self._database), "folder": str(self._folder), "order": asdict(order),
            "now": iso(now), "zone": getattr(zone, "key", "UTC"),
        }  # fmt: skip

    def _asked(
        self, wanted: dict[str, Any], step: Callable[[int], None] = lambda _: None
    ) -> dict[str, Any]:
        """Return the answer of the other process, which says meanwhile how far it is."""
        given = orjson.dumps(wanted) + b"\n"
        answer = self._line(given)
        while "percent" in answer or "late" in answer:
            if "percent" in answer:
                step(answer["percent"])
            answer = self._line(given if "late" in answer else b"")
        match answer.get("fault"):
            case None:
                return answer
            case "nothing":
                raise LookupError(wanted["order"]["id"])
            case "database":
                raise sqlite3.OperationalError(answer["why"])
            case "folder":
                raise FolderGoneError(answer["why"])
            case _:
                raise RuntimeError(answer["why"])

    def rest(self) -> None:
        """End the other process: it costs memory, and is soon begun again."""
        process, self._process = self._process, None
        self._is_earnest = False
        if process is not None:
            _close(process)

    def stop(self) -> None:
        """End the other process at once: what it was making is asked for again at the next start."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            _close(process)

    def _line(self, given: bytes) -> dict[str, Any]:
        """Give the other process what it waits for, and return the next line that it says."""
        if self._process is None:
            command = [*COMMAND, EARNEST] if self._is_earnest else COMMAND
            self._process = subprocess.Popen(  # noqa: S603 our own module, and no shell
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        giving_up = threading.Timer(LONGEST if self._is_earnest else PATIENCE, give_up)
        giving_up.start()
        try:
            process.stdin.write(given)
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = b""
        finally:
            giving_up.cancel()
        if not answer:
            self._process = None
            process.kill()
            _close(process)
            if late.is_set() and not self._is_earnest:
                self._is_earnest = True
                return {"late": True}
            return {"fault": "ended", "why": f"the process ended with {process.returncode}"}
        result: dict[str, Any] = orjson.loads(answer)
        return result


def _close(process: subprocess.Popen[bytes]) -> None:
    """Close what leads to a process, by which it ends, and wait for that."""
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            if pipe is not None:
                pipe.close()
    process.wait()


def _environment() -> dict[str, str]:
    """Return what the process needs of ours: where this program lies; the token is none of its business."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2])}


def make_here(
    database: Path,
    folder: Path,
    order: PaperOrder,
    now: datetime,
    zone: tzinfo,
    aside: Callable[[Callable[[], Made]], Made] = lambda work: work(),
) -> ReadyPaper:
    """Make a paper from a snapshot, and write its file into the folder; `aside` does what takes long."""
    made = aside(partial(_drawn, database, order, now, zone))
    folder_within(folder)
    write_whole(folder / paper_rows.file_name(made.row), made.content)
    return ReadyPaper(made.filename, made.row)


def _drawn(database: Path, order: PaperOrder, now: datetime, zone: tzinfo) -> Made:
    with closing(open_existing(database)) as connection:
        connection.execute("BEGIN")
        roster = read_roster(connection, paper_rows.period_code(connection, order.period_id))
        if roster is None:
            raise LookupError(order.period_id)
        source = PaperSource(connection, roster, PaperSubject(**order.subject), now, zone)
        return _as_it_was(source, order) or _as_of_now(source, order)


def _as_of_now(source: PaperSource, order: PaperOrder) -> Made:
    return make(source, paper_kinds.draw(source), PaperFormat(order.format), seat_id=order.seat_id)


def _as_it_was(source: PaperSource, order: PaperOrder) -> Made | None:
    """Return a paper that was made before, sign for sign; None where it does not come out the same."""
    row = paper_rows.by_code(source.connection, order.again) if order.again else None
    if row is None:
        return None
    then = replace(source, now=parse(row.made_at))
    drawn = paper_kinds.draw(then)
    content = remade(then, drawn, row)
    if hashlib.sha256(content).hexdigest() != row.sha256:
        return None
    return Made(row.code, f"{drawn.filename}.{row.format}", content, row)


def main() -> None:
    """Make what standard input asks for, a line each, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the bot ends this one, by ending its input
    politely()
    try:
        for line in sys.stdin.buffer:
            _say(_answer(orjson.loads(line)))
    except (
        BrokenPipeError
    ):  # the bot was killed: nobody waits for the paper, and Python need not flush
        os._exit(0)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
    sys.stdout.buffer.flush()


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    order, zone = PaperOrder(**asked["order"]), ZoneInfo(asked["zone"])
    places = Path(asked["database"]), Path(asked["folder"])
    try:
        if order.subject["kind"] == BUNDLE:
            now = parse(asked["now"])
            made = bundling.make(
                *places, order, now, zone, lambda percent: _say({"percent": percent})
            )
            plain: dict[str, Any] = to_builtins(made)
            return plain
        aside: Any = (lambda work: work()) if EARNEST in sys.argv else standing_back
        ready = make_here(*places, order, parse(asked["now"]), zone, aside)
    except LookupError:
        return {"fault": "nothing"}
    except sqlite3.OperationalError as error:
        return {"fault": "database", "why": str(error)}
    except FolderGoneError as error:
        return {"fault": "folder", "why": str(error)}
    except Exception:  # one paper that cannot be made ends no other
        return {"fault": "other", "why": traceback.format_exc()}
    return {"filename": ready.filename, "row": asdict(ready.row)}


if __name__ == "__main__":
    main()
