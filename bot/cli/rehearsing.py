"""`peduli-ham rehearse`: conversations of the demo, played again with the real bot and compared."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot import portable
from bot.cli.command_errors import Failure, need_file
from bot.cli.own_roster import InstrumentOption, RosterOption, own_roster
from bot.cli.screen import say, steps
from bot.demo.lifecycle import running
from bot.demo.rehearsal.rehearsal_model import OWN, Rehearsal
from bot.demo.rehearsal.rehearsal_player import Played
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from bot.demo.rehearsal.rehearsal_writer import written
from bot.ops.logs import setup_logging
from bot.roster import ParsedRoster
from bot.terminal import phrase, problem_line
from scoring import InstrumentError
from scoring.source import read_file


def rehearse(
    files: Annotated[list[Path], typer.Argument(help="Rehearsals that the demo saved (.yaml).")],
    renew: Annotated[
        bool, typer.Option("--renew", help="Write down what the bot answers now, in the same file.")
    ] = False,
    roster: RosterOption = None,
    instrument: InstrumentOption = None,
) -> None:
    """Play rehearsals of the demo with the real bot, each on a fresh state, and compare what it answers.

    Exit code 1: the bot answers something else than is written down; 2: a file cannot be used.
    """
    setup_logging(logging.ERROR)
    different, plan = 0, own_roster(roster, instrument)
    rehearsals = _all(files)
    for file, rehearsal in zip(files, rehearsals, strict=True):
        _fits(file, rehearsal, plan)
    for place, (file, rehearsal) in enumerate(zip(files, rehearsals, strict=True), 1):
        with steps(
            phrase("plays {file}, {place} of {count}", file=file, place=place, count=len(files))
        ):
            played, now = portable.run(rehearsed(rehearsal, compare=not renew, roster=plan))
        if played.problem is not None:
            different += 1
            typer.echo(played.problem.shown(), err=True)
        elif renew:
            file.write_text(written(now), encoding="utf-8")
            say(phrase("{file}: {steps} steps, written down anew.", file=file, steps=played.steps))
        else:
            say(phrase("{file}: {steps} steps, as written down.", file=file, steps=played.steps))
    if different:
        many = (
            phrase("{different} of {files} rehearsals go", different=different, files=len(files))
            if len(files) > 1
            else phrase("The rehearsal goes")
        )
        raise Failure(phrase("{many} otherwise than written down.", many=many), code=1)


def _all(files: list[Path]) -> list[Rehearsal]:
    """Read them all before the first is played; every problem at once. Raises Failure."""
    rehearsals, lines = [], []
    for file in files:
        need_file(file, phrase("a rehearsal"), phrase(" (.yaml); the demo saves them"))
        try:
            rehearsals.append(read_rehearsal(read_file(file), str(file)))
        except InstrumentError as error:
            lines += [problem_line(problem) for problem in error.problems]
    if lines:
        raise Failure(*lines)
    return rehearsals


def _fits(file: Path, rehearsal: Rehearsal, roster: ParsedRoster | None) -> None:
    """Refuse a rehearsal of another roster than is given. Raises Failure."""
    if rehearsal.state == OWN and roster is None:
        raise Failure(
            phrase("{file}: was played with another roster. Give it with --roster FILE.", file=file)
        )
    if rehearsal.state != OWN and roster is not None:
        raise Failure(
            phrase("{file}: was played with the example's roster. Leave --roster out.", file=file)
        )


async def rehearsed(
    rehearsal: Rehearsal, *, compare: bool = True, roster: ParsedRoster | None = None
) -> tuple[Played, Rehearsal]:
    """Play one on a stage of its own, at its own time; how it went, and what was said now.

    Raises RehearsalError.
    """
    with tempfile.TemporaryDirectory(prefix="peduli-ham-") as folder:
        path = Path(folder) / "demo.db"
        async with running(
            path, state=rehearsal.state, start=rehearsal.starts, limits="off", roster=roster
        ) as demo:
            played = await demo.recorder.played(rehearsal, compare=compare)
            return played, demo.recorder.again(rehearsal) if played.ok else rehearsal
