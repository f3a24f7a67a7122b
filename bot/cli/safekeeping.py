"""`peduli-ham verify` and `peduli-ham backup`: is the record whole, and a copy of it for safety."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.drafts import Draft
from bot.cli.errors import Failure, using
from bot.cli.screen import say
from bot.cli.settings import DatabaseOption, Local, existing_database
from bot.files import damaged
from bot.storage.record import Break, Verdict
from bot.storage.setup import copy_into, open_existing, verdict

REASONS = {
    "chain": "it does not follow the one before it",
    "hash": "its text was changed",
    "columns": "its columns were changed",
    "missing": "an entry before it is missing",
    "file_missing": "its file is not in the evidence folder",
    "file_changed": "its file was changed",
    "file_row": "the row about its file was changed",
}


def verify(
    database: DatabaseOption = None,
    files: Annotated[
        Path | None, typer.Option(help="The evidence folder (else FILES, else peduli-ham-files).")
    ] = None,
) -> None:
    """Recompute the chain of every period; prints the last hash of each, to be noted elsewhere."""
    path = existing_database(database)
    with using(path), closing(open_existing(path)) as connection:
        found = verdict(connection)
        fault = None if found.broken else damaged(connection, files or Local().files)
    for code, head in found.heads.items():
        say(f"period {code}: head {head}")
    if found.broken:
        raise Failure(f"{path}: BROKEN at {_worded(found.broken)}.", code=1)
    if fault:
        entry, why = fault
        raise Failure(f"{path}: BROKEN at entry {entry}: {REASONS[why]}.", code=1)
    say(f"{path}: whole, {_entries(found)}, files included.")


def backup(
    target: Annotated[Path, typer.Argument(help="The new file; it must not exist.")],
    database: DatabaseOption = None,
) -> None:
    """Copy the database into one file while the bot runs, and verify the copy."""
    path = existing_database(database)
    draft = Draft(target)
    with using(path), closing(open_existing(path)) as source:
        try:
            found = _copied(source, draft)
        except BaseException:
            draft.discard()
            raise
    draft.publish()
    say(f"{target}: copied and verified, {_entries(found)}, {target.stat().st_size} bytes.")
    for code, head in found.heads.items():
        say(f"period {code}: head {head}")


def _copied(source: sqlite3.Connection, draft: Draft) -> Verdict:
    faults, found = copy_into(source, draft.open())
    if faults or found is None:
        raise Failure(f"{draft.target}: not made; the copy is damaged: {faults[0]}.", code=1)
    if found.broken:
        reason = f"the record is broken at {_worded(found.broken)}"
        raise Failure(f"{draft.target}: not made; {reason}. See `peduli-ham verify`.", code=1)
    return found


def _worded(broken: Break) -> str:
    return f"entry {broken.entry} of period {broken.period}: {REASONS[broken.reason]}"


def _entries(found: Verdict) -> str:
    return "1 entry" if found.entries == 1 else f"{found.entries} entries"
