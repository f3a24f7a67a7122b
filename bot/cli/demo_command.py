"""`peduli-ham demo`: the bot with a Bot API of its own, and a page or a terminal to play in."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import portable
from bot.cli.command_errors import Failure, need_file, using
from bot.cli.own_roster import InstrumentOption, RosterOption, own_roster
from bot.cli.process_lock import only_one
from bot.clock import system_clock
from bot.demo import play
from bot.demo.cast import opening
from bot.demo.console.console_session import play_in_console
from bot.demo.lifecycle import DEFAULT
from bot.demo.rehearsal.rehearsal_model import OWN, STATES
from bot.demo.state_files import FileContent, copied, look
from bot.ops.logs import setup_logging
from bot.roster import ParsedRoster
from bot.storage.migrations import refuse_newer
from bot.terminal import phrase
from scoring.errors import nearest

DEMO_PORT = 8817


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
        typer.Option(help="What has happened so far: empty, mid, levels or finished. [mid]"),
    ] = None,
    copy: Annotated[
        bool,
        typer.Option("--copy", help="Play in a copy of --database, thrown away: your own roster."),
    ] = False,
    console: Annotated[
        bool, typer.Option("--console", help="Play in this terminal, or from a pipe.")
    ] = False,
    roster: RosterOption = None,
    instrument: InstrumentOption = None,
) -> None:
    """Play the whole thing without a token: a web chat with an office's contact, Bagian Hukum and Kanwil."""
    setup_logging(logging.ERROR if console else logging.WARNING)
    if port is None:
        port = 0 if console else DEMO_PORT
    plan = own_roster(roster, instrument)
    if plan is not None and (copy or state):
        option = "--copy" if copy else "--state"
        raise Failure(phrase("{option}: leave it out, with a roster of your own.", option=option))
    with contextlib.ExitStack() as stack:
        chosen, start = OWN if plan else _state(state), None
        if database is not None:
            refuse_newer(database)
            stack.enter_context(using(database))
            _playable(database, copy=copy, state=state)
        elif copy:
            raise Failure(phrase("--copy: of which file? Give it with --database."))
        if database is None or copy:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="peduli-ham-"))
            place = Path(folder) / "demo.db"
            if database is not None:
                copied(database, place)
                start = opening(place, system_clock())
            database = place
        stack.enter_context(only_one(database))
        portable.run(_demo(database, port, chosen, start, plan, console=console))


def _state(state: str | None) -> str:
    """Return the state to begin in. Raises Failure."""
    if state is not None and state not in STATES:
        close = nearest(state, STATES)
        hint = phrase(" Did you mean {close}?", close=close) if close else ""
        raise Failure(
            phrase(
                "--state {state}: no such state. Give {STATES}.{hint}",
                state=state,
                STATES=", ".join(STATES),
                hint=hint,
            )
        )
    return state or DEFAULT


def _playable(database: Path, *, copy: bool, state: str | None) -> None:
    """Refuse what would be lost or changed by playing in it. Raises Failure."""
    if copy:
        need_file(database, phrase("the database to copy"), "")
    content = look(database)
    if content is FileContent.NOTHING and copy:
        raise Failure(
            phrase(
                "{database}: nothing is set up in it. Leave --copy out, or run `setup` first.",
                database=database,
            )
        )
    if content is FileContent.SET_UP and not copy:
        raise Failure(
            phrase(
                "{database}: was set up for real, so the demo does not play in it. Give "
                "--copy to play in a copy of it, or another file.",
                database=database,
            )
        )
    if state is not None and content is not FileContent.NOTHING:
        why = phrase("a copy") if copy else phrase("was played already, and")
        raise Failure(
            phrase(
                "{database}: {why} goes on as it is. Leave --state out, or give another file.",
                database=database,
                why=why,
            )
        )


async def _demo(
    database: Path,
    port: int,
    state: str,
    start: datetime | None,
    roster: ParsedRoster | None,
    *,
    console: bool,
) -> None:
    stop = asyncio.Event()
    portable.on_stop_signals(stop.set)

    def shown(url: str) -> None:
        if start is not None:
            typer.echo(
                phrase(
                    "Its period is not running today: the demo's clock begins on {start:%Y-%m-%d}.",
                    start=start,
                )
            )
        typer.echo(phrase("Peduli HAM demo: open {url} in a browser. Ctrl-C ends it.", url=url))

    try:
        if console:
            await play_in_console(database, port, stop, state, start, roster)
        else:
            await play(database, port, shown, stop, state, start, roster)
    except OSError as error:
        if error.errno is None or port == 0:
            raise
        raise Failure(
            phrase("Port {port} is taken. Give another with --port, or --port 0.", port=port)
        ) from None
