"""Every rehearsal that lies in tests/rehearsals is played with the real bot, as the demo saved it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.rehearsing import rehearsed
from bot.demo.rehearsal.rehearsal_model import Rehearsal
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from bot.demo.rehearsal.rehearsal_writer import written
from tests.support.nightly import sampled

FILES = sorted((Path(__file__).parent.parent / "rehearsals").glob("*.yaml"))


def read(path: Path) -> Rehearsal:
    return read_rehearsal(path.read_text(encoding="utf-8"), str(path))


@pytest.mark.parametrize("path", sampled(FILES, 4), ids=lambda path: path.stem)
async def test_rehearsal(path: Path) -> None:
    rehearsal = read(path)
    played, _ = await rehearsed(rehearsal)
    assert played.problem is None, played.problem
    assert played.steps == len(rehearsal.steps)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_was_written_by_the_recorder(path: Path) -> None:
    assert written(read(path)) == path.read_text(encoding="utf-8")


def test_there_are_some() -> None:
    assert len(FILES) >= 3
