"""Plays the offices of the season at their phones: opens the link, answers what is asked, saves."""

from __future__ import annotations

from bot.demo.botapi import Person
from bot.demo.phone import Phone, text_of
from scoring import load_bundled
from tests.e2e.conftest import Stage
from tests.support import season

INSTRUMENT = load_bundled("permenkumham-25-2013")


def phone(person: Person) -> Phone:
    """Return somebody's phone."""
    return Phone(person, INSTRUMENT)


async def act(person: Person, what: str) -> None:
    """Type a text, or tap a button written with a leading "!", and wait for what the bot says then."""
    await phone(person).enters(what)


async def office(stage: Stage, short: str) -> Person:
    """One office from its link to the closing message."""
    unit, name = season.NAMES[short]
    person = await stage.joined(unit, name)
    held = phone(person)
    await held.taps("begin")
    for number, texts in season.ANSWERS[short].items():
        assert held.asked() == number, person.text
        await held.answers(texts)
    await person.wait_for("Terima kasih")
    return person


async def correct(person: Person, number: int, texts: tuple[str, ...]) -> None:
    """Go back by /kategori in two taps and change a stored answer."""
    held = phone(person)
    await held.says("/kategori")
    await held.taps(INSTRUMENT.indicator(number).short)
    await held.taps("change")
    for text in texts:
        await held.enters(text)
    person.tap(text_of("save"))  # changes its own message; no other comes
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
