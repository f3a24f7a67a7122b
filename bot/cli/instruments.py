"""`peduli-ham instrument`: an instrument as a workbook and back, compared with another, or as an XLSForm."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.drafts import Draft
from bot.cli.errors import Commands, Failure, need_file
from bot.cli.scores import instrument_folder
from bot.cli.screen import say
from bot.instruments.judging import read_workbook, says_the_same
from bot.instruments.problems import WorkbookError
from bot.instruments.writing import empty_workbook, filled_workbook
from messages.problems import INSTRUMENTS
from messages.problems import problem as in_words
from scoring.errors import InstrumentProblem
from scoring.load import load_texts
from scoring.source import read_directory

Source = Annotated[
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
    say(f"{file}: written. Fill it in, then `peduli-ham instrument from-xlsx {file} FOLDER`.")


@instrument.command("to-xlsx")
def to_xlsx(code: Source, file: NewWorkbook) -> None:
    """Write an instrument as a workbook that can be edited and read back."""
    files = read_directory(instrument_folder(code))
    load_texts(files)
    content = filled_workbook(files)
    if not says_the_same(content, files):
        raise Failure(f"{code}: holds what a workbook has no place for. Edit its files instead.")
    write_new(file, content)
    say(f"{file}: written. `peduli-ham instrument from-xlsx {file} FOLDER` reads it back.")


@instrument.command("from-xlsx")
def from_xlsx(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="A filled-in workbook.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The new folder; it must not exist.")
    ],
) -> None:
    """Make an instrument's folder from a workbook; what is wrong is told by sheet and cell."""
    need_file(file, "a workbook", ", as `peduli-ham instrument template` writes one")
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise Failure(f"{folder}: exists and is not overwritten. Give another name.")
    if not folder.parent.is_dir():
        raise Failure(f"{folder.parent}: no such folder. Give one in a folder that exists.")
    try:
        files, warnings = read_workbook(file.read_bytes(), str(file))
    except WorkbookError as error:
        raise Failure(*map(cell_line, error.problems)) from None
    for one in warnings:
        typer.echo(cell_line(one), err=True)
    _write_folder(folder, files)
    rules = load_texts(files)
    count = len(rules.indicators)
    say(f"{folder}: {rules.code}, {count} indicators. `peduli-ham check {folder}` tells of it.")


def cell_line(one: InstrumentProblem) -> str:
    """One fault in a workbook, in Indonesian: its code, sheet and cell, what, and what is accepted."""
    what, fix = in_words(one.code, one.params, about=INSTRUMENTS)
    meant = f" Maksud Anda “{one.nearest}”?" if one.nearest else ""
    return f"{one.code} {one.file}:{one.line}: {what} {fix}{meant}"


def write_new(file: Path, content: bytes, suffix: str = ".xlsx") -> None:
    """Write a file that is not there yet, whole or not at all."""
    if file.suffix.lower() != suffix:
        raise Failure(f"{file}: not a name for such a file. Give one that ends in {suffix}.")
    draft = Draft(file)
    try:
        draft.open().write_bytes(content)
    except BaseException:
        draft.discard()
        raise
    draft.publish()


def _write_folder(folder: Path, files: dict[str, str]) -> None:
    """The folder takes its name when all its files are there."""
    begun = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    begun.mkdir()
    for name, text in files.items():
        (begun / name).write_text(text, encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    begun.rename(folder)
