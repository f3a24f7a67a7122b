"""How commands fail: one line on stderr for each fault, what would be accepted, and no traceback.

Exit codes: 0 done, 1 examined and found broken (`verify`, `backup`), 2 cannot be done as asked.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli.usage import what_is_wrong
from bot.terminal import known_as, phrase, problem_line, system_words

OURS = ("bot", "flows", "messages", "scoring")
"""Packages whose absence is a defect of ours, not of the installation."""


class Failure(Exception):
    """A command that cannot go on, with the lines that say why."""

    def __init__(self, *lines: str, code: int = 2) -> None:
        super().__init__(*lines)
        self.lines = lines
        self.code = code


class Commands(TyperGroup):
    """The group of all commands, which words every failure."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run; leave with the exit code of the command."""
        given = list(sys.argv[1:] if args is None else args) or ["--help"]
        options["standalone_mode"] = False
        try:
            code = super().main(given, *rest, **options)
        except Exception as error:
            failure = worded(error)
            if failure is None:
                raise
            for line in failure.lines:
                typer.echo(line, err=True)
            code = failure.code
        sys.exit(code if isinstance(code, int) else 0)


def worded(error: Exception) -> Failure | None:
    """Return the failure that an exception means to the operator; None for a defect of ours."""
    match error:
        case Failure():
            return error
        case typer.TyperException():
            return _usage(error)
        case ImportError(name=str(name)) if name.partition(".")[0] not in OURS:
            again = phrase("`pip install --force-reinstall` with the file of peduli-ham")
            return Failure(
                phrase(
                    "The package {name} cannot be loaded ({error}). Install anew: {again}.",
                    name=name,
                    error=error,
                    again=again,
                )
            )
        case OSError():
            hint = phrase("Give a file that you may read, in a folder that you may write to.")
            where = error.filename or known_as("a file")
            return Failure(f"{where}: {system_words(error)}. {hint}")
        case _:
            return _refusal(error)


def _refusal(error: Exception) -> Failure | None:
    """Word what the bot itself refuses. Its classes are imported only now, to keep `--help` light."""
    from bot.config import ConfigError
    from bot.roster import SetupError
    from bot.storage.migrations import NewerDatabaseError
    from bot.storage.setup import NotOursError
    from scoring.errors import InstrumentError

    match error:
        case InstrumentError():
            return Failure(*(problem_line(problem) for problem in error.problems))
        case ConfigError():
            where = phrase("Give it in the environment or in a file .env.")
            faults = closed(phrase("Settings: {faults}", faults="; ".join(error.faults)))
            return Failure(f"{faults} {where}")
        case SetupError():
            return Failure(str(error))
        case NotOursError():
            return Failure(
                phrase(
                    "{error}: not a database of peduli-ham. Give the file of --database.",
                    error=error,
                )
            )
        case NewerDatabaseError():
            return Failure(str(error))
        case _:
            return None


def _usage(error: typer.TyperException) -> Failure:
    """Word a wrong option or argument, with what the command takes."""
    message = what_is_wrong(error)
    context = getattr(error, "ctx", None)
    if context is None:
        return Failure(closed(message))
    if isinstance(context.command, Commands):
        accepted = phrase("Commands: {known}", known=", ".join(sorted(context.command.commands)))
    else:
        accepted = context.get_usage().replace("\n", " ")
        options = [
            param.opts[0] for param in context.command.params if param.opts[0].startswith("-")
        ]
        known = ", ".join([*options, "--help"])
        accepted = f"{' '.join(accepted.split())} {phrase('(options: {known})', known=known)}"
    return Failure(f"{closed(message)} {closed(accepted)}")


def closed(message: str) -> str:
    """Return a library's message as one line that ends like a sentence, without its error class."""
    line = " ".join(message.replace("Value error, ", "").split())
    return line if line.endswith(("?", "!", "…")) else f"{line.rstrip('.')}."


@contextlib.contextmanager
def using(database: Path) -> Iterator[None]:
    """Word what SQLite says about this file."""
    try:
        yield
    except sqlite3.Error as error:
        raise Failure(f"{database}: {_hint(str(error))}") from error


def _hint(message: str) -> str:
    if "locked" in message:
        return phrase("another process is writing and does not finish. Try again in a moment.")
    if "not a database" in message:
        return phrase("not a SQLite database. Give the file of --database.")
    if "readonly" in message or "unable to open" in message:
        return phrase("cannot be opened or written. Give a file in a folder that you may write to.")
    return phrase("{message}. Try `peduli-ham verify`, or restore a backup.", message=message)


def need_file(path: Path, what: str, hint: str) -> None:
    """Refuse a path that is no file that can be read."""
    if not path.exists():
        raise Failure(
            phrase("{path}: no such file. Give {what}{hint}.", path=path, what=what, hint=hint)
        )
    if path.is_dir():
        raise Failure(
            phrase("{path}: a folder. Give {what}{hint}.", path=path, what=what, hint=hint)
        )
