"""By what letter the data were asked for: said where the period names one, and not a word where it names none."""

from __future__ import annotations

import pytest

from tests.flows.heard import text_of
from tests.flows.world import World


@pytest.mark.parametrize(
    ("number", "day", "basis"),
    [
        ("", "", None),
        ("W.10-HA.01.01-123", "2017-01-30", "surat nomor W.10-HA.01.01-123 tanggal 30 Januari 2017"),
        ("W.10/<5>", "", "surat nomor W.10/&lt;5&gt;"),
    ],
)  # fmt: skip
def test_a_contact_reads_it_on_joining_and_whoever_asks_what_this_is(
    number: str, day: str, basis: str | None
) -> None:
    world = World({"kesehatan": [1]})
    world.connection.execute("UPDATE periods SET letter_number = ?, letter_date = ?", (number, day))
    world.dispatcher.roster.forget()
    world.link("A", "kesehatan")
    world.type("Siti", "/start A")
    welcome = text_of(world.inboxes["Siti"][-1])
    world.type("Siti", "/tentang")
    about = text_of(world.inboxes["Siti"][-1])
    for text in (welcome, about):
        if basis is None:
            assert "surat nomor" not in text
        else:
            assert f", berdasarkan {basis}." in text
