"""Who may see what stands on a paper: whoever could have had it made, and nobody else."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.papers import minutes
from bot.storage.paper_rows import PaperRow
from bot.storage.roster import Roster, province_of
from flows.model.facts import Seat
from flows.model.roles import Role


def may_see(roster: Roster, seats: Iterable[Seat], row: PaperRow, levels: Collection[Role]) -> bool:
    """Tell whether one of these seats may see the figures of a paper; `levels` are those of its period."""
    return any(_sees(roster, seat, row) for seat in seats if not seat.is_off(levels))


def _sees(roster: Roster, seat: Seat, row: PaperRow) -> bool:
    """Tell it of one seat: a contact sees the own office's, Bagian Hukum its city's, the Kanwil all.

    What was agreed in a meeting is for every seat of the province, as `/kriteria` is.
    """
    unit = roster.units.get(row.unit_id or 0)
    region_id = unit.region_id if unit else row.region_id
    province = row.province or roster.provinces.get(region_id or 0)
    if row.kind == minutes.KIND:
        return province_of(roster, seat) == province
    match seat.role:
        case Role.CONTACT:
            return seat.unit is not None and row.unit_id == seat.unit.id
        case Role.COORDINATOR | Role.SECRETARY | Role.READER if seat.region is not None:
            return region_id == seat.region.id
        case _:
            return province is not None and seat.province == province
