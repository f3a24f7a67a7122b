"""`peduli-ham forget`: a person's names, account and words go; what they did stays under a number."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Annotated

import typer

from bot.cli.command_errors import Failure, using
from bot.cli.proving import whole
from bot.cli.safekeeping import FilesOption
from bot.cli.screen import say, steps
from bot.cli.settings import DatabaseOption, existing_database, files_folder
from bot.clock import iso, system_clock
from bot.storage import removal
from bot.storage.database import connect, in_transaction
from bot.storage.forgetting import Candidate, Report, candidates, matching
from bot.storage.forgetting import forget as forget_person
from bot.terminal import phrase

LISTED = 20


def forget(
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="A name, a number, or @handle, as shown.")
    ],
    database: DatabaseOption = None,
    files: FilesOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else only say what would go.")] = False,
) -> None:
    """Erase a person: names, account and words go, seats end, and the record is still whole."""
    path = existing_database(database)
    reading, resting, entries = phrase("reads the record"), 0, 0
    with (
        steps(reading, phrase("looks for the person's words"), reading) as step,
        using(path),
        closing(connect(path)) as connection,
    ):
        whole(path)
        step()
        connection.execute("PRAGMA secure_delete = ON")  # what is erased is written over
        who = _chosen(candidates(connection), person)
        report = _done(connection, who, for_good=yes)
        if yes:
            _, resting = removal.sweep(connection, files_folder(files), system_clock())
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            step()
            entries = whole(path)
    _tell(who, report, for_good=yes)
    if not yes:
        say(phrase("Nothing was done. Add --yes to do it; only a backup of before brings it back."))
        return
    if resting:
        say(
            phrase(
                "Files used within the last minutes: {resting}. `peduli-ham tidy` removes them.",
                resting=resting,
            )
        )
    say(
        phrase(
            "{path}: whole, {whole} entries. Copies and backups of before still hold all of it.",
            path=path,
            whole=entries,
        )
    )


def _chosen(known: list[Candidate], given: str) -> Candidate:
    """Return the one who is meant; a Failure lists those who may be."""
    meant = matching(known, given)
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise Failure(
            phrase("{given}: nobody by that name, number or handle is known here.", given=given)
        )
    more = [phrase("and {count} more", count=len(meant) - LISTED)] if len(meant) > LISTED else []
    lines = [_line(candidate) for candidate in meant[:LISTED]]
    raise Failure(
        phrase("{given}: several are meant. Give the number of one.", given=given), *lines, *more
    )


def _line(who: Candidate) -> str:
    where = (
        phrase("guest of a forwarded question")
        if who.seats is None
        else who.seats or phrase("no seat")
    )
    return f"{who.mark}: {who.name}, {where}"


def _done(connection: sqlite3.Connection, who: Candidate, *, for_good: bool) -> Report:
    """Forget somebody, or do it and undo it, so that what is foretold is what would happen."""
    now = iso(system_clock())
    if for_good:
        return in_transaction(connection, lambda db: forget_person(db, who, now))
    connection.execute("BEGIN IMMEDIATE")
    try:
        return forget_person(connection, who, now)
    finally:
        connection.execute("ROLLBACK")


def _tell(who: Candidate, report: Report, *, for_good: bool) -> None:
    say(_line(who))
    say(
        phrase(
            "Seats that {value}: {seats}.",
            value=(phrase("ended") if for_good else phrase("would end")),
            seats=report.seats,
        )
    )
    say(
        phrase(
            "{value}: their name in {entries} entries of the record, {letters} "
            "letters, {updates} failed updates, {removed} files that were taken back.",
            value=(phrase("Erased") if for_good else phrase("Would be erased")),
            entries=report.entries,
            letters=report.letters,
            updates=report.updates,
            removed=len(report.removed),
        )
    )
    if report.notices:
        say(
            phrase(
                "The privacy notice named them, and has “{mark}” in that place: word it anew, with /privasi.",
                mark=report.mark,
            )
        )
    if report.shared:
        say(phrase("Somebody else has the same name: sentences of others in which it stands stay."))
    say(phrase("What they did stays, as that of “{mark}”.", mark=report.mark))
