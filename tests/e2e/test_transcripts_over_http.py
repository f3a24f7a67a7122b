"""Transcripts of the tests in memory, played once more over HTTP: the same steps, the same player."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.botapi import Sandbox
from bot.demo.rehearsal.over_http import OverHttp
from bot.demo.rehearsal.rehearsal_model import Rehearsal
from bot.demo.rehearsal.rehearsal_player import RehearsalPlayer
from bot.demo.rehearsal.rehearsal_reader import read_talk
from tests.e2e.conftest import Stage
from tests.flows.ground import START
from tests.flows.test_transcripts import COMPARED, FILES, world_of
from tests.support.beside import AttentiveSandbox
from tests.support.yaml_texts import parsed

CHOSEN = ("dua-kontak", "kabar", "pilihan")
"""Without doings of the world in memory, and with no worker that says something by itself."""


@dataclass
class Scene:
    """The tests' stage, as a driver wants it."""

    stage: Stage
    is_running: bool = True

    @property
    def server(self) -> Sandbox:
        return self.stage.server

    @property
    def database(self) -> Path:
        return self.stage.database

    async def perform(self, act: str, value: str) -> None:
        raise ValueError(f"{act} {value}")


def scene(path: Path, server: AttentiveSandbox, database: Path) -> tuple[Scene, Rehearsal]:
    """Return the stage that a transcript wants, and the transcript."""
    text = path.read_text(encoding="utf-8")
    database.write_bytes(world_of(parsed(text)).connection.serialize())
    stage = Stage(server, database, server.held)  # type: ignore[attr-defined]
    stage.clock.now = START
    steps = read_talk(text, path.name)
    people = tuple(dict.fromkeys(step.who for step in steps))
    return Scene(stage), Rehearsal(path.stem, "", START, "", steps, people=people, file=path.name)


@pytest.mark.parametrize("name", CHOSEN)
async def test_transcript_over_http(name: str, server: AttentiveSandbox, tmp_path: Path) -> None:
    path = next(path for path in FILES if path.stem == name)
    place, talk = scene(path, server, tmp_path / "world.db")
    async with place.stage.running():
        driver = OverHttp(talk, place)
        played = await RehearsalPlayer(talk.steps, talk.file, driver, compares=COMPARED).play()
    assert played.problem is None, played.problem
