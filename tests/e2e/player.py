"""Plays the offices of the season at their phones: opens the link, answers what is asked, saves."""

from __future__ import annotations

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.phone import Phone, text_of
from scoring import load_bundled
from tests.e2e.conftest import Stage
from tests.support import season

INSTRUMENT = load_bundled("permenkumham-25-2013")


def phone(person: SimulatedPerson) -> Phone:
    """Return somebody's phone."""
    return Phone(person, INSTRUMENT)


async def act(person: SimulatedPerson, what: str) -> None:
    """Type a text, or tap a button written with a leading "!", and wait for what the bot says then."""
    await phone(person).enters(what)


async def still(person: SimulatedPerson) -> None:
    """Wait until all is answered and sent."""
    assert isinstance(person.server, Sandbox)
    await person.server.idle()


async def office(stage: Stage, short: str) -> SimulatedPerson:
    """Play one office from its link to the closing message."""
    unit, name = season.NAMES[short]
    person = await stage.joined(unit, name)
    held = phone(person)
    await held.taps("begin")
    for indicator_no, texts in season.ANSWERS[short].items():
        assert held.asked() == indicator_no, person.text
        await held.answers(texts)
    await person.wait_for("Terima kasih")
    return person


async def correct(person: SimulatedPerson, indicator_no: int, texts: tuple[str, ...]) -> None:
    """Go back by /kategori in two taps and change a stored answer."""
    held = phone(person)
    await held.says("/kategori")
    await held.taps(INSTRUMENT.indicator(indicator_no).short)
    await held.taps("change")
    for text in texts:
        await held.enters(text)
    person.tap(text_of("save"))  # changes its own message; no other comes
    await still(person)


async def whole_season(stage: Stage) -> dict[str, SimulatedPerson]:
    """Play every office of the roster, Kanwil and Bagian Hukum, with one later correction."""
    people = {"Kanwil": await stage.joined("kanwil", "Budi")}
    people["Bagian Hukum"] = await stage.joined("coordinator", "Hana")
    for short in season.ANSWERS:
        people[short] = await office(stage, short)
    short, indicator_no, texts = season.CORRECTION
    await correct(people[short], indicator_no, texts)
    await stage.server.idle()
    return people
