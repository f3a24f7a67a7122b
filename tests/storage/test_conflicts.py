"""Two contacts of one office answer the same question; what one keeps is stored whole, and only while it may be."""

from __future__ import annotations

from typing import Any

import orjson

from flows.model.events import Tap
from tests.support import dump
from tests.support.talk import RINA, SITI, Talk, button, buttons, text_of


def answers(talk: Talk) -> list[dict[str, Any]]:
    return [orjson.loads(row[10]) for row in dump(talk.path, "record") if row[3] == "answer"]


async def presses(talk: Talk, user: int, begins: str, ends: str = "") -> None:
    """Press the newest button with such data."""
    shown = buttons(*(one for one in talk.heard if one.chat_id == user)).values()
    data = next(one for one in reversed(shown) if one.startswith(begins) and one.endswith(ends))
    await talk.send(user, Tap(data, 5, "q"))


async def in_conflict(talk: Talk) -> None:
    """Siti's figures wait for her choice; Rina has stored others, and answered the rest of the right."""
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    await talk.types(RINA, "/start KES2", "/lanjut", "13 dari 14.250", "simpan")
    await talk.types(SITI, "simpan")
    assert button(talk.heard[-1:]).startswith("m.")
    await talk.types(RINA, "90 dari 14.250", "simpan")


async def test_what_was_sent_meanwhile_stays_as_it_was_sent(talk: Talk) -> None:
    await in_conflict(talk)
    await talk.send(RINA, Tap("q.2.0", 5, "q"))
    await presses(talk, RINA, "w.2.0")
    assert any(row[3] == "move" for row in dump(talk.path, "record"))
    before = len(answers(talk))
    await presses(talk, SITI, "m.", ".1")
    assert len(answers(talk)) == before
    assert "Minta dibuka kembali" in text_of(talk.heard[-1:])


async def test_keeping_ones_own_still_works(talk: Talk) -> None:
    await in_conflict(talk)
    await presses(talk, SITI, "m.", ".1")
    last = answers(talk)[-1]
    assert (last["indicator"], last["revision"], last["seat_id"]) == (1, 2, 1)


async def test_the_reason_of_an_absence_outlives_a_conflict(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut")
    await presses(talk, SITI, "un.")
    await presses(talk, SITI, "a.")
    await talk.types(RINA, "/start KES2", "/lanjut", "13 dari 14.250", "simpan")
    await talk.types(SITI, "Datanya masih direkap oleh puskesmas.")
    await presses(talk, SITI, "m.", ".1")
    last = answers(talk)[-1]
    assert last["answer"]["absence"]
    assert last["reason"] == "Datanya masih direkap oleh puskesmas."
