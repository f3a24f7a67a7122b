"""`peduli-ham failed`: updates that raised are kept; look at them, do them again, or drop them."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import orjson
import typer

from bot.cli.command_errors import Commands, Failure, using
from bot.cli.process_lock import is_served, only_one
from bot.cli.screen import console, say, steps, table
from bot.cli.settings import DatabaseOption, existing_database, zone
from bot.clock import iso, system_clock
from bot.dispatch import Dispatcher
from bot.storage import failed_updates as store
from bot.storage.database import connect, in_transaction, open_database
from bot.storage.failed_updates import FailedUpdate
from bot.storage.health_counts import noted
from bot.storage.setup import open_existing
from bot.terminal import known_as, phrase

CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help="As the person was told: G-3.")]
failed = typer.Typer(
    cls=Commands,
    help="Updates that could not be handled: list, show, replay, drop.",
    add_completion=False,
    rich_markup_mode=None,
)


@failed.command("list")
def list_failed(database: DatabaseOption = None) -> None:
    """List the kept updates with what went wrong; no personal data."""
    path = existing_database(database)
    with using(path), closing(open_existing(path)) as connection:
        rows = store.listed(connection)
    if not rows:
        say(phrase("No update failed."))
        return
    shown = [
        (f"G-{row.code}", row.at, str(row.update_id), known_as(row.state), row.summary)
        for row in rows
    ]
    console().print(table(("code", "at", ">update", "state", "error"), shown))


@failed.command()
def show(code: CodeArgument, database: DatabaseOption = None) -> None:
    """Print a kept update and its error in full; this is personal data."""
    path = existing_database(database)
    with using(path), closing(open_existing(path)) as connection:
        update = _wanted(connection, code)
    say(
        phrase(
            "G-{code}, update {update_id}, {at}, {state}",
            code=update.code,
            update_id=update.update_id,
            at=update.at,
            state=known_as(update.state),
        )
    )
    say(_pretty(update.body))
    say(update.error.rstrip())


@failed.command()
def replay(code: CodeArgument, database: DatabaseOption = None) -> None:
    """Do a kept update again: at once, or by the running bot within its next tick."""
    path = existing_database(database)
    update = _moved(path, code, "replay", ("kept", "replay"))
    if is_served(path):
        say(
            phrase(
                "G-{code}: queued; the running bot takes it within half a minute.", code=update.code
            )
        )
        return
    with steps(phrase("does it again")), only_one(path), using(path):
        done = asyncio.run(_replay(path, update.code))
    if done.state != "replayed":
        raise Failure(
            phrase(
                "G-{code}: failed again ({summary}) and is kept.",
                code=update.code,
                summary=done.summary,
            ),
            code=1,
        )
    say(phrase("G-{code}: done. What it says is sent when the bot runs.", code=update.code))


@failed.command()
def drop(code: CodeArgument, database: DatabaseOption = None) -> None:
    """Mark a kept update as not to be done; it stays in the database."""
    update = _moved(existing_database(database), code, "dropped", ("kept", "replay"))
    say(phrase("G-{code}: dropped.", code=update.code))


def _moved(path: Path, code: str, state: str, before: tuple[str, ...]) -> FailedUpdate:
    def work(connection: sqlite3.Connection) -> FailedUpdate:
        update = _wanted(connection, code)
        if update.state not in before:
            raise Failure(
                phrase(
                    "G-{code}: is {state} already. Nothing was done.",
                    code=update.code,
                    state=known_as(update.state),
                )
            )
        if update.state != state:
            store.move(connection, update.code, state, iso(system_clock()), before=before)
        return update

    with using(path), closing(open_existing(path)):
        pass  # refuses another program's file before anything is written to it
    with using(path), closing(connect(path)) as connection:
        return in_transaction(connection, work)


async def _replay(path: Path, code: int) -> FailedUpdate:
    """Do what the running bot does in its tick."""
    async with open_database(path) as database:
        known = await database.read(noted)
        dispatcher = Dispatcher(database, system_clock, zone(), known.get("bot_link", ""))
        await dispatcher.replay()
        done = await database.read(partial(store.get, code=code))
    assert done is not None
    return done


def _wanted(connection: sqlite3.Connection, code: str) -> FailedUpdate:
    digits = re.fullmatch(r"(?:[Gg]-)?(\d{1,9})", code.strip())
    update = store.get(connection, int(digits[1])) if digits else None
    if update is None:
        known = ", ".join(f"G-{update.code}" for update in store.listed(connection)) or known_as(
            "none"
        )
        raise Failure(
            phrase("{code}: no such kept update. Known: {known}.", code=code, known=known)
        )
    return update


def _pretty(body: str) -> str:
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return body
