"""What can still bring points is what is missing, never another figure than the one that was reported."""

from __future__ import annotations

import pytest

from flows.model.answer_state import State
from flows.model.roles import Role
from tests.flows.world import World

WORTH = "Yang masih dapat menambah poin"


@pytest.fixture
def world() -> World:
    contact = World({"kesehatan": [1, 2, 13]})
    contact.link("A", "kesehatan")
    for text in ("/start A", "/lanjut", "20 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        contact.type("Siti", text)
    return contact


def summary(world: World) -> str:
    world.type("Siti", "/ringkasan")
    return world.inboxes["Siti"][-1].text


def worth(text: str) -> str:
    """Return the lines below the heading, without what follows them."""
    return text.partition(WORTH)[2].partition("\n\n")[0]


def test_what_was_reported_is_not_said_to_be_worth_another_figure(world: World) -> None:
    text = summary(world)
    assert "8 dari" not in worth(text)
    assert "Balita kurang gizi: hingga 10 poin" in worth(text)
    assert "ematian" not in worth(text)
    assert "bila paling" not in text


@pytest.mark.parametrize("state", [State.SENT, State.VERIFIED])
def test_nor_after_it_was_sent_or_verified(world: World, state: State) -> None:
    world.type("Siti", "10 dari 2.000")
    world.type("Siti", "simpan")
    for indicator in (1, 2, 13):
        world.move(("kesehatan", indicator), state, Role.KANWIL)
    assert WORTH not in summary(world)
