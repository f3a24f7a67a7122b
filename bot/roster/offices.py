"""Brings regions, offices, who owes what and their seats to what a roster says: in memory, to be written."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from bot.clock import iso
from bot.roster.noting import note
from bot.roster.period_setup import Wanted
from bot.roster.plan import RegionPlan, UnitPlan
from bot.roster.result import Fact, Item, SetupResult
from bot.roster.seats import Seats
from bot.storage import setup as store
from bot.storage.roster_rows import RosterRows
from bot.storage.setup import ColumnValue, Put, SeatHolder
from scoring.replacing import replace


class Offices:
    """Reads what there is and changes it in `rows`; `result` tells what."""

    def __init__(self, connection: sqlite3.Connection, wanted: Wanted, period_id: int) -> None:
        roster = wanted.roster
        self.connection = connection
        self.roster = roster
        self.result = SetupResult()
        codes = [region.code for region in roster.regions]
        now = iso(wanted.now)
        self.rows = RosterRows.read(connection, now, period_id, roster.province, codes)
        self.seats = Seats(self.rows, self.result, wanted, roster.invitation_days)
        self.regions: dict[str, tuple[int, str]] = {}
        self._heard: set[int] = set()

    @property
    def heard(self) -> Collection[int]:
        """The units whose answers decided what is done to them."""
        return self._heard

    def run(self) -> None:
        """Do all of it."""
        roster, result = self.roster, self.result
        named: dict[str, ColumnValue] = {"name": roster.province_name}
        province = self.rows.put("provinces", {"code": roster.province}, named)
        note(result, province, "province", roster.province_name, values=named)
        for region in roster.regions:
            self._region(region)
        self.seats.staff(
            roster.province, roster.province_name, roster.staff, roster.period.levels, self.regions
        )
        here = {region.code for region in roster.regions}
        for code, name in store.regions_at_work(self.connection, self.rows.period_id):
            if code not in here:
                result.left.append(Item("region", name, (Fact("elsewhere"),)))

    def _region(self, plan: RegionPlan) -> None:
        values: dict[str, ColumnValue] = {
            "province": self.roster.province,
            "kind": plan.kind,
            "name": plan.name,
            "zone": plan.zone,
        }
        put = self.rows.put("regions", {"code": plan.code}, values)
        self.regions[plan.code] = (put.id, plan.name)
        renamed = self.rows.set_aliases("region_id", put.id, plan.aliases)
        more = (Fact("names"),) if renamed and not put.created else ()
        note(self.result, put, "region", plan.name, more, values)
        for unit in plan.units:
            unit_id = self._unit(put.id, unit)
            if unit.owes:
                holder = SeatHolder("contact", "unit_id", unit_id)
                self.seats.fill(holder, plan.name, [(unit.short, unit.name)] * unit.seats)
        heads = [unit for unit in plan.units if unit.coordinates]
        named = [(unit.short, unit.name) for unit in heads for _ in range(unit.seats)]
        self.seats.fill(SeatHolder("coordinator", "region_id", put.id), plan.name, named)
        self._retire(put.id, plan)

    def _unit(self, region_id: int, unit: UnitPlan) -> int:
        values: dict[str, ColumnValue] = {"name": unit.name, "short": unit.short}
        put = self.rows.put("units", {"region_id": region_id, "code": unit.code}, values)
        facts = self._owed(put, unit)
        if self.rows.set_aliases("unit_id", put.id, unit.aliases) and not put.created:
            facts.append(Fact("names"))
        people: dict[str, ColumnValue] = {"seats": unit.seats, "coordinates": int(unit.coordinates)}
        seats = self.rows.put("office_seats", {"unit_id": put.id}, people)
        both = replace(put, before={**put.before, **seats.before})
        note(self.result, both, "unit", unit.short, tuple(facts), values | people)
        return put.id

    def _owed(self, put: Put, unit: UnitPlan) -> list[Fact]:
        """Add and end assignments; returns what changed."""
        before = self.rows.assigned(put.id)
        added, ended = set(unit.owes) - before, before - set(unit.owes)
        self.rows.assign(put.id, sorted(added))
        self.rows.unassign(put.id, sorted(ended))
        if not before:
            return [_about("owes", added)] if added else []
        silent = ended & self._answered(put.id) if ended else set()
        differences = (("owes_too", added), ("owes_no_more", ended), ("unheard", silent))
        return [_about(code, numbers) for code, numbers in differences if numbers]

    def _retire(self, region_id: int, plan: RegionPlan) -> None:
        """End offices that the roster no longer has; those with answers or people are left."""
        here = {unit.code for unit in plan.units}
        for unit_id, code, short in tuple(self.rows.units_of(region_id)):
            if code in here:
                continue
            holder = SeatHolder("contact", "unit_id", unit_id)
            answers = bool(self._answered(unit_id))
            people = bool(self.rows.seated(holder))
            if answers or people:
                code = (
                    "has_both" if answers and people else "has_answers" if answers else "has_people"
                )
                self.result.left.append(Item("unit", short, (Fact(code),)))
                continue
            ended = self.rows.assigned(unit_id)
            self.rows.unassign(unit_id, sorted(ended))
            revoked = 0
            if not store.owes_elsewhere(self.connection, self.rows.period_id, unit_id):
                revoked = self.rows.revoke(holder, staff_too=True)
            if ended or revoked:
                self.result.changed.append(Item("unit", short, (Fact("retired"),)))

    def _answered(self, unit_id: int) -> set[int]:
        self._heard.add(unit_id)
        return store.answered(self.connection, self.rows.period_id, unit_id)


def _numbers(indicators: set[int]) -> str:
    return ", ".join(str(number) for number in sorted(indicators))


def _about(code: str, numbers: set[int]) -> Fact:
    return Fact(code, {"numbers": _numbers(numbers)})
