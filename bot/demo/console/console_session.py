"""The console from start to an orderly end."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot.demo.console import words
from bot.demo.console.console import Session, run
from bot.demo.console.console_commands import greet, obey
from bot.demo.console.console_screen import make_console
from bot.demo.console.line_input import lines_of
from bot.demo.lifecycle import running
from bot.roster import ParsedRoster
from bot.terminal import known_as


async def play_in_console(
    path: Path,
    port: int,
    stop: asyncio.Event,
    state: str,
    start: datetime | None = None,
    roster: ParsedRoster | None = None,
) -> None:
    """Play in this terminal, or what comes through a pipe, until it ends or somebody asks to stop."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    screen = make_console(is_terminal=is_terminal)
    async with running(path, port, state, start, roster=roster) as demo:
        lines = lines_of(sys.stdin.fileno())
        session = Session(demo.stage, demo.recorder, screen, lines, is_terminal)
        greet(session)
        await run(session, obey, stop)
    session.say(known_as(words.ENDED))
