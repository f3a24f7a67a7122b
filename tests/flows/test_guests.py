"""What comes back through a one-question link arrives whole, under the name of who gave it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.model.answer_state import Previous
from flows.model.events import Tap, Text, Upload
from flows.model.facts import Stage
from scoring import Answer
from tests.flows.heard import text_of
from tests.flows.world import World

SHARE = 16
"""An indicator that takes a percentage as its ready figure."""


@pytest.fixture
def world() -> World:
    made = World({"kesbang": [15, SHARE], "dinkes": [1]})
    made.link("A", "kesbang")
    return made


def forwarded(world: World, number: int, to: str = "Polres") -> None:
    """Eko opens question `number` and forwards it; the Polres, or another, opens the link."""
    world.type("Eko", "/start A")
    world.press("Eko", "▶️ Mulai mengisi")
    if number == SHARE:
        for word in ("3", "simpan"):
            world.type("Eko", word)
    for label in ("Tidak dapat mengisi…", "Data ada di instansi lain", "↗️ Minta ke instansi lain"):
        world.press("Eko", label)
    world.type(to, "/start NEWTOKEN")


def last(world: World, who: str) -> str:
    return [one for one in world.inboxes[who] if one.kind == "text"][-1].text


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


@pytest.mark.parametrize(("number", "typed"), [(15, "3"), (SHARE, "27,5%")])
def test_a_proposal_taken_up_keeps_its_name_while_another_question_is_open(
    world: World, number: int, typed: str
) -> None:
    forwarded(world, number)
    world.type("Polres", typed)
    world.type("Polres", "kirim")
    world.press("Eko", "✅ Pakai")
    other = 15 + SHARE - number
    for indicator_no in (other, number):
        world.send("Eko", Tap(f"e.1.{indicator_no}", 9, "q"))
    assert world.focus["Eko"].stage == Stage.CONFIRM
    world.type("Eko", "simpan")
    assert world.answers["kesbang", number][-1].source == "Polres"


@pytest.mark.parametrize(("reply", "source"), [("ya", "Polres"), ("270 dari 1.000", None)])
def test_a_proposal_put_right_by_the_office_is_not_under_the_name_of_who_proposed(
    world: World, reply: str, source: str | None
) -> None:
    codes = [one.code for one in world.period.instrument.indicator(SHARE).inputs]
    before = Answer(dict(zip(codes, (Decimal(275), Decimal(1000)), strict=True)), None, None)
    world.remember("kesbang", SHARE, Previous(2015, before))
    forwarded(world, SHARE)
    world.type("Polres", "27 dari 1.000")
    world.type("Polres", "kirim")
    world.press("Eko", "✅ Pakai")
    assert world.focus["Eko"].stage == Stage.DOUBT
    world.type("Eko", reply)
    world.type("Eko", "simpan")
    assert world.answers["kesbang", SHARE][-1].source == source


def test_a_guest_answers_for_a_part_only_and_learns_nobodys_name(world: World) -> None:
    world.owe("dinkes", [1, SHARE])
    forwarded(world, SHARE)
    assert "bagian Suku Dinas Kesbang" in last(world, "Polres")
    world.type("Polres", "27,5%")
    assert "⚠️" in last(world, "Polres"), "a part of the region cannot be a ready figure"
    world.type("Polres", "0 dari 0")
    assert "Kirim usulan" in last(world, "Polres"), "nobody at all is fine for one part"
    assert not any("Dinkes" in text_of(one) for one in world.inboxes["Polres"])


@pytest.mark.parametrize("number", [15, SHARE])
def test_what_a_guest_reads_names_no_points(world: World, number: int) -> None:
    forwarded(world, number)
    world.press("Polres", "ℹ️ Penjelasan")
    for typed in ("belum ada data", "5 dari 0", "9 dari 3", "1 dari 4", "3"):
        world.type("Polres", typed)
    read = "\n".join(text_of(one) for one in world.inboxes["Polres"]).casefold()
    assert "nilai" not in read
    assert "rentang" not in read
    assert "“belum ada data”" not in read
    assert "<b>belum ada data" not in read


def test_a_contact_who_is_a_guest_elsewhere_comes_back_by_the_own_link(world: World) -> None:
    world.link("B", "dinkes")
    world.type("Dewi", "/start B")
    world.press("Dewi", "▶️ Mulai mengisi")
    world.type("Dewi", "12")
    forwarded(world, 15, to="Dewi")
    assert world.focus["Dewi"].request is not None
    world.type("Dewi", "/start B")
    focus = world.focus["Dewi"]
    assert (focus.request, focus.indicator) == (None, 1)
    assert focus.inputs, "the own draft is there again"


def test_the_owner_of_the_figure_sends_its_report_along(world: World) -> None:
    """The document travels with the proposal, and proves the answer once the office has saved it."""
    forwarded(world, 15)
    world.type("Polres", "3")
    assert "laporan bertanda tangan" in last(world, "Polres"), "not asked for"
    world.do("Polres", "uploads document lama.pdf 900")
    world.do("Polres", "uploads document laporan.pdf 900")
    assert "laporan.pdf" in last(world, "Polres")
    assert "laporan bertanda tangan" not in last(world, "Polres"), "asked for again"
    world.press("Polres", "📨 Kirim usulan")
    assert "laporan.pdf" in last(world, "Eko"), "proposed unseen"
    world.press("Eko", "✅ Pakai")
    world.type("Eko", "simpan")
    world.press("Eko", "📎 Lampirkan berkas tadi")
    assert [proof.name for proof in world.desk(world.units["kesbang"]).the_task(15).proofs] == [
        "laporan.pdf"
    ]


def test_a_program_is_no_report(world: World) -> None:
    forwarded(world, 15)
    world.do("Polres", "uploads document pasang.exe 900")
    assert world.focus["Polres"].document is None


def test_a_report_sent_before_the_figures_waits_for_them(world: World) -> None:
    forwarded(world, 15)
    world.do("Polres", "uploads photo - 900")
    assert world.focus["Polres"].stage == Stage.ASK
    world.type("Polres", "3")
    assert "📎 foto" in last(world, "Polres")


def test_the_name_of_a_file_is_kept_as_it_is_shown(world: World) -> None:
    """In one line and one direction, whoever sent it and whatever it is for."""
    forwarded(world, 15)
    file = Upload("document", "f", "u", "lapor\nan\u202eexe.pdf", 100, None, 1)
    world.send("Polres", file)
    document = world.focus["Polres"].document
    assert document is not None
    assert document["name"] == "lapor anexe.pdf"
    world.send("Eko", file)
    assert [held["name"] for held in world.focus["Eko"].held] == ["lapor anexe.pdf"]


def test_a_yes_that_a_guest_forwarded_proposes_nothing(world: World) -> None:
    forwarded(world, 15)
    world.type("Polres", "3")
    world.send("Polres", Text("ya", world._id(), is_forwarded=True))
    assert world.focus["Polres"].stage == Stage.CONFIRM
    world.type("Polres", "ya")
    assert "3" in last(world, "Eko"), "proposed unseen"
