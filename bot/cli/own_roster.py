"""One's own roster and instrument in the demo and in rehearsals; the files are only read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.setting_up import read_given
from bot.roster import ParsedRoster
from bot.terminal import problem_line

EXAMPLE = "jakarta-pusat"
RosterOption = Annotated[
    str | None,
    typer.Option("--roster", metavar="FILE", help="Play your own roster (.yaml, .xlsx)."),
]
InstrumentOption = Annotated[
    Path | None,
    typer.Option(
        "--instrument", metavar="FOLDER", help="Play this instrument, whichever the roster names."
    ),
]


def own_roster(roster: str | None, instrument: Path | None) -> ParsedRoster | None:
    """Return the roster to be played; None for the example. Raises Failure, and faults as in `setup`."""
    if roster is None and instrument is None:
        return None
    plan = read_given(roster or EXAMPLE, instrument=instrument)
    for warning in plan.warnings:
        typer.echo(problem_line(warning), err=True)
    return plan
