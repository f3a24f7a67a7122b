"""Bundel data dukung: all files of a region in folders that say what they prove, with an index of hashes.

Written as a stream, file by file: memory does not grow with it. What is stored is compressed already.
"""

from __future__ import annotations

import hashlib
import mimetypes
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from bot.clock import parse
from bot.export.table import NARROW, WIDE, Table, TableCell, made
from bot.storage.evidence_files import place_of
from bot.storage.evidence_rows import StoredFile
from bot.storage.roster import Roster
from flows.model import bundle_paths
from flows.policy.timing import zone_of
from messages.export_words import words

PIECE = 1 << 20
BESIDE = 1000
"""Bytes that an archive and its index need for a file, beside its content and its path."""
INDEX, SUMS = "Daftar.xlsx", "sidik.txt"
COLUMNS = {
    "region": 20, "right": 24, "indicator": 10, "name": WIDE, "unit": 20, "file": WIDE, "size": NARROW,
    "at": 20, "sha256": 34, "path": WIDE,
}  # fmt: skip


class Member(Struct, frozen=True):
    """A file of a bundle, and where in it it lies."""

    stored: StoredFile
    path: str
    moment: datetime


def members(roster: Roster, stored: list[StoredFile]) -> tuple[Member, ...]:
    """Return where each file lies, in the order of regions, rights and indicators; no two in one place."""
    taken: set[str] = set()
    result = []
    for file in stored:
        unit = roster.units[file.unit_id]
        region = roster.regions[unit.region_id]
        instrument = roster.instrument_of(region.id)
        if not instrument.has(file.indicator):
            continue
        indicator = instrument.indicator(file.indicator)
        folder = bundle_paths.folder(region, instrument, indicator)
        name, ending = file.name or words()["photo"], mimetypes.guess_extension(file.mime) or ""
        path = bundle_paths.path(folder, unit.short, name, ending, taken)
        moment = parse(file.at).astimezone(zone_of(region))
        result.append(Member(file, path, moment))
    return tuple(sorted(result, key=lambda member: member.path))


def write(
    target: Path,
    chosen: tuple[Member, ...],
    folder: Path,
    index: Callable[[tuple[Member, ...]], bytes],
    step: Callable[[int], None],
) -> tuple[Member, ...]:
    """Write the bundle into an empty file; return what is lost or changed in the store, and so not in it.

    `index` makes the sheet of what is in it, `step` is told the bytes of each file that is done.
    """
    lost: list[Member] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        kept: list[Member] = []
        for member in chosen:
            whole = _add(archive, member, place_of(folder, member.stored.sha256))
            (kept if whole else lost).append(member)
            step(member.stored.size)
        archive.writestr(INDEX, index(tuple(kept)))
        sums = (f"{member.stored.sha256}  {member.path}\n" for member in kept)
        archive.writestr(SUMS, "".join(sums))
    return tuple(lost)


def parts(chosen: tuple[Member, ...], most: int) -> tuple[tuple[Member, ...], ...]:
    """Return the files in as few archives as take at most so many bytes each, in their order."""
    result: list[list[Member]] = [[]]
    room = most
    for member in chosen:
        needed = member.stored.size + BESIDE + 3 * len(member.path.encode())
        if needed > room and result[-1]:
            result.append([])
            room = most
        result[-1].append(member)
        room -= needed
    return tuple(tuple(part) for part in result)


def table(roster: Roster, chosen: tuple[Member, ...]) -> Table:
    """Return the index: what each file is, whom it is of, what it proves, and its SHA-256."""
    return made("bundle", COLUMNS, _rows(roster, chosen))


def _rows(roster: Roster, chosen: tuple[Member, ...]) -> Iterator[dict[str, TableCell]]:
    for member in chosen:
        unit = roster.units[member.stored.unit_id]
        instrument = roster.instrument_of(unit.region_id)
        indicator = instrument.indicator(member.stored.indicator)
        yield {
            "region": roster.regions[unit.region_id].name,
            "right": instrument.right(indicator.right).short,
            "indicator": indicator.no,
            "name": indicator.name,
            "unit": unit.short,
            "file": member.stored.name or words()["photo"],
            "size": member.stored.size,
            "at": member.moment,
            "sha256": member.stored.sha256,
            "path": member.path,
        }


def about(
    roster: Roster, name: str, made_at: datetime
) -> Callable[[tuple[Member, ...]], list[tuple[str, TableCell]]]:
    """Return what the index says of itself, once it is known how many files it is about."""
    texts = words()["about"]
    return lambda kept: [
        (texts["what"], words()["sheets"]["bundle"]),
        (texts["period"], roster.period.code),
        *(((texts["trial"], texts["trial_is"]),) if roster.period.trial else ()),
        (texts["institution"], roster.period.institution),
        (texts["region"], name),
        (texts["made"], made_at),
        (texts["rows"], len(kept)),
    ]


def index(roster: Roster, chosen: tuple[Member, ...], about: list[tuple[str, TableCell]]) -> bytes:
    """Return the index as a workbook; the library of these is imported only now."""
    from bot.export import table_files

    return table_files.workbook([table(roster, chosen)], about)


def _add(archive: zipfile.ZipFile, member: Member, place: Path) -> bool:
    """Copy one file in, piece by piece; False where it is not there, or no longer what was stored."""
    if not _holds(place, member.stored.sha256):
        return False
    entry = zipfile.ZipInfo(member.path, member.moment.timetuple()[:6])
    entry.external_attr = 0o600 << 16
    entry.file_size = member.stored.size
    with place.open("rb") as source, archive.open(entry, "w") as copy:
        while piece := source.read(PIECE):
            copy.write(piece)
    return True


def _holds(place: Path, digest: str) -> bool:
    if not place.is_file():
        return False
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest
