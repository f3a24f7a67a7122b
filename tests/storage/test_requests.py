"""One-question links on a real file: one person, one use, an end, and a record that holds."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.storage import record
from bot.storage.outbox import OutboxMessage
from flows.model.events import Command, Tap, Text
from tests.support import dump
from tests.support.talk import SITI, Talk, button, text_of, token

POLRES, OTHER = 901, 902


async def forward(talk: Talk, letters: list[OutboxMessage]) -> str:
    """The data of the button that forwards the open question, behind the two that fold it away."""
    letters = await talk.send(SITI, Tap(button(letters, "Tidak dapat mengisi"), 5, "q"))
    letters = await talk.send(SITI, Tap(button(letters, "Data ada di instansi lain"), 5, "q"))
    return button(letters, "Minta ke instansi lain")


async def link(talk: Talk) -> str:
    """Siti forwards the open question; the token of the link."""
    letters = await talk.types(SITI, "/start KES", "/lanjut")
    letters = await talk.send(SITI, Tap(await forward(talk, letters), 5, "q1"))
    return token(letters)


async def test_the_token_is_nowhere_but_in_the_message(talk: Talk) -> None:
    token = await link(talk)
    rows = dump(talk.path, "requests", "record", "invitations", "focus")
    assert token not in repr(rows)


async def test_the_first_who_opens_it_is_the_only_one(talk: Talk) -> None:
    token = await link(talk)
    assert "memerlukan satu data" in text_of(
        await talk.send(POLRES, Command("start", token), "Polres")
    )
    assert "dibuka orang lain" in text_of(await talk.send(OTHER, Command("start", token), "Lain"))
    assert dump(talk.path, "persons")[1:] == [], "a guest is no person of the roster"
    assert [row[1] for row in dump(talk.path, "seats")] == [1]


async def test_it_dies_after_use_and_after_the_deadline(talk: Talk) -> None:
    token = await link(talk)
    for event in (Command("start", token), Text("12 dari 14.250", 3), Text("kirim", 4)):
        letters = await talk.send(POLRES, event, "Polres")
    assert "sudah diterima" in text_of(letters)
    assert "selesai dipakai" in text_of(await talk.send(POLRES, Command("start", token), "Polres"))
    letters = await talk.types(SITI, "/lanjut")
    again = await talk.send(SITI, Tap(await forward(talk, letters), 5, "q2"))
    late = re.search(r"\?start=(\S+)", text_of(again))
    assert late
    talk.clock.advance(days=22)
    assert "sudah lewat" in text_of(await talk.send(OTHER, Command("start", late[1]), "Lain"))
    kinds = [row[3] for row in dump(talk.path, "record")]
    assert kinds.count("asked") == 2
    assert kinds.count("proposed") == 1
    connection = sqlite3.connect(talk.path)
    assert record.verify(connection).broken is None
    connection.close()


async def test_what_was_proposed_is_on_record_with_the_answer(talk: Talk, tmp_path: Path) -> None:
    token = await link(talk)
    for event in (Command("start", token), Text("12", 3), Text("14.250", 4), Text("ya", 5)):
        await talk.send(POLRES, event, "Polres Metro")
    letters = await talk.send(SITI, Tap("U.1.1", 9, "q3"))
    assert "84 per 100.000" in text_of(letters)
    await talk.types(SITI, "simpan")
    bodies = [row[10] for row in dump(talk.path, "record") if row[3] == "answer"]
    assert len(bodies) == 1
    assert '"source":"Polres Metro"' in bodies[0]
    letters = await talk.send(SITI, Tap("P.1.1", 9, "q4"))
    assert [one.method for one in letters] == ["answerCallbackQuery"]
    assert [row[16:19] for row in dump(talk.path, "requests")] == [(1, None, None)]


@pytest.mark.parametrize("token", ["", "tidak-ada", "KES"])
async def test_other_tokens_mean_what_they_meant(talk: Talk, token: str) -> None:
    await link(talk)
    letters = await talk.send(POLRES, Command("start", token), "Polres")
    assert "memerlukan satu data" not in text_of(letters)


async def test_it_lives_two_weeks_at_most_and_only_the_newest_three_do(talk: Talk) -> None:
    tokens = [await link(talk)]
    for number in range(3):
        letters = await talk.types(SITI, "/lanjut")
        letters = await talk.send(SITI, Tap(await forward(talk, letters), 5, f"q{number}x"))
        match = re.search(r"\?start=(\S+)", text_of(letters))
        assert match
        tokens.append(match[1])
    texts = [
        text_of(await talk.send(POLRES + number, Command("start", token), "Polres"))
        for number, token in enumerate(tokens)
    ]
    assert "diganti" in texts[0]
    assert all("memerlukan satu data" in one for one in texts[1:])
    made, ends = (datetime.fromisoformat(dump(talk.path, "requests")[0][at]) for at in (7, 8))
    assert timedelta(days=14) < ends - made <= timedelta(days=15), "the end of the fourteenth day"
