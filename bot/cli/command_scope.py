"""Which period, region or office a command is about, by the names that people give them."""

from __future__ import annotations

import sqlite3

from bot.cli.command_errors import Failure
from bot.cli.settings import today
from bot.storage.log import periods
from bot.storage.roster import Roster, read_roster
from bot.terminal import phrase
from flows.model.facts import Region, Unit
from scoring.errors import nearest


def chosen_roster(connection: sqlite3.Connection, code: str | None) -> Roster:
    """Return the period with this code, else the one the bot works with, else the newest."""
    known = periods(connection)
    if not known:
        raise Failure(phrase("There is no period yet. `peduli-ham setup` makes one."))
    roster = read_roster(connection, code, today=today())
    if roster is None and code is None:  # all are closed: the newest
        roster = read_roster(connection, known[-1][0])
    if roster is None:
        raise Failure(
            phrase(
                "{code}: no such period. Known: {known}.",
                code=code,
                known=", ".join((one for one, _ in known)),
            )
        )
    return roster


def chosen_region(roster: Roster, given: str) -> Region:
    """Return the region with this code, name or other name."""
    wanted = given.strip().casefold()
    for candidate in roster.regions.values():
        if wanted in (
            candidate.code,
            *(name.casefold() for name in (candidate.name, *candidate.aliases)),
        ):
            return candidate
    names = [region.name for region in roster.regions.values()]
    close = nearest(given, names)
    hint = phrase(" Did you mean {close}?", close=close) if close else ""
    known = ", ".join(
        f"{region.code} {region.name}" for region in list(roster.regions.values())[:20]
    )
    raise Failure(
        phrase(
            "{given}: no such region. Known: {known}.{hint}", given=given, known=known, hint=hint
        )
    )


def chosen_unit(roster: Roster, region: Region, given: str) -> Unit:
    """Return the office of a region with this code, name, short or other name."""
    wanted = given.strip().casefold()
    units = [unit for unit in roster.units.values() if unit.region_id == region.id]
    for unit in units:
        names = (unit.code, unit.name, unit.short, *unit.aliases)
        if wanted in (name.casefold() for name in names):
            return unit
    known = ", ".join(unit.short for unit in units)
    raise Failure(
        phrase(
            "{given}: no such office in {name}. Known: {known}.",
            given=given,
            name=region.name,
            known=known,
        )
    )


def chosen_province(roster: Roster, given: str) -> str:
    """Return the code of a province that has regions in the roster."""
    known = sorted(set(roster.provinces.values()))
    if given in known:
        return given
    raise Failure(
        phrase("{given}: no such province. Known: {known}.", given=given, known=", ".join(known))
    )
