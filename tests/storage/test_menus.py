"""The menu of a chat: given on joining, given again when it has changed, and not a call more."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Any

from bot.storage.outbox import OutboxMessage
from bot.telegram import default_menus
from bot.telegram.rendering import LANGUAGES
from tests.support.talk import BUDI, LINK, RINA, SITI, Talk


def menus(letters: list[OutboxMessage]) -> list[list[str]]:
    return [
        [one["command"] for one in letter.payload["commands"]]
        for letter in letters
        if letter.method == "setMyCommands"
    ]


async def forget(talk: Talk, digest: str | None) -> None:
    def work(connection: sqlite3.Connection) -> Any:
        if digest is None:
            return connection.execute("DELETE FROM menus")
        return connection.execute("UPDATE menus SET shown = ?", (digest,))

    await talk.dispatcher.database.transaction(work)


async def test_staff_get_theirs_once_and_again_after_an_update(talk: Talk) -> None:
    joined = menus(await talk.types(RINA, "/start HUKUM"))
    assert len(joined) == len(LANGUAGES), "one for each language of a phone"
    assert "status" in joined[0]
    assert menus(await talk.types(RINA, "/mulai")) == []
    await forget(talk, "of a former program")
    assert menus(await talk.types(RINA, "/status")) == []
    assert menus(await talk.types(RINA, "/mulai")) == joined
    await forget(talk, None)  # a chat of the time before menus were noted
    assert menus(await talk.types(RINA, "/mulai")) == joined
    assert menus(await talk.types(RINA, "/mulai")) == []


async def test_a_contact_has_the_default_menu_and_with_a_second_seat_the_own(
    talk: Talk,
) -> None:
    assert menus(await talk.types(SITI, "/start KES")) == []
    assert menus(await talk.types(SITI, "/mulai")) == []
    second = menus(await talk.types(SITI, "/start KANWIL"))
    assert "gantiperan" in second[0]
    assert "status" in second[0]
    assert menus(await talk.types(SITI, "/mulai")) == []
    assert menus(await talk.types(BUDI, "/mulai")) == [], "strangers have the default menu"


async def test_the_default_menus_are_letters_once_a_day(talk: Talk) -> None:
    async def queued(link: str = LINK) -> list[OutboxMessage]:
        given = partial(default_menus.queue, bot_link=link, now=talk.clock())
        letters: list[OutboxMessage] = await talk.dispatcher.database.transaction(given)
        return letters

    first = await queued()
    assert len(first) == 2 * len(LANGUAGES), (
        "private chats and groups, for each language of a phone"
    )
    assert await queued() == []
    talk.clock.advance(days=1)
    assert await queued() == [], "they wait still"
    talk.mark(first)
    assert await queued() == []
    talk.clock.advance(days=1)
    again = await queued()
    assert [one.payload for one in again] == [one.payload for one in first]
    talk.mark(again, "failed")
    assert len(await queued("https://t.me/AnotherBot")) == len(first), (
        "another bot has none of them"
    )
