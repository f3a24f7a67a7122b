"""What doctor and metrics ask of the database: counts and ages, nobody's name and no figure."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.storage import migrations


@dataclass(frozen=True, slots=True)
class Figures:
    """How much waits, since when (ISO, as stored), and how large the database is."""

    queued: int
    oldest_queued: str | None
    files_waiting: int
    oldest_file: str | None
    failed_updates: int
    database_bytes: int
    has_files: bool


def figures(connection: sqlite3.Connection) -> Figures:
    """A few indexed counts."""
    run = connection.execute
    queued = run("SELECT count(*), min(created_at) FROM outbox WHERE state = 'queued'").fetchone()
    files = run("SELECT count(*), min(at) FROM evidence WHERE state = 'waiting'").fetchone()
    stored = run("SELECT EXISTS (SELECT 1 FROM evidence WHERE sha256 IS NOT NULL)").fetchone()[0]
    failed = run("SELECT count(*) FROM failed_updates WHERE state IN ('kept', 'replay')").fetchone()
    pages = run("PRAGMA page_count").fetchone()[0] * run("PRAGMA page_size").fetchone()[0]
    return Figures(queued[0], queued[1], files[0], files[1], failed[0], pages, bool(stored))


def sends(connection: sqlite3.Connection, since: str) -> dict[str, int]:
    """Letters by what became of them, since a moment."""
    rows = connection.execute(
        "SELECT state, count(*) FROM outbox WHERE done_at >= ? GROUP BY state", (since,)
    )
    return dict(rows.fetchall())


def faults(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the file; empty where it is whole."""
    return [row[0] for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]


def schema(connection: sqlite3.Connection) -> tuple[str, list[str], list[str]]:
    """The newest step that was applied, the steps that wait, and those that this program does not know."""
    done = [row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY name")]
    known = {name for name, _ in migrations.STEPS}
    return done[-1], migrations.pending(connection), [one for one in done if one not in known]


def noted(connection: sqlite3.Connection) -> dict[str, str]:
    """What the running bot noted: `heartbeat`, `started`, `heard`, `bot_link`."""
    return dict(connection.execute("SELECT name, value FROM settings").fetchall())
