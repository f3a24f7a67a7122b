"""Once all is sent or verified, nobody is told of days that went by, and no button offers to chase."""

from __future__ import annotations

import pytest

from flows.model.answer_state import State
from flows.model.buttons import Verb, read
from flows.model.roles import Role
from tests.flows.heard import Heard
from tests.flows.world import World

PASSED = ("lewat", "masih dapat diisi", "Tidak ada UKPD yang terlambat")


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1], "kesbang": [15]})
    made.link("A", "kesehatan")
    made.link("B", "kesbang")
    made.link("K", None, Role.KANWIL)
    for who, link in (("Siti", "A"), ("Wati", "B"), ("Budi", "K")):
        made.type(who, f"/start {link}")
    for who, figure in (("Siti", "12 dari 14.250"), ("Wati", "2")):
        for text in ("/lanjut", figure, "simpan"):
            made.type(who, text)
    return made


def send(world: World) -> None:
    for who in ("Siti", "Wati"):
        world.press(who, "📤 Kirim…")
        world.press(who, "📤 Kirim…")


def verify(world: World) -> None:
    world.move(("kesehatan", 1), State.VERIFIED, Role.KANWIL)
    world.move(("kesbang", 15), State.VERIFIED, Role.KANWIL)


def last(world: World, who: str, text: str) -> Heard:
    world.type(who, text)
    return world.inboxes[who][-1]


def verbs(heard: Heard) -> set[str]:
    return {str(pressed.verb) for row in heard.keyboard for _, one in row if (pressed := read(one))}


def test_a_late_office_may_still_fill_in_and_is_told_so(world: World) -> None:
    world.do("Siti", "waits 30")
    assert "masih dapat diisi" in last(world, "Siti", "kapan batasnya?").text
    late = last(world, "Budi", "/terlambat").text
    assert "lewat" in late
    assert {Verb.LATE, Verb.REMIND} <= verbs(last(world, "Budi", "/status"))


@pytest.mark.parametrize("verified", [False, True])
def test_what_is_over_is_said_to_be_over(world: World, verified: bool) -> None:
    send(world)
    if verified:
        verify(world)
    world.do("Siti", "waits 30")
    word = "diverifikasi" if verified else "dikirim"
    for who in ("Siti", "Budi"):
        text = last(world, who, "kapan batasnya?").text
        assert f"Semua jawaban sudah {word}" in text
        assert not any(one in text for one in PASSED)
    text = last(world, "Budi", "/terlambat").text
    assert ("Semua isian sudah diverifikasi" if verified else "Semua UKPD sudah mengirim") in text
    assert not any(one in text for one in PASSED)
    assert verbs(last(world, "Budi", "/status")) == {Verb.LOSSES, Verb.PICTURE, Verb.REGION}
    answers = last(world, "Siti", "/kategori")
    assert Verb.CHECK not in verbs(answers), "there is nothing left to check and send"
    assert "mengubah" not in answers.text


def test_nothing_is_celebrated_before_it_is_sent(world: World) -> None:
    closing = last(world, "Siti", "/lanjut")
    assert "Tinggal satu langkah" in closing.text
    assert "🎉" not in closing.text
    assert Verb.CHECK in verbs(last(world, "Siti", "/kategori"))
    send(world)
    assert "🎉" in last(world, "Siti", "/lanjut").text
