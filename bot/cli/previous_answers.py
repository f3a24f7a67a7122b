"""`peduli-ham previous`: last year's answers into the database, for comparison."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import Failure, need_file, using
from bot.cli.screen import say
from bot.cli.settings import DatabaseOption, database_path, today
from bot.clock import system_clock
from bot.roster.previous_answers import Lookback, LookbackResult, apply_lookback, read_lookback
from bot.storage.database import connect, in_transaction
from bot.storage.roster import Roster, read_roster
from bot.storage.setup import open_existing, rehearsal
from scoring.source import read_file


def previous(
    answers: Annotated[Path, typer.Argument(help="A file of last year's answers (.yaml).")],
    database: DatabaseOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")
    ] = False,
) -> None:
    """Load last year's answers: offered as a comparison, never copied. May be run again."""
    path = database_path(database)
    need_file(answers, "a file of last year's answers", " (.yaml)")
    need_file(path, "the database of a period", "; `peduli-ham setup` makes one")
    text = read_file(answers)
    with using(path):
        open_existing(path).close()
        if dry_run:
            with closing(rehearsal(path)) as memory:
                _show(*_load(path, memory, text, answers))
            say("Dry run: nothing was written.")
            return
        with closing(connect(path)) as connection:
            done = in_transaction(connection, lambda db: _load(path, db, text, answers))
        _show(*done)


def _load(
    path: Path, connection: sqlite3.Connection, text: str, file: Path
) -> tuple[Roster, Lookback, LookbackResult]:
    roster = read_roster(connection, today=today())
    if roster is None:
        raise Failure(f"{path}: no period is open. Run `peduli-ham setup` first.")
    given = read_lookback(text, str(file), roster)
    return roster, given, apply_lookback(connection, roster, given, now=system_clock())


def _show(roster: Roster, given: Lookback, result: LookbackResult) -> None:
    offices = len({row.unit.id for row in given.rows})
    counts = [
        f"{len(pile)} {name}"
        for name, pile in (
            ("new", result.created),
            ("changed", result.changed),
            ("unchanged", result.same),
        )
        if pile
    ]
    plural = "offices" if offices > 1 else "office"
    say(
        f"Period {roster.period.code}: answers of {given.year} from {offices} {plural}:"
        f" {', '.join(counts)}."
    )
