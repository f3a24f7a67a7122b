"""The menu of a chat: given on joining, given again when it has changed, and not a call more."""

from __future__ import annotations

import sqlite3
from typing import Any

from bot.storage.outbox import Letter
from bot.telegram.rendering import LANGUAGES
from tests.storage.test_dispatch import BUDI, RINA, SITI, Desk, desk

__all__ = ["desk"]


def menus(letters: list[Letter]) -> list[list[str]]:
    return [
        [one["command"] for one in letter.payload["commands"]]
        for letter in letters
        if letter.method == "setMyCommands"
    ]


async def forget(desk: Desk, digest: str | None) -> None:
    def work(connection: sqlite3.Connection) -> Any:
        if digest is None:
            return connection.execute("DELETE FROM menus")
        return connection.execute("UPDATE menus SET shown = ?", (digest,))

    await desk.dispatcher.database.transaction(work)


async def test_staff_get_theirs_once_and_again_after_an_update(desk: Desk) -> None:
    joined = menus(await desk.walk(RINA, "/start HUKUM"))
    assert len(joined) == len(LANGUAGES), "one for each language of a phone"
    assert "status" in joined[0]
    assert menus(await desk.walk(RINA, "/mulai")) == []
    await forget(desk, "of a former program")
    assert menus(await desk.walk(RINA, "/status")) == []
    assert menus(await desk.walk(RINA, "/mulai")) == joined
    await forget(desk, None)  # a chat of the time before menus were noted
    assert menus(await desk.walk(RINA, "/mulai")) == joined
    assert menus(await desk.walk(RINA, "/mulai")) == []


async def test_a_contact_has_the_default_menu_and_with_a_second_seat_the_own(
    desk: Desk,
) -> None:
    assert menus(await desk.walk(SITI, "/start KES")) == []
    assert menus(await desk.walk(SITI, "/mulai")) == []
    second = menus(await desk.walk(SITI, "/start KANWIL"))
    assert "gantiperan" in second[0]
    assert "status" in second[0]
    assert menus(await desk.walk(SITI, "/mulai")) == []
    assert menus(await desk.walk(BUDI, "/mulai")) == [], "strangers have the default menu"
