"""The command `peduli-ham`: one module per group of commands, failures worded in `errors`."""

from __future__ import annotations

import io
import sys

import typer

from bot.cli.errors import Commands
from bot.cli.exporting import export
from bot.cli.failed import failed
from bot.cli.health import doctor
from bot.cli.previous_answers import previous
from bot.cli.rehearsing import rehearse
from bot.cli.safekeeping import backup, restore, verify
from bot.cli.scores import check, score
from bot.cli.serving import demo, run
from bot.cli.setting_up import roster_template, setup
from bot.cli.version import root

app = typer.Typer(
    name="peduli-ham",
    cls=Commands,
    help="A Telegram assistant for the Kabupaten/Kota Peduli HAM assessment.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.callback()(root)
COMMANDS = (
    run, demo, rehearse, setup, roster_template, previous, score, check, verify, backup, restore,
    export, doctor,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.add_typer(failed, name="failed")


def main() -> None:
    """Entry point of the console script; a terminal or pipe that lacks a letter shows `?` for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="peduli-ham")
