"""Makes one paper in a process of its own, so that whoever taps meanwhile does not wait for it.

The order comes as JSON on standard input, what was made goes out as JSON; the file lies in its folder then.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from bot.clock import iso, parse
from bot.papers import kinds
from bot.papers.making import Format, Source, Subject, make
from bot.storage import papers
from bot.storage.database import private_folder
from bot.storage.evidence_files import write_whole
from bot.storage.paper_orders import Order
from bot.storage.papers import PaperRow
from bot.storage.roster import read_roster
from bot.storage.setup import open_existing

LONGEST = 120.0
"""Seconds after which a paper is given up."""
POLITE = 10
"""By how much others come first where there are not enough processors."""
KEPT = ("PATH", "LANG", "TZ", "TMPDIR", "SYSTEMROOT")
"""Variables of the environment that another process is given."""
NOTHING, WAIT = 3, 4
"""How the process ends where there is nothing to draw, and where the database has to be waited for."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A paper whose file lies in the folder."""

    filename: str
    row: PaperRow


def made_apart(database: Path, folder: Path, order: Order, now: datetime, zone: tzinfo) -> Ready:
    """Make a paper in another process. Raises LookupError where there is nothing to draw.

    Raises sqlite3.OperationalError where the database has to be waited for, RuntimeError for all else.
    """
    wanted = {
        "database": str(database), "folder": str(folder), "order": asdict(order), "now": iso(now),
        "zone": getattr(zone, "key", "UTC"),
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", "bot.papers.alone"]
    try:
        done = subprocess.run(  # noqa: S603 our own module, and no shell
            command, input=orjson.dumps(wanted), capture_output=True, timeout=LONGEST, check=False,
            env=_environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise RuntimeError("it took too long") from None
    trouble = done.stderr.decode(errors="replace")
    if done.returncode == NOTHING:
        raise LookupError(order.id)
    if done.returncode == WAIT:
        raise sqlite3.OperationalError(trouble.strip())
    if done.returncode:
        raise RuntimeError(trouble)
    told = orjson.loads(done.stdout)
    return Ready(told["filename"], PaperRow(**told["row"]))


def _environment() -> dict[str, str]:
    """Return what the process needs of ours: where this program lies; the token is none of its business."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2])}


def make_here(database: Path, folder: Path, order: Order, now: datetime, zone: tzinfo) -> Ready:
    """Make a paper from a snapshot, and write its file into the folder."""
    with closing(open_existing(database)) as connection:
        connection.execute("BEGIN")
        roster = read_roster(connection, papers.period_code(connection, order.period_id))
        if roster is None:
            raise LookupError(order.period_id)
        source = Source(connection, roster, Subject(**order.subject), now, zone)
        made = make(source, kinds.draw(source), Format(order.format), seat_id=order.seat_id)
    private_folder(folder)
    write_whole(folder / papers.file_name(made.row), made.content)
    return Ready(made.filename, made.row)


def main() -> int:
    """Do what standard input asks for."""
    if hasattr(os, "nice"):
        os.nice(POLITE)
    asked = orjson.loads(sys.stdin.buffer.read())
    order, zone = Order(**asked["order"]), ZoneInfo(asked["zone"])
    try:
        ready = make_here(
            Path(asked["database"]), Path(asked["folder"]), order, parse(asked["now"]), zone
        )
    except LookupError:
        return NOTHING
    except sqlite3.OperationalError as error:
        sys.stderr.write(str(error))
        return WAIT
    sys.stdout.buffer.write(orjson.dumps({"filename": ready.filename, "row": asdict(ready.row)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
