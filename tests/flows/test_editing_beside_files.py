"""✏️ Ubah opens the answer also while files for it are being sent."""

from __future__ import annotations

from flows.model.events import Tap
from flows.model.facts import Stage
from tests.flows.world import World


def test_an_answer_is_changed_in_the_midst_of_its_files() -> None:
    world = World({"kesehatan": [1, 2]})
    world.link("SITI", "kesehatan")
    for words in ("/start SITI", "/lanjut", "12 dari 14.250", "simpan"):
        world.type("Siti", words)
    seat = world.seats["Siti"][0].id
    world.send("Siti", Tap(f"E.{seat}.1", 5, "q"))
    assert world.focus["Siti"].stage == Stage.EVIDENCE
    world.send("Siti", Tap(f"e.{seat}.1", 5, "q"))
    assert (world.focus["Siti"].stage, world.focus["Siti"].indicator) == (Stage.ASK, 1)
