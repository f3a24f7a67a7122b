"""Requests for a later last day on a real file: whom they reach, that the first answer stands, the record."""

from __future__ import annotations

import sqlite3

import orjson

from bot.storage import record
from bot.storage.outbox import OutboxMessage
from flows.model.events import Tap
from tests.support import dump
from tests.support.talk import SITI, Talk, buttons

HANA, BUDI, RINA, JABAR = 31, 21, 22, 41


async def joined(talk: Talk) -> None:
    await talk.joined(KES=SITI, HUKUM=HANA, KANWIL=BUDI, JABAR=JABAR)


async def requested(talk: Talk) -> list[OutboxMessage]:
    """Hana asks for Sudinkes; Good Friday, 14 April 2017, is not offered."""
    [asked] = await talk.types(HANA, "/perpanjang sudinkes")
    assert list(buttons(asked)) == [
        "Senin, 3 April 2017", "Jumat, 7 April 2017", "Senin, 17 April 2017", "◀️ Batal",
    ]  # fmt: skip
    await talk.taps(HANA, [asked], "Senin, 17 April 2017")
    return await talk.types(HANA, "Kontaknya baru ditunjuk pekan depan.")


def bodies(talk: Talk, *kinds: str) -> list[dict[str, object]]:
    rows = [row for row in dump(talk.path, "record") if row[3] in kinds]
    return [orjson.loads(str(row[10])) for row in rows]


async def test_a_request_reaches_the_kanwil_of_the_province_and_the_first_answer_stands(
    talk: Talk,
) -> None:
    await joined(talk)
    letters = await requested(talk)
    assert [one.chat_id for one in letters] == [HANA, BUDI], (
        "neither the office nor another province"
    )
    answers = await talk.taps(BUDI, letters, "✅ Perpanjang sampai 17 April 2017")
    heard = {one.chat_id: one for one in answers if one.method == "sendMessage"}
    assert set(heard) == {SITI, HANA}
    assert "Senin, 17 April 2017" in heard[SITI].payload["text"]
    edited = next(one for one in answers if one.method == "editMessageText")
    assert edited.chat_id == BUDI
    assert "reply_markup" not in edited.payload, "its buttons are gone"
    again = await talk.taps(BUDI, letters, "✖️ Tolak")
    assert [one.method for one in again] == ["answerCallbackQuery"]
    assert "sudah disetujui oleh" in again[0].payload["text"]
    [asked] = bodies(talk, "extension_asked")
    [extended] = bodies(talk, "extended")
    [settled] = bodies(talk, "extension_settled")
    assert (extended["until"], extended["reason"]) == (asked["until"], asked["reason"])
    assert (settled["request"], settled["granted"]) == (row_of(talk)[1], True)
    connection = sqlite3.connect(talk.path)
    assert record.verify(connection).broken is None
    connection.close()


def row_of(talk: Talk) -> tuple[object, ...]:
    [row] = dump(talk.path, "extension_requests")
    return row


async def test_a_declined_request_changes_nothing_and_its_asker_hears_why(talk: Talk) -> None:
    await joined(talk)
    letters = await requested(talk)
    await talk.taps(BUDI, letters, "✖️ Tolak")
    answers = await talk.types(BUDI, "Sudah cukup waktunya, mohon diisi.")
    assert {one.chat_id for one in answers} == {BUDI, HANA}
    assert bodies(talk, "extended") == []
    [settled] = bodies(talk, "extension_settled")
    assert (settled["granted"], settled["reason"]) == (False, "Sudah cukup waktunya, mohon diisi.")
    late = await talk.taps(BUDI, letters, "✅ Perpanjang sampai 17 April 2017")
    assert "sudah ditolak oleh" in late[0].payload["text"]


async def test_another_provinces_kanwil_cannot_answer(talk: Talk) -> None:
    await joined(talk)
    letters = await requested(talk)
    verb, _, *rest = buttons(letters[-1])["✅ Perpanjang sampai 17 April 2017"].split(".")
    connection = sqlite3.connect(talk.path)
    seat = connection.execute("SELECT id FROM seats WHERE province = '32'").fetchone()[0]
    connection.close()
    answers = await talk.send(JABAR, Tap(".".join([verb, str(seat), *rest]), 9, "q"))
    assert "bukan untuk peran Anda" in answers[0].payload["text"]
    assert bodies(talk, "extended", "extension_settled") == []


async def test_who_asked_and_is_gone_is_not_written_to(talk: Talk) -> None:
    await joined(talk)
    letters = await requested(talk)
    connection = sqlite3.connect(talk.path)
    connection.execute("UPDATE seats SET until = 'x' WHERE role = 'coordinator'")
    connection.commit()
    connection.close()
    answers = await talk.taps(BUDI, letters, "✅ Perpanjang sampai 17 April 2017")
    assert HANA not in {one.chat_id for one in answers}
    assert row_of(talk)[9] == 1
