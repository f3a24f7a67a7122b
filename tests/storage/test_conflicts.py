"""Two contacts of one office answer the same question; what one keeps is stored whole, and only while it may be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from bot.dispatch import Dispatcher
from bot.storage.database import open_database
from bot.storage.outbox import Letter
from flows.model.events import Command, Event, Tap, Text
from tests.support import HeldClock, dump, make_database, update

SITI, RINA, HANA = 11, 12, 21


class Talk:
    def __init__(self, path: Path, dispatcher: Dispatcher) -> None:
        self.path, self.dispatcher, self.number = path, dispatcher, 0
        self.buttons: dict[int, list[str]] = {}
        self.said = ""

    async def send(self, user: int, event: Event) -> None:
        self.number += 1
        letters: list[Letter] = await self.dispatcher.handle([update(self.number, user, event)])
        self.said = "\n".join(one.payload.get("text", "") for one in letters)
        for one in letters:
            rows = one.payload.get("reply_markup", {}).get("inline_keyboard", [])
            self.buttons.setdefault(one.chat_id, []).extend(
                b["callback_data"] for r in rows for b in r
            )

    async def say(self, user: int, *said: str) -> None:
        for text in said:
            name, _, args = text.lstrip("/").partition(" ")
            if text.startswith("["):
                shown = reversed(self.buttons[user])
                data = next(one for one in shown if one.startswith(text.strip("[]")))
                await self.send(user, Tap(data, 5, "q"))
            else:
                await self.send(
                    user, Command(name, args) if text.startswith("/") else Text(text, self.number)
                )

    def answers(self) -> list[dict[str, Any]]:
        rows = dump(self.path, "record")
        return [orjson.loads(row[10]) for row in rows if row[3] == "answer"]


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    path = make_database(tmp_path / "p.db")
    async with open_database(path) as database:
        yield Talk(path, Dispatcher(database, HeldClock(), ZoneInfo("Asia/Jakarta")))


async def in_conflict(talk: Talk) -> None:
    """Siti's figures wait for her choice; Rina has stored others, and answered the rest of the right."""
    await talk.say(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    await talk.say(RINA, "/start KES2", "/lanjut", "13 dari 14.250", "simpan")
    await talk.say(SITI, "simpan")
    assert talk.buttons[SITI][-1].startswith("m.")
    await talk.say(RINA, "90 dari 14.250", "simpan")


async def test_what_was_sent_meanwhile_stays_as_it_was_sent(talk: Talk) -> None:
    await in_conflict(talk)
    await talk.send(RINA, Tap("q.2.0", 5, "q"))
    await talk.say(RINA, "[w.2.0")
    assert any(row[3] == "move" for row in dump(talk.path, "record"))
    before = len(talk.answers())
    mine = next(one for one in talk.buttons[SITI] if one.startswith("m.") and one.endswith(".1"))
    await talk.send(SITI, Tap(mine, 5, "q"))
    assert len(talk.answers()) == before
    assert "Minta dibuka kembali" in talk.said


async def test_keeping_ones_own_still_works(talk: Talk) -> None:
    await in_conflict(talk)
    mine = next(one for one in talk.buttons[SITI] if one.startswith("m.") and one.endswith(".1"))
    await talk.send(SITI, Tap(mine, 5, "q"))
    last = talk.answers()[-1]
    assert (last["indicator"], last["revision"], last["seat_id"]) == (1, 2, 1)


async def test_the_reason_of_an_absence_outlives_a_conflict(talk: Talk) -> None:
    await talk.say(SITI, "/start KES", "/lanjut", "[un.", "[a.")
    await talk.say(RINA, "/start KES2", "/lanjut", "13 dari 14.250", "simpan")
    await talk.say(SITI, "Datanya masih direkap oleh puskesmas.")
    mine = next(one for one in talk.buttons[SITI] if one.startswith("m.") and one.endswith(".1"))
    await talk.send(SITI, Tap(mine, 5, "q"))
    last = talk.answers()[-1]
    assert last["answer"]["absence"]
    assert last["reason"] == "Datanya masih direkap oleh puskesmas."
