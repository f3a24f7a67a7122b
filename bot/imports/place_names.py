"""Which region and office a file means, by code, name, short or other name; never by a guess."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from bot.roster.headings import plain
from bot.storage.roster import Roster
from flows.model.facts import Region, Unit


class Places(Struct):
    """Regions and offices of a period, or of one province of it, by everything that they are called."""

    roster: Roster
    province: str | None = None
    regions: dict[str, Region] = field(default_factory=dict)
    units: dict[int, dict[str, Unit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for region in self.own_regions():
            for name in (region.code, region.name, *region.aliases):
                self.regions.setdefault(plain(name), region)
        for unit in self.roster.units.values():
            known = self.units.setdefault(unit.region_id, {})
            for name in (unit.code, unit.short, unit.name, *unit.aliases):
                known.setdefault(plain(name), unit)

    def own_regions(self) -> tuple[Region, ...]:
        """Return the regions that may be answered for."""
        known, provinces = self.roster.regions.values(), self.roster.provinces
        return tuple(region for region in known if self.province in (None, provinces[region.id]))

    def region(self, text: str) -> Region | None:
        """Return the region that is called so."""
        return self.regions.get(plain(text))

    def unit(self, region: Region, text: str) -> Unit | None:
        """Return the office of a region that is called so."""
        return self.units.get(region.id, {}).get(plain(text))

    def sole_owner(self, region: Region, no: int) -> Unit | None:
        """Return the office that owes an indicator alone."""
        owners = self.roster.owners.get((region.id, no), ())
        return self.roster.units[owners[0]] if len(owners) == 1 else None

    def office_names(self, regions: Iterable[Region]) -> dict[str, str]:
        """Return the code of each office by its names."""
        return {
            name: unit.code
            for region in regions
            for name, unit in self.units.get(region.id, {}).items()
        }
