"""The settings that commands need without the bot: environment or `.env`, options come first."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.command_errors import Failure, need_file
from bot.clock import local_day, system_clock
from bot.config import DATABASE, FILES, TIMEZONE, is_trial
from bot.given_settings import given_settings
from bot.storage.migrations import refuse_newer
from bot.terminal import phrase

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")

BotOption = Annotated[
    str | None,
    typer.Option("--bot", metavar="USERNAME", help="The bot's username (else BOT_USERNAME)."),
]
DatabaseOption = Annotated[
    Path | None,
    typer.Option(
        "--database", metavar="PATH", help="The SQLite file (else DATABASE, else peduli-ham.db)."
    ),
]


def setting(name: str, usual: str = "") -> str:
    """Return what is set; no token is asked for: these commands work where the bot does not run."""
    return given_settings().get(name, usual)


def files_folder(given: Path | None = None) -> Path:
    """Return the folder of the evidence that is meant."""
    return given or Path(setting("files", FILES))


def zone() -> ZoneInfo:
    """Return the zone of the installation, by which days begin."""
    name = setting("timezone", TIMEZONE)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Failure(
            phrase("TIMEZONE {name} is not a zone. Give a name such as Asia/Jakarta.", name=name)
        ) from None


def trial() -> bool:
    """Return whether what is set up here is a trial (TRIAL=1)."""
    text = setting("trial")
    try:
        return is_trial(text)
    except ValueError:
        raise Failure(
            phrase("TRIAL={text}: give 1 for a trial (uji coba), else 0 or nothing.", text=text)
        ) from None


def today() -> date:
    """Return today's date in the zone of the installation."""
    return local_day(system_clock(), zone())


def database_path(given: Path | None, *, newer_too: bool = False) -> Path:
    """Return the path of the database that is meant; it need not exist.

    Raises NewerDatabaseError, before anything else is done, for one that a newer program made.
    """
    path = given or Path(setting("database", DATABASE))
    if not newer_too:
        refuse_newer(path)
    return path


def existing_database(given: Path | None) -> Path:
    """Return the path of the database that is meant, which must exist."""
    path = database_path(given)
    need_file(
        path,
        phrase("the database with --database or DATABASE"),
        phrase("; `peduli-ham setup` makes one"),
    )
    return path


def bot_username(given: str | None) -> str | None:
    """Return the bot's username without @; None where it was never given."""
    name = given or setting("bot_username")
    if not name:
        return None
    name = name.removeprefix("https://t.me/").removeprefix("@")
    if not USERNAME.fullmatch(name):
        raise Failure(
            phrase(
                "{name!r} is not a username of a bot. Give it such as peduli_ham_bot.", name=name
            )
        )
    return name
