"""Seats on a real file: suspended ones see nothing and get nothing; no province reaches into another."""

from __future__ import annotations

import sqlite3

from bot.storage import people, record
from bot.storage.roster import read_roster
from flows.model.events import Tap
from tests.storage.test_dispatch import BUDI, SITI, Desk, desk
from tests.support import dump

__all__ = ["desk"]


def text_of(letters: list) -> str:  # type: ignore[type-arg]
    return "\n".join(str(one.payload.get("text", "")) for one in letters)


async def test_a_suspended_contact_is_nobody_until_it_ends(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    letters = await desk.walk(BUDI, "/start KANWIL", "/peran")
    assert "Siti, kontak Sudinkes" in text_of(letters)
    await desk.send(BUDI, Tap("S.2.1.suspend", 9, "q"))
    assert "belum terdaftar" in text_of(await desk.walk(SITI, "/lanjut"))
    connection = sqlite3.connect(desk.path)
    assert people.contacts(connection, [1]) == {}
    connection.close()
    await desk.send(BUDI, Tap("S.2.1.resume", 9, "q"))
    assert "kematian ibu" in text_of(await desk.walk(SITI, "/lanjut"))
    await desk.send(BUDI, Tap("S.2.1.end", 9, "q"))
    assert "belum terdaftar" in text_of(await desk.walk(SITI, "/lanjut"))
    kinds = [row[3] for row in dump(desk.path, "record")]
    assert kinds.count("seat") == 3
    connection = sqlite3.connect(desk.path)
    assert record.verify(connection).broken is None
    connection.close()


async def test_another_province_neither_sees_nor_touches_a_seat(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    letters = await desk.walk(BUDI, "/start JABAR", "/peran")
    assert "Sudinkes" not in text_of(letters)
    before = dump(desk.path, "seats", "record")
    await desk.send(BUDI, Tap("S.2.1.end", 9, "q"))
    assert dump(desk.path, "seats", "record") == before
    connection = sqlite3.connect(desk.path)
    roster = read_roster(connection)
    assert roster is not None
    assert {one.seat.role for one in people.holders(connection, roster, [3], "32")} == {"kanwil"}
    connection.close()
