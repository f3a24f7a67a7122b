"""The period with its frozen instrument, regions, offices and who owes what: read once, kept in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

import orjson

from bot.clock import Clock, local_day
from bot.collector import uncollected
from bot.storage import codec, periods, privacy_rows
from bot.storage.desk_cache import DeskCache
from bot.storage.previous_answers import PreviousAnswers, load_previous_answers
from flows.model.facts import Period, Region, Seat, Unit
from flows.model.letterheads import Letterhead
from flows.model.season import Neighbour, Season
from scoring import Instrument
from scoring.replacing import replace
from scoring.steps import earlier


class Owners:
    """Who owes an indicator in a region: put together for a region when somebody asks about it.

    Of all regions at once it would be half of a nation's roster.
    """

    def __init__(self, owed: Mapping[int, tuple[int, ...]], units: Mapping[int, Unit]) -> None:
        self._owed = owed
        self._regions: dict[int, list[int]] = {}
        for unit_id in owed:
            self._regions.setdefault(units[unit_id].region_id, []).append(unit_id)
        self._owners: dict[int, dict[int, tuple[int, ...]]] = {}

    def __getitem__(self, place: tuple[int, int]) -> tuple[int, ...]:
        """Return the units that owe an indicator, by region and number. Raises KeyError where none does."""
        region_id, indicator_no = place
        if (of_region := self._owners.get(region_id)) is None:
            of_region = self._owners[region_id] = self._of_region(region_id)
        return of_region[indicator_no]

    def get(self, place: tuple[int, int], default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return the same, or `default`."""
        try:
            return self[place]
        except KeyError:
            return default

    def _of_region(self, region_id: int) -> dict[int, tuple[int, ...]]:
        lists: dict[int, list[int]] = {}
        for unit_id in self._regions.get(region_id, ()):
            for indicator_no in self._owed[unit_id]:
                lists.setdefault(indicator_no, []).append(unit_id)
        return {indicator_no: tuple(unit_ids) for indicator_no, unit_ids in lists.items()}


@dataclass(frozen=True, slots=True)
class Roster:
    """What hardly changes during a period. `owed` maps a unit to its indicators in order.

    `period` has the criteria as they were set up, `criteria` those of each province that has agreed on
    others since; `assigned` is what units owe by the roster, also where a province leaves it out;
    `seasons` what was decided of its end, by province; `neighbours` are all periods, the one at work first.
    """

    period: Period
    regions: dict[int, Region]
    units: dict[int, Unit]
    provinces: dict[int, str]
    owed: dict[int, tuple[int, ...]]
    owners: Owners = field(compare=False, repr=False)
    previous_answers: PreviousAnswers = field(compare=False, repr=False)
    assigned: Mapping[int, tuple[int, ...]]
    criteria: Mapping[str, Instrument] = field(default_factory=dict)
    seasons: Mapping[str, Season] = field(default_factory=dict)
    neighbours: tuple[Neighbour, ...] = field(default=(), compare=False)
    desk_cache: DeskCache = field(default_factory=DeskCache, compare=False, repr=False)

    def period_of(self, province: str | None) -> Period:
        """Return the period with the criteria that are in force in a province, and with its end."""
        agreed = self.criteria.get(province or "")
        season = self.seasons.get(province or "")
        if agreed is None and season is None:
            return self.period
        instrument, end = agreed or self.period.instrument, season or self.period.season
        return replace(self.period, instrument=instrument, season=end)

    def instrument_of(self, region_id: int) -> Instrument:
        """Return the criteria that are in force in a region."""
        return self.criteria.get(self.provinces[region_id], self.period.instrument)

    def under(self, criteria: Mapping[str, Instrument]) -> Roster:
        """Return the same with these criteria in force, by province: nobody owes what they leave out.

        Desks of provinces that go on by the same criteria are kept.
        """
        moved = {one for one, made in criteria.items() if made != self.criteria.get(one)}
        cache = self.desk_cache.where(lambda desk: self.provinces[desk.region.id] not in moved)
        roster = replace(self, criteria=criteria, desk_cache=cache)
        orders = {made.hash: _order(made) for made in (self.period.instrument, *criteria.values())}
        hashes = {region_id: roster.instrument_of(region_id).hash for region_id in self.regions}
        owed: dict[int, tuple[int, ...]] = {}
        alike: dict[tuple[str, tuple[int, ...]], tuple[int, ...]] = {}  # thousands owe the same
        for unit_id, numbers in self.assigned.items():
            key = hashes[self.units[unit_id].region_id], numbers
            if (kept := alike.get(key)) is None:
                order = orders[key[0]]
                kept = tuple(sorted((no for no in numbers if no in order), key=order.__getitem__))
                alike[key] = kept
            if kept:
                owed[unit_id] = kept
        return replace(roster, owed=owed, owners=Owners(owed, self.units))

    def partners(self, unit: Unit) -> tuple[int, ...]:
        """Return the units whose answers the desk of `unit` needs: itself, those it shares indicators with,
        and those whose steps come before its own.
        """
        partners = {unit.id, *self.before(unit)}
        for other in tuple(partners):
            for indicator_no in self.owed.get(other, ()):
                partners.update(self.owners[unit.region_id, indicator_no])
        return tuple(sorted(partners))

    def before(self, unit: Unit) -> frozenset[int]:
        """Return the units whose steps come before those of `unit`, itself perhaps among them."""
        instrument = self.instrument_of(unit.region_id)
        steps = earlier(instrument, self.owed.get(unit.id, ()))
        return frozenset(
            owner for number in steps for owner in self.owners.get((unit.region_id, number), ())
        )


def read_roster(
    connection: sqlite3.Connection, code: str | None = None, *, today: date | None = None
) -> Roster | None:
    """Return the period with this code, or the open one that the bot works with on that day, with all of it.

    Without a day: the open one that opens last.
    """
    at_work = periods.at_work(connection, today) if code is None else None
    row = connection.execute(
        "SELECT p.id, p.code, p.data_year, p.opens, p.deadline, p.institution, p.help_contact, i.texts,"
        " p.verification_deadline, p.reminders, p.letters, p.letter_number, p.letter_date, p.grace,"
        " p.trial, p.levels"
        " FROM periods p JOIN instruments i ON i.hash = p.instrument"
        " WHERE p.id = ? OR p.code = ?",
        (at_work, code),
    ).fetchone()
    if row is None:
        return None
    period = Period(
        id=row[0],
        code=row[1],
        data_year=row[2],
        opens=date.fromisoformat(row[3]),
        deadline=date.fromisoformat(row[4]),
        institution=row[5],
        help_contact=row[6],
        instrument=codec.instrument(row[7]),
        verification_deadline=date.fromisoformat(row[8]),
        reminders=tuple(orjson.loads(row[9])),
        letters=tuple(letterhead(load) for load in orjson.loads(row[10])),
        letter_number=row[11],
        letter_date=date.fromisoformat(row[12]) if row[12] else None,
        grace=row[13],
        trial=bool(row[14]),
        privacy=privacy_rows.by_region(connection, row[0]),
        levels=periods.as_levels(row[15]),
    )
    units, regions = _units(connection), _regions(connection)
    provinces = dict(connection.execute("SELECT id, province FROM regions"))
    assigned, before = _assigned(connection, period.id), load_previous_answers(connection, period)
    ends = periods.ends_of(connection, period.id, today)
    neighbours = periods.neighbours(connection, today)
    roster = Roster(
        period,
        regions,
        units,
        provinces,
        {},
        Owners({}, {}),
        before,
        assigned,
        seasons=ends,
        neighbours=neighbours,
    )
    return roster.under(_agreed(connection, period.id))


def province_of(roster: Roster, seat: Seat) -> str:
    """Return the province whose criteria a seat works with."""
    if seat.unit is not None:
        return roster.provinces[seat.unit.region_id]
    return roster.provinces[seat.region.id] if seat.region else seat.province or ""


def letterhead(stored: dict[str, Any]) -> Letterhead:
    """Return a letterhead from its stored form."""
    lists = {name: tuple(stored.get(name, ())) for name in ("signer", "copies")}
    return Letterhead(**{**stored, **lists})


def _aliases(connection: sqlite3.Connection, column: str) -> dict[int, tuple[str, ...]]:
    aliases: dict[int, tuple[str, ...]] = {}
    query = f"SELECT {column}, name FROM aliases WHERE {column} IS NOT NULL ORDER BY rowid"
    for owner_id, name in connection.execute(query):
        aliases[owner_id] = (*aliases.get(owner_id, ()), name)
    return aliases


def _regions(connection: sqlite3.Connection) -> dict[int, Region]:
    aliases = _aliases(connection, "region_id")
    rows = connection.execute("SELECT id, code, name, zone FROM regions ORDER BY code")
    return {row[0]: Region(row[0], row[1], row[2], row[3], aliases.get(row[0], ())) for row in rows}


def _units(connection: sqlite3.Connection) -> dict[int, Unit]:
    aliases = _aliases(connection, "unit_id")
    rows = connection.execute("SELECT id, region_id, code, name, short FROM units ORDER BY id")
    return {
        row[0]: Unit(row[0], row[1], row[2], row[3], row[4], aliases.get(row[0], ()))
        for row in rows
    }


def _assigned(connection: sqlite3.Connection, period_id: int) -> dict[int, tuple[int, ...]]:
    """Return what each unit owes by the roster."""
    rows = connection.execute(
        "SELECT unit_id, group_concat(indicator) FROM assignments"
        " WHERE period_id = ? AND until IS NULL GROUP BY unit_id ORDER BY unit_id",
        (period_id,),
    )
    assigned: dict[int, tuple[int, ...]] = {}
    alike: dict[str, tuple[int, ...]] = {}  # thousands owe the same
    for unit_id, text in rows:
        if (numbers := alike.get(text)) is None:
            numbers = alike[text] = tuple(sorted(map(int, text.split(","))))
        assigned[unit_id] = numbers
    return assigned


def _order(instrument: Instrument) -> dict[int, int]:
    """Return the place of each indicator that is assessed."""
    assessed = (indicator.no for indicator in instrument if indicator.left_out is None)
    return {no: place for place, no in enumerate(assessed)}


def _agreed(connection: sqlite3.Connection, period_id: int) -> dict[str, Instrument]:
    """Return the criteria of each province that has agreed on some, by its last agreement."""
    rows = connection.execute(
        "SELECT v.province, i.texts FROM criteria_versions v JOIN instruments i ON i.hash = v.after"
        " WHERE v.id IN (SELECT max(id) FROM criteria_versions WHERE period_id = ?"
        " GROUP BY province)",
        (period_id,),
    )
    return {province: codec.instrument(texts) for province, texts in rows}


class RosterCache:
    """Reads the roster again only after another connection has written to it, or on another day.

    With a new day another period may be at work; `today` is told by whoever owns a clock. Periods beside
    that one are read when somebody works with them.
    """

    def __init__(self) -> None:
        self.today: Callable[[], date | None] | None = None
        self._version: tuple[int, date | None] | None = None
        self._read: tuple[int, date | None] | None = None
        self._rosters: dict[int | None, Roster | None] = {}
        self._is_changed = False

    def get(self, connection: sqlite3.Connection, period_id: int | None = None) -> Roster | None:
        """Return the roster of the period at work, or of another that is there."""
        today = self.today() if self.today else None
        version = (connection.execute("PRAGMA data_version").fetchone()[0], today)
        if self._version != version:
            stamp = connection.execute("SELECT stamp FROM roster_stamp").fetchone()[0]
            if self._version is None or self._read != (stamp, today):
                with uncollected():
                    self._rosters = {None: read_roster(connection, today=today)}
            self._version, self._read = version, (stamp, today)
        return self._of_period(connection, period_id)

    def within(self, connection: sqlite3.Connection, period_id: int | None = None) -> Roster | None:
        """Return the same inside a transaction that has asked `get`: nobody else can have written since."""
        if self._version is None:
            return self.get(connection, period_id)
        return self._of_period(connection, period_id)

    def _of_period(self, connection: sqlite3.Connection, period_id: int | None) -> Roster | None:
        working = self._rosters[None]
        if working is None or period_id in (None, working.period.id):
            return working
        if period_id not in self._rosters:
            today = self.today() if self.today else None
            code = next((it.code for it in working.neighbours if it.id == period_id), None)
            self._rosters[period_id] = read_roster(connection, code, today=today) if code else None
        return self._rosters[period_id] or working

    def live_by(self, clock: Clock, zone: tzinfo) -> None:
        """Take the day from this clock, in the zone of the installation; the first to say so is heard."""
        if self.today is None:
            self.today = lambda: local_day(clock(), zone)

    def agree(self, period_id: int, province: str, instrument: Instrument) -> None:
        """Work by other criteria from now on: the own connection has just written them."""
        self._is_changed = True
        for key, roster in self._of(period_id):
            self._rosters[key] = roster.under({**roster.criteria, province: instrument})

    def end(self, connection: sqlite3.Connection, period_id: int) -> None:
        """Work with another end of a season from now on: the own connection has just written it."""
        self._is_changed = True
        today = self.today() if self.today else None
        neighbours = periods.neighbours(connection, today)
        ends = periods.ends_of(connection, period_id, today)
        for key, roster in list(self._rosters.items()):
            if roster is not None:
                is_its = roster.period.id == period_id
                own = ends if is_its else roster.seasons
                self._rosters[key] = replace(roster, seasons=own, neighbours=neighbours)

    def word(self, connection: sqlite3.Connection, period_id: int) -> None:
        """Tell people other things about their data from now on: the own connection has just written them."""
        self._is_changed = True
        worded = privacy_rows.by_region(connection, period_id)
        for key, roster in self._of(period_id):
            self._rosters[key] = replace(roster, period=replace(roster.period, privacy=worded))

    def _of(self, period_id: int) -> list[tuple[int | None, Roster]]:
        """Return the readings of a period with their keys."""
        return [
            (key, roster)
            for key, roster in self._rosters.items()
            if roster is not None and roster.period.id == period_id
        ]

    def doubt(self) -> None:
        """Forget what `agree` and `end` have told where it may be undone: something was rolled back."""
        if self._is_changed:
            self._is_changed = False
            self.forget()

    def forget(self) -> None:
        """Forget what was read, since the own connection has changed the roster."""
        self._version = None
