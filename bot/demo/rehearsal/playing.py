"""Plays a rehearsal with the real bot and compares what it answers with what is written down.

It waits for answers, not for seconds: until every act is taken up, nothing waits to be sent, and what is
expected has come.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.demo.botapi import Sandbox
from bot.demo.rehearsal import acting, cast
from bot.demo.rehearsal.acting import CannotAct
from bot.demo.rehearsal.hearing import Moment, assigned, heard
from bot.demo.rehearsal.model import PERSONAL, Heard, Rehearsal, Step
from bot.demo.rehearsal.problems import RehearsalError, RehearsalProblem, own
from bot.storage import outbox_history
from scoring.errors import nearest

PATIENCE = 30.0
LATE = 2.0
LOOK = 0.02
QUIET = 0.06


class Scene(Protocol):
    """A demo in the rehearsal's state, with its bot running."""

    @property
    def server(self) -> Sandbox: ...
    @property
    def database(self) -> Path: ...
    @property
    def is_running(self) -> bool:
        """Whether the bot can answer (again)."""

    async def perform(self, act: str, value: str) -> None:
        """Do what the stage does: clock, signal, bot, in the words of the file. Raises ValueError."""


@dataclass(frozen=True, slots=True)
class Played:
    """How it went: how many steps were played, and the line that tells the first difference."""

    steps: int
    problem: str | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None


@dataclass(slots=True)
class Player:
    """One run of a rehearsal on a scene; `on_step` is called after each step with how many are done.

    Without `compare` a difference in what the bot answers is no problem.
    """

    rehearsal: Rehearsal
    scene: Scene
    on_step: Callable[[int], None] = lambda _: None
    compare: bool = True
    moments: list[Moment] = field(default_factory=list)
    _checked: int = 0
    _is_dead: bool = False
    _since: int = 0

    async def play(self) -> Played:
        """Play from the first step to the last, or to the first difference. Raises RehearsalError."""
        server = self.scene.server
        for name in self.rehearsal.people:
            server.person(name, label=name)
        check_cast(self.rehearsal, server)
        with closing(sqlite3.connect(self.scene.database)) as letters:
            self._since = outbox_history.newest(letters)
            for at, step in enumerate(self.rehearsal.steps):
                problem = await self._step(at, step, letters)
                if problem is not None:
                    return Played(at + 1, problem)
                self.on_step(at + 1)
        return Played(len(self.rehearsal.steps))

    async def _step(self, at: int, step: Step, letters: sqlite3.Connection) -> str | None:
        since = outbox_history.newest(letters)
        try:
            moment = await self._act(step, since)
        except CannotAct as error:
            return self._line(at, str(error), error.fix)
        except ValueError as error:  # the stage's own words
            return self._line(at, str(error), "Record it anew.")
        except TimeoutError:
            return self._line(at, "what was to come first did not come", "Try again.")
        self.moments.append(moment)
        following = self.rehearsal.steps[at + 1 : at + 2]
        together = bool(step.album) and any(one.album == step.album for one in following)
        if step.act == "bot":
            self._is_dead = step.value == "kill"
        if together or self._is_dead:
            return None
        return await self._compare(letters)

    async def _act(self, step: Step, since: int) -> Moment:
        if step.act not in PERSONAL:
            await self.scene.perform(step.act, step.value)
            return Moment(None, 0, since)
        person = cast.person_of(self.scene.server, step.who)
        assert person is not None
        chat = cast.chat_of(self.scene.server, step.inside) if step.inside else person.chat
        assert chat is not None
        update_id = self.scene.server.bot.queue.next_id
        await acting.act(step, person, chat, self.rehearsal.files)
        return Moment(update_id, chat.id, since)

    async def _compare(self, letters: sqlite3.Connection) -> str | None:
        """Wait until the bot has answered, and compare every step that is not compared yet."""
        loop = asyncio.get_running_loop()
        end, late = loop.time() + PATIENCE, loop.time() + LATE
        while True:
            settled = await self._settled(letters)
            if not settled:
                late = loop.time() + LATE
            difference = next(self._differences(letters), None)
            if difference is None and settled:
                self._checked = len(self.moments)
                return None
            now = loop.time()
            if difference and settled and (difference[2] or now > late):
                if not self.compare:
                    self._checked = len(self.moments)
                    return None
                return self._line(difference[0], difference[1], self._fix(difference[0], letters))
            if now > end:
                at = len(self.moments) - 1
                return self._line(
                    at, f"the bot did not finish within {PATIENCE:.0f} s", "Try again."
                )
            await asyncio.sleep(LOOK)

    async def _settled(self, letters: sqlite3.Connection) -> bool:
        server = self.scene.server
        quiet = (
            not server.bot.queue.waiting
            and self.scene.is_running
            and outbox_history.is_settled(letters)
        )
        if not quiet:
            return False
        await asyncio.sleep(QUIET)  # what an answer sets off follows it within a moment
        return server.is_quiet and outbox_history.is_settled(letters)

    def _answers(self, letters: sqlite3.Connection) -> list[Heard]:
        names = cast.labels(self.scene.server)
        letters_of_moments = assigned(self.moments, outbox_history.after(letters, self._since))
        return [heard(*one, names) for one in zip(self.moments, letters_of_moments, strict=True)]

    def _differences(self, letters: sqlite3.Connection) -> Iterator[tuple[int, str, bool]]:
        """Yield step, difference, and whether it is one that no further message can mend."""
        answers = self._answers(letters)
        for at in range(self._checked, len(answers)):
            wanted, got = self.rehearsal.steps[at].heard, answers[at]
            for key, expected, other in _pairs(wanted, got):
                if expected != other:
                    final = other[: len(expected)] == expected or not _begins(expected, other)
                    yield at, f"{key}: expected {_shown(expected)}, got {_shown(other)}", final

    def _fix(self, at: int, letters: sqlite3.Connection) -> str:
        got = self._answers(letters)[at]
        wrong = next(
            (key, other)
            for key, one, other in _pairs(self.rehearsal.steps[at].heard, got)
            if one != other
        )
        return f"If that is right now, write `{wrong[0]}: {_shown(wrong[1])}` there, or record it anew."

    def _line(self, at: int, what: str, fix: str) -> str:
        step = self.rehearsal.steps[at]
        place = f"{self.rehearsal.file}:{step.line}"
        return f"differs {place}: step {at + 1} of {len(self.rehearsal.steps)} ({step}): {what} — {fix}"


def _pairs(wanted: Heard, got: Heard) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for key in ("says", "notices", "results", "buttons"):
        yield key, getattr(wanted, key), getattr(got, key)
    for label in sorted(wanted.others.keys() | got.others.keys()):
        yield f"others: {label}", wanted.others.get(label, ()), got.others.get(label, ())


def _begins(wanted: tuple[str, ...], got: tuple[str, ...]) -> bool:
    return wanted[: len(got)] == got


def _shown(names: tuple[str, ...]) -> str:
    return f"[{', '.join(names)}]"


def check_cast(rehearsal: Rehearsal, server: Sandbox) -> None:
    """Raise RehearsalError where somebody is named who is not there."""
    known = tuple(cast.labels(server).values())
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
