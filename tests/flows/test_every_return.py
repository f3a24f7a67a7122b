"""Whatever the reason of a return: a file that comes belongs to what was returned, and two taps send it again."""

from __future__ import annotations

import pytest

from flows.model.answer_state import State
from flows.model.events import Tap
from flows.model.outcome import Outcome, Say
from flows.model.roles import Role
from scoring.load import load_bundled
from tests.flows.world import World
from tests.support import INSTRUMENT

REASONS = {one.code: one for one in load_bundled(INSTRUMENT).return_reasons}


def names(outcome: Outcome) -> list[str]:
    return [one.name for one in outcome.messages if isinstance(one, Say)]


def returned(code: str, role: Role) -> World:
    """Siti has sent two answers, with all offices' approval where the Kanwil returns; the first came back."""
    world = World({"kesehatan": [1, 2]})
    world.link("A", "kesehatan")
    world.link("K", None, role)
    for who, link in (("Siti", "A"), ("Hana", "K")):
        world.type(who, f"/start {link}")
    for text in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", text)
    world.press("Siti", "📤 Kirim…")
    world.press("Siti", "📤 Kirim…")
    if role == Role.KANWIL:
        for number in (1, 2):
            world.move(("kesehatan", number), State.APPROVED, Role.COORDINATOR)
    seat = world.seats["Hana"][0].id
    world.send("Hana", Tap(f"R.{seat}.1.1.1.{code}", 5, "q"))
    world.type("Hana", "Mohon diperiksa lagi.")
    return world


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.KANWIL])
@pytest.mark.parametrize("code", [code for code in REASONS if code != "alasan"])
def test_a_file_that_comes_belongs_to_it_and_two_taps_send_it_again(code: str, role: Role) -> None:
    world = returned(code, role)
    world.do("Siti", "uploads document laporan.pdf 95000")
    assert world.inboxes["Siti"][-1].name == "evidence/received"
    world.do("Siti", "fetched 1 stored")
    sent = world.press("Siti", "📤 Kirim kembali")
    if "answering/resent" not in names(sent):
        sent = world.press("Siti", "📤 Kirim kembali")
    assert "answering/resent" in names(sent)
    assert "Dikirim kembali" in world.inboxes["Siti"][-1].text
