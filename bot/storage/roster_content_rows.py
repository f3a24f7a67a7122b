"""What a roster would say of a period as it stands now, so that it can be changed and sent back."""

from __future__ import annotations

import sqlite3

from bot.storage.roster import Roster
from flows.model.roster_contents import RegionContents, RosterContents, UnitContents, fields_of

ALONE = (1, False)
"""One contact, who is no Bagian Hukum: an office of which nothing else is known."""


def contents(connection: sqlite3.Connection, roster: Roster, province: str) -> RosterContents:
    """Return the roster of a province in a period: its offices that owe something or coordinate."""
    region_ids = [one for one, own in roster.provinces.items() if own == province]
    kinds = dict(connection.execute("SELECT id, kind FROM regions"))
    rows = connection.execute("SELECT unit_id, seats, coordinates FROM office_seats")
    seats = {unit_id: (count, bool(coordinates)) for unit_id, count, coordinates in rows}
    units = [
        UnitContents(
            roster.regions[unit.region_id].code, unit.code, unit.name, unit.short, unit.aliases,
            roster.assigned.get(unit.id, ()), *seats.get(unit.id, ALONE),
        )
        for region_id in region_ids
        for unit in roster.units.values()
        if unit.region_id == region_id and (unit.id in roster.assigned or seats.get(unit.id, ALONE)[1])
    ]  # fmt: skip
    with_work = {unit.region for unit in units}
    regions = [roster.regions[one] for one in region_ids if roster.regions[one].code in with_work]
    return RosterContents(
        _fields(connection, roster, province),
        tuple(
            RegionContents(region.code, kinds[region.id], region.name, region.zone, region.aliases)
            for region in regions
        ),
        tuple(units),
        _staff(connection, province),
    )


def _fields(connection: sqlite3.Connection, roster: Roster, province: str) -> dict[str, str]:
    period = roster.period
    days, name = connection.execute(
        "SELECT p.invitation_days, v.name FROM periods p, provinces v WHERE p.id = ? AND v.code = ?",
        (period.id, province),
    ).fetchone()
    return fields_of(period, period.institution, period.help_contact, days, (province, name))


def _staff(connection: sqlite3.Connection, province: str) -> tuple[tuple[str, str, str], ...]:
    """Return the province's staff by the names on their links: who holds a seat, or has not come yet."""
    rows = connection.execute(
        "SELECT i.label, i.role, coalesce(g.code, '') FROM invitations i"
        " LEFT JOIN seats s ON s.id = i.used_seat LEFT JOIN regions g ON g.id = i.region_id"
        " WHERE coalesce(i.province, g.province) = ? AND i.role NOT IN ('contact', 'coordinator')"
        " AND i.label <> ''"
        " AND i.revoked_at IS NULL AND (i.used_at IS NULL OR s.until IS NULL)"
        " GROUP BY i.label, i.role, g.code ORDER BY min(i.id)",
        (province,),
    )
    return tuple((label, role, region) for label, role, region in rows)
