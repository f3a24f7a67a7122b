"""Whatever hung in a contact's chat before: once the answer is sent, no button of it misleads or writes."""

from __future__ import annotations

import pytest

from flows.model.answer_state import ProofState, State
from flows.model.buttons import Verb, read
from flows.model.events import Tap
from flows.model.outcome import Notice, Outcome, Say, SetFocus, WithdrawProof
from flows.model.roles import Role
from tests.flows.test_every_return import names, returned
from tests.flows.world import World

UNTRUE = {"notice/not_yours", "notice/already_withdrawn", "notice/unknown"}


def mended(code: str = "belum-sah", role: Role = Role.COORDINATOR) -> World:
    """Siti's document came back; she has sent another one, ticked it, and sent the answer back."""
    world = returned(code, role)
    for step in ("uploads document laporan-ttd.pdf 95000", "fetched 1 stored"):
        world.do("Siti", step)
    world.press("Siti", "⬜ Tanda tangan")
    world.press("Siti", "📤 Kirim kembali")
    return world


def shown(world: World, who: str) -> list[str]:
    return [cell[1] for said in world.inboxes[who] for row in said.keyboard for cell in row]


def notices(outcome: Outcome) -> list[str | None]:
    return [one.name for one in outcome.messages if isinstance(one, Notice)]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.KANWIL])
def test_no_button_of_a_sent_answer_says_what_is_not_so(role: Role) -> None:
    world = mended(role=role)
    verbs = set()
    for button in shown(world, "Siti"):
        pressed = read(button)
        assert pressed
        verbs.add(pressed.verb)
        if pressed.number() != 1:
            continue
        outcome = world.send("Siti", Tap(button, 5, "q"))
        assert not set(notices(outcome)) & UNTRUE, button
        written = [one for one in outcome.changes if not isinstance(one, SetFocus)]
        assert not written, (button, written)
    assert {Verb.TICK, Verb.WITHDRAW, Verb.RESEND, Verb.PROOF, Verb.EDIT} <= verbs


def test_a_tick_or_a_withdrawal_of_what_was_sent_says_where_the_answer_is() -> None:
    world = mended()
    for verb in ("T", "W"):
        old = next(one for one in shown(world, "Siti") if one.startswith(f"{verb}."))
        outcome = world.send("Siti", Tap(old, 5, "q"))
        assert names(outcome) == ["answering/locked"]
        message = next(one for one in outcome.messages if isinstance(one, Say))
        assert message.view["state"] == State.SENT


def test_what_a_reviewer_has_judged_is_not_taken_from_beside_its_replacement() -> None:
    """The first document's 🗑 hangs in the chat from the time before it was sent."""
    world = World({"kesehatan": [1]})
    world.link("A", "kesehatan")
    world.link("K", None, Role.COORDINATOR)
    for who, link in (("Siti", "A"), ("Hana", "K")):
        world.type(who, f"/start {link}")
    for text in ("/lanjut", "12 dari 14.250", "simpan"):
        world.type("Siti", text)
    world.press("Siti", "📎 Data dukung")
    world.do("Siti", "uploads document laporan.pdf 95000")
    world.do("Siti", "fetched 1 stored")
    world.press("Siti", "⬜ Periode")
    old = next(one for one in shown(world, "Siti") if one.startswith("W."))
    world.press("Siti", "Selesai")
    world.press("Siti", "📤 Kirim…")
    world.press("Siti", "📤 Kirim…")
    seat = world.seats["Hana"][0].id
    world.send("Hana", Tap(f"R.{seat}.1.1.1.belum-sah", 5, "q"))
    world.type("Hana", "Belum ditandatangani.")
    for replaced in (False, True):
        if replaced:
            world.do("Siti", "uploads document laporan-ttd.pdf 95000")
        outcome = world.send("Siti", Tap(old, 5, "q"))
        assert notices(outcome) == ["notice/proof_judged"]
        assert not any(isinstance(one, WithdrawProof) for one in outcome.changes)
    own = next(one for one in reversed(shown(world, "Siti")) if one.startswith("T."))
    world.send("Siti", Tap(own, 5, "q"))
    new = next(one for one in reversed(shown(world, "Siti")) if one.startswith("W."))
    outcome = world.send("Siti", Tap(new, 5, "q"))  # what nobody has judged goes as ever
    assert any(isinstance(one, WithdrawProof) for one in outcome.changes)
    [first, second] = world.facts("Siti", Tap(own, 5, "q")).desk.the_task(1).proofs  # type: ignore[union-attr]
    assert (first.state, second.state) == (ProofState.STORED, ProofState.WITHDRAWN)
