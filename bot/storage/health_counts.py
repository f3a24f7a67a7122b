"""What doctor and metrics ask of the database: counts and ages, nobody's name and no figure."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from msgspec import Struct

from bot.storage import migrations, periods

LOCK_SECONDS = 3.0


class Figures(Struct, frozen=True):
    """How much waits, since when (ISO, as stored), and how large the database is."""

    queued: int
    oldest_queued: str | None
    files_waiting: int
    oldest_file: str | None
    failed_updates: int
    database_bytes: int
    has_files: bool


def figures(connection: sqlite3.Connection) -> Figures:
    """Return a few indexed counts."""
    run = connection.execute
    queued = run("SELECT count(*), min(created_at) FROM outbox WHERE state = 'queued'").fetchone()
    files = run("SELECT count(*), min(at) FROM evidence WHERE state = 'waiting'").fetchone()
    stored = run("SELECT EXISTS (SELECT 1 FROM evidence WHERE sha256 IS NOT NULL)").fetchone()[0]
    failed = run("SELECT count(*) FROM failed_updates WHERE state IN ('kept', 'replay')").fetchone()
    pages = run("PRAGMA page_count").fetchone()[0] * run("PRAGMA page_size").fetchone()[0]
    return Figures(queued[0], queued[1], files[0], files[1], failed[0], pages, bool(stored))


def sends(connection: sqlite3.Connection, since: str) -> dict[str, int]:
    """Return letters by what became of them, since a moment."""
    rows = connection.execute(
        "SELECT state, count(*) FROM outbox WHERE done_at >= ? GROUP BY state", (since,)
    )
    return dict(rows.fetchall())


def faults(connection: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong with the file; empty where it is whole."""
    return [row[0] for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]


def is_set_up(connection: sqlite3.Connection) -> bool:
    """Tell whether there is a period, without which nobody is known."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM periods)").fetchone()[0])


def schema(connection: sqlite3.Connection) -> tuple[str, list[str]]:
    """Return the newest step that was applied, and the steps that wait."""
    newest = connection.execute("SELECT max(name) FROM migrations").fetchone()[0]
    return newest, migrations.pending(connection)


def troubles(noted: dict[str, str], after: str) -> dict[str, tuple[str, str]]:
    """Return what could not be written, and when first and last, where that was later than `after`."""
    by_kind = {}
    for name, value in noted.items():
        since, _, last = value.partition(" ")
        if name.startswith("trouble_") and last > after:
            by_kind[name.removeprefix("trouble_")] = (since, last)
    return by_kind


def is_locked(path: Path) -> bool:
    """Tell whether another process holds the write lock for longer than any unit of work does.

    Raises sqlite3.OperationalError where nothing can be written at all.
    """
    uri = f"{path.resolve().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_SECONDS)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        return True
    finally:
        connection.close()
    return False


def noted(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the running bot noted: `heartbeat`, `started`, `heard`, `bot_link`, `trouble_…`."""
    return dict(connection.execute("SELECT name, value FROM settings").fetchall())


def empty_levels(connection: sqlite3.Connection, today: date) -> list[str]:
    """Return the levels of the period at work at which nobody sits: the role, with its city where it has one.

    A database that lacks this step yet has none. Answers wait there until the Kanwil passes over them.
    """
    if "m050_levels" in migrations.pending(connection):
        return []
    at_work = periods.at_work(connection, today)
    row = connection.execute("SELECT levels FROM periods WHERE id = ?", (at_work,)).fetchone()
    on = row[0].split(", ") if row else []
    held = {
        (role, place)
        for role, place in connection.execute(
            "SELECT role, coalesce(region_id, province) FROM seats WHERE until IS NULL"
            " AND suspended_at IS NULL AND role IN ('secretary', 'bureau')"
        )
    }
    regions = connection.execute(
        "SELECT DISTINCT g.id, g.name, g.province FROM assignments a JOIN units u ON u.id = a.unit_id"
        " JOIN regions g ON g.id = u.region_id WHERE a.period_id = ? AND a.until IS NULL"
        " ORDER BY g.code",
        (at_work,),
    ).fetchall()
    empty = []
    if "secretary" in on:
        empty += [
            f"secretary {name}" for number, name, _ in regions if ("secretary", number) not in held
        ]
    if "bureau" in on:
        provinces = sorted({province for _, _, province in regions})
        empty += [
            f"bureau {province}" for province in provinces if ("bureau", province) not in held
        ]
    return empty
