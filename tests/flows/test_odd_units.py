"""A figure that is there without its counts is asked for in words that fit its unit, whatever the unit is."""

from __future__ import annotations

import pytest

from tests.flows.heard import Heard
from tests.flows.world import World


def asked(number: int) -> tuple[str, Heard]:
    """The button that says what alone is there, and what is asked behind it."""
    world = World({"kesehatan": [number]})
    world.link("A", "kesehatan")
    for text in ("/start A", "/lanjut"):
        world.type("Siti", text)
    world.press("Siti", "Tidak dapat mengisi…")
    labels = [label for row in world.inboxes["Siti"][-1].keyboard for label, _ in row]
    (label,) = (one for one in labels if one.startswith("Hanya ada"))
    world.press("Siti", label)
    return label, world.inboxes["Siti"][-1]


@pytest.mark.parametrize(
    ("number", "label", "question"),
    [
        (2, "Hanya ada angka per 1.000", "Berapa <b>angka kematian bayi per 1.000 kelahiran hidup</b> pada"),
        (3, "Hanya ada persentasenya", "Berapa persen <b>perubahan tutupan vegetasi pada kawasan berfungsi lindung</b> pada"),
        (8, "Hanya ada rata-ratanya", "Berapa <b>rata-rata penyediaan air bersih</b> pada 2016? (liter per orang per hari)"),
        (10, "Hanya ada persentasenya", "Berapa persen <b>rumah tidak layak huni</b> pada"),
        (17, "Hanya ada persentasenya", "Berapa persen <b>kekerasan terhadap perempuan</b> dari perempuan dewasa pada"),
    ],
)  # fmt: skip
def test_it_is_named_as_people_say_it(number: int, label: str, question: str) -> None:
    shown, heard = asked(number)
    assert shown == label
    assert question in heard.text
