"""Kills `peduli-ham setup` before a statement of its connection, and looks at what is there afterwards.

`python tests/setup/killing.py FOLDER STEP`: before each first of so many; a process of its own, so that it may fork.
"""

from __future__ import annotations

import csv
import itertools
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from bot.cli import setting_up
from bot.clock import system_clock
from bot.roster import bundled
from bot.storage import people, record
from bot.storage.database import connect

PLAN = bundled("jakarta-pusat")


def _set_up(path: Path, links: Path) -> None:
    setting_up._apply(path, PLAN, system_clock(), "ham_bot", new_links=False, file=links)


def _killed_at(path: Path, links: Path, moment: int) -> bool:
    """Set up in a child that dies before the statement of that number; False: it was done before."""
    child = os.fork()
    if child == 0:
        left = itertools.count(moment, -1)

        def before(_: str) -> None:
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def traced(path: Path) -> sqlite3.Connection:
            connection = connect(path)
            connection.set_trace_callback(before)
            return connection

        setting_up.connect = traced  # type: ignore[attr-defined]
        _set_up(path, links)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status != 0


def _kept(folder: Path) -> list[str]:
    """The hashes of the links that stand in a file of theirs, whole or not yet named."""
    for path in folder.iterdir():
        if "links" in path.name:
            with path.open(encoding="utf-8", newline="") as file:
                urls = [row["link"] for row in csv.DictReader(file)]
            return sorted(people.token_hash(url.partition("start=")[2]) for url in urls)
    return []


def _looked_at(path: Path, folder: Path) -> str:
    """Tell whether nothing or all is there, with a link in the file for each in the database."""
    with closing(connect(path)) as connection:
        hashes = sorted(row[0] for row in connection.execute("SELECT token_hash FROM invitations"))
        units = connection.execute("SELECT count(*) FROM units").fetchone()[0]
        entries = connection.execute("SELECT kind FROM record").fetchall()
        assert record.verify(connection).broken is None
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    if not hashes:
        assert (units, entries) == (0, [])
        return "nothing"
    assert units == sum(len(region.units) for region in PLAN.regions)
    assert entries == [("setup",)]
    assert hashes == _kept(folder)
    return "all"


def main(folder: Path, step: int) -> list[str]:
    """Return what was there after each kill, and at last after a run that nobody killed."""
    outcomes = []
    for moment in itertools.count(0, step):
        place = folder / str(moment)
        place.mkdir()
        path, links = place / "p.db", place / "links.csv"
        connect(path).close()
        was_killed = _killed_at(path, links, moment)
        outcomes.append(_looked_at(path, place))
        if not was_killed:
            return outcomes
        if outcomes[-1] == "nothing":
            links.unlink(missing_ok=True)
            for draft in place.glob(".links*"):
                draft.unlink()
            _set_up(path, links)
            assert _looked_at(path, place) == "all", moment
    raise AssertionError


if __name__ == "__main__":
    sys.stdout.write(" ".join(main(Path(sys.argv[1]), int(sys.argv[2]))))
