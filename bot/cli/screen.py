"""What commands print: tables for people, as wide as they need where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bot.terminal import known_as

WIDE = 160
LONG = 500
"""Rows above which a table is not laid out to the width of the screen."""


def console() -> Console:
    """Return standard output as a console; piped, it is wide enough for a link on one line."""
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a plain table; nothing in its cells is read as markup."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        made.add_column(
            known_as(name.lstrip(">")), justify="right" if name.startswith(">") else "left"
        )
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made


def show(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; a long one in plain columns, as laying out cell by cell takes longer than the work."""
    if len(rows) <= LONG:
        console().print(table(columns, rows))
        return
    lines = [tuple(map(known_as, columns)), *rows]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    typer.echo(
        "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )
    )


def bar(*columns: ProgressColumn) -> Progress:
    """Return a bar of what takes a while: on standard error, only where somebody watches; then it is gone.

    Nothing is printed while it is there: what is piped on never has a piece of it.
    """
    screen = Console(stderr=True)
    return Progress(
        *columns, console=screen, transient=True, disable=not screen.is_terminal,
        redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip


@contextmanager
def steps(*names: str) -> Iterator[Callable[[], None]]:
    """Show a bar that goes on by one named step at each call."""
    with bar(BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn()) as progress:
        task = progress.add_task(names[0], total=len(names))
        rest = iter(names[1:])
        yield lambda: progress.update(task, advance=1, description=next(rest, names[-1]))


def say(text: str = "") -> None:
    """Print a line as it is, however long."""
    console().print(Text(text), soft_wrap=True)
