"""The command `peduli-ham`: one module per group of commands, failures worded in `command_errors`."""

from __future__ import annotations

import io
import sys

import typer

from bot.cli.commands import AllCommands
from bot.cli.version import root

app = typer.Typer(
    name="peduli-ham",
    cls=AllCommands,
    help="A Telegram assistant for the Kabupaten/Kota Peduli HAM assessment.",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.callback()(root)


def main() -> None:
    """Run the console script; a terminal or pipe that lacks a letter shows `?` for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="peduli-ham")
