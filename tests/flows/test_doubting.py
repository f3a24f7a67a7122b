"""What is asked back, at the edges that no conversation reaches by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.contact.plausibility import flags, standing
from flows.model.answer_state import Previous
from flows.model.events import Tap
from flows.model.facts import Stage
from flows.model.outcome import Notice, SaveAnswer
from scoring import Answer
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World


def ibu(deaths: int, births: int) -> Answer:
    return Answer(inputs={"kematian_ibu": Decimal(deaths), "kelahiran_hidup": Decimal(births)})


@pytest.fixture
def world() -> World:
    made = World(
        {"kesehatan": [1, 2], "dinas": [2], "dik1": [4], "dik2": [4]},
    )
    made.link("A", "kesehatan")
    made.link("A2", "kesehatan")
    made.link("C", "dik1")
    made.link("C2", "dik2")
    made.remember("kesehatan", 1, Previous(2015, ibu(12, 14000)))
    made.type("Siti", "/start A")
    made.type("Siti", "/lanjut")
    return made


def name(world: World, who: str = "Siti") -> str:
    message_name = world.inboxes[who][-1].name
    assert message_name is not None
    return message_name


@pytest.mark.parametrize("verb", ["s", "z", "b", "o", "a", "l", "m"])
def test_buttons_of_other_stages_do_nothing_at_a_doubt(world: World, verb: str) -> None:
    world.type("Siti", "120 dari 14.000")
    before = world.focus["Siti"]
    assert before.stage is Stage.DOUBT
    outcome = world.send("Siti", Tap(f"{verb}.{before.turn}.1.0", 5, "q"))
    assert outcome.changes == ()
    assert [one.name for one in outcome.messages if isinstance(one, Notice)] == ["notice/stale"]


def test_a_yes_to_a_doubt_is_none_to_a_question(world: World) -> None:
    outcome = world.send("Siti", Tap(f"y.{world.focus['Siti'].turn}.1", 5, "q"))
    assert outcome.changes == ()


def test_what_was_asked_back_is_asked_once_but_another_figure_again(world: World) -> None:
    world.type("Siti", "120 dari 14.000")
    world.type("Siti", "ya")
    assert name(world) == "answering/confirm"
    world.press("Siti", "✏️ Ubah")
    world.type("Siti", "120 dari 14.000")
    assert name(world) == "answering/confirm"
    world.press("Siti", "✏️ Ubah")
    world.type("Siti", "121 dari 14.000")
    assert name(world) == "answering/doubt"


def test_figures_of_an_indicator_that_others_share_are_no_measure(world: World) -> None:
    """Births of the region beside births of one of several offices: nothing is odd about it."""
    world.type("Siti", "12 dari 14.250")
    world.type("Siti", "simpan")
    desk = world.desk(world.units["kesehatan"])
    half = Answer(inputs={"kematian_bayi": Decimal(3), "kelahiran_hidup": Decimal(7000)})
    assert flags(desk, desk.tasks[1], half) == ()
    alone = replace(desk.tasks[1], others=())
    (flag,) = flags(desk, alone, half)
    assert (flag.code, flag.origin) == ("shared_input", "Angka kematian ibu")


def test_a_doubt_whose_reason_is_gone_can_still_be_answered(world: World) -> None:
    """A partner corrected its half meanwhile: the message has no reason left, its buttons work."""
    for who, link in (("Ani", "C"), ("Tono", "C2")):
        world.type(who, f"/start {link}")
        world.type(who, "/lanjut")
    world.type("Ani", "30 dari 1.000")
    world.type("Ani", "simpan")
    world.type("Tono", "40 dari 1.000")
    assert name(world, "Tono") == "answering/doubt"
    world.type("Ani", "/kategori")
    world.press("Ani", "📝 Belum memperoleh SD")
    world.press("Ani", "✏️ Ubah")
    world.type("Ani", "30 dari 990")
    world.type("Ani", "simpan")
    world.type("Tono", "/lanjut")
    assert "⚠️" not in text_of(world.inboxes["Tono"][-1])
    world.press("Tono", "✅ Ya, sudah benar")
    outcome = world.type("Tono", "simpan")
    (saved,) = [one for one in outcome.changes if isinstance(one, SaveAnswer)]
    assert saved.flags == ()


def test_two_people_at_one_question_keep_the_flags_of_what_is_stored(world: World) -> None:
    world.type("Rina", "/start A2")
    world.type("Rina", "/lanjut")
    world.type("Rina", "120 dari 14.000")
    world.type("Rina", "benar")
    world.type("Siti", "12 dari 14.000")
    world.type("Siti", "simpan")
    world.type("Rina", "simpan")
    assert name(world, "Rina") == "answering/conflict"
    world.press("Rina", "Simpan isian saya")
    latest = world.answers["kesehatan", 1][-1]
    assert latest is not None
    assert latest.revision == 2
    assert [one.code for one in latest.flags] == ["unit_slip"]


def test_a_part_of_nothing_shows_no_figure_of_last_year(world: World) -> None:
    nothing = Answer(inputs={"belum_sd": Decimal(0), "anak_7_12": Decimal(0)})
    world.remember("dik1", 4, Previous(2015, nothing))
    world.type("Ani", "/start C")
    world.type("Ani", "/lanjut")
    assert "Tahun 2015: 0 anak" in text_of(world.inboxes["Ani"][-1])
    world.type("Ani", "30 dari 1.000")
    assert name(world, "Ani") == "answering/confirm"
    assert "2015" not in text_of(world.inboxes["Ani"][-1])


def test_what_a_partner_stores_meanwhile_is_asked_back_before_saving(world: World) -> None:
    for who, link in (("Ani", "C"), ("Tono", "C2")):
        world.type(who, f"/start {link}")
        world.type(who, "/lanjut")
        world.type(who, "30 dari 1.000")
    world.press("Ani", "✅ Simpan")
    outcome = world.press("Tono", "✅ Simpan")
    assert name(world, "Tono") == "answering/doubt"
    assert not [one for one in outcome.changes if isinstance(one, SaveAnswer)]
    world.press("Tono", "✅ Ya, sudah benar")
    world.press("Tono", "✅ Simpan")
    latest = world.answers["dik2", 4][-1]
    assert latest is not None
    assert [one.code for one in latest.flags] == ["same_whole"]
    desk = world.desk(world.units["dik2"])
    assert standing(desk, desk.tasks[0]) == latest.flags
    world.press("Ani", "✏️ Ubah")
    world.type("Ani", "30 dari 990")
    world.type("Ani", "simpan")
    desk = world.desk(world.units["dik2"])
    assert standing(desk, desk.tasks[0]) == (), "the other half was put right"


@pytest.mark.parametrize(
    "text", ["12 13 14", "5% dari 10.000", "84 per 1.000", "12 orang, 13 orang", "12 (5% dari 240)"]
)
def test_a_figure_that_is_refused_at_a_doubt_is_worded(world: World, text: str) -> None:
    world.type("Siti", "120 dari 14.000")
    world.type("Siti", text)
    assert name(world) == "answering/doubt"
    assert "⚠️" in text_of(world.inboxes["Siti"][-1])
