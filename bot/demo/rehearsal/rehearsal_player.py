"""Plays a conversation with the real bot and compares what it answers with what is written down.

There is one player. Where a step is done, and how long its answer is waited for, is the driver's: over
HTTP (`over_http`), or in memory (the transcripts of the tests).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from bot.demo.phone_refusals import sentence_of
from bot.demo.rehearsal.rehearsal_model import HEARD, RehearsalStep, Replies
from bot.terminal import Sentence

Fits = Callable[[Sequence[Replies]], bool | None]
"""What the answers so far are: as written down (True), different for good (False), or not yet (None)."""


class CannotAct(Exception):
    """The step cannot be done here: what is missing, and how to put it right."""

    def __init__(self, what: Sentence, fix: Sentence) -> None:
        super().__init__(what.shown())
        self.what, self.fix = what, fix


class Driver(Protocol):
    """Does the steps at some bot."""

    async def act(self, step: RehearsalStep) -> None:
        """Do a step. Raises CannotAct, ValueError in the stage's words, and TimeoutError."""

    async def replies(self, fits: Fits) -> Sequence[Replies]:
        """Return what was answered to every step so far, once it fits or cannot any more.

        Raises TimeoutError where the bot does not finish.
        """


class Played(Struct, frozen=True):
    """How it went: how many steps were played, and the line that tells the first difference."""

    steps: int
    problem: Sentence | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None


class RehearsalPlayer(Struct):
    """One run of a conversation; `file` is where it is written.

    `on_step` is called with each step that went as written down. `compares`: what has to be so.
    """

    steps: Sequence[RehearsalStep]
    file: str
    driver: Driver
    on_step: Callable[[RehearsalStep], None] = lambda _: None
    compares: Sequence[str] = HEARD
    _checked: int = 0
    _is_dead: bool = False

    async def play(self) -> Played:
        """Play from the first step to the last, or to the first difference."""
        for at, step in enumerate(self.steps):
            problem = await self._step(at, step)
            if problem is not None:
                return Played(at + 1, problem)
            self.on_step(step)
        return Played(len(self.steps))

    async def _step(self, at: int, step: RehearsalStep) -> Sentence | None:
        try:
            await self.driver.act(step)
        except CannotAct as error:
            return self._line(at, error.what, error.fix)
        except ValueError as error:
            return self._line(at, sentence_of(error), Sentence("Record it anew."))
        except TimeoutError:
            what = Sentence("what was to come first did not come")
            return self._line(at, what, Sentence("Try again."))
        following = self.steps[at + 1 : at + 2]
        together = bool(step.album) and any(one.album == step.album for one in following)
        if step.act == "bot":
            self._is_dead = step.value == "kill"
        if together or self._is_dead:
            return None
        try:
            answers = await self.driver.replies(self._fits)
        except TimeoutError as error:
            what = Sentence("the bot did not finish within {time}", {"time": error})
            return self._line(at, what, Sentence("Try again."))
        difference = next(self._differences(answers), None)
        self._checked = at + 1
        return self._difference_line(*difference) if difference else None

    def _fits(self, answers: Sequence[Replies]) -> bool | None:
        difference = next(self._differences(answers), None)
        if difference is None:
            return True
        _, _, wanted, got = difference
        may_come = got == wanted[: len(got)]
        return None if may_come else False

    def _differences(
        self, answers: Sequence[Replies]
    ) -> Iterator[tuple[int, str, tuple[str, ...], tuple[str, ...]]]:
        """Yield step, key, and what was expected there and what came."""
        for at in range(self._checked, len(answers)):
            for key, wanted, got in _pairs(self.steps[at].heard, answers[at]):
                if wanted != got and key.partition(":")[0] in self.compares:
                    yield at, key, wanted, got

    def _difference_line(
        self, at: int, key: str, wanted: tuple[str, ...], got: tuple[str, ...]
    ) -> Sentence:
        words = {"key": key, "wanted": _shown(wanted), "got": _shown(got)}
        what = Sentence("{key}: expected {wanted}, got {got}", words)
        fix = "If that is right now, write `{key}: {got}` there, or record it anew."
        return self._line(at, what, Sentence(fix, words))

    def _line(self, at: int, what: Sentence, fix: Sentence) -> Sentence:
        step = self.steps[at]
        return Sentence(
            "differs {place}: step {number} of {count} ({step}): {what} — {fix}",
            {
                "place": f"{self.file}:{step.line}", "number": at + 1, "count": len(self.steps),
                "step": step, "what": what, "fix": fix,
            },
        )  # fmt: skip


def _pairs(wanted: Replies, got: Replies) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for key in ("says", "notices", "results", "buttons"):
        yield key, getattr(wanted, key), getattr(got, key)
    for label in sorted(wanted.others.keys() | got.others.keys()):
        yield f"others: {label}", wanted.others.get(label, ()), got.others.get(label, ())


def _shown(names: tuple[str, ...]) -> str:
    return f"[{', '.join(names)}]"
