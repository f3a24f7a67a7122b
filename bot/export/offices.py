"""The offices of a period region by region, so that a nation's answers are never held together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from bot.export.scope import Scope
from bot.storage import answers
from bot.storage.previous_answers import Lookback
from flows.model.facts import Board, Office, Unit
from flows.staff import progress_views


def by_region(connection: sqlite3.Connection, scope: Scope) -> Iterator[Board]:
    """Yield a board for each region that owes something, in the roster's order; without who holds seats."""
    # Last year's answers would be kept for every office that is asked about.
    roster = replace(scope.roster, lookback=Lookback(scope.roster.period, None, from_files=False))
    owing: dict[int, list[Unit]] = {}
    for unit in roster.units.values():
        if unit.id in roster.owed and scope.region_id in (None, unit.region_id):
            owing.setdefault(unit.region_id, []).append(unit)
    for region in roster.regions.values():
        units = owing.get(region.id, [])
        if units:  # who shares an indicator with them is among them
            known = answers.filed(connection, roster, [unit.id for unit in units], scope.zone)
            offices = tuple(Office(unit, answers.desk(roster, unit, known), ()) for unit in units)
            yield Board((region,), progress_views.owing(offices))
