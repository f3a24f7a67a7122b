"""Reads what each year came to: every period of the database, and what was loaded of the year before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, tzinfo

from bot.storage.answer_rows import region_board
from bot.storage.roster import Roster, read_roster
from flows.model import years
from flows.model.facts import Region, Setting
from flows.model.years import CityYear, Year


def read(
    connection: sqlite3.Connection,
    roster: Roster,
    zone: tzinfo,
    now: datetime,
    sees: Callable[[Roster, Region], bool],
) -> tuple[Year, ...]:
    """Return the years of the cities that are seen, the earliest first; each period by its own criteria."""
    by_year: dict[int, list[CityYear]] = {}
    rows = connection.execute(
        "SELECT id, code, data_year FROM periods WHERE NOT trial OR id = ? ORDER BY data_year, id",
        (roster.period.id,),
    )
    for period_id, code, data_year in rows.fetchall():
        own = roster if period_id == roster.period.id else read_roster(connection, code)
        if own is None or data_year > roster.period.data_year:
            continue
        cities, before = list[CityYear](), list[CityYear]()
        for region in own.regions.values():
            board = region_board(connection, own, region, zone) if sees(own, region) else None
            if board is not None:
                setting = Setting(now, own.period_of(own.provinces[region.id]))
                cities.append(years.of_board(setting, board))
                before += years.before(setting, board)
        if before:
            by_year.setdefault(data_year - 1, before)
        if cities:
            by_year[data_year] = cities
    return tuple(Year(year, tuple(by_year[year])) for year in sorted(by_year))
