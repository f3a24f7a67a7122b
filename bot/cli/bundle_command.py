"""`peduli-ham bundle`: the evidence of a region or a province as an archive, with an index of hashes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn

from bot.cli.atomic_files import Draft
from bot.cli.command_errors import Failure, using
from bot.cli.command_scope import chosen_province, chosen_region, chosen_roster, chosen_unit
from bot.cli.paper_commands import PeriodOption, ProvinceOption, RegionOption, UnitOption, opened
from bot.cli.safekeeping import FilesOption
from bot.cli.screen import bar, say
from bot.cli.settings import DatabaseOption, existing_database, files_folder, zone
from bot.cli.tidy_command import SMALL
from bot.clock import system_clock
from bot.papers import bundle as papers_bundle
from bot.papers.bundle import Member
from bot.storage.evidence_rows import stored_files
from bot.storage.roster import Roster
from bot.terminal import phrase, sized
from flows.model.bundles import FITS

TELEGRAM = 50_000_000
"""What a bot may send as one file."""


def bundle(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.zip", help="The new archive; it must not exist.")
    ],
    region: RegionOption = None,
    unit: UnitOption = None,
    province: ProvinceOption = None,
    period: PeriodOption = None,
    database: DatabaseOption = None,
    files: FilesOption = None,
    split: Annotated[
        bool, typer.Option("--split", help="Write FILE-1.zip, FILE-2.zip …, each for Telegram.")
    ] = False,
) -> None:
    """Write the evidence of a region or a province as an archive, with an index of hashes."""
    if (region is None) == (province is None):
        raise Failure(phrase("Whose? Give --region REGION, or --province CODE."))
    if unit is not None and region is None:
        raise Failure(
            phrase("--unit {unit}: of which region? Give --region REGION, too.", unit=unit)
        )
    if out.suffix.lower() != ".zip":
        raise Failure(
            phrase("{out}: not a name for an archive. Give one that ends in .zip.", out=out)
        )
    path = existing_database(database)
    folder = files_folder(files)
    with using(path), closing(opened(path)) as connection:
        connection.execute("BEGIN")  # one snapshot, whatever the bot writes meanwhile
        roster = chosen_roster(connection, period)
        units = _units(roster, region, unit, province)
        chosen = papers_bundle.members(roster, stored_files(connection, roster.period.id, units))
    size = sum(member.stored.size for member in chosen)
    parts = papers_bundle.parts(chosen, FITS) if split else (chosen,)
    hint = _hint(size, len(parts), split=split)
    say(
        phrase(
            "{count} files, {size}{hint}.", count=len(chosen), size=sized(size, SMALL), hint=hint
        )
    )
    lost: list[Member] = []
    for place, part in zip(_places(out, len(parts), split=split), parts, strict=True):
        missing = _written(place, part, folder, roster, unit or region or province or "")
        count = len(part) - len(missing)
        say(phrase("{place}: written (mode 0600), {count} files.", place=place, count=count))
        lost += missing
    if lost:
        names = "; ".join(member.path for member in lost[:5])
        more = phrase("; and {lost} more", lost=len(lost) - 5) if len(lost) > 5 else ""
        raise Failure(
            phrase(
                "{folder}: lost or changed, and not in it: {names}{more}.",
                folder=folder,
                names=names,
                more=more,
            ),
            code=1,
        )


def _hint(size: int, count: int, *, split: bool) -> str:
    """Return what to know of the size beforehand."""
    if split:
        return phrase("; {count} parts", count=count)
    return (
        phrase("; too much to be sent by Telegram, unless in parts (--split)")
        if size > TELEGRAM
        else ""
    )


def _places(out: Path, count: int, *, split: bool) -> list[Path]:
    if not split:
        return [out]
    return [out.with_stem(f"{out.stem}-{part}") for part in range(1, count + 1)]


def _units(roster: Roster, region: str | None, unit: str | None, province: str | None) -> list[int]:
    if region is not None and unit is not None:
        return [chosen_unit(roster, chosen_region(roster, region), unit).id]
    if region is not None:
        regions = {chosen_region(roster, region).id}
    else:
        code = chosen_province(roster, province or "")
        regions = {region_id for region_id, own in roster.provinces.items() if own == code}
    return [unit.id for unit in roster.units.values() if unit.region_id in regions]


def _written(
    out: Path,
    chosen: tuple[Member, ...],
    folder: Path,
    roster: Roster,
    about: str,
) -> tuple[Member, ...]:
    """Write the archive under a draft's name, with a bar where somebody watches."""
    described = papers_bundle.about(roster, about, system_clock().astimezone(zone()))
    size = sum(member.stored.size for member in chosen)
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Draft(out) as draft, bar(*columns) as progress:
        task = progress.add_task("", total=size)
        return papers_bundle.write(
            draft.open(),
            chosen,
            folder,
            lambda kept: papers_bundle.index(roster, kept, described(kept)),
            lambda done: progress.advance(task, done),
        )
