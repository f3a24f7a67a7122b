"""Desks kept between updates: an office is read again only after something was recorded about its region.

Whether that is so, the record itself says: it is append-only, and everything about an answer stands in it.
The last entry that was looked at is remembered with its hash, so that entries of a transaction that was
rolled back are noticed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import tzinfo

from msgspec import Struct, field

from flows.model.facts import Desk, Unit
from flows.model.record_kinds import EntryKind
from flows.model.tallies import Tallies

EVERYWHERE = (EntryKind.FORGOTTEN, EntryKind.TIDIED)
"""What changes desks anywhere: names, and files that were taken back."""


class DeskCache(Struct):
    """Belongs to one reading of the roster and goes with it. `desks`: by unit, times in `zone`."""

    desks: dict[int, Desk] = field(default_factory=dict)
    tallies: Tallies = field(default_factory=Tallies)
    zone: tzinfo | None = None
    last: tuple[int, str] = (0, "")

    def where(self, is_kept: Callable[[Desk], bool]) -> DeskCache:
        """Return a cache with those desks alone, as far as the record as this one."""
        desks = {unit_id: desk for unit_id, desk in self.desks.items() if is_kept(desk)}
        return DeskCache(desks, zone=self.zone, last=self.last)

    def refresh(
        self, connection: sqlite3.Connection, units: Mapping[int, Unit], zone: tzinfo
    ) -> None:
        """Drop what may have changed: the desks of a region share indicators, so they go together."""
        last = _entry(connection, "ORDER BY id DESC LIMIT 1", ())
        if (last, zone) == (self.last, self.zone):
            return
        entry_id = self.last[0]
        whole = entry_id == 0 or _entry(connection, "WHERE id = ?", (entry_id,)) == self.last
        if not whole or zone != self.zone:
            self.desks.clear()
        elif self.desks:
            rows = connection.execute(
                "SELECT unit_id, kind FROM record WHERE id > ?", (entry_id,)
            ).fetchall()
            regions = {units[unit].region_id for unit, _ in rows if unit in units}
            everywhere = any(kind in EVERYWHERE for _, kind in rows)
            gone = [
                unit_id
                for unit_id, desk in self.desks.items()
                if everywhere or desk.region.id in regions
            ]
            for unit_id in gone:
                del self.desks[unit_id]
        self.last, self.zone = last, zone


def _entry(connection: sqlite3.Connection, which: str, given: tuple[int, ...]) -> tuple[int, str]:
    row = connection.execute(f"SELECT id, hash FROM record {which}", given).fetchone()
    return (0, "") if row is None else (row[0], row[1])
