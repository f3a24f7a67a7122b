"""Which rows of a period are meant, and how moments and names stand in them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from msgspec import Struct

from bot.clock import parse
from bot.storage.log import SeatPlace
from bot.storage.roster import Roster
from flows.policy.timing import zone_of
from messages.export_words import words


class ExportScope(Struct, frozen=True):
    """A period, narrowed to a region and to local days (both included); `names`: persons are named.

    `unit_id`, `right` (its code) and `state` (as lists of answers name it) narrow it further.
    """

    roster: Roster
    zone: tzinfo
    region_id: int | None = None
    unit_id: int | None = None
    since: date | None = None
    until: date | None = None
    names: bool = True
    right: str | None = None
    state: str | None = None
    after: int = 0
    """The entry of the log behind which it begins."""

    @property
    def is_of_answers(self) -> bool:
        """Whether it is narrowed to some answers, so that what is of no answer is left out."""
        return self.right is not None or self.state is not None

    def region_of(self, unit_id: int | None, region_id: int | None) -> int | None:
        """Return the region of an office, else the given one."""
        unit = self.roster.units.get(unit_id or 0)
        return unit.region_id if unit else region_id

    def local(self, at: str, region_id: int | None) -> tuple[datetime, str]:
        """Return a stored moment in its region's zone, else in that of the settings, and the zone's name."""
        region = self.roster.regions.get(region_id or 0)
        if region:
            return parse(at).astimezone(zone_of(region)), region.zone
        moment = parse(at).astimezone(self.zone)
        return moment, moment.tzname() or ""

    def holds(self, moment: datetime, region_id: int | None) -> bool:
        """Tell whether a row of this local moment and region belongs to the export."""
        day = moment.date()
        return (
            self.region_id in (None, region_id)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )

    def typed(self, text: str | None) -> str | None:
        """Return what a person typed, or was called; hidden where persons are not named."""
        return text if self.names or not text else str(words()["hidden"])

    def place(self, unit_id: int | None, region_id: int | None) -> tuple[str | None, str | None]:
        """Return the names of a region and of an office."""
        region = self.roster.regions.get(self.region_of(unit_id, region_id) or 0)
        unit = self.roster.units.get(unit_id or 0)
        return region.name if region else None, unit.short if unit else None

    def whom(self, place: SeatPlace | None, holder_id: int | None) -> str:
        """Return a seat or an invitation in words: the person (or the number), the role, and where."""
        if place is None:
            return f"#{holder_id}"
        region, unit = self.place(place.unit_id, place.region_id)
        role = words()["roles"].get(place.role, place.role)
        seat = " ".join(filter(None, (role, unit or region)))
        return f"{place.name} ({seat})" if self.names else f"#{holder_id} ({seat})"
