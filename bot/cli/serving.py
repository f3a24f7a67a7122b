"""`peduli-ham run` and `peduli-ham demo`: the bot, until it is asked to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import tempfile
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from telegram.error import InvalidToken

from bot.app import built, prepare, serve
from bot.cli.errors import Failure, using
from bot.cli.running import only_one
from bot.config import Config, load_config
from bot.demo import play
from bot.demo.console.running import play_in_console
from bot.demo.places import has_people
from bot.demo.rehearsal.model import STATES
from bot.demo.running import DEFAULT
from bot.logs import setup_logging
from scoring.errors import nearest

log = logging.getLogger(__name__)
DEMO_PORT = 8817


def run() -> None:
    """Run the bot with the settings of the environment or of .env; SIGTERM or Ctrl-C ends it in order."""
    config = load_config()
    setup_logging(style=config.log_format)
    with only_one(config.database), using(config.database):
        uvloop.run(_run(config))


def demo(
    database: Annotated[
        Path | None, typer.Option(help="Keep the demo in this file; else it is thrown away.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help=f"Port of the page on 127.0.0.1; 0 takes a free one. [{DEMO_PORT}]"),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(help="What has happened so far: empty, mid or finished. [mid]"),
    ] = None,
    console: Annotated[
        bool, typer.Option("--console", help="Play in this terminal, or from a pipe.")
    ] = False,
) -> None:
    """Play the whole thing without a token: a web chat with an office's contact, Bagian Hukum and Kanwil."""
    setup_logging(logging.ERROR if console else logging.WARNING)
    chosen = _state(state, database)
    if port is None:
        port = 0 if console else DEMO_PORT
    with contextlib.ExitStack() as stack:
        if database is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="peduli-ham-"))
            database = Path(folder) / "demo.db"
        stack.enter_context(only_one(database))
        stack.enter_context(using(database))
        uvloop.run(_demo(database, port, chosen, console=console))


def _state(state: str | None, database: Path | None) -> str:
    """The state to begin in; a database that was played goes on as it is. Raises Failure."""
    if state is not None and state not in STATES:
        close = nearest(state, STATES)
        hint = f" Did you mean {close}?" if close else ""
        raise Failure(f"--state {state}: no such state. Give {', '.join(STATES)}.{hint}")
    if state is not None and database is not None and has_people(database):
        raise Failure(
            f"{database}: was played already, and goes on as it is. "
            "Leave --state out, or give another file."
        )
    return state or DEFAULT


def _stopped_by_signals(stop: asyncio.Event) -> None:
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)


async def _run(config: Config) -> None:
    async with built(config) as app:
        _stopped_by_signals(app.stop)
        await prepare(app)
        try:
            await serve(app, lambda: log.info("ready"))
        except InvalidToken:
            raise _refused() from None
        except BaseExceptionGroup as group:
            if group.subgroup(InvalidToken) is None:
                raise
            raise _refused() from None
        log.info("stopped")


def _refused() -> Failure:
    return Failure("The Bot API refuses BOT_TOKEN. Take the one that @BotFather gave, unshortened.")


async def _demo(database: Path, port: int, state: str, *, console: bool) -> None:
    stop = asyncio.Event()
    _stopped_by_signals(stop)

    def shown(url: str) -> None:
        typer.echo(f"Peduli HAM demo: open {url} in a browser. Ctrl-C ends it.")

    try:
        if console:
            await play_in_console(database, port, stop, state)
        else:
            await play(database, port, shown, stop, state)
    except OSError as error:
        if error.errno is None or port == 0:
            raise
        raise Failure(f"Port {port} is taken. Give another with --port, or --port 0.") from None
