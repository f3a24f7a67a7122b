"""`peduli-ham instrument`: an instrument as a workbook and back, compared with another, or as an XLSForm."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.atomic_files import Draft
from bot.cli.command_errors import Commands, Failure, need_file
from bot.cli.score_command import instrument_folder
from bot.cli.screen import console, say, steps, table
from bot.instruments import instrument_map
from bot.instruments.instrument_problems import WorkbookError
from bot.instruments.judging import read_workbook, says_the_same
from bot.instruments.matching import propose
from bot.instruments.workbook_writer import empty_workbook, filled_workbook
from bot.instruments.xlsform import as_xlsform
from bot.terminal import phrase, problem_words
from messages.problem_words import INSTRUMENTS
from scoring.errors import InstrumentProblem
from scoring.load import load_directory, load_texts
from scoring.migration import Migration, read_map
from scoring.model import Instrument
from scoring.source import read_directory, read_file

InstrumentArgument = Annotated[
    str, typer.Argument(metavar="CODE|DIR", help="A bundled instrument, or a folder.")
]
NewWorkbook = Annotated[
    Path, typer.Argument(metavar="FILE.xlsx", help="The new workbook; it must not exist.")
]
instrument = typer.Typer(
    cls=Commands,
    help="Instruments at the desk: as a workbook and back, compared, as an XLSForm.",
    add_completion=False,
    rich_markup_mode=None,
)


@instrument.command()
def template(file: NewWorkbook) -> None:
    """Write an empty workbook for a new instrument: explained, with examples and the usual rows."""
    write_new(file, empty_workbook())
    say(
        phrase(
            "{file}: written. Fill it in, then `peduli-ham instrument from-xlsx {file} FOLDER`.",
            file=file,
        )
    )


@instrument.command("to-xlsx")
def to_xlsx(code: InstrumentArgument, file: NewWorkbook) -> None:
    """Write an instrument as a workbook that can be edited and read back."""
    with steps(phrase("reads the instrument"), phrase("writes the workbook")) as step:
        files = read_directory(instrument_folder(code))
        load_texts(files)
        step()
        content = filled_workbook(files)
        if not says_the_same(content, files):
            raise Failure(
                phrase(
                    "{code}: holds what a workbook has no place for. Edit its files instead.",
                    code=code,
                )
            )
        write_new(file, content)
    say(
        phrase(
            "{file}: written. `peduli-ham instrument from-xlsx {file} FOLDER` reads it back.",
            file=file,
        )
    )


@instrument.command("from-xlsx")
def from_xlsx(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="A filled-in workbook.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The new folder; it must not exist.")
    ],
) -> None:
    """Make an instrument's folder from a workbook; what is wrong is told by sheet and cell."""
    need_file(
        file, phrase("a workbook"), phrase(", as `peduli-ham instrument template` writes one")
    )
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise Failure(
            phrase("{folder}: exists and is not overwritten. Give another name.", folder=folder)
        )
    if not folder.parent.is_dir():
        raise Failure(
            phrase(
                "{parent}: no such folder. Give one in a folder that exists.", parent=folder.parent
            )
        )
    try:
        with steps(phrase("reads the workbook")):
            files, warnings = read_workbook(file.read_bytes(), str(file))
    except WorkbookError as error:
        raise Failure(*map(cell_line, error.problems)) from None
    for warning in warnings:
        typer.echo(cell_line(warning), err=True)
    _write_folder(folder, files)
    rules = load_texts(files)
    count = len(rules.indicators)
    say(
        phrase(
            "{folder}: {code}, {count} indicators. `peduli-ham check {folder}` tells of it.",
            folder=folder,
            code=rules.code,
            count=count,
        )
    )


@instrument.command("to-xlsform")
def to_xlsform(
    code: InstrumentArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.xlsx", help="The new form; it must not exist.")
    ],
) -> None:
    """Write the questions of an instrument as an XLSForm, for ODK, Kobo and the like."""
    with steps(phrase("reads the instrument"), phrase("writes the workbook")) as step:
        made = load_directory(instrument_folder(code))
        step()
        write_new(file, as_xlsform(made))
    say(
        phrase(
            "{file}: written. It asks and does not score; upload it where you collect.", file=file
        )
    )


@instrument.command()
def compare(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The instrument of before.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The one that takes its place.")],
    map_: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="What became of what (.yaml, .xlsx)."),
    ] = None,
    write_map: Annotated[
        Path | None,
        typer.Option("--write-map", metavar="FILE", help="Write the map there (.yaml, .xlsx)."),
    ] = None,
) -> None:
    """Print what became of each indicator in a new instrument, and what it asks for otherwise."""
    with steps(phrase("reads both instruments"), phrase("compares them")) as step:
        before = load_directory(instrument_folder(old))
        after = load_directory(instrument_folder(new))
        step()
        migration = map_of(map_, before, after) if map_ else propose(before, after)
    words = instrument_map.terminal_words()
    say(f"{before.code} → {after.code}: {instrument_map.counted(migration)}")
    if map_ is None:
        say(words["proposed"])
    screen = console()
    screen.print(table(words["heading"], instrument_map.change_rows(migration, before, after)))
    if details := instrument_map.detail_rows(migration, before, after):
        say(words["asks"])
        screen.print(table(words["details"], details))
    if write_map is not None:
        is_sheet = write_map.suffix.lower() == ".xlsx"
        made = (
            instrument_map.map_as_workbook(migration, before, after)
            if is_sheet
            else instrument_map.map_as_yaml(migration).encode()
        )
        write_new(write_map, made, ".xlsx" if is_sheet else ".yaml")
        say(
            phrase(
                "{write_map}: written. Correct it, then give it with --map.", write_map=write_map
            )
        )


def map_of(file: Path, old: Instrument, new: Instrument) -> Migration:
    """Read a map, as YAML or as a workbook; raise InstrumentError with whatever does not fit."""
    need_file(file, phrase("a map"), phrase(", as --write-map writes one"))
    if file.suffix.lower() == ".xlsx":
        return instrument_map.read_map_workbook(file.read_bytes(), str(file), old, new)
    return read_map(read_file(file), str(file), old, new)


def cell_line(fault: InstrumentProblem) -> str:
    """Return one fault in a workbook: its code, sheet and cell, what, and what is accepted."""
    what, fix = problem_words(fault, INSTRUMENTS)
    return f"{fault.code} {fault.file}:{fault.line}: {what} {fix}"


def write_new(file: Path, content: bytes, suffix: str = ".xlsx") -> None:
    """Write a file that is not there yet, whole or not at all."""
    if file.suffix.lower() != suffix:
        raise Failure(
            phrase(
                "{file}: not a name for such a file. Give one that ends in {suffix}.",
                file=file,
                suffix=suffix,
            )
        )
    with Draft(file) as draft:
        draft.open().write_bytes(content)


def _write_folder(folder: Path, files: dict[str, str]) -> None:
    """Write the files, and give the folder its name once all are there."""
    begun = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    begun.mkdir()
    for name, text in files.items():
        (begun / name).write_text(text, encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    begun.rename(folder)
