"""The privacy notice in chat: words that are too long, and whose notice an administrator words."""

from __future__ import annotations

import pytest

from bot.storage import privacy_rows
from flows.model.buttons import Pressed, Verb
from flows.model.events import Command, Tap, Text
from flows.model.needs import OwnNotice
from flows.model.outcome import Notice, Say, SetNotice
from flows.model.privacy import PrivacySettings
from flows.model.roles import Role
from flows.staff import notice_wording
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1]})
    made.link("Z", None, role=Role.ADMIN)
    made.type("Zul", "/start Z")
    return made


def test_words_that_are_too_long_say_how_long_they_may_be(world: World) -> None:
    facts = world.staff("Zul", Command("privasi"))
    facts = replace(facts, focus=replace(facts.focus, review={"part": "duration"}))
    own = OwnNotice(("",), {"duration": "lima tahun"})
    outcome = notice_wording.typed(facts, Text("a" * 601, 9), own)
    (message,) = [one for one in outcome.messages if isinstance(one, Say)]
    assert outcome.changes == ()
    assert "601 karakter terlalu panjang; paling banyak 600" in text_of(message)
    assert "Sekarang: <i>lima tahun</i>" in text_of(message)
    fits = notice_wording.typed(facts, Text("a" * 600, 9), own)
    assert SetNotice(("",), "duration", "a" * 600) in fits.changes


def test_a_button_without_its_part_does_nothing(world: World) -> None:
    facts = world.staff("Zul", Command("privasi"))
    outcome = notice_wording.on_tap(
        facts, Tap("nw", 1, "q"), Pressed(Verb.NOTICE, 1, ()), OwnNotice(("",), {})
    )
    assert [one.name for one in outcome.messages if isinstance(one, Notice)] == ["notice/not_yours"]


def test_what_else_was_set_stays(world: World) -> None:
    kept = PrivacySettings({"basis": "Surat Edaran"}, {"letters": 30})
    privacy_rows.save(world.connection, world.period.id, "", kept, "2017-03-01T00:00:00Z")
    world.type("Zul", "/privasi")
    world.press("Zul", "✏️ Ubah pemberitahuan")
    world.press("Zul", "✏️ Berapa lama")
    world.type("Zul", "lima tahun")
    known = privacy_rows.settings(world.connection, world.period.id)
    assert known.notice == {"basis": "Surat Edaran", "duration": "lima tahun"}
    assert known.days("letters") == 30
