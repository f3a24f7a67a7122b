"""The rehearsal of a stage: what is played there is recorded from each new state on, and can be replayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import system_clock
from bot.demo.botapi import Sandbox
from bot.demo.not_now import NotNow
from bot.demo.rehearsal.over_http import OverHttp
from bot.demo.rehearsal.recording import Recorder
from bot.demo.rehearsal.rehearsal_model import HEARD, OWN, SIGNALS, STATES, Rehearsal, seconds_ahead
from bot.demo.rehearsal.rehearsal_player import Played, RehearsalPlayer
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from bot.demo.rehearsal.rehearsal_writer import written
from bot.demo.stage import DemoStage
from scoring.replacing import replace

NOTHING = "Nothing was played yet, so there is nothing to save."
KEPT = (
    "A game that goes on from before cannot be recorded: choose one of the states first, then play."
)


@dataclass(slots=True)
class RecorderSession:
    """Hangs itself onto a stage; a rehearsal's scene at the same time."""

    stage: DemoStage
    recorder: Recorder | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.stage.recorded = lambda: len(self.recorder.steps) if self.recorder else 0
        self.stage.replacing.append(self.close)
        self.stage.replaced.append(self._begin)
        self.stage.watch.heard = self._heard
        self.stage.acted = self._acted

    def close(self) -> None:
        """Let go of the database, and of what was recorded."""
        if self.recorder is not None:
            self.recorder.close()
            self.recorder = None

    def _begin(self) -> None:
        """Begin a new recording for another state."""
        self.close()
        stage = self.stage
        self.recorder = Recorder(stage.server, stage.path, stage.state, stage.clock)

    def _heard(self, update: dict[str, object]) -> None:
        if self.recorder is not None:
            self.recorder.heard(update)
            self.stage.changed()

    def _acted(self, act: str, value: str) -> None:
        if self.recorder is not None:
            self.recorder.staged(act, value)

    def taken(self, name: str = "") -> Rehearsal:
        """Return the recording as it stands. Raises NotNow where there is nothing that could be replayed."""
        if self.recorder is None or not self.recorder.steps:
            raise NotNow(NOTHING)
        if self.recorder.state not in (*STATES, OWN):
            raise NotNow(KEPT)
        who = list(dict.fromkeys(step.who for step in self.recorder.steps if step.who))
        today = system_clock().date()
        return self.recorder.taken(name or f"Latihan {', '.join(who[:3])}".strip(), today)

    def again(self, rehearsal: Rehearsal) -> Rehearsal:
        """Return a rehearsal that was played here, with what was answered this time."""
        now = self.taken(rehearsal.name)
        tasks = [step.task for step in rehearsal.steps]
        steps = now.steps
        if len(steps) == len(tasks):  # the recorder hears of no tasks
            both = zip(steps, tasks, strict=True)
            steps = tuple(replace(step, task=task) for step, task in both)
        return replace(
            now, note=rehearsal.note, starts=rehearsal.starts, people=rehearsal.people, steps=steps
        )

    def text(self, name: str = "") -> str:
        """Return the recording as a file's text."""
        return written(self.taken(name))

    def keep(self, path: Path) -> int:
        """Write the recording into a file; how many steps it has. Raises NotNow, and OSError."""
        rehearsal = self.taken(path.stem.replace("-", " "))
        path.write_text(written(rehearsal), encoding="utf-8")
        return len(rehearsal.steps)

    async def replay(self, text: str, file: str) -> Played:
        """Play a file on a fresh state of this stage. Raises RehearsalError."""
        rehearsal = read_rehearsal(text, file)
        self.stage.set_signal(dict.fromkeys(SIGNALS, False))
        before, self.stage.bot.limits = (
            self.stage.bot.limits,
            "off",
        )  # nobody waits for a machine to type
        try:
            await self.stage.set_state(rehearsal.state, rehearsal.starts)
        finally:
            self.stage.bot.limits = before
        return await self.played(rehearsal)

    async def played(self, rehearsal: Rehearsal, *, compare: bool = True) -> Played:
        """Play a rehearsal on the stage as it stands. Raises RehearsalError."""
        driver, compares = OverHttp(rehearsal, self), HEARD if compare else ()
        return await RehearsalPlayer(
            rehearsal.steps, rehearsal.file, driver, compares=compares
        ).play()

    # A scene for the player

    @property
    def server(self) -> Sandbox:
        return self.stage.server

    @property
    def database(self) -> Path:
        return self.stage.path

    @property
    def is_running(self) -> bool:
        return self.stage.bot.status == "running"

    async def perform(self, act: str, value: str) -> None:
        """Do what the stage does, in the words of the file. Raises NotNow."""
        stage = self.stage
        match act, value:
            case "clock", _:
                seconds = seconds_ahead(value)
                await stage.move(code=None if seconds else value, forward=seconds)
            case "signal", _:
                stage.set_signal({name: name in value.split() for name in SIGNALS})
            case "bot", "kill":
                stage.kill()
            case "bot", "crash":
                stage.arm()
            case _:
                await stage.restart()
