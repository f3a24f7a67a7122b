"""`peduli-ham tidy`: what is kept for a time only is removed, and how much went is on record."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from bot.cli.command_errors import using
from bot.cli.proving import whole
from bot.cli.safekeeping import FilesOption
from bot.cli.screen import console, say, steps, table
from bot.cli.settings import DatabaseOption, existing_database, files_folder
from bot.clock import system_clock
from bot.storage import removal
from bot.storage.database import connect, in_transaction
from bot.storage.tidying import Tidied
from bot.storage.tidying import tidy as tidy_up
from bot.terminal import known_as, phrase, sized

SMALL = 10**5
"""Bytes that are told as such."""
WORDS = {
    "letters": "messages that went out",
    "failed": "updates that could not be handled",
    "invitations": "links that nobody opened",
    "guests": "guests who never answered",
    "orders": "requests for papers",
    "rosters": "rosters sent in chat",
    "answer_files": "files of answers sent in chat",
    "sheets": "forms and queues sent back",
    "withdrawn": "evidence that was taken back",
}


def tidy(
    database: DatabaseOption = None,
    files: FilesOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how much would go; remove nothing.")
    ] = False,
) -> None:
    """Remove what was kept long enough: old messages, failed updates, links, files taken back."""
    path = existing_database(database)
    reading = phrase("reads the record")
    with (
        steps(reading, phrase("removes"), reading) as step,
        using(path),
        closing(connect(path)) as connection,
    ):
        whole(path)
        step()
        connection.execute("PRAGMA secure_delete = ON")  # what is removed is written over
        if dry_run:
            connection.execute("BEGIN IMMEDIATE")
            done = tidy_up(connection, system_clock())
            connection.execute("ROLLBACK")
        else:
            done = in_transaction(connection, lambda db: tidy_up(db, system_clock()))
            removal.sweep(connection, files_folder(files), system_clock())
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        step()
        entries = whole(path)
    _tell(done)
    say(
        phrase("Nothing was removed: --dry-run.")
        if dry_run
        else phrase("{path}: whole, {whole} entries.", path=path, whole=entries)
    )


def _tell(done: Tidied) -> None:
    if not done.counts:
        say(phrase("There is nothing to remove."))
        return
    rows = [
        (known_as(WORDS[what]), str(count), sized(done.bytes[what], SMALL))
        for what, count in done.counts.items()
    ]
    console().print(table(("what", ">how many", ">size"), rows))
