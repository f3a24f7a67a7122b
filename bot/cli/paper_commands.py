"""`peduli-ham recap` and `papers`: papers to be signed, as files; what was made; who signs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from bot.cli.atomic_files import Draft
from bot.cli.command_errors import Commands, Failure, need_file, using
from bot.cli.command_scope import chosen_province, chosen_region, chosen_roster, chosen_unit
from bot.cli.screen import console, say, steps, table
from bot.cli.settings import DatabaseOption, existing_database, files_folder, zone
from bot.clock import iso, system_clock
from bot.papers import (
    minutes,
    paper_kinds,
    paper_verification,
    recorded_minutes,
    settings_file,
    verdicts,
)
from bot.papers.making import Made, PaperFormat, PaperSource, PaperSubject, make
from bot.papers.paper_verification import PaperFinding
from bot.storage import paper_rows as store
from bot.storage.criteria_rows import last_agreement
from bot.storage.database import connect, in_transaction
from bot.storage.migrations import pending
from bot.storage.roster import Roster
from bot.storage.setup import open_existing
from bot.terminal import phrase, terminal_language
from flows.model.paper_settings import SignerRole
from flows.reading.paper_codes import read_code
from scoring.replacing import replace

OutOption = Annotated[
    Path,
    typer.Option(
        "--out", metavar="FILE", help="The new file, .pdf, .docx or .xlsx; it must not exist."
    ),
]
PeriodOption = Annotated[
    str | None, typer.Option("--period", metavar="CODE", help="Else the one the bot works with.")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="Code or name of the region.")
]
UnitOption = Annotated[
    str | None, typer.Option("--unit", metavar="OFFICE", help="Code or name of an office of it.")
]
ProvinceOption = Annotated[
    str | None, typer.Option("--province", metavar="CODE", help="Code of the province.")
]
OF_REGION = (SignerRole.SECRETARY, SignerRole.LEGAL)
OF_PROVINCE = (SignerRole.KANWIL, SignerRole.CHAIR, SignerRole.EXAMINER)
"""Who signs the papers of a region, and of a Kanwil; more may be set."""
papers = typer.Typer(
    cls=Commands,
    help="Papers to be signed: make, list what was made, set letterhead and signers.",
    add_completion=False,
    rich_markup_mode=None,
)


class About(Struct, frozen=True):
    """Whom a paper is about, as the command line says it."""

    region: str | None = None
    unit: str | None = None
    province: str | None = None


def recap(
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", help="Code or name of the region.")
    ],
    out: OutOption,
    period: PeriodOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write the recap of a region, to be signed: every figure with its points, and both totals."""
    _write(paper_kinds.RECAP, About(region), out, period, existing_database(database))


@papers.command("make")
def make_paper(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help=f"One of: {', '.join(paper_kinds.NAMES)}.")
    ],
    out: OutOption,
    region: RegionOption = None,
    unit: UnitOption = None,
    province: ProvinceOption = None,
    period: PeriodOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write a paper of one kind about a region, an office or a province."""
    if kind not in paper_kinds.NAMES:
        raise Failure(
            phrase(
                "{kind}: no such paper. Known: {NAMES}.",
                kind=kind,
                NAMES=", ".join(paper_kinds.NAMES),
            )
        )
    _write(kind, About(region, unit, province), out, period, existing_database(database))


@papers.command("list")
def list_papers(period: PeriodOption = None, database: DatabaseOption = None) -> None:
    """List the papers that were made in a period, with their codes; no figures, no names."""
    path = existing_database(database)
    with using(path), closing(opened(path)) as connection:
        rows = store.of_period(connection, chosen_roster(connection, period).period.id)
        shown = [(*_cells(row), row.kind, store.scope_name(connection, row)) for row in rows]
    if not shown:
        say(phrase("No paper was made."))
        return
    console().print(table(("code", "format", "made", ">entry", "kind", "about"), shown))


@papers.command()
def settings(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.toml]", help="Set them from this file.")
    ] = None,
    region: RegionOption = None,
    province: ProvinceOption = None,
    period: PeriodOption = None,
    database: DatabaseOption = None,
) -> None:
    """Print letterhead and signers of a region's or a Kanwil's papers as TOML, or set them from a file."""
    path = existing_database(database)
    if (region is None) == (province is None):
        raise Failure(phrase("Whose? Give --region REGION, or --province CODE for its Kanwil."))
    with using(path), closing(opened(path)) as connection:
        roster = chosen_roster(connection, period)
        of = (
            chosen_region(roster, region).code
            if region
            else chosen_province(roster, province or "")
        )
        known = store.settings(connection, roster.period, of, of_province=region is None)
    if file is None:
        typer.echo(settings_file.written(known, OF_REGION if region else OF_PROVINCE), nl=False)
        return
    need_file(
        file, phrase("a file of settings"), phrase("; `peduli-ham papers settings` prints one")
    )
    try:
        given = settings_file.read(file.read_text(encoding="utf-8"), of)
    except (settings_file.SettingsFault, UnicodeDecodeError) as error:
        raise Failure(f"{file}: {error}.") from None
    with using(path), closing(connect(path)) as writing:
        at = iso(system_clock())
        in_transaction(writing, lambda db: store.save_settings(db, roster.period.id, given, at))
    say(
        phrase(
            "{of}: letterhead and {signers} signers set for period {code}.",
            of=of,
            signers=len(given.signers),
            code=roster.period.code,
        )
    )


def _cells(row: store.PaperRow) -> tuple[str, str, str, str]:
    return row.code, row.format, row.made_at, str(row.entry)


def check_paper(path: Path, given: str) -> None:
    """Say whether a paper still says what the record says; `given` is its code, or its file."""
    file = Path(given)
    code = None if file.is_file() else read_code(given)
    if code is None and not file.is_file():
        raise Failure(
            phrase(
                "{given}: no code of a paper, and no file. A code is such as PH-7K3M-Q2XD.",
                given=given,
            )
        )
    with using(path), closing(opened(path)) as connection:
        connection.execute("BEGIN")  # one snapshot, whatever the bot writes meanwhile
        now = system_clock()
        if code is None:
            content, kept = file.read_bytes(), files_folder() / "papers"
            look = paper_verification.known(connection, content) or paper_verification.look_at(
                content
            )
            verdict = paper_verification.check_file(connection, look, now, zone(), kept)
        else:
            verdict = paper_verification.check(connection, code, now, zone())
        lines = list(verdicts.lines(connection, verdict, zone(), terminal_language()))
    if verdict.finding is not PaperFinding.SAME:
        raise Failure(*lines, code=1)
    for line in lines:
        say(line)


def _write(kind: str, about: About, out: Path, period: str | None, path: Path) -> None:
    """Make a paper from one snapshot, note it, and publish the file."""
    format_ = _format(out)
    making = (phrase("reads the record"), phrase("lays out"), phrase("is written"))
    with Draft(out) as draft, steps(*making) as step:
        target = draft.open()
        with using(path), closing(opened(path)) as connection:
            connection.execute("BEGIN")  # one snapshot, whatever the bot writes meanwhile
            made = _made(connection, kind, about, format_, period, step)
        step()
        target.write_bytes(made.content)
        with using(path), closing(connect(path)) as writing:
            in_transaction(writing, lambda db: store.keep(db, made.row))
    say(
        phrase(
            "{out}: written (mode 0600), code {code}, made from entry {entry}.",
            out=out,
            code=made.code,
            entry=made.row.entry,
        )
    )


def _made(
    connection: sqlite3.Connection,
    kind: str,
    about: About,
    format_: PaperFormat,
    period: str | None,
    step: Callable[[], None],
) -> Made:
    roster = chosen_roster(connection, period)
    subject = _subject(roster, kind, about)
    if kind == minutes.KIND:
        subject = _of_last_meeting(connection, roster, subject)
    source = PaperSource(connection, roster, subject, system_clock(), zone())
    try:
        drawn = paper_kinds.draw(source)
    except LookupError:
        raise Failure(
            phrase(
                "{kind}: nothing is owed there in period {code}.",
                kind=kind,
                code=roster.period.code,
            )
        ) from None
    step()
    return make(source, drawn, format_)


def _subject(roster: Roster, kind: str, about: About) -> PaperSubject:
    """Return what a paper is about, by ids; each kind wants one of region, office and province."""
    wanted = paper_kinds.NAMES[kind]
    if wanted == "province":
        if about.province is None or about.region or about.unit:
            raise Failure(
                phrase("{kind}: it is about a province. Give --province CODE.", kind=kind)
            )
        return PaperSubject(kind, province=chosen_province(roster, about.province))
    if about.region is None or about.province or (about.unit is None) != (wanted == "region"):
        raise Failure(
            phrase(
                "{kind}: it is about an office. Give --region REGION and --unit OFFICE.", kind=kind
            )
            if wanted == "unit"
            else phrase("{kind}: it is about a region. Give --region REGION.", kind=kind)
        )
    region = chosen_region(roster, about.region)
    if about.unit is None:
        return PaperSubject(kind, region_id=region.id)
    return PaperSubject(kind, unit_id=chosen_unit(roster, region, about.unit).id)


def _of_last_meeting(
    connection: sqlite3.Connection, roster: Roster, subject: PaperSubject
) -> PaperSubject:
    """Return the minutes of the agreement that is in force, by its entry of the record."""
    province = subject.province or ""
    entry = last_agreement(connection, roster.period.id, province)
    if entry is None:
        code = roster.period.code
        raise Failure(
            phrase(
                "{kind}: province {province} has no agreement in period {code}.",
                kind=subject.kind,
                province=province,
                code=code,
            )
        )
    return replace(subject, parameters={recorded_minutes.ENTRY: entry})


def _format(out: Path) -> PaperFormat:
    suffix = out.suffix.lower().removeprefix(".")
    if suffix not in list(PaperFormat):
        raise Failure(
            phrase(
                "{out}: which kind of file? Give a name that ends in .pdf, .docx or .xlsx.", out=out
            )
        )
    return PaperFormat(suffix)


def opened(path: Path) -> sqlite3.Connection:
    """Open a database for reading, which must be of this program's version."""
    connection = open_existing(path)
    if pending(connection):
        connection.close()
        raise Failure(
            phrase(
                "{path}: made by an older program. Start the bot once, then try again.", path=path
            )
        )
    return connection
