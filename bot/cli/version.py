"""`peduli-ham --version`: which program this is, for reports and scripts."""

from __future__ import annotations

from typing import Annotated

import typer


def _print_version(asked: bool) -> None:
    """Print the installed version and leave."""
    if asked:
        from importlib.metadata import version  # slow to import, and of no use to other commands

        typer.echo(f"peduli-ham {version('peduli-ham')}")
        raise typer.Exit


def root(
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Take the options that belong to no command."""
