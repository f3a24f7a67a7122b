"""Figures that were typed and not saved are not left behind in silence when the answer is sent."""

from __future__ import annotations

import pytest

from flows.contact import drafts
from flows.model.events import Tap
from flows.model.facts import ContactFacts, Stage
from flows.model.focus import VALUE, Focus
from flows.model.outcome import RecordMove
from flows.model.roles import Role
from tests.flows.test_every_return import names, returned
from tests.flows.world import World


@pytest.mark.parametrize("typed", ["14 dari 14.250", "14"])
def test_a_mended_document_does_not_hide_figures_that_were_typed_before_it(typed: str) -> None:
    world = returned("belum-sah", Role.COORDINATOR)
    world.press("Siti", "✏️ Ubah angka")
    world.type("Siti", typed)
    world.do("Siti", "uploads document laporan-ttd.pdf 95000")
    back = world.inboxes["Siti"][-1].keyboard[-2][0][1]
    outcome = world.tap("Siti", back)
    assert names(outcome)[0] == "answering/unsaved"
    assert not any(isinstance(one, RecordMove) for one in outcome.changes)
    assert "14" in world.inboxes["Siti"][-1].bare
    world.press("Siti", "✏️ Ubah" if "dari" in typed else "🔁 Ulangi dari awal")
    sent = world.tap("Siti", back)  # they are not meant: nothing is in the way any more
    assert "answering/resent" in names(sent)


def test_the_typed_figures_are_saved_and_go_back() -> None:
    world = returned("belum-sah", Role.KANWIL)
    world.do("Siti", "uploads document laporan-ttd.pdf 95000")
    world.press("Siti", "✏️ Ubah angka")
    world.type("Siti", "14 dari 14.250")
    assert "answering/unsaved" in names(world.press("Siti", "📤 Kirim kembali"))
    world.press("Siti", "✅ Simpan")
    assert "answering/resent" in names(world.press("Siti", "📤 Kirim kembali"))
    task = world.facts("Siti", Tap("n.1", 5, "q")).desk.the_task(1)  # type: ignore[union-attr]
    assert task.mine.answer.inputs["kematian_ibu"] == 14


def test_the_first_sending_waits_for_them_too() -> None:
    world = World({"kesehatan": [1]})
    world.link("A", "kesehatan")
    world.type("Siti", "/start A")
    for text in ("/lanjut", "12 dari 14.250", "simpan"):
        world.type("Siti", text)
    world.press("Siti", "✏️ Ubah")
    world.type("Siti", "12 dari 14.250")
    world.press("Siti", "📤 Kirim…")
    check = world.inboxes["Siti"][-1].keyboard[0][0][1]
    world.press("Siti", "✏️ Ubah")
    world.type("Siti", "13 dari 14.250")
    outcome = world.tap("Siti", check)
    assert names(outcome)[0] == "answering/unsaved"
    assert world.focus["Siti"].stage == Stage.CONFIRM
    world.press("Siti", "✅ Simpan")
    world.press("Siti", "📤 Kirim…")
    assert "submitting/sent" in names(world.press("Siti", "📤 Kirim…"))


def test_the_same_figures_once_more_and_no_answer_at_all_are_in_nobody_s_way() -> None:
    world = World({"kesehatan": [1, 2]})
    world.link("A", "kesehatan")
    world.type("Siti", "/start A")
    for text in ("/lanjut", "12 dari 14.250", "simpan"):
        world.type("Siti", text)
    facts = world.facts("Siti", Tap("n.1", 5, "q"))
    assert isinstance(facts, ContactFacts)
    first, second = facts.desk.tasks
    seat = world.seats["Siti"][0].id
    same = {"kematian_ibu": "12", "kelahiran_hidup": "14250", "@": "3"}
    for draft, is_other in ((same, False), ({}, False), ({VALUE: "84"}, True)):
        focus = Focus(seat_id=seat, kept={f"{seat}.1": draft})
        assert drafts.unsaved(focus, first) is is_other
    assert not drafts.unsaved(Focus(seat_id=seat, kept={f"{seat}.2": {VALUE: "8"}}), second)
