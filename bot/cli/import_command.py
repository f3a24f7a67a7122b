"""`peduli-ham import`: answers from other tools, exports and files of `score`, tried, then stored."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.command_errors import Failure, need_file, using
from bot.cli.command_scope import chosen_roster
from bot.cli.screen import say, steps
from bot.cli.settings import DatabaseOption, existing_database, zone
from bot.clock import system_clock
from bot.export.last_year import NotLastYearsError
from bot.imports import column_map, files
from bot.imports.answer_file_reader import FileAnswers
from bot.imports.place_names import Places
from bot.imports.storing import ImportSource, Result, store
from bot.storage.database import connect
from bot.storage.setup import open_existing, rehearsal
from bot.terminal import known_as, phrase
from flows.contact.draft_answers import draft_inputs
from flows.contact.importing import Imported
from flows.model.facts import Unit
from scoring import Answer
from scoring.source import read_file

ACCEPTED = (
    "a table of answers (.csv, .xlsx), an export (.csv, .xlsx, .json, .jsonl),"
    " or a file of `score` (.yaml)"
)


def import_(
    file: Annotated[Path, typer.Argument(help=f"The file: {ACCEPTED}.")],
    map_: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="What its columns mean (.yaml)."),
    ] = None,
    suggest: Annotated[
        Path | None,
        typer.Option("--suggest", metavar="FILE", help="Write a map to be corrected, and stop."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Store the answers; else it is only shown.")
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Take over answers from another tool: shown first, with what is refused; stored by --apply."""
    need_file(file, known_as(ACCEPTED), "")
    if (map_ is None) == (suggest is None):
        raise Failure(
            phrase(
                "Give --map FILE with what the columns mean, or --suggest FILE to have "
                "one proposed."
            )
        )
    path = existing_database(database)
    with using(path):
        open_existing(path).close()
        with closing(connect(path) if apply else rehearsal(path)) as connection:
            places = Places(chosen_roster(connection, None))
            if suggest is not None:
                _suggested(file, suggest, places)
            elif map_ is not None:
                _imported(connection, file, map_, places, is_applied=apply)


def _suggested(file: Path, target: Path, places: Places) -> None:
    if target.exists():
        raise Failure(
            phrase("{target}: exists already. Give the name of a new file.", target=target)
        )
    proposed = files.suggested(file, places)
    target.write_text(column_map.as_text(proposed.map), encoding="utf-8")
    count = sum(map(len, proposed.map.answers.values()))
    say(
        phrase(
            "{target}: a map of {count} columns. Check it, then: peduli-ham import "
            "{file} --map {target}",
            target=target,
            count=count,
            file=file,
        )
    )
    if proposed.unused:
        say(phrase("Columns without use: {unused}.", unused="; ".join(proposed.unused)))
    if proposed.missing:
        say(phrase("Figures without a column: {missing}.", missing=", ".join(proposed.missing)))


def _imported(
    connection: sqlite3.Connection, file: Path, map_: Path, places: Places, *, is_applied: bool
) -> None:
    """Show, or store, what the file gives; leave with exit code 1 where something of it is refused."""
    need_file(map_, phrase("a map"), phrase(", as --suggest writes one"))
    text = read_file(map_)
    with steps(phrase("reads the file"), phrase("weighs each answer")) as step:
        answers = _read(file, map_, text, places)
        step()
        digest, of_map = (
            hashlib.sha256(one).hexdigest() for one in (file.read_bytes(), text.encode())
        )
        source = ImportSource(file.name, digest, of_map)
        now = system_clock().astimezone(zone())
        result = store(connection, places.roster, answers.by_unit, source, now)
    shown = [*_lines(file, places, result, is_applied=is_applied)]
    shown += [
        f"{phrase('refused')} {file}:{unplaced.place}: {files.whose_not(unplaced)}"
        for unplaced in answers.unplaced
    ]
    refused = len(result.refused) + len(answers.unplaced)
    say("\n".join([*shown, _summary(places, result, refused, is_applied=is_applied)]))
    if refused:
        raise typer.Exit(1)


def _read(file: Path, map_: Path, text: str, places: Places) -> FileAnswers:
    try:
        return files.read(file, column_map.read_map(text, str(map_)), places)
    except NotLastYearsError as error:
        raise Failure(str(error)) from None


def _lines(file: Path, places: Places, result: Result, *, is_applied: bool) -> Iterator[str]:
    words = (
        (phrase("stored"), phrase("changed"))
        if is_applied
        else (phrase("would store"), phrase("would change"))
    )
    for unit, answer in result.taken:
        verb = words[0] if answer.before is None else words[1]
        yield f"{verb} {file}:{answer.cell}: {_who(places, unit)}, {_answer_words(answer)}"
    for unit, conflict in result.refused:
        name = f", {conflict.indicator}" if conflict.indicator else ""
        where = f"{file}:{conflict.cell}: {_who(places, unit)}{name}"
        yield f"{phrase('refused')} {where}: {files.why_not(conflict)}"


def _who(places: Places, unit: Unit) -> str:
    return f"{places.roster.regions[unit.region_id].name}, {unit.short}"


def _answer_words(answer: Imported) -> str:
    flags = f" ({', '.join(sorted({flag.code for flag in answer.change.flags}))})"
    before = phrase(", before {shown}", shown=_shown(answer.before)) if answer.before else ""
    name, shown = answer.task.indicator.name, _shown(answer.change.answer)
    return f"{name}: {shown}{before}{flags if answer.change.flags else ''}"


def _shown(answer: Answer) -> str:
    if answer.absence is not None:
        return str(answer.absence)
    if answer.value is not None:
        return f"{answer.value:f}"
    given = sorted(draft_inputs(answer).items())
    return ", ".join(f"{code} {text or '–'}" for code, text in given)


def _summary(places: Places, result: Result, refused: int, *, is_applied: bool) -> str:
    stored = sum(1 for _, one in result.taken if one.before is None)
    counts = phrase(
        "{new} new, {changed} changed, {same} unchanged",
        new=stored,
        changed=len(result.taken) - stored,
        same=result.same,
    )
    line = phrase(
        "Period {code}: {counts}, {refused} refused.",
        code=places.roster.period.code,
        counts=counts,
        refused=refused,
    )
    return (
        line if is_applied else phrase("{line} Nothing was written; --apply stores it.", line=line)
    )
