"""`peduli-ham export --follow`: the log as JSON lines, and each new entry as soon as it is committed."""

from __future__ import annotations

import asyncio
import sqlite3

import typer

from bot import portable
from bot.cli.settings import today
from bot.export import log_table as exported
from bot.export import machine
from bot.export.export_scope import ExportScope
from bot.storage import log
from bot.storage.roster import read_roster
from flows.model.record_kinds import EntryKind
from scoring.replacing import replace

PAUSE = 0.5
"""Seconds between two looks at the file; whether anything was written costs next to nothing."""
SOME = 500
"""Entries that are read and printed together, for whoever begins at the first."""
CHANGES_ROSTER = frozenset(
    {EntryKind.SETUP, EntryKind.AGREEMENT, EntryKind.CLOSED, EntryKind.REOPENED}
)


def follow(connection: sqlite3.Connection, scope: ExportScope, *, everyone: bool) -> None:
    """Print what there is and what comes, until somebody asks to stop."""
    portable.run(_follow(connection, scope, everyone=everyone))


async def _follow(connection: sqlite3.Connection, scope: ExportScope, *, everyone: bool) -> None:
    stop = asyncio.Event()
    portable.on_stop_signals(stop.set)
    version = None
    while not stop.is_set():
        now = connection.execute("PRAGMA data_version").fetchone()[0]
        if now != version:
            version, scope = now, await _caught_up(connection, scope, stop, everyone=everyone)
        try:
            await asyncio.wait_for(stop.wait(), PAUSE)
        except TimeoutError:
            continue


async def _caught_up(
    connection: sqlite3.Connection, scope: ExportScope, stop: asyncio.Event, *, everyone: bool
) -> ExportScope:
    """Print all that is new, some at a time, so that little is kept and somebody may ask to stop."""
    while not stop.is_set():
        further = _printed(connection, scope, everyone=everyone)
        if further is scope:
            break
        scope = further
        await asyncio.sleep(0)
    return scope


def _printed(connection: sqlite3.Connection, scope: ExportScope, *, everyone: bool) -> ExportScope:
    """Print the next entries that are new; return the scope that begins behind them."""
    connection.execute("BEGIN")
    try:
        entries = list(log.entries(connection, scope.roster.period.id, scope.after, SOME))
        if not entries:
            return scope
        if any(entry.kind in CHANGES_ROSTER for entry in entries):
            roster = read_roster(connection, scope.roster.period.code, today=today())
            scope = replace(scope, roster=roster or scope.roster)
        context = exported.read_context(connection, scope, entries)
        made = exported.of_entries(context, entries, everyone=everyone)
    finally:
        connection.execute("COMMIT")
    typer.echo("".join(machine.as_json_lines(made)), nl=False)
    return replace(scope, after=entries[-1].entry_id)
