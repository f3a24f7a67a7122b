"""What is imported beside a running bot: never over what came meanwhile, whole on record, seen by the reviewer."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.imports import storing
from bot.imports.storing import Result, Source
from bot.storage import record
from bot.storage.roster import read_roster
from flows.contact.importing import Given
from flows.model.roles import Role
from tests.flows.world import World

SOURCE = Source("kobo.csv", "a" * 64, "b" * 64)
MOTHERS = {"kematian_ibu": "12", "kelahiran_hidup": "14250"}
BABIES = {"kematian_bayi": "300", "kelahiran_hidup": "15900"}


@pytest.fixture
def world() -> World:
    """The health office, and the Bagian Hukum of the city."""
    world = World({"kesehatan": [1, 2], "tamhut": [3]})
    world.link("A", "kesehatan")
    world.link("B", None, Role.COORDINATOR)
    world.type("Siti", "/start A")
    world.type("Budi", "/start B")
    return world


def store(world: World, *given: Given) -> Result:
    roster = read_roster(world.connection)
    assert roster is not None
    unit = world.units["kesehatan"].id
    now = world.now.astimezone(UTC)
    return storing.store(world.connection, roster, {unit: given}, SOURCE, now)


def test_the_chat_goes_on_from_what_was_imported(world: World) -> None:
    result = store(world, Given(1, "B2", MOTHERS))
    assert [one.change.indicator for _, one in result.taken] == [1]
    world.type("Siti", "/lanjut")
    assert "Angka kematian bayi" in world.said["Siti"][-1].text
    assert record.verify(world.connection).broken is None


def test_what_was_typed_meanwhile_stands(world: World) -> None:
    store(world, Given(1, "B2", MOTHERS))
    for text in ("/lanjut", "300", "14250"):
        world.type("Siti", text)
    world.press("Siti", "✅ Simpan…")
    result = store(world, Given(1, "B2", MOTHERS), Given(2, "C2", BABIES))
    assert (result.taken, result.same) == ([], 1)
    assert [conflict.why for _, conflict in result.refused] == ["answered"]


def test_the_reviewer_reads_the_file_and_what_was_not_asked_back(world: World) -> None:
    store(world, Given(1, "B2", MOTHERS), Given(2, "C2", BABIES))
    world.type("Siti", "/ringkasan")
    world.press("Siti", "📤 Kirim…")
    world.press("Siti", "📤 Kirim…")
    world.type("Budi", "/verifikasi")
    world.press("Budi", "Sudin Kesehatan…")
    card = world.said["Budi"][-1].text
    assert "Jumlah kematian ibu: <b>12</b> orang <i>(diimpor dari kobo.csv)</i>" in card
    assert ", diisi operator, " in card
    world.press("Budi", "👍 Setujui")
    world.press("Budi", "➡️ Berikutnya…")
    odd = world.said["Budi"][-1].text
    assert "Belum ditanyakan kepada kontak: jawabannya diimpor." in odd
    assert "kontak menyatakan benar" not in odd
