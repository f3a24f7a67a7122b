"""Which language a person gets: Indonesian, whatever the phone is set to, until another one is chosen."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from bot.clock import iso
from bot.storage import languages
from bot.storage.outbox import Letter
from bot.telegram.rendering import LANGUAGES
from flows.model.events import Command, Tap
from tests.storage.test_dispatch import BUDI, RINA, SITI, Desk, desk, text_of
from tests.support import dump, update

__all__ = ["desk"]


async def choose(desk: Desk, who: int, language: str) -> bool:
    def work(connection: sqlite3.Connection) -> bool:
        return languages.choose(connection, who, language, iso(desk.clock()))

    return await desk.dispatcher.database.transaction(work)


def buttons(letters: list[Letter]) -> str:
    rows = [
        row
        for one in letters
        for row in one.payload.get("reply_markup", {}).get("inline_keyboard", [])
    ]
    return "\n".join(cell["text"] for row in rows for cell in row)


async def test_an_english_phone_is_no_choice(desk: Desk) -> None:
    one = update(1, RINA, Command("start", "HUKUM"), "Rina")
    assert one.speaker is not None
    await desk.dispatcher.handle([replace(one, speaker=replace(one.speaker, language="en"))])
    desk.number = 1
    assert dump(desk.path, "persons")[0][4] == "en", "noted as observed"
    assert "isian terisi" in text_of(await desk.walk(RINA, "/status"))


async def test_who_chose_english_is_told_in_english(desk: Desk) -> None:
    await desk.walk(RINA, "/start HUKUM")
    assert await choose(desk, RINA, "en")
    said = await desk.walk(RINA, "/status")
    assert "answers filled in" in text_of(said)
    assert "isian" not in text_of(said)
    assert "Remind" in buttons(said)
    assert "Commands for staff" in text_of(await desk.walk(RINA, "/bantuan"))
    (toast,) = await desk.send(RINA, Tap("??", 5, "q"))
    assert toast.payload["text"] == "This button is not known. Tap /mulai."
    assert await choose(desk, RINA, "id")
    assert "isian terisi" in text_of(await desk.walk(RINA, "/status"))


async def test_who_chooses_a_language_is_answered_in_it_and_has_its_menu(desk: Desk) -> None:
    await desk.walk(RINA, "/start HUKUM")
    assert "Choose the language" in text_of(await desk.walk(RINA, "/bahasa"))
    said = await desk.send(RINA, Tap("la.1.en", 5, "q"))
    assert "messages to you are in <b>English</b>" in text_of(said)
    assert "See the status" in buttons(said)
    menus = [one.payload for one in said if one.method == "setMyCommands"]
    assert [one.get("language_code") for one in menus] == [code or None for code in LANGUAGES]
    for menu in menus:
        assert menu["scope"] == {"type": "chat", "chat_id": RINA}
        assert "Help" in [one["description"] for one in menu["commands"]], "whatever the phone"
    assert not [one for one in await desk.walk(RINA, "/mulai") if one.method == "setMyCommands"]
    back = await desk.walk(RINA, "/bahasa id")
    assert "ditulis dalam <b>Bahasa Indonesia</b>" in text_of(back)
    for menu in (one.payload for one in back if one.method == "setMyCommands"):
        assert "Bantuan" in [one["description"] for one in menu["commands"]]


async def test_a_contact_who_chose_a_language_has_a_menu_of_their_own(desk: Desk) -> None:
    assert "setMyCommands" not in {one.method for one in await desk.walk(SITI, "/start KES")}
    chosen = await desk.walk(SITI, "/language english")
    assert [one.method for one in chosen].count("setMyCommands") == len(LANGUAGES)


async def test_what_is_not_in_english_is_indonesian_with_its_buttons(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    await choose(desk, SITI, "en")
    said = await desk.walk(SITI, "/lanjut")
    assert "jumlah kematian ibu" in text_of(said)
    assert "Penjelasan" in buttons(said)
    assert "Explanation" not in buttons(said)


async def test_each_recipient_gets_their_own(desk: Desk) -> None:
    for who, token in ((RINA, "HUKUM"), (BUDI, "KANWIL")):
        await desk.walk(who, f"/start {token}")
    await choose(desk, BUDI, "en")
    told = {one.chat_id: one for one in await desk.walk(SITI, "/start KES")}
    news = {who: told[who].payload["text"] for who in (RINA, BUDI) if who in told}
    assert news, "staff hear of who joins"
    assert all(("joined as" in text) == (who == BUDI) for who, text in news.items())


async def test_trouble_is_told_in_the_chosen_language(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.walk(RINA, "/start HUKUM")
    await choose(desk, RINA, "en")
    monkeypatch.setattr("bot.dispatch.step", lambda *_: 1 / 0)
    assert text_of(await desk.walk(RINA, "/status")).startswith("We are sorry")


async def test_a_choice_is_of_persons_only(desk: Desk) -> None:
    await desk.walk(RINA, "/start HUKUM")
    assert not await choose(desk, 999, "en"), "nobody of ours"
    await choose(desk, RINA, "en")

    def work(connection: sqlite3.Connection) -> tuple[str, ...]:
        return tuple(languages.chosen(connection, chat) for chat in (RINA, 999, -RINA))

    assert await desk.dispatcher.database.transaction(work) == ("en", "id", "id")
