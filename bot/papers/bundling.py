"""Makes the archives of a bundle that was asked for in chat, each small enough to be sent."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from msgspec import Struct

from bot.papers import bundle
from bot.papers.making import file_name
from bot.storage import paper_rows
from bot.storage.database import folder_within
from bot.storage.evidence_rows import stored_files
from bot.storage.paper_orders import PaperOrder
from bot.storage.roster import Roster, read_roster
from bot.storage.setup import open_existing
from flows.model.bundles import FITS, MOST_PARTS

FILES = "bundle-*.zip"
"""What the archives are called in the folder, until they are sent."""


class Archive(Struct, frozen=True):
    """One archive in the folder: its path, what it is to be called, and how many files are in it."""

    path: str
    filename: str
    files: int


class Bundled(Struct, frozen=True):
    """What was made, and how many files are lost or changed in the store, and so not in it."""

    archives: tuple[Archive, ...]
    lost: int


def make(
    database: Path,
    folder: Path,
    order: PaperOrder,
    now: datetime,
    zone: tzinfo,
    step: Callable[[int], None],
) -> Bundled:
    """Write the archives of an order into the folder; `step` is told the percent that are done.

    Raises ValueError where nothing is stored, or more than a chat takes; FolderGoneError.
    """
    with closing(open_existing(database)) as connection:
        connection.execute("BEGIN")
        roster = read_roster(connection, paper_rows.period_code(connection, order.period_id))
        if roster is None:
            raise ValueError(order.period_id)
        units, name = _about(roster, order.subject)
        chosen = bundle.members(roster, stored_files(connection, order.period_id, units))
    parts = bundle.parts(chosen, FITS)
    if not chosen or len(parts) > 2 * MOST_PARTS:  # files do not fill them to the brim
        raise ValueError(order.id)
    folder_within(folder)
    whole, done, lost, archives = sum(member.stored.size for member in chosen) or 1, 0, 0, []

    def went_on(size: int) -> None:
        nonlocal done
        before, done = done * 100 // whole, done + size
        if done * 100 // whole > before:
            step(done * 100 // whole)

    about = bundle.about(roster, name, now.astimezone(zone))

    def index(kept: tuple[bundle.Member, ...]) -> bytes:
        return bundle.index(roster, kept, about(kept))

    for number, part in enumerate(parts, 1):
        path = folder / FILES.replace("*", f"{order.id}-{number}")
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        missing = bundle.write(path, part, folder.parent, index, went_on)
        lost += len(missing)
        tail = str(number) if len(parts) > 1 else ""
        filename = f"{file_name('bundel', name, roster.period.code, tail)}.zip"
        archives.append(Archive(str(path.resolve()), filename, len(part) - len(missing)))
    return Bundled(tuple(archives), lost)


def _about(roster: Roster, subject: dict[str, Any]) -> tuple[list[int], str]:
    """Return the offices that are meant, and what to call them."""
    units, regions = roster.units.values(), roster.regions
    if subject["unit_id"] is not None:
        unit = roster.units[subject["unit_id"]]
        return [unit.id], f"{unit.short} {regions[unit.region_id].name}"
    if subject["region_id"] is not None:
        region = regions[subject["region_id"]]
        return [unit.id for unit in units if unit.region_id == region.id], region.name
    province = subject["province"]
    inside = [unit.id for unit in units if roster.provinces[unit.region_id] == province]
    return inside, f"provinsi {province}"
