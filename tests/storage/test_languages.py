"""Which language a person gets: Indonesian, whatever the phone is set to, until another one is chosen."""

from __future__ import annotations

import sqlite3

import pytest

from bot.clock import iso
from bot.storage import language_rows
from bot.telegram.rendering import LANGUAGES
from flows.model.events import Command, Tap
from scoring.replacing import replace
from tests.support import dump, update
from tests.support.talk import BUDI, RINA, SITI, Talk, buttons, text_of


async def choose(talk: Talk, who: int, language: str) -> bool:
    def work(connection: sqlite3.Connection) -> bool:
        return language_rows.choose(connection, who, language, iso(talk.clock()))

    return await talk.dispatcher.database.transaction(work)


async def test_an_english_phone_is_no_choice(talk: Talk) -> None:
    incoming = update(1, RINA, Command("start", "HUKUM"), "Rina")
    assert incoming.speaker is not None
    await talk.dispatcher.handle(
        [replace(incoming, speaker=replace(incoming.speaker, language="en"))]
    )
    talk.number = 1
    assert dump(talk.path, "persons")[0][4] == "en", "noted as observed"
    assert "isian terisi" in text_of(await talk.types(RINA, "/status"))


async def test_who_chose_english_is_told_in_english(talk: Talk) -> None:
    await talk.types(RINA, "/start HUKUM")
    assert await choose(talk, RINA, "en")
    letters = await talk.types(RINA, "/status")
    assert "answers filled in" in text_of(letters)
    assert "isian" not in text_of(letters)
    assert "Remind" in " ".join(buttons(*letters))
    assert "Commands for staff" in text_of(await talk.types(RINA, "/bantuan"))
    (toast,) = await talk.send(RINA, Tap("??", 5, "q"))
    assert toast.payload["text"] == "This button is not known. Tap /mulai."
    assert await choose(talk, RINA, "id")
    assert "isian terisi" in text_of(await talk.types(RINA, "/status"))


async def test_who_chooses_a_language_is_answered_in_it_and_has_its_menu(talk: Talk) -> None:
    await talk.types(RINA, "/start HUKUM")
    assert "Choose the language" in text_of(await talk.types(RINA, "/bahasa"))
    letters = await talk.send(RINA, Tap("la.1.en", 5, "q"))
    assert "messages to you are in <b>English</b>" in text_of(letters)
    assert "See the status" in " ".join(buttons(*letters))
    menus = [one.payload for one in letters if one.method == "setMyCommands"]
    assert [one.get("language_code") for one in menus] == [code or None for code in LANGUAGES]
    for menu in menus:
        assert menu["scope"] == {"type": "chat", "chat_id": RINA}
        assert "Help" in [one["description"] for one in menu["commands"]], "whatever the phone"
    assert not [one for one in await talk.types(RINA, "/mulai") if one.method == "setMyCommands"]
    back = await talk.types(RINA, "/bahasa id")
    assert "ditulis dalam <b>Bahasa Indonesia</b>" in text_of(back)
    for menu in (one.payload for one in back if one.method == "setMyCommands"):
        assert "Bantuan" in [one["description"] for one in menu["commands"]]


async def test_a_contact_who_chose_a_language_has_a_menu_of_their_own(talk: Talk) -> None:
    assert "setMyCommands" not in {one.method for one in await talk.types(SITI, "/start KES")}
    chosen = await talk.types(SITI, "/language english")
    assert [one.method for one in chosen].count("setMyCommands") == len(LANGUAGES)


async def test_what_is_not_in_english_is_indonesian_with_its_buttons(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    await choose(talk, SITI, "en")
    letters = await talk.types(SITI, "/lanjut")
    assert "jumlah kematian ibu" in text_of(letters)
    assert "Penjelasan" in " ".join(buttons(*letters))
    assert "Explanation" not in " ".join(buttons(*letters))


async def test_each_recipient_gets_their_own(talk: Talk) -> None:
    for who, token in ((RINA, "HUKUM"), (BUDI, "KANWIL")):
        await talk.types(who, f"/start {token}")
    await choose(talk, BUDI, "en")
    letters = {one.chat_id: one for one in await talk.types(SITI, "/start KES")}
    news = {who: letters[who].payload["text"] for who in (RINA, BUDI) if who in letters}
    assert news, "staff hear of who joins"
    assert all(("joined as" in text) == (who == BUDI) for who, text in news.items())


async def test_trouble_is_told_in_the_chosen_language(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.types(RINA, "/start HUKUM")
    await choose(talk, RINA, "en")
    monkeypatch.setattr("bot.dispatch.step", lambda *_: 1 / 0)
    assert text_of(await talk.types(RINA, "/status")).startswith("We are sorry")


async def test_a_choice_is_of_persons_only(talk: Talk) -> None:
    await talk.types(RINA, "/start HUKUM")
    assert not await choose(talk, 999, "en"), "nobody of ours"
    await choose(talk, RINA, "en")

    def work(connection: sqlite3.Connection) -> tuple[str, ...]:
        return tuple(language_rows.chosen(connection, chat) for chat in (RINA, 999, -RINA))

    assert await talk.dispatcher.database.transaction(work) == ("en", "id", "id")
