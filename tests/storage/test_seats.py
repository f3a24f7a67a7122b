"""Seats on a real file: suspended ones see nothing and get nothing; no province reaches into another."""

from __future__ import annotations

import sqlite3

from bot.storage import people, record
from bot.storage.roster import read_roster
from flows.model.events import Tap
from tests.support import dump
from tests.support.talk import BUDI, SITI, Talk, text_of


async def test_a_suspended_contact_is_nobody_until_it_ends(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    letters = await talk.types(BUDI, "/start KANWIL", "/peran")
    assert "Siti, kontak Sudinkes" in text_of(letters)
    await talk.send(BUDI, Tap("S.2.1.suspend", 9, "q"))
    assert "belum terdaftar" in text_of(await talk.types(SITI, "/lanjut"))
    connection = sqlite3.connect(talk.path)
    assert people.contacts(connection, [1]) == {}
    connection.close()
    await talk.send(BUDI, Tap("S.2.1.resume", 9, "q"))
    assert "kematian ibu" in text_of(await talk.types(SITI, "/lanjut"))
    await talk.send(BUDI, Tap("S.2.1.end", 9, "q"))
    assert "belum terdaftar" in text_of(await talk.types(SITI, "/lanjut"))
    kinds = [row[3] for row in dump(talk.path, "record")]
    assert kinds.count("seat") == 3
    connection = sqlite3.connect(talk.path)
    assert record.verify(connection).broken is None
    connection.close()


async def test_another_province_neither_sees_nor_touches_a_seat(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    letters = await talk.types(BUDI, "/start JABAR", "/peran")
    assert "Sudinkes" not in text_of(letters)
    before = dump(talk.path, "seats", "record")
    await talk.send(BUDI, Tap("S.2.1.end", 9, "q"))
    assert dump(talk.path, "seats", "record") == before
    connection = sqlite3.connect(talk.path)
    roster = read_roster(connection)
    assert roster is not None
    assert {one.seat.role for one in people.holders(connection, roster, [3], "32")} == {"kanwil"}
    connection.close()
