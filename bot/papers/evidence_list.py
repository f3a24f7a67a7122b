"""Daftar data dukung: which files prove a region's answers, with their hashes; and the bundle of them."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

from bot.papers import bundle, signing
from bot.papers.bundle import Member
from bot.papers.frame import Column, Look, Paper, Row, Text, Weight, table
from bot.papers.making import Drawn, Format, Made, Source, file_name, noted, remade
from bot.storage.evidence import stored_files
from flows.model.paper_settings import SignerRole
from messages.exporting import words as export_words
from messages.papers import wording

KIND = "evidence_list"
ZIP = "zip"
"""The format of the files themselves, with the list among them."""
LARGEST = 45_000_000
"""Bytes of files that are sent in chat; Telegram takes 50 megabytes, and an archive is a little larger."""
SHOWN = 16
"""Digits of a hash that the list shows; all of them stand in the bundle."""
WIDTHS = (
    ("no", 1, Look.MIDDLE), ("indicator", 5, Look.TEXT), ("office", 2.6, Look.TEXT), ("file", 5.4, Look.TEXT),
    ("size", 2, Look.FIGURE), ("hash", 3.4, Look.TEXT),
)  # fmt: skip


class TooLarge(Exception):
    """The files are more than what is sent in chat; `size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def drawn(source: Source) -> Drawn:
    """Return the list of the subject's region. Raises LookupError where no file was stored."""
    region, period, words = source.region, source.period, wording(KIND)
    chosen = _members(source)
    settings = source.settings(region.code)
    paper = Paper(
        kind=KIND,
        name=words.text("name", region=region.name, period=period.code),
        head=settings.head,
        titles=words.lines("titles", region=region.name, year=str(period.data_year)),
        number=signing.number_line(settings, KIND),
        blocks=(
            Text(words.text("opening", region=region.name, count=len(chosen))),
            table(_columns(), _rows(source, chosen)),
        ),
        closing=words.text("closing"),
        dated=signing.dated(settings, region.name, source.day),
        signatures=(signing.signature(settings, SignerRole.LEGAL, region=region.name),),
        copies=settings.copies,
        across=True,
    )
    figures = {f"file:{member.path}:hash": member.stored.sha256 for member in chosen}
    return Drawn(paper, figures, file_name(words.text("file"), region.name, period.code))


def bundled(source: Source, files: Path, seat_id: int | None) -> Made:
    """Return the files of the region as an archive. Raises LookupError without any, TooLarge for too many.

    `files` is the folder of the evidence. The list is in it as a PDF, with the code by which it is checked.
    """
    chosen = _members(source)
    size = sum(member.stored.size for member in chosen)
    if size > LARGEST:
        raise TooLarge(size)
    listed = drawn(source)
    row = noted(source, listed, ZIP, seat_id=seat_id)
    proof = remade(source, listed, replace(row, format=Format.PDF))
    with tempfile.TemporaryDirectory(dir=files) as folder:
        target = Path(folder) / "bundle.zip"
        bundle.write(
            target, chosen, files, lambda kept: bundle.index(source.roster, kept, []), lambda _: None,
            {f"{listed.filename}.pdf": proof},
        )  # fmt: skip
        content = target.read_bytes()
    row = replace(row, sha256=hashlib.sha256(content).hexdigest())
    return Made(row.code, f"{wording(KIND).text('bundle')}-{listed.filename}.{ZIP}", content, row)


def _members(source: Source) -> tuple[Member, ...]:
    roster = source.roster
    units = [unit.id for unit in roster.units.values() if unit.region_id == source.region.id]
    chosen = bundle.members(roster, stored_files(source.connection, roster.period.id, units))
    if not chosen:
        raise LookupError(source.region.code)
    return chosen


def _columns() -> list[Column]:
    titles = wording(KIND).words("columns")
    return [Column(titles[key], width, look) for key, width, look in WIDTHS]


def _rows(source: Source, chosen: tuple[Member, ...]) -> list[Row]:
    instrument = source.period.instrument
    rows, group = [], ""
    for member in chosen:
        stored = member.stored
        indicator = instrument.indicator(stored.indicator)
        right = instrument.right(indicator.right).name
        if right != group:
            rows.append(Row((right,), Weight.GROUP))
            group = right
        name = stored.name or str(export_words()["photo"])
        unit = source.roster.units[stored.unit_id].short
        shown = f"{stored.sha256[:SHOWN]} …"
        rows.append(Row((indicator.no, indicator.name, unit, name, stored.size, shown)))
    return rows
