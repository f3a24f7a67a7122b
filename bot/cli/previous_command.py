"""`peduli-ham previous`: last year's answers into the database, and the map by which they are offered."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.command_errors import Failure, need_file, using
from bot.cli.instruments import map_of
from bot.cli.screen import say, steps
from bot.cli.settings import DatabaseOption, database_path, today
from bot.clock import iso, system_clock
from bot.export.last_year import NotLastYearsError, is_export, read_export
from bot.instruments import instrument_map
from bot.roster.previous_answers_file import (
    PreviousAnswersFile,
    PreviousAnswersResult,
    apply_previous_answers,
    read_previous_answers,
)
from bot.storage import previous_answers as store
from bot.storage import record
from bot.storage.database import connect, in_transaction
from bot.storage.record import Entry
from bot.storage.roster import Roster, read_roster
from bot.storage.setup import open_existing, rehearsal
from bot.terminal import phrase
from flows.model.record_kinds import EntryKind
from scoring.source import read_file


def previous(
    answers: Annotated[
        Path | None,
        typer.Argument(
            help="Last year's answers: a file (.yaml), an export (.xlsx, .csv, .json…), or the database."
        ),
    ] = None,
    map_: Annotated[
        Path | None,
        typer.Option(
            "--map", metavar="FILE", help="What became of which indicator (.yaml, .xlsx)."
        ),
    ] = None,
    database: DatabaseOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")
    ] = False,
) -> None:
    """Load last year's answers, as a comparison, or the map by which they are offered. May be run again."""
    path = database_path(database)
    if answers is None and map_ is None:
        raise Failure(
            phrase(
                "Give last year's answers (.yaml, an export, or the database), or a map "
                "with --map, or both."
            )
        )
    if answers is not None:
        need_file(
            answers,
            phrase("a file of last year's answers"),
            phrase(" (.yaml), an export, or the database"),
        )
    if map_ is not None:
        need_file(
            map_,
            phrase("a map"),
            phrase(", as `peduli-ham instrument compare --write-map` writes one"),
        )
    need_file(path, phrase("the database of a period"), phrase("; `peduli-ham setup` makes one"))
    text = read_file(answers) if answers is not None and not is_export(answers) else None

    def work(connection: sqlite3.Connection) -> list[str]:
        roster = _roster(path, connection)
        lines = [_mapped(connection, roster, map_)] if map_ else []
        return [*lines, *([_loaded(connection, roster, answers, text)] if answers else [])]

    with steps(phrase("reads the answers")), using(path):
        open_existing(path).close()
        if dry_run:
            with closing(rehearsal(path)) as memory:
                lines = [*work(memory), phrase("Dry run: nothing was written.")]
        else:
            with closing(connect(path)) as connection:
                lines = in_transaction(connection, work)
    for line in lines:
        say(line)


def _roster(path: Path, connection: sqlite3.Connection) -> Roster:
    roster = read_roster(connection, today=today())
    if roster is None:
        raise Failure(phrase("{path}: no period is open. Run `peduli-ham setup` first.", path=path))
    return roster


def _mapped(connection: sqlite3.Connection, roster: Roster, file: Path) -> str:
    """Keep a map, where it fits the instruments of both years; return what is to be said of it."""
    period = roster.period
    before = store.instrument_before(connection, period)
    if before is None:
        year = period.data_year - 1
        raise Failure(
            phrase(
                "{file}: no period about {year} is here, so there is nothing to carry over.",
                file=file,
                year=year,
            )
        )
    migration = map_of(file, before, period.instrument)
    is_news = store.keep_map(connection, period.id, instrument_map.map_as_yaml(migration))
    if is_news:
        changes = [
            {"kind": str(change.kind), "old": change.old, "new": change.new}
            for change in migration.changes
        ]
        named = {"old": before.hash, "new": period.instrument.hash, "changes": changes}
        details = {"by": "previous", "year": period.data_year - 1, "answers": [], "map": named}
        now = iso(system_clock())
        record.append(connection, Entry(period.id, EntryKind.PREVIOUS, now, details=details))
    kept = phrase("kept") if is_news else phrase("known already")
    return phrase(
        "Period {code}: map {old} → {new} {kept}.",
        code=period.code,
        old=before.code,
        new=period.instrument.code,
        kept=kept,
    )


def _loaded(connection: sqlite3.Connection, roster: Roster, file: Path, text: str | None) -> str:
    """Load a file that was read as text, or else an export or a database."""
    left_out = 0
    if text is None:
        try:
            read = read_export(file, roster)
        except NotLastYearsError as error:
            raise Failure(str(error)) from None
        given, left_out = read.answers, read.left_out
    else:
        given = read_previous_answers(text, str(file), roster)
    line = _summary(
        roster, given, apply_previous_answers(connection, roster, given, now=system_clock())
    )
    if left_out:
        line += phrase(
            " Left out, as this period has no such office or question: {left_out}.",
            left_out=left_out,
        )
    return line


def _summary(roster: Roster, given: PreviousAnswersFile, result: PreviousAnswersResult) -> str:
    offices = len({row.unit.id for row in given.rows})
    counts = [
        f"{len(pile)} {name}"
        for name, pile in (
            (phrase("new"), result.created),
            (phrase("changed"), result.changed),
            (phrase("unchanged"), result.same),
        )
        if pile
    ]
    plural = "offices" if offices > 1 else "office"
    return phrase(
        "Period {code}: answers of {year} from {offices} {plural}: {counts}.",
        code=roster.period.code,
        year=given.year,
        offices=offices,
        plural=plural,
        counts=", ".join(counts),
    )
