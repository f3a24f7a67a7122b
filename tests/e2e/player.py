"""Plays people at their phones: opens the link, reads which question is asked, answers it, saves."""

from __future__ import annotations

import asyncio

from bot.demo.botapi import Person
from scoring import load_bundled
from tests.e2e.conftest import Stage
from tests.support import PATIENCE, season

INSTRUMENT = load_bundled("permenkumham-25-2013")


UNABLE = "Tidak dapat mengisi…"
FOLDED = ("!Belum ada data", "!Tidak berlaku di daerah ini")
"""Buttons behind `UNABLE`, which changes the question's message in its place."""


async def unfold(person: Person, label: str) -> None:
    """Open the reasons, and wait until the one that is wanted stands there."""
    person.tap(UNABLE)
    await until(person, label)


async def until(person: Person, label: str) -> None:
    """Wait until such a button stands under one of the last messages."""
    async with asyncio.timeout(PATIENCE):
        while label not in str([one.body.get("reply_markup") for one in person.messages[-3:]]):
            await asyncio.sleep(0.02)


async def act(person: Person, what: str) -> None:
    """Type a text, or tap a button written with a leading "!", and wait for what the bot says then."""
    mark = max((one.id for one in person.messages), default=0)
    if what in FOLDED:
        await unfold(person, what[1:])
    if what.startswith("!"):
        person.tap(what[1:])
    else:
        mark = person.send(what).id
    await person.wait_for(lambda _: True, after=mark)


def asked(person: Person) -> int:
    """The number of the indicator whose question is open in this chat."""
    for message in reversed(person.replies):
        text = str(message.body.get("text", ""))
        for indicator in INSTRUMENT.indicators:
            if f"— {indicator.name}\n" in f"{text}\n" and " dari " in text.split("\n")[0]:
                return indicator.no
    raise AssertionError(person.text)


async def answer(person: Person, number: int, texts: tuple[str, ...]) -> None:
    """Answer the question that is open; it must be this one."""
    assert asked(person) == number, (asked(person), number)
    for text in texts:
        await act(person, text)
    if not texts[0].startswith("!Tidak"):
        assert "✅ Simpan" in [one["text"] for one in person.buttons()], person.text
        await act(person, "!✅ Simpan")


async def office(stage: Stage, short: str) -> Person:
    """One office from its link to the closing message."""
    unit, name = season.NAMES[short]
    person = await stage.joined(unit, name)
    await act(person, "!▶️ Mulai mengisi")
    for number, texts in season.ANSWERS[short].items():
        await answer(person, number, texts)
    await person.wait_for("Terima kasih")
    return person


async def correct(person: Person, number: int, texts: tuple[str, ...]) -> None:
    """Go back by /kategori in two taps and change a stored answer."""
    indicator = INSTRUMENT.indicator(number)
    await act(person, "/kategori")
    row = next(one["text"] for one in person.buttons() if indicator.short in one["text"])
    await act(person, f"!{row}")
    await act(person, "!✏️ Ubah")
    for text in texts:
        await act(person, text)
    person.tap("✅ Simpan")
    await person.box.idle()


async def whole_season(stage: Stage) -> dict[str, Person]:
    """Every office of the roster, Kanwil and Bagian Hukum, with one later correction."""
    people = {"Kanwil": await stage.joined("kanwil", "Budi")}
    people["Bagian Hukum"] = await stage.joined("coordinator", "Hana")
    for short in season.ANSWERS:
        people[short] = await office(stage, short)
    short, number, texts = season.CORRECTION
    await correct(people[short], number, texts)
    await stage.box.idle()
    return people
