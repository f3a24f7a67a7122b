"""One-question links on a real file: one person, one use, an end, and a record that holds."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.storage import record
from flows.model.events import Command, Tap, Text
from tests.storage.test_dispatch import SITI, Desk, desk
from tests.support import dump

__all__ = ["desk"]
POLRES, OTHER = 901, 902


def text_of(letters: list) -> str:  # type: ignore[type-arg]
    return "\n".join(str(one.payload.get("text", "")) for one in letters)


def button(letters: list, words: str) -> str:  # type: ignore[type-arg]
    """The data of the button of the last message that says so."""
    rows = letters[-1].payload["reply_markup"]["inline_keyboard"]
    return next(cell["callback_data"] for row in rows for cell in row if words in cell["text"])


async def forward(desk: Desk, letters: list) -> str:  # type: ignore[type-arg]
    """The data of the button that forwards the open question, behind the two that fold it away."""
    letters = await desk.send(SITI, Tap(button(letters, "Tidak dapat mengisi"), 5, "q"))
    letters = await desk.send(SITI, Tap(button(letters, "Data ada di instansi lain"), 5, "q"))
    return button(letters, "Minta ke instansi lain")


async def link(desk: Desk) -> str:
    """Siti forwards the open question; the token of the link."""
    letters = await desk.walk(SITI, "/start KES", "/lanjut")
    letters = await desk.send(SITI, Tap(await forward(desk, letters), 5, "q1"))
    found = re.search(r"\?start=(\S+)", text_of(letters))
    assert found
    return found[1]


async def test_the_token_is_nowhere_but_in_the_message(desk: Desk) -> None:
    token = await link(desk)
    rows = dump(desk.path, "requests", "record", "invitations", "focus")
    assert token not in repr(rows)


async def test_the_first_who_opens_it_is_the_only_one(desk: Desk) -> None:
    token = await link(desk)
    assert "memerlukan satu data" in text_of(
        await desk.send(POLRES, Command("start", token), "Polres")
    )
    assert "dibuka orang lain" in text_of(await desk.send(OTHER, Command("start", token), "Lain"))
    assert dump(desk.path, "persons")[1:] == [], "a guest is no person of the roster"
    assert [row[1] for row in dump(desk.path, "seats")] == [1]


async def test_it_dies_after_use_and_after_the_deadline(desk: Desk) -> None:
    token = await link(desk)
    for event in (Command("start", token), Text("12 dari 14.250", 3), Text("kirim", 4)):
        letters = await desk.send(POLRES, event, "Polres")
    assert "sudah diterima" in text_of(letters)
    assert "selesai dipakai" in text_of(await desk.send(POLRES, Command("start", token), "Polres"))
    letters = await desk.walk(SITI, "/lanjut")
    again = await desk.send(SITI, Tap(await forward(desk, letters), 5, "q2"))
    late = re.search(r"\?start=(\S+)", text_of(again))
    assert late
    desk.clock.advance(days=22)
    assert "sudah lewat" in text_of(await desk.send(OTHER, Command("start", late[1]), "Lain"))
    kinds = [row[3] for row in dump(desk.path, "record")]
    assert kinds.count("asked") == 2
    assert kinds.count("proposed") == 1
    connection = sqlite3.connect(desk.path)
    assert record.verify(connection).broken is None
    connection.close()


async def test_what_was_proposed_is_on_record_with_the_answer(desk: Desk, tmp_path: Path) -> None:
    token = await link(desk)
    for event in (Command("start", token), Text("12", 3), Text("14.250", 4), Text("ya", 5)):
        await desk.send(POLRES, event, "Polres Metro")
    letters = await desk.send(SITI, Tap("U.1.1", 9, "q3"))
    assert "84 per 100.000" in text_of(letters)
    await desk.walk(SITI, "simpan")
    bodies = [row[10] for row in dump(desk.path, "record") if row[3] == "answer"]
    assert len(bodies) == 1
    assert '"source":"Polres Metro"' in bodies[0]
    letters = await desk.send(SITI, Tap("P.1.1", 9, "q4"))
    assert [one.method for one in letters] == ["answerCallbackQuery"]
    assert [row[16:19] for row in dump(desk.path, "requests")] == [(1, None, None)]


@pytest.mark.parametrize("token", ["", "tidak-ada", "KES"])
async def test_other_tokens_mean_what_they_meant(desk: Desk, token: str) -> None:
    await link(desk)
    letters = await desk.send(POLRES, Command("start", token), "Polres")
    assert "memerlukan satu data" not in text_of(letters)


async def test_it_lives_two_weeks_at_most_and_only_the_newest_three_do(desk: Desk) -> None:
    tokens = [await link(desk)]
    for number in range(3):
        letters = await desk.walk(SITI, "/lanjut")
        letters = await desk.send(SITI, Tap(await forward(desk, letters), 5, f"q{number}x"))
        found = re.search(r"\?start=(\S+)", text_of(letters))
        assert found
        tokens.append(found[1])
    said = [
        text_of(await desk.send(POLRES + number, Command("start", token), "Polres"))
        for number, token in enumerate(tokens)
    ]
    assert "diganti" in said[0]
    assert all("memerlukan satu data" in one for one in said[1:])
    made, ends = (datetime.fromisoformat(dump(desk.path, "requests")[0][at]) for at in (7, 8))
    assert timedelta(days=14) < ends - made <= timedelta(days=15), "the end of the fourteenth day"
