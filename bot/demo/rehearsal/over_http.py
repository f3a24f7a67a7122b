"""Does the steps of a conversation at phones of the local server, whose bot answers over HTTP.

It waits for answers, not for seconds: until every act is taken up, nothing waits to be sent, and what is
expected has come.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from bot.demo.botapi import Sandbox
from bot.demo.rehearsal import acting, references
from bot.demo.rehearsal.hearing import Moment, assigned, heard
from bot.demo.rehearsal.rehearsal_model import PERSONAL, Rehearsal, RehearsalStep, Replies
from bot.demo.rehearsal.rehearsal_player import Fits
from bot.demo.rehearsal.rehearsal_problems import RehearsalError, RehearsalProblem, own
from bot.storage import outbox_history
from scoring.errors import nearest

PATIENCE = 30.0
LATE = 2.0
LOOK = 0.02
QUIET = 0.06


class HttpScene(Protocol):
    """A server with its people and a bot."""

    @property
    def server(self) -> Sandbox: ...
    @property
    def database(self) -> Path: ...
    @property
    def is_running(self) -> bool:
        """Whether the bot can answer (again)."""

    async def perform(self, act: str, value: str) -> None:
        """Do what the stage does: clock, signal, bot, in the words of the file. Raises ValueError."""


class OverHttp(Struct):
    """The driver of a rehearsal on a scene; `moments` are the acts that took place. Raises RehearsalError."""

    rehearsal: Rehearsal
    scene: HttpScene
    moments: list[Moment] = field(default_factory=list)
    _since: int = 0

    def __post_init__(self) -> None:
        server = self.scene.server
        for name in self.rehearsal.people:
            server.person(name, label=name)
        check_cast(self.rehearsal, server)
        self._since = self._newest()

    async def act(self, step: RehearsalStep) -> None:
        since, server = self._newest(), self.scene.server
        if step.act not in PERSONAL:
            await self.scene.perform(step.act, step.value)
            self.moments.append(Moment(None, 0, since))
            return
        person = references.person_of(server, step.who)
        assert person is not None
        chat = references.chat_of(server, step.inside) if step.inside else person.chat
        assert chat is not None
        update_id = server.bot.queue.next_id
        await acting.act(step, person, chat, self.rehearsal.files)
        self.moments.append(Moment(update_id, chat.id, since))

    async def replies(self, fits: Fits) -> Sequence[Replies]:
        loop = asyncio.get_running_loop()
        end, late = loop.time() + PATIENCE, loop.time() + LATE
        with closing(sqlite3.connect(self.scene.database)) as letters:
            while loop.time() < end:
                is_settled = await settled(self.scene, letters)
                if not is_settled:
                    late = loop.time() + LATE
                answers = self._answers(letters)
                fit = fits(answers)
                if is_settled and (fit is not None or loop.time() > late):
                    return answers
                await asyncio.sleep(LOOK)
        raise TimeoutError(f"{PATIENCE:.0f} s")

    def _newest(self) -> int:
        with closing(sqlite3.connect(self.scene.database)) as letters:
            return outbox_history.newest(letters)

    def _answers(self, letters: sqlite3.Connection) -> list[Replies]:
        names = references.labels(self.scene.server)
        letters_of_moments = assigned(self.moments, outbox_history.after(letters, self._since))
        return [heard(*one, names) for one in zip(self.moments, letters_of_moments, strict=True)]


async def settled(scene: HttpScene, letters: sqlite3.Connection) -> bool:
    """Tell whether all is answered: nothing waits to be taken or sent, nor does a moment later."""
    server = scene.server
    quiet = not server.bot.queue.waiting and scene.is_running and outbox_history.is_settled(letters)
    if not quiet:
        return False
    await asyncio.sleep(QUIET)  # what an answer sets off follows it within a moment
    return server.is_quiet and outbox_history.is_settled(letters)


def check_cast(rehearsal: Rehearsal, server: Sandbox) -> None:
    """Raise RehearsalError where somebody is named who is not there."""
    known = tuple(references.labels(server).values())
    problems = []
    for step in rehearsal.steps:
        for text in (step.who, step.inside, step.of, *step.heard.others):
            if text and text not in known:
                params = {
                    "text": f"“{text}”",
                    "state": rehearsal.state,
                    "allowed": ", ".join(known),
                }
                problems.append(
                    RehearsalProblem(
                        own("unknown_person"),
                        rehearsal.file,
                        step.line,
                        params,
                        nearest(text, known),
                    )
                )
    if problems:
        raise RehearsalError(problems)
