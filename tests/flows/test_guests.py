"""What comes back through a one-question link arrives whole, under the name of who gave it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.facts import Stage
from flows.outcome import Say
from scoring.load import load_bundled
from tests.flows.world import World, text_of

SHARE = 16
"""An indicator that takes a percentage as its ready figure."""


@pytest.fixture
def world() -> World:
    found = World(load_bundled("permenkumham-25-2013"), {"kesbang": [15, SHARE], "dinkes": [1]})
    found.link("A", "kesbang")
    return found


def forwarded(world: World, number: int) -> None:
    """Eko opens question `number` and forwards it; the Polres opens the link."""
    world.type("Eko", "/start A")
    world.press("Eko", "▶️ Mulai mengisi")
    if number == SHARE:
        for word in ("3", "simpan"):
            world.type("Eko", word)
    world.press("Eko", "↗️ Teruskan")
    world.type("Polres", "/start NEWTOKEN")


def last(world: World, who: str) -> str:
    return text_of([one for one in world.said[who] if isinstance(one, Say)][-1])


def test_a_percentage_reaches_the_office_and_its_answer(world: World) -> None:
    forwarded(world, SHARE)
    world.type("Polres", "27,5%")
    assert "27,5%" in last(world, "Polres"), "confirmed unseen"
    world.press("Polres", "📨 Kirim usulan")
    assert "27,5%" in last(world, "Eko"), "proposed unseen"
    world.press("Eko", "✅ Pakai")
    assert world.focus["Eko"].stage == Stage.CONFIRM
    world.type("Eko", "simpan")
    stored = world.answers["kesbang", SHARE][-1]
    assert (stored.answer.value, stored.source) == (Decimal("27.5"), "Polres")
