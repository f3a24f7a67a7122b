"""Requests for a later last day on a real file: whom they reach, that the first answer stands, the record."""

from __future__ import annotations

import sqlite3

import orjson

from bot.storage import record
from bot.storage.outbox import Letter
from flows.model.events import Command, Tap
from tests.storage.test_dispatch import SITI, Desk, desk
from tests.support import dump

__all__ = ["desk"]
HANA, BUDI, RINA, JABAR = 31, 21, 22, 41


async def joined(desk: Desk) -> None:
    for user, token in ((SITI, "KES"), (HANA, "HUKUM"), (BUDI, "KANWIL"), (JABAR, "JABAR")):
        await desk.send(user, Command("start", token), f"Orang {user}")


def keys(letter: Letter) -> dict[str, str]:
    rows = letter.payload["reply_markup"]["inline_keyboard"]
    return {cell["text"]: cell["callback_data"] for row in rows for cell in row}


async def tap(desk: Desk, user: int, letter: Letter, label: str) -> list[Letter]:
    return await desk.send(user, Tap(keys(letter)[label], 9, "q"), f"Orang {user}")


async def requested(desk: Desk) -> list[Letter]:
    """Hana asks for Sudinkes; Good Friday, 14 April 2017, is not offered."""
    [asked] = await desk.walk(HANA, "/perpanjang sudinkes")
    assert list(keys(asked)) == [
        "Senin, 3 April 2017", "Jumat, 7 April 2017", "Senin, 17 April 2017", "◀️ Batal",
    ]  # fmt: skip
    await tap(desk, HANA, asked, "Senin, 17 April 2017")
    return await desk.walk(HANA, "Kontaknya baru ditunjuk pekan depan.")


def bodies(desk: Desk, *kinds: str) -> list[dict[str, object]]:
    rows = [row for row in dump(desk.path, "record") if row[3] in kinds]
    return [orjson.loads(str(row[10])) for row in rows]


async def test_a_request_reaches_the_kanwil_of_the_province_and_the_first_answer_stands(
    desk: Desk,
) -> None:
    await joined(desk)
    told = await requested(desk)
    assert [one.chat_id for one in told] == [HANA, BUDI], "neither the office nor another province"
    answers = await tap(desk, BUDI, told[-1], "✅ Perpanjang sampai 17 April 2017")
    heard = {one.chat_id: one for one in answers if one.method == "sendMessage"}
    assert set(heard) == {SITI, HANA}
    assert "Senin, 17 April 2017" in heard[SITI].payload["text"]
    edited = next(one for one in answers if one.method == "editMessageText")
    assert edited.chat_id == BUDI
    assert "reply_markup" not in edited.payload, "its buttons are gone"
    again = await tap(desk, BUDI, told[-1], "✖️ Tolak")
    assert [one.method for one in again] == ["answerCallbackQuery"]
    assert "sudah disetujui oleh" in again[0].payload["text"]
    [asked] = bodies(desk, "extension_asked")
    [extended] = bodies(desk, "extended")
    [settled] = bodies(desk, "extension_settled")
    assert (extended["until"], extended["reason"]) == (asked["until"], asked["reason"])
    assert (settled["request"], settled["granted"]) == (row_of(desk)[1], True)
    connection = sqlite3.connect(desk.path)
    assert record.verify(connection).broken is None
    connection.close()


def row_of(desk: Desk) -> tuple[object, ...]:
    [row] = dump(desk.path, "extension_requests")
    return row


async def test_a_declined_request_changes_nothing_and_its_asker_hears_why(desk: Desk) -> None:
    await joined(desk)
    told = await requested(desk)
    await tap(desk, BUDI, told[-1], "✖️ Tolak")
    answers = await desk.walk(BUDI, "Sudah cukup waktunya, mohon diisi.")
    assert {one.chat_id for one in answers} == {BUDI, HANA}
    assert bodies(desk, "extended") == []
    [settled] = bodies(desk, "extension_settled")
    assert (settled["granted"], settled["reason"]) == (False, "Sudah cukup waktunya, mohon diisi.")
    late = await tap(desk, BUDI, told[-1], "✅ Perpanjang sampai 17 April 2017")
    assert "sudah ditolak oleh" in late[0].payload["text"]


async def test_another_provinces_kanwil_cannot_answer(desk: Desk) -> None:
    await joined(desk)
    told = await requested(desk)
    verb, _, *rest = keys(told[-1])["✅ Perpanjang sampai 17 April 2017"].split(".")
    connection = sqlite3.connect(desk.path)
    seat = connection.execute("SELECT id FROM seats WHERE province = '32'").fetchone()[0]
    connection.close()
    answers = await desk.send(JABAR, Tap(".".join([verb, str(seat), *rest]), 9, "q"))
    assert "bukan untuk peran Anda" in answers[0].payload["text"]
    assert bodies(desk, "extended", "extension_settled") == []


async def test_who_asked_and_is_gone_is_not_written_to(desk: Desk) -> None:
    await joined(desk)
    told = await requested(desk)
    connection = sqlite3.connect(desk.path)
    connection.execute("UPDATE seats SET until = 'x' WHERE role = 'coordinator'")
    connection.commit()
    connection.close()
    answers = await tap(desk, BUDI, told[-1], "✅ Perpanjang sampai 17 April 2017")
    assert HANA not in {one.chat_id for one in answers}
    assert row_of(desk)[9] == 1
